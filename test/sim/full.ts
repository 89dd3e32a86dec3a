// `npm run sim:full`: the large sizes, and docs/proof.md written from what was run and found. `--share 0.1` runs a tenth of each.
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { simKnowledge } from './knowledge.js';
import { allPoints } from './points.js';
import * as suites from './suites.js';
import { inWords, Tally } from './tally.js';

const PAGE = 'docs/proof.md';
const BEGIN = '<!-- figures: written by npm run sim:full -->';
const END = '<!-- end of figures -->';

const { values } = parseArgs({
  options: { share: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
});
const share = Number(values.share);
const from = Number(values.seed);
const size = (runs: number) => Math.max(1, Math.round(runs * share));

const knowledge = await simKnowledge();
const points = await allPoints();
const startedAt = new Date();
// Before anything is run: what is committed meanwhile is not what was tried.
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const all = { points: new Map<string, number>(), seen: new Map<string, number>() };
const rows: string[] = [];
const failures: Tally['failures'] = [];
let runs = 0;

/** Plays one suite and keeps its line of the table. */
async function suite(name: string, work: (tally: Tally) => Promise<string | undefined>): Promise<void> {
  const tally = new Tally(knowledge);
  const began = performance.now();
  const remark = await work(tally);
  const seconds = (performance.now() - began) / 1000;
  for (const [what, n] of tally.points) all.points.set(what, (all.points.get(what) ?? 0) + n);
  for (const [what, n] of tally.seen) all.seen.set(what, (all.seen.get(what) ?? 0) + n);
  failures.push(...tally.failures);
  runs += tally.runs;
  const bound = tally.failures.length === 0 ? `below ${(3 / tally.runs).toPrecision(2)}` : 'not bounded: see below';
  const cells = [name, count(tally.runs), count(tally.deaths), count(tally.failures.length), bound];
  rows.push(`| ${cells.join(' | ')} | ${Math.round(seconds)} s |`);
  console.log(
    `${name}: ${tally.runs} runs, ${tally.failures.length} broke a promise, ${Math.round(seconds)} s${remark ?? ''}`,
  );
}

const count = (n: number) => n.toLocaleString('en-US');

await suite('a process dies at a boundary', async (tally) => {
  const rehearsals = await suites.rehearse(tally, Math.max(150, size(600)), from);
  const seeds = size(Math.round(40_000 / points.length));
  const missing = await suites.killEverywhere(tally, rehearsals, points, { checkpointSeeds: seeds, callSeeds: seeds });
  return missing > 0 ? ` (${missing} deaths did not happen)` : undefined;
});
await suite('and its heir dies too', async (tally) => {
  const rehearsals = await suites.rehearse(tally, Math.max(100, size(300)), from);
  const twice = await suites.killTwice(tally, rehearsals, points, size(10_000), from);
  return ` (${twice} died twice)`;
});
await suite('28 network faults', (tally) => suites.networkFaults(tally, size(5_600), from).then(() => undefined));
await suite('people act between two boundaries', (tally) =>
  suites.humanActs(tally, points, size(6_000), from).then(() => undefined));
await suite('approvals, other systems and events', (tally) =>
  suites.answers(tally, size(6_000), from).then(() => undefined));
await suite('everything at once, then an hour of rest', (tally) =>
  suites.soups(tally, size(2_000), from).then(() => undefined));
await suite('customers, agents and operators interleave', (tally) =>
  suites.interleavings(tally, size(10_000), from).then(() => undefined));

const never = [
  ...points.filter((p) => !all.points.has(p)),
  ...suites.MUST_HAPPEN.filter((what) => !all.seen.get(what)).map((what) => `"${what}"`),
];
const seen = [...all.seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, n]) => `${what} ${count(n)}`);
const figures = [
  BEGIN,
  '',
  `Run on ${startedAt.toISOString().slice(0, 10)} on commit ${commit}: ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}, seeds from ${from}, ${share} of the full sizes.`,
  '',
  '| runs of this kind | runs | processes died | broke a promise | rate of failure, 95 % | time |',
  '| --- | --: | --: | --: | --- | --: |',
  ...rows,
  '',
  `Boundaries: ${points.length}; never passed: ${never.length === 0 ? 'none' : never.join(', ')}.`,
  '',
  `Seen: ${seen.join(', ')}.`,
  ...(failures.length > 0 ? ['', 'Broken promises:', '', '```', inWords(failures, 20), '```'] : []),
  '',
  END,
].join('\n');
const page = await readFile(PAGE, 'utf8');
await writeFile(PAGE, page.slice(0, page.indexOf(BEGIN)) + figures + page.slice(page.indexOf(END) + END.length));
console.log(`${count(runs)} runs; ${PAGE} is written`);
if (failures.length > 0) console.error(inWords(failures));
process.exitCode = failures.length > 0 || never.length > 0 ? 1 : 0;
