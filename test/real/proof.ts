// Writes what the long form of the real runs found into its part of docs/proof.md; the short form writes nothing.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isLong } from './town.js';

const PAGE = fileURLToPath(new URL('../../docs/proof.md', import.meta.url));
const HEADING = '## Real processes';
const INTRODUCTION = `${HEADING}

Written by \`npm run real\`: real processes of the built program on a PostgreSQL and a Redis of their own, against the stand-ins for help
desk, Slack and mail. After each run every customer has one reply, sales one mail and one post a ticket (at most one more, then marked),
every case is done, and the ledger says the same as the world.

| what happened | what the world received | on |
|---|---|---|
`;

let writing: Promise<void> = Promise.resolve();

/** One row; a row of the same run is replaced. Runs beside each other wait for each other; files of tests run one after another. */
export function record(what: string, outcome: string): Promise<void> {
  if (!isLong) return Promise.resolve();
  writing = writing.then(async () => {
    const page = existsSync(PAGE) ? await readFile(PAGE, 'utf8') : '# What was proved, and how\n';
    const from = page.indexOf(HEADING);
    const next = from < 0 ? -1 : page.indexOf('\n## ', from);
    const [before, own, after] =
      from < 0
        ? [`${page.trimEnd()}\n\n`, '', '']
        : [page.slice(0, from), page.slice(from, next < 0 ? undefined : next), next < 0 ? '' : page.slice(next)];
    const rows = own.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what happened'));
    const row = `| ${what} | ${outcome} | ${new Date().toISOString().slice(0, 10)} |`;
    const kept = rows.filter((line) => !line.startsWith(`| ${what} |`));
    await writeFile(PAGE, `${before}${INTRODUCTION}${[...kept, row].join('\n')}\n${after}`);
  });
  return writing;
}
