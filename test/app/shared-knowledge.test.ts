// Several processes on one database: one reads the files of rules and lists, and all decide by what it published.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { dutyOf, noDuty } from '../../src/app/duty.js';
import { type KnowledgeBase, openKnowledge } from '../../src/app/knowledge.js';
import type { Ledger } from '../../src/ledger.js';
import type { Problem } from '../../src/problem.js';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { openLedger } from '../../src/storage/ledger.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import { sharedRules } from '../../src/storage/shared-rules.js';
import { snapshotStore } from '../../src/storage/snapshots.js';
import { DIRECTORY, openWorkspace, RULES, type Workspace } from '../rulebook/workspace.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';

const TITLE = 'title: The integration was cancelled';
const WAIT = { timeout: 60_000, interval: 20 };

oneDatabase((open) => {
  let db: Database;
  let ledger: Ledger;
  let machines: { space: Workspace; dataDir: string }[];
  const running = new Set<KnowledgeBase>();
  const problems: Problem[] = [];
  let processes = 0;

  beforeAll(async () => {
    db = await open();
    await migrate(db, migrations);
    ledger = openLedger(db.kysely());
  }, OPENING_MS);
  beforeEach(async () => {
    await db.pool.query('truncate usher.duties, usher.published, usher.meta, usher.snapshots, usher.list_reads');
    machines = [];
    for (let i = 0; i < 2; i++)
      machines.push({ space: await openWorkspace(), dataDir: await mkdtemp(join(tmpdir(), 'usher-machine-')) });
    problems.length = 0;
  });
  afterEach(async () => {
    for (const process of running) await process.stop();
    running.clear();
    for (const { space, dataDir } of machines) {
      await space.remove();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  async function start(machine: number, isReader = true): Promise<KnowledgeBase> {
    const { space, dataDir } = machines[machine]!;
    const owner = `process-${++processes}`;
    const duty = (name: string) => (isReader ? dutyOf(ledger, name, owner) : noDuty);
    const process = await openKnowledge({
      source: space,
      dataDir,
      snapshots: snapshotStore(db.kysely()),
      shared: sharedRules(db.kysely()),
      duties: { rules: duty('rules'), lists: duty('lists') },
      isAlone: false,
      clock: { now: () => new Date() },
      quietMs: 0,
      lookMs: 3_600_000,
      onState: async (_rulebook, state) => void (await ledger.swap('knowledge-state', state)),
      onChange: () => {},
      onProblems: (found) => problems.push(...found),
    });
    running.add(process);
    return process;
  }
  const end = async (process: KnowledgeBase) => {
    running.delete(process);
    await process.stop();
  };
  const title = async (process: KnowledgeBase) =>
    (await process.current()).rulebook.programmes[0]!.rules.find((rule) => rule.id === 'cancelled')!.title;

  it('decides by the published rules, not by its own stale files, and follows an edit at once', async () => {
    await machines[1]!.space.edit(RULES, TITLE, 'title: Stale');
    const first = await start(0);
    const second = await start(1);
    const web = await start(1, false);
    expect([await title(second), await title(web)]).toEqual([
      'The integration was cancelled',
      'The integration was cancelled',
    ]);
    expect((await second.current()).rulebook.hash).toBe((await first.current()).rulebook.hash);
    await machines[0]!.space.edit(RULES, TITLE, 'title: Called off');
    await vi.waitUntil(async () => (await title(first)) === 'Called off', WAIT);
    // Not after a while: the next decision anywhere is made by it.
    expect([await title(second), await title(web)]).toEqual(['Called off', 'Called off']);
  });

  it('stays with the active rules when the reader goes, until somebody edits where it is read now', async () => {
    await machines[1]!.space.edit(RULES, TITLE, 'title: Stale');
    const first = await start(0);
    const second = await start(1);
    await end(first);
    // It has the duty once its next look is over.
    await vi.waitUntil(async () => !(await ledger.holdDuty('rules', 'somebody else', 1)), WAIT);
    expect(await title(second)).toBe('The integration was cancelled');
    const again = await start(0);
    await machines[0]!.space.edit(RULES, TITLE, 'title: Edited where nobody reads');
    await machines[1]!.space.edit(RULES, 'title: Stale', 'title: Brought up to date');
    await vi.waitUntil(async () => (await title(second)) === 'Brought up to date', WAIT);
    expect(await title(again)).toBe('Brought up to date');
  });

  it('starts with what was edited while nobody ran, and with the active rules where nothing was', async () => {
    await end(await start(0));
    await machines[0]!.space.edit(RULES, TITLE, 'title: Edited meanwhile');
    const first = await start(0);
    expect(await title(first)).toBe('Edited meanwhile');
    const second = await start(1);
    expect(await title(second)).toBe('Edited meanwhile');
    await end(first);
    await end(second);
    // The second machine's own files have long been considered, and set aside.
    expect(await title(await start(1))).toBe('Edited meanwhile');
  });

  it('publishes what is good of an edit together with the last good of what is broken', async () => {
    const first = await start(0);
    const second = await start(1);
    await machines[0]!.space.edit(DIRECTORY, '\npeople:', '\npoeple:');
    await machines[0]!.space.edit(RULES, TITLE, 'title: Good half');
    await vi.waitUntil(async () => (await title(first)) === 'Good half', WAIT);
    await vi.waitUntil(() => problems.some((p) => p.file?.endsWith('directory.yaml')), WAIT);
    expect(await title(second)).toBe('Good half');
    expect((await second.current()).rulebook.hash).toBe((await first.current()).rulebook.hash);
  });

  it('uses a new version of a list everywhere at once, also where there is no such file', async () => {
    await writeSampleLists(join(machines[0]!.dataDir, 'lists'));
    const first = await start(0);
    const second = await start(1);
    const hashes = async (process: KnowledgeBase) => (await process.current()).lists.map((list) => list.snapshot?.hash);
    const before = await hashes(first);
    expect(before).not.toContain(undefined);
    expect(await hashes(second)).toEqual(before);
    // Mapped in another way, the same cells are another version.
    await machines[0]!.space.edit(
      'rules/everbright-api-access/lists.yaml',
      'title: Installer - API Integration Tracker',
      'title: Tracker',
    );
    await vi.waitUntil(async () => (await first.current()).lists[0]!.title === 'Tracker', WAIT);
    await first.refresh();
    expect((await second.current()).lists.map((list) => list.title)).toContain('Tracker');
    expect(await hashes(second)).toEqual(await hashes(first));
  });

  it('lets another process read the lists when the one that has the duty has no such files', async () => {
    await writeSampleLists(join(machines[1]!.dataDir, 'lists'));
    const without = await start(0);
    expect((await without.current()).lists.every((list) => list.problem !== null)).toBe(true);
    const owner = await start(1);
    expect((await owner.current()).lists.map((list) => list.problem)).toEqual([null, null]);
    expect((await without.current()).lists.map((list) => list.problem)).toEqual([null, null]);
  });
});
