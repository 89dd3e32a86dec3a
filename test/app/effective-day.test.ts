// A day that begins or ends an approval: what is decided then is decided by it, and who waited is looked at again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dutyOf } from '../../src/app/duty.js';
import { openKnowledge } from '../../src/app/knowledge.js';
import { sampleSheetsOf } from '../../src/app/sample-sheets.js';
import { writeSheet } from '../../src/sandbox/write-sheet.js';
import { openLedger } from '../../src/storage/ledger.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import { sharedRules } from '../../src/storage/shared-rules.js';
import { snapshotStore } from '../../src/storage/snapshots.js';
import { ensureCompiled } from '../lists/compiled.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';

oneDatabase((open) => {
  it('changes the state of the lists at midnight in the zone, and not before', { timeout: OPENING_MS }, async () => {
    ensureCompiled();
    const db = await open();
    await migrate(db, migrations);
    const ledger = openLedger(db.kysely());
    const dataDir = await mkdtemp(join(tmpdir(), 'usher-day-'));
    const programmes = ['energy-smart-pro-api'];
    const settings = { RULES_DIR: 'rules', TEMPLATES_DIR: 'templates', PROGRAMMES: programmes, DATA_DIR: dataDir };
    for (const sheet of await sampleSheetsOf(settings, new Date('2026-03-02T10:00:00Z'))) await writeSheet(sheet);
    let now = new Date('2026-03-11T20:00:00Z');
    const states: string[] = [];
    const used: string[] = [];
    const knowledge = await openKnowledge({
      source: { rulesDir: 'rules', templatesDir: 'templates', programmes },
      dataDir,
      snapshots: snapshotStore(db.kysely()),
      shared: sharedRules(db.kysely()),
      duties: { rules: dutyOf(ledger, 'rules', 'one'), lists: dutyOf(ledger, 'lists', 'one') },
      isAlone: true,
      clock: { now: () => now },
      quietMs: 0,
      lookMs: 3_600_000,
      onState: async (_rulebook, state) => void states.push(state),
      onUsed: async (state) => void used.push(state),
      onChange: () => {},
      onProblems: () => {},
    });
    const wordAt = async (at: string) => {
      now = new Date(at);
      await knowledge.current();
      return (await knowledge.match({ name: 'Harbor Light Consulting LLC' })).lists.partners!;
    };
    await knowledge.current();
    const before = states.length;
    expect(await wordAt('2026-03-12T03:59:59Z')).toMatchObject({ value: 'approved' });
    expect(states.length).toBe(before);
    expect(await wordAt('2026-03-12T04:00:30Z')).toMatchObject({
      value: null,
      approval: { state: 'ended' },
      reason: expect.stringContaining('the approval ended with 2026-03-11'),
    });
    await wordAt('2026-03-12T10:00:00Z');
    expect(states.length - before).toBe(1);
    await expect.poll(() => new Set(used)).toEqual(new Set(states));
    const [status] = await knowledge.listStatuses();
    expect(status!.approvals).toEqual({ notYet: 0, ended: 2, endSoon: [] });
    await knowledge.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
});
