// A list over time: first load, edits, failures, large changes, age.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listInUse, listStatus, refreshList } from '../../src/lists/keeper.js';
import { localFileSource } from '../../src/lists/source.js';
import type { Snapshots } from '../../src/ports.js';
import { ensureCompiled } from './compiled.js';
import { memorySnapshots } from './memory-snapshots.js';
import { mapping, tidy, workbook } from './workbooks.js';

beforeAll(ensureCompiled, 120_000);

const hour = 3_600_000;
let folder: string;
let path: string;
let started: number;
let snapshots: Snapshots;
/** Hours since the start of the test; the file's own times are real, so the clock is ahead of it. */
let hours: number;
const now = () => new Date(started + hours * hour);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-lists-'));
  path = join(folder, 'partners.xlsx');
  started = Date.now();
  hours = 1;
  snapshots = memorySnapshots(now);
});
afterEach(() => rm(folder, { recursive: true }));

const companies = (count: number, word = 'Company') => Array.from({ length: count }, (_, i) => tidy(`${word} ${i}`));
const save = async (rows: ReturnType<typeof companies>) => writeFile(path, await workbook(rows));
const refresh = (at = now()) => refreshList(mapping(), localFileSource(path), snapshots, { quietMs: 120_000, now: at });
const inUse = () => listInUse(mapping(), snapshots, now());
const names = async () => (await inUse()).snapshot?.listings.map((l) => l.name);

describe('a list', () => {
  it('accepts the first clean load at once, though it was saved a moment ago', async () => {
    await save(companies(30));
    expect(await refresh(new Date())).toMatchObject({ kind: 'published', first: true });
    expect(await inUse()).toMatchObject({ name: 'partners', problem: null, gone: [] });
  });

  it('sees unchanged content again, which keeps it young', async () => {
    await save(companies(3));
    await refresh();
    hours = 20;
    expect(await refresh()).toMatchObject({ kind: 'unchanged' });
    hours = 40;
    expect((await inUse()).problem).toBeNull();
    hours = 45;
    expect((await inUse()).problem).toBe('it was last read 25 h ago, more than 24 h');
  });

  it('takes a small change over once nobody is writing', async () => {
    await save(companies(5));
    await refresh();
    await save([...companies(5), tidy('Newcomer')]);
    expect(await refresh(new Date(Date.now() + 30_000))).toMatchObject({ kind: 'not-quiet' });
    expect(await names()).not.toContain('Newcomer');
    expect(await refresh()).toMatchObject({ kind: 'published', first: false, newApprovals: ['Newcomer'] });
    expect(await names()).toContain('Newcomer');
  });

  it('waits while the file is open in an editor', async () => {
    await save(companies(5));
    await refresh();
    await save(companies(6));
    await writeFile(join(folder, '~$partners.xlsx'), '');
    expect(await refresh()).toMatchObject({ kind: 'not-quiet', why: 'open in an editor (~$partners.xlsx)' });
  });

  it('remembers who is gone', async () => {
    await save(companies(6));
    await refresh();
    hours = 2;
    await save(companies(5));
    await refresh();
    expect((await inUse()).gone).toMatchObject([
      { listing: { name: 'Company 5', row: 7 }, lastSeenAt: new Date(started + hour).toISOString() },
    ]);
    hours = 24 * 31 + 2;
    expect((await inUse()).gone).toEqual([]);
  });

  it('keeps the last good load when a later one fails, and says why it failed', async () => {
    await save(companies(5));
    await refresh();
    await writeFile(path, (await workbook(companies(5))).subarray(0, 2000));
    expect(await refresh()).toMatchObject({ kind: 'failed', problems: [{ code: 'list-torn' }] });
    expect(await inUse()).toMatchObject({ problem: null, snapshot: { hash: expect.any(String) } });
    const status = await listStatus(mapping(), snapshots, now());
    expect(status).toMatchObject({ list: 'partners', programme: 'sample', rows: 5, problem: null });
    expect(status.lint[0]).toMatchObject({ code: 'last-read-failed', severity: 'error' });
    hours = 30;
    expect((await inUse()).problem).toMatch(/^it was last read 29 h ago, more than 24 h: error list-torn/);
    await save(companies(5));
    hours = 31;
    await refresh();
    expect((await listStatus(mapping(), snapshots, now())).lint).toEqual([]);
  });

  it('that was never there cannot be relied on', async () => {
    expect(await inUse()).toMatchObject({ snapshot: null, problem: 'it has not been read yet' });
    expect(await refresh()).toMatchObject({ kind: 'failed', problems: [{ code: 'list-file-missing' }] });
    expect((await inUse()).problem).toContain('list-file-missing');
    expect(await listStatus(mapping(), snapshots, now())).toMatchObject({
      hash: null,
      rows: 0,
      readAt: null,
      lint: [],
    });
  });
});

describe('a large change', () => {
  it('waits for a person, and nothing is concluded meanwhile', async () => {
    await save(companies(5));
    await refresh();
    hours = 2;
    await save([...companies(5), ...companies(11, 'New')]);
    const result = await refresh();
    expect(result).toMatchObject({ kind: 'waiting', isNew: true, why: expect.stringContaining('11 new approvals') });
    expect(await refresh()).toMatchObject({ kind: 'waiting', isNew: false });
    const hash = result.kind === 'waiting' ? result.hash : '';
    expect((await inUse()).problem).toContain(`usher lists accept ${hash.slice(0, 12)}`);
    expect(await names()).toHaveLength(5);
    expect(await listStatus(mapping(), snapshots, now())).toMatchObject({ waiting: { hash } });
    await snapshots.accept(hash);
    expect(await inUse()).toMatchObject({ problem: null });
    expect(await names()).toHaveLength(16);
  });

  it('that is taken back needs nobody', async () => {
    await save(companies(10));
    await refresh();
    const original = await workbook(companies(10));
    await writeFile(path, original);
    await refresh();
    hours = 2;
    await save(companies(2));
    expect(await refresh()).toMatchObject({ kind: 'waiting', why: '8 of 10 rows are gone' });
    hours = 3;
    await writeFile(path, original);
    expect(await refresh()).toMatchObject({ kind: 'unchanged' });
    expect(await inUse()).toMatchObject({ problem: null });
    expect((await listStatus(mapping(), snapshots, now())).waiting).toBeNull();
  });
});
