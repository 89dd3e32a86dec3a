// Intake on a real store: no ticket is lost between page and cursor, one process polls, the past is filled in, and every ticket is proven.
import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { backfill, startOfPolling } from '../../src/flow/backfill.js';
import { inScope, openUnseen, pollOnce } from '../../src/flow/intake.js';
import { startIntake } from '../../src/flow/intake-timers.js';
import { reconcile } from '../../src/flow/reconcile.js';
import { intakeStatus } from '../../src/storage/intake-runs.js';
import { eachDatabase } from '../storage/databases.js';
import { caseIdOf, stageFor } from './journey.js';
import type { Process } from './world.js';

const MINUTE = 60_000;
const keep = async () => true;
const LONG_AGO = new Date(0);

eachDatabase((_name, open) => {
  const stage = stageFor(open, { exportPageMax: 5 });
  const store = () => stage.db.kysely<unknown>();
  const file = () => stage.world.file(stage.stranger());
  const fileSome = (count: number) => Array.from({ length: count }, file);
  const isoNow = () => new Date(stage.world.process().deps.clock.now()).toISOString();

  /** Triggers of each case, by ticket. */
  const triggersOf = async (tickets: string[]): Promise<number[]> => {
    const found = await sql<{ id: string; n: number }>`select case_id as id, count(*)::int as n from usher.triggers
      group by case_id`.execute(store());
    const byCase = new Map(found.rows.map((row) => [row.id, row.n]));
    return tickets.map((id) => byCase.get(caseIdOf(id)) ?? 0);
  };
  const ones = (count: number) => Array.from({ length: count }, () => 1);
  const lose = async (ticketId: string) => {
    const id = caseIdOf(ticketId);
    await sql`delete from usher.triggers where case_id = ${id}`.execute(store());
    await sql`delete from usher.timeline where case_id = ${id}`.execute(store());
    await sql`delete from usher.cases where id = ${id}`.execute(store());
  };
  const poll = (process: Process) => pollOnce(process.deps, LONG_AGO);

  beforeEach(async () => {
    stage.world.zendesk.clearFaults();
    for (const table of ['cursors', 'intake_runs', 'duties'])
      await sql`delete from ${sql.table(`usher.${table}`)}`.execute(store());
    // What earlier tests filed is older than any of this looks at.
    stage.world.skip(40 * 24 * 60 * MINUTE);
  });

  it('polls a page again whose process died before its cursor was kept, and opens each ticket once', async () => {
    const tickets = fileSome(12);
    stage.world.skip(2 * MINUTE);
    const since = new Date(stage.world.process().deps.clock.now().getTime() - 60 * MINUTE);
    const dying = stage.world.process({ at: 'sighted', nth: 8 });
    const died = new Promise((resolve) => {
      const look = setInterval(() => {
        if (dying.hits.get('sighted') !== 8) return;
        clearInterval(look);
        resolve('died');
      }, 5);
    });
    expect(await Promise.race([pollOnce(dying.deps, since), died])).toBe('died');
    await pollOnce(stage.world.process().deps, since);
    expect(await triggersOf(tickets)).toEqual(ones(12));
  });

  it('looks ten minutes back now and then, so that a row that shows up late is found', async () => {
    const process = stage.world.process();
    const [first, late] = fileSome(2);
    stage.world.skip(2 * MINUTE);
    const since = new Date(process.deps.clock.now().getTime() - 60 * MINUTE);
    await pollOnce(process.deps, since);
    await lose(late!);
    await pollOnce(process.deps, since);
    expect(await triggersOf([first!, late!])).toEqual([1, 0]);
    stage.world.skip(6 * MINUTE);
    await pollOnce(process.deps, since);
    expect(await triggersOf([first!, late!])).toEqual([1, 1]);
  });

  it('lets one process poll, and another take over when that one is gone', async () => {
    const one = stage.world.process().deps;
    const two = stage.world.process().deps;
    expect(await one.ledger.holdDuty('poll', one.owner, 60_000)).toBe(true);
    expect(await two.ledger.holdDuty('poll', two.owner, 60_000)).toBe(false);
    expect(await one.ledger.holdDuty('poll', one.owner, 60_000)).toBe(true);
    await sql`update usher.duties set until = now() where name = 'poll'`.execute(store());
    expect(await two.ledger.holdDuty('poll', two.owner, 60_000)).toBe(true);
    expect(await one.ledger.holdDuty('poll', one.owner, 60_000)).toBe(false);
    // Not one's own to give back any more.
    await one.ledger.releaseDuty('poll', one.owner);
    expect(await one.ledger.holdDuty('poll', one.owner, 60_000)).toBe(false);
    await two.ledger.releaseDuty('poll', two.owner);
    expect(await one.ledger.holdDuty('poll', one.owner, 60_000)).toBe(true);
    const polled: string[] = [];
    const counted = (process: Process) => ({
      ...process.deps,
      reader: {
        ...process.deps.reader,
        changedSince: async (...asked: Parameters<typeof one.reader.changedSince>) => {
          // Reconciliation walks too, and is a duty of its own.
          if (!asked[2]?.isWalk) polled.push(process.deps.owner);
          return process.deps.reader.changedSince(...asked);
        },
      },
    });
    await one.ledger.releaseDuty('poll', one.owner);
    const pair = [stage.world.process(), stage.world.process()];
    const timers = pair.map((p) => startIntake(counted(p), { pollMs: 20, since: new Date(isoNow()) }));
    const until = async (done: () => boolean) => {
      while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await until(() => polled.length >= 3);
    const [holder] = (await sql<{ owner: string }>`select owner from usher.duties where name = 'poll'`.execute(store()))
      .rows;
    const index = pair.findIndex((p) => p.deps.owner === holder!.owner);
    expect(new Set(polled)).toEqual(new Set([holder!.owner]));
    await timers[index]!.stop();
    const other = pair[1 - index]!.deps.owner;
    await until(() => polled.includes(other));
    await timers[1 - index]!.stop();
    expect((await sql`select 1 from usher.duties`.execute(store())).rows).toEqual([]);
  });

  it('waits as long as the help desk says before it polls again', async () => {
    const said: object[] = [];
    const warn = (fields: object) => void said.push(fields);
    const process = stage.world.process(null, { log: { debug() {}, info() {}, warn, error() {} } });
    stage.world.zendesk.fault('429', { match: '/incremental/', retryAfterSeconds: 600 });
    const timer = startIntake(process.deps, { pollMs: 1_000, since: new Date(isoNow()) });
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await timer.stop();
    expect(said).toContainEqual(expect.objectContaining({ code: 'helpdesk-rate-limited', againInSeconds: 600 }));
  });

  it('fills in the past once, with a line of progress, and goes on with it after its process died', async () => {
    const actSince = new Date(stage.world.process().deps.clock.now().getTime() - 20 * 24 * 60 * MINUTE);
    const tickets = fileSome(12);
    stage.world.skip(60 * MINUTE);
    const dying = stage.world.process({ at: 'sighted', nth: 8 }, { actSince });
    const start = await startOfPolling(dying.deps, actSince);
    expect(start.getTime()).toBeGreaterThan(dying.deps.clock.now().getTime() - 11 * MINUTE);
    void backfill(dying.deps, { keep });
    while (dying.hits.get('sighted') !== 8) await new Promise((resolve) => setTimeout(resolve, 5));
    const next = stage.world.process(null, { actSince });
    await startOfPolling(next.deps, actSince);
    const lines: string[] = [];
    await backfill(next.deps, { keep, onProgress: (line) => lines.push(line) });
    const day = isoNow().slice(0, 8);
    expect(lines[0]).toMatch(new RegExp(`^Back-fill: 5 tickets seen, at ${day}\\d\\d$`));
    expect(lines.at(-1)).toBe('Back-fill: done, 12 tickets seen');
    expect(await triggersOf(tickets)).toEqual(ones(12));
    const status = await intakeStatus(store(), 'sandbox');
    expect(status.backfill).toMatchObject({ seen: 12, endedAt: expect.any(String), at: expect.any(String) });
    // It is done for good, unless a longer past is asked for.
    await pollOnce(next.deps, start);
    expect(await startOfPolling(next.deps, actSince)).toBe(actSince);
    await backfill(next.deps, { keep, onProgress: () => expect.fail('there is nothing to fill in') });
    const longer = stage.world.process(null, { actSince: new Date(actSince.getTime() - 24 * 60 * MINUTE) });
    expect(await startOfPolling(longer.deps, actSince)).not.toBe(actSince);
  });

  it('proves every ticket of 30 days, opens what is missing, and counts what was held back', async () => {
    const process = stage.world.process();
    const [lost, tooOld, ...others] = fileSome(12);
    stage.world.skip(20 * MINUTE);
    await poll(process);
    await lose(lost!);
    await lose(tooOld!);
    const isOld = (s: { ticketId: string }) => s.ticketId === tooOld;
    for (let n = 0; n < 3; n += 1) stage.world.zendesk.mailIsSuspended('spam@shop.example', `Buy ${n}`);
    // The too old one was created before Usher was to act.
    const reader = {
      ...process.deps.reader,
      changedSince: async (...asked: Parameters<typeof process.deps.reader.changedSince>) => {
        const page = await process.deps.reader.changedSince(...asked);
        const created = new Date(0).toISOString();
        return { ...page, sightings: page.sightings.map((s) => (isOld(s) ? { ...s, createdAt: created } : s)) };
      },
    };
    const deps = { ...process.deps, reader, actSince: new Date(1) };
    // A process that has to stop after its first page; another goes on.
    let pages = 0;
    expect(await reconcile(deps, { keep: async () => pages++ === 0 })).toBeNull();
    const half = await deps.ledger.latestRun('sandbox', 'reconciliation');
    expect(half).toMatchObject({ endedAt: null, cursor: expect.stringContaining('export:') });
    const run = await reconcile(deps, { keep });
    expect(run).toMatchObject({ id: half!.id, seen: 11, missing: 1, suspended: 3 });
    expect(await triggersOf([lost!, tooOld!, ...others])).toEqual([1, 0, ...ones(10)]);
    expect((await intakeStatus(store(), 'sandbox')).reconciliation).toMatchObject({
      seen: 11,
      missing: 1,
      suspended: 3,
    });
    // Once a day; and then all is well.
    expect(await reconcile(deps, { keep })).toBeNull();
    await sql`update usher.intake_runs set began_at = began_at - interval '25 hours'`.execute(store());
    expect(await reconcile(deps, { keep })).toMatchObject({ seen: 11, missing: 0 });
  });

  it('does not call missing what polling or a back-fill is about to see', async () => {
    const process = stage.world.process();
    file();
    stage.world.skip(60 * MINUTE);
    await sql`delete from usher.meta where key like 'polled-%'`.execute(store());
    expect(await reconcile(process.deps, { keep })).toBeNull();
    await process.deps.ledger.notePolled('sandbox');
    const run = await process.deps.ledger.beginRun('sandbox', 'backfill', LONG_AGO);
    expect(await reconcile(process.deps, { keep })).toBeNull();
    await process.deps.ledger.saveRun(run, true);
    expect(await reconcile(process.deps, { keep })).toMatchObject({ missing: 1 });
  });

  it('knows what it has seen in one question', async () => {
    const process = stage.world.process();
    const ticketId = file();
    const at = isoNow();
    const sighting = { ticketId, updatedAt: at, createdAt: at, deleted: false };
    expect(inScope({ actSince: new Date(Date.parse(at) + 1) }, [sighting])).toEqual([]);
    await openUnseen(process.deps, [sighting, sighting]);
    const known = await process.deps.ledger.knownOf('sandbox', [
      { ticketId, version: at },
      { ticketId: 'none', version: at },
    ]);
    expect([...known]).toMatchObject([[ticketId, { isDecided: false, isSeen: true }]]);
  });
});
