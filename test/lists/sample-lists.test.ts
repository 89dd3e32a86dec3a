// The sandbox's sample lists: written once, readable, and dirty in the ways that sample tickets rely on.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LintFinding, Listing } from '../../src/core/listing.js';
import type { ListMapping } from '../../src/core/rulebook.js';
import { sampleCompanies, sampleSellers, sampleTracker, writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { mapping, read } from './workbooks.js';

const columns = { organizationId: null, values: { state: 'State' } };
const tracker = mapping({
  name: 'api-tracker',
  sheet: sampleTracker.sheet,
  columns: {
    ...columns,
    name: 'Installer',
    status: 'Integration Status',
    aliases: ['DBA'],
    domains: ['Domain'],
    admins: ['Admin e-mail'],
    organizationId: 'Zendesk Org ID',
  },
  statuses: { 'in-progress': ['In Progress'], completed: ['Completed'], cancelled: ['Cancelled'] },
});
const sellers = mapping({
  name: 'approved-sellers',
  sheet: sampleSellers.sheet,
  columns: {
    ...columns,
    name: 'Company',
    status: 'EverBright status',
    aliases: ['Also known as'],
    domains: ['E-mail domain'],
    admins: ['Contact e-mail'],
  },
  statuses: {
    approved: ['Approved', 'Approved - Tier 2'],
    'not-approved': ['Not approved', 'Suspended', 'Terminated'],
  },
});

let folder: string;
let paths: string[];
const lists: Record<string, { listings: Listing[]; lint: LintFinding[] }> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-samples-'));
  paths = await writeSampleLists(folder);
  const load = async (path: string, how: ListMapping) => {
    lists[how.name] = await read(await readFile(path), how);
  };
  await load(paths[0]!, tracker);
  await load(paths[1]!, sellers);
});
afterAll(() => rm(folder, { recursive: true }));

const of = (list: string, name: string) => lists[list]!.listings.find((l) => l.name === name);

describe('the sample lists', () => {
  it('are two files, left alone when they are there already', async () => {
    expect(paths.map((p) => basename(p))).toEqual([sampleTracker.file, sampleSellers.file]);
    expect((await readdir(folder)).sort()).toEqual([
      'Approved Sellers.xlsx',
      'Installer - API Integration Tracker.xlsx',
    ]);
    await writeFile(paths[1]!, 'edited');
    await writeSampleLists(folder);
    expect(await readFile(paths[1]!, 'utf8')).toBe('edited');
  });

  it('have 25 to 40 rows each', () => {
    for (const { listings } of Object.values(lists)) {
      expect(listings.length).toBeGreaterThanOrEqual(25);
      expect(listings.length).toBeLessThanOrEqual(40);
    }
  });

  it.each([
    ['brightfield', undefined, 'approved'],
    ['halcyon', 'in-progress', 'approved'],
    ['northwind', 'in-progress', undefined],
    ['solara', 'completed', 'approved'],
    ['pinecrest', 'cancelled', undefined],
    ['redwood', 'in-progress', 'not-approved'],
    ['cascade', undefined, 'not-approved'],
    ['evergreen', undefined, null],
    ['lumen', undefined, null],
    ['shadowRidge', undefined, null],
    ['quartz', undefined, null],
    ['copper', undefined, null],
    ['blueMesa', undefined, 'approved'],
    ['blueMesaAgain', undefined, 'not-approved'],
    ['triCounty', undefined, 'approved'],
    ['sonnenkraft', undefined, 'approved'],
    ['meridianHome', undefined, 'approved'],
    ['meridianRoofing', undefined, 'not-approved'],
  ] as const)('say about %s: tracker %s, sellers %s', (key, tracked, sold) => {
    const { name, domain, contact } = sampleCompanies[key];
    const rows = [of('api-tracker', name), of('approved-sellers', name)];
    expect(rows.map((r) => r?.status)).toEqual([tracked, sold]);
    for (const row of rows) if (row) expect(row).toMatchObject({ domains: [domain], admins: [contact.email] });
  });

  it('carry the second name and the help desk id', () => {
    expect(of('approved-sellers', 'Tri-County Electric Inc')!.aliases).toEqual(['SunUp Homes']);
    expect(of('api-tracker', 'Northwind Energy Partners')!.organizationId).toBe(sampleCompanies.northwind.orgId);
    expect(of('api-tracker', 'Ninebark Energy')!.organizationId).toBe('360001002020');
  });

  it('have every kind of dirt that lint names', () => {
    const found = new Set(Object.values(lists).flatMap(({ lint }) => lint.map((f) => f.code)));
    expect([...found].sort()).toEqual([
      'banner',
      'commented',
      'formula',
      'hidden-row',
      'link-differs',
      'shared-domain',
      'spaces',
      'struck-through',
      'two-spellings',
      'unmapped-status',
    ]);
  });
});
