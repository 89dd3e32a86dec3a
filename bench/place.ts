// A folder for one measured bot: the measured policy, templates without the mark of a draft, and two lists of so many rows.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListInUse } from '../src/core/listing.js';
import { buildMatchIndex } from '../src/core/match/index-lists.js';
import { matchAsked } from '../src/core/match/match-asked.js';
import type { Match } from '../src/core/match-result.js';
import { noDirectory } from '../src/core/no-directory.js';
import { sampleSellers, sampleTracker } from '../src/sandbox/sample-lists.js';
import { type BenchCompany, companies } from './companies.js';
import { writeWorkbook } from './workbook.js';

const PROGRAMME = 'everbright-api-access';
const SEED = 20_261;

export interface Place {
  root: string;
  dataDir: string;
  /** Approved sellers, in the order of their rows. */
  listed: BenchCompany[];
  /** How a ticket of the company is matched; made-up names may lie near each other, and such tickets are for a person. */
  verdictOf(company: BenchCompany): Match['verdict'];
  remove(): Promise<void>;
}

/** Makes the folder; `rows` is the length of each of the two lists. */
export async function makePlace(rows: number): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'usher-bench-'));
  const dataDir = join(root, 'data');
  await cp('rules', join(root, 'rules'), { recursive: true });
  await cp('templates', join(root, 'templates'), { recursive: true });
  await rm(join(root, 'rules', PROGRAMME, 'scenarios'), { recursive: true });
  await cp('bench/rules.yaml', join(root, 'rules', PROGRAMME, 'rules.yaml'));
  await edit(join(root, 'rules', 'directory.yaml'), (text) =>
    // The example's subscriber is nowhere: telling it again and again is not what is measured.
    text
      .replace('sample: true', '')
      .replace(/^subscribers:\n( .*\n)+/m, '')
      .replace('{ sandbox: "9001" }', '{ sandbox: "9001", zendesk: "9001" }'),
  );
  const templates = join(root, 'templates', PROGRAMME);
  for (const name of await readdir(templates))
    await edit(join(templates, name), (text) => text.replace(/^draft: true$/m, 'draft: false'));
  const all = companies(rows * 2, SEED);
  const listed = all.slice(0, rows);
  await writeLists(dataDir, listed, all.slice(rows));
  const index = buildMatchIndex([listOf(all)], noDirectory);
  const verdictOf = ({ name, domain, contact }: BenchCompany) =>
    matchAsked({ name, domain, email: contact.email }, index).verdict;
  return { root, dataDir, listed, verdictOf, remove: () => rm(root, { recursive: true, force: true }) };
}

/** Both lists as one, in memory. */
function listOf(all: BenchCompany[]): ListInUse {
  const listings = all.map((c, n) => ({
    list: 'all',
    sheet: 'All',
    row: n + 2,
    name: c.name,
    aliases: [],
    domains: [c.domain],
    admins: [c.contact.email],
    organizationId: null,
    status: 'approved',
    statusProblem: null,
    values: {},
    cells: {},
  }));
  const loadedAt = '2026-01-01T00:00:00Z';
  const snapshot = { list: 'all', title: 'All', hash: 'all', file: 'all', sheet: 'All', loadedAt, listings, lint: [] };
  return { name: 'all', title: 'All', snapshot, problem: null, gone: [] };
}

/** Companies that no list of `makePlace` with so many rows knows. */
export function unlisted(rows: number, count: number): BenchCompany[] {
  return companies(rows * 2 + count, SEED).slice(rows * 2);
}

async function writeLists(dataDir: string, sellers: BenchCompany[], tracked: BenchCompany[]): Promise<void> {
  const folder = join(dataDir, 'lists');
  await mkdir(folder, { recursive: true });
  const cells = (c: BenchCompany, status: string) => [c.name, '', c.domain, c.contact.email, 'CA', status];
  await writeWorkbook(join(folder, sampleSellers.file), sampleSellers.sheet, [
    [...sampleSellers.columns],
    ...sellers.map((c) => cells(c, 'Approved')),
  ]);
  await writeWorkbook(join(folder, sampleTracker.file), sampleTracker.sheet, [
    [...sampleTracker.columns],
    ...tracked.map((c) => [...cells(c, 'In Progress'), '']),
  ]);
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')));
}
