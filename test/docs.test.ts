// The documentation is true: its commands run, its outputs are the real ones, its examples load, its links and names exist.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWebhook } from '../src/adapters/helpdesk/zendesk/webhook.js';
import { readSettings, SECRET_FILES } from '../src/settings.js';
import { settingTable } from '../src/settings-table.js';
import {
  type Block,
  commandsOf,
  difference,
  inlineCode,
  readDocuments,
  relativeLinks,
  TUTORIAL,
} from './docs/documents.js';
import {
  addExample,
  applyChanges,
  openPlace,
  type RunningBot,
  removePlace,
  runUsher,
  startBot,
} from './docs/places.js';
import { problemCodes, quotedWords } from './docs/problem-codes.js';

/** Every command is a process of its own, which takes seconds on a busy machine. */
const PATIENCE_MS = 180_000;

const documents = readDocuments();
const blocks = documents.filter((d) => d.path !== TUTORIAL).flatMap((d) => d.blocks);
const ofLanguage = (language: string) => blocks.filter((b) => b.language === language);
const places: string[] = [];
const place = async () => {
  const root = await openPlace();
  places.push(root);
  return root;
};
afterAll(() => Promise.all(places.map(removePlace)));

describe('commands in the docs', { timeout: PATIENCE_MS }, () => {
  let home: string;
  let bot: RunningBot;
  beforeAll(async () => {
    home = await place();
    bot = await startBot(home);
  }, PATIENCE_MS);
  afterAll(() => bot?.stop(), 60_000);

  it('has some to run', () => {
    expect(blocks.flatMap(commandsOf).length).toBeGreaterThan(6);
  });

  it.each(blocks.filter((b) => commandsOf(b).length > 0).map((b) => [b.place, b] as const))(
    '%s runs and prints what the page says',
    async (_place, block) => {
      const isChanged = block.before.includes('<!-- change ');
      const root = isChanged ? await place() : home;
      if (isChanged) expect(await applyChanges(root, block.before)).toBeGreaterThan(0);
      const wantedCode = Number(/^# exits with (\d)/m.exec(block.text)?.[1] ?? 0);
      let output = '';
      for (const args of commandsOf(block)) {
        const ran = await runUsher(root, args, isChanged ? { DATA_DIR: join(home, 'data') } : {});
        expect(ran.code, ran.output).toBe(wantedCode);
        output += ran.output;
      }
      if (block.next?.language === 'text') expect(difference(block.next.text, output)).toBeNull();
    },
  );

  it('README tells what the first start prints', () => {
    const start = blocks.find((b) => b.place.startsWith('README') && b.text.includes('npm start'));
    expect(difference(start!.next!.text, bot.output, false)).toBeNull();
  });
});

describe('examples in the docs', { timeout: PATIENCE_MS }, () => {
  it('load together, and the scenarios among them pass', async () => {
    const root = await place();
    const examples = ofLanguage('yaml').filter((b) => !b.text.includes('an example of its own'));
    expect(examples.length).toBeGreaterThan(4);
    for (const example of examples) await addExample(root, example.text);
    for (const template of ofLanguage('liquid')) await writeFile(join(root, templateFile(template)), template.text);
    const { code, output } = await runUsher(root, ['check']);
    expect(code, output).toBe(0);
    expect(output).toMatch(/(\d+) of \1 scenarios pass/);
  });

  it.each(ofLanguage('yaml').filter((b) => b.text.includes('an example of its own')))(
    '$place loads',
    async (example) => {
      const root = await place();
      await addExample(root, example.text);
      const { output } = await runUsher(root, ['check']);
      expect(output.split('\n').filter((l) => l.includes(' error ') && !l.includes('scenario-failed'))).toEqual([]);
    },
  );

  it('settings in the docs are valid', () => {
    expect(ofLanguage('ini')).toHaveLength(1);
    for (const { text } of ofLanguage('ini')) {
      const pairs = text.split('\n').flatMap((l) => [...l.matchAll(/^([A-Z_]+)=(.*)$/g)].map((m) => [m[1]!, m[2]!]));
      expect(pairs.length).toBeGreaterThan(8);
      expect(readSettings(Object.fromEntries(pairs)).HELPDESK).toEqual(['zendesk']);
    }
  });

  it("the body of the help desk's trigger is understood", () => {
    expect(ofLanguage('json')).toHaveLength(1);
    const body = ofLanguage('json')[0]!.text.replace('{{ticket.id}}', '35436');
    expect(readWebhook(JSON.parse(body))).toEqual({ ticketId: '35436', eventId: null });
  });
});

describe('names in the docs', { timeout: PATIENCE_MS }, () => {
  it('every relative link leads to a file', () => {
    const broken = documents.flatMap((d) =>
      relativeLinks(d)
        .filter((target) => !existsSync(join(dirname(d.path), target)))
        .map((target) => `${d.path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('every file of ours that is named exists', () => {
    const ours = documents.filter((d) => d.path !== TUTORIAL);
    const named = ours.flatMap(inlineCode).filter((c) => /^(src|test|docs|rules|templates)\/[\w./-]+$/.test(c));
    const made = ofLanguage('liquid').map(templateFile);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((path) => !existsSync(path) && !made.includes(path))).toEqual([]);
  });

  it('every setting exists', () => {
    // `NAME_FILE` stands for any of the files of secrets.
    const others = ['NAME_FILE', 'REDIS_URL', 'USHER_OPENAPI_DIR', 'CHROMIUM_PATH', 'PICTURES_DIR'];
    const ours = new Set([...Object.keys(settingTable), ...SECRET_FILES, ...others]);
    const named = documents.flatMap((d) => [
      ...[...d.text.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)].map((m) => m[0]),
      ...[...d.text.matchAll(/\b([A-Z]{4,})=/g)].map((m) => m[1]!),
    ]);
    expect(named.length).toBeGreaterThan(20);
    expect([...new Set(named)].filter((name) => !ours.has(name))).toEqual([]);
  });

  it('every command and option exists', async () => {
    const named = [
      ...documents.flatMap(inlineCode).flatMap((c) => (/^usher ([a-z].*)$/.exec(c) ? [c.slice(6).split(/\s+/)] : [])),
      ...blocks.flatMap(commandsOf),
    ];
    expect(new Set(named.map((words) => words[0])).size).toBeGreaterThan(8);
    const { output: known } = await runUsher('.', ['help']);
    const wrong: string[] = [];
    // `audit` has commands of its own.
    const nameOf = (words: string[]) => words.slice(0, words[0] === 'audit' ? 2 : 1).join(' ');
    for (const command of new Set(named.map(nameOf))) {
      const words = command.split(' ');
      if (!new RegExp(`^  ${words[0]} `, 'm').test(known)) wrong.push(command);
      const options = new Set(
        named.filter((n) => nameOf(n) === command).flatMap((n) => n.filter((w) => w.startsWith('--'))),
      );
      if (options.size === 0) continue;
      const { output } = await runUsher('.', [...words, '--help']);
      wrong.push(...[...options].filter((o) => !output.includes(`${o} `)).map((o) => `${command} ${o}`));
    }
    expect(wrong).toEqual([]);
  });

  it('npx finds the program as the pages write it', async () => {
    const { stdout } = await promisify(execFile)('npx', ['--no', 'usher', 'help']);
    expect(stdout).toContain('Usage: usher');
    // npx sets the right to execute only when it first meets a folder; a second clone in its place relies on the build.
    expect((await stat('dist/main.js')).mode & 0o111).toBe(0o111);
  });
});

describe('docs/problems.md', () => {
  const page = documents.find((d) => d.path === 'docs/problems.md')!;
  const rows = page.text.split('\n').filter((line) => line.startsWith('| `'));
  const explained = new Set(rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map((m) => m[1]!)));

  it('explains every Problem that the sources can make', () => {
    const codes = problemCodes();
    expect(codes.size).toBeGreaterThan(120);
    expect([...codes].filter(([code]) => !explained.has(code)).map(([code, files]) => `${code}: ${files}`)).toEqual([]);
  });

  it('explains none that is gone, and each with a sentence', () => {
    const words = quotedWords();
    expect([...explained].filter((code) => !words.has(code))).toEqual([]);
    expect(rows.filter((row) => (row.split('|')[2] ?? '').trim().length < 15)).toEqual([]);
  });
});

/** The file that the sentence before a template's text names. */
function templateFile(block: Block): string {
  const named = [...block.before.matchAll(/`(templates\/[^`]+\.liquid)`/g)].at(-1)?.[1];
  if (!named) throw new Error(`${block.place}: no file is named before the template`);
  return named;
}
