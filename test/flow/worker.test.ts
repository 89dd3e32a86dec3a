// The worker's refill: what is due is asked for until it is done, and taken up in the order in which it came due.
import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { handleCase } from '../../src/flow/handle-case.js';
import { startWorker } from '../../src/flow/worker.js';
import { openQueue } from '../../src/storage/queue.js';
import { eachDatabase } from '../storage/databases.js';
import { caseIdOf, stageFor, tell } from './journey.js';

eachDatabase((_name, open) => {
  const stage = stageFor(open);

  it('asks for a case that stays due again and again', async () => {
    const { deps } = stage.world.process();
    const ticketId = stage.world.file(stage.stranger());
    await tell({ ...stage.world.process(), deps }, ticketId);
    let asked = 0;
    const swallowing = {
      due: (caseIds: string[]) => {
        if (caseIds.includes(caseIdOf(ticketId))) asked += 1;
      },
      work: async () => {},
      stop: async () => ({ unfinished: [] }),
    };
    const worker = await startWorker({
      deps,
      queue: swallowing,
      pollMs: 3_600_000,
      refillMs: 20,
      since: deps.clock.now(),
      onVisited: () => {},
    });
    await vi.waitUntil(() => asked >= 3, { timeout: 60_000 });
    await worker.stop(0);
  });

  it('decides cases in the order in which they came due, each once, also when two processes see them', async () => {
    const { db, world } = stage;
    const tickets = Array.from({ length: 12 }, () => world.file(stage.stranger()));
    for (const ticketId of tickets) await tell(world.process(), ticketId);
    // Time enough for the tickets to be quiet.
    world.skip(3_000);
    // An order that is neither that of their opening nor of their ids.
    const wanted = tickets.map((_, n) => caseIdOf(tickets[(n * 5) % tickets.length]!));
    for (const [n, id] of wanted.entries())
      await sql`update usher.cases set wake_at = now() - interval '1 minute' + ${n}::int * interval '1 second' where id = ${id}`.execute(
        db.kysely(),
      );
    const opened = [];
    for (const concurrency of [1, 1]) {
      const { deps } = world.process();
      const queue = await openQueue(db, { name: 'cases', concurrency, lockMs: 30_000 });
      await queue.work(async (caseId, how) => void (await handleCase(deps, caseId, how)));
      opened.push({ queue, due: await deps.ledger.dueCases(100) });
    }
    const [first, second] = opened;
    expect(first!.due.filter((id) => wanted.includes(id))).toEqual(wanted);
    first!.queue.due(first!.due);
    const decided = async () => {
      const { rows } = await sql<{ id: string }>`select d.case_id as id from usher.decisions d
        where d.case_id = any(${wanted}::text[]) order by d.id`.execute(db.kysely());
      return rows.map((row) => row.id);
    };
    await vi.waitUntil(async () => (await decided()).length >= wanted.length, { timeout: 60_000, interval: 50 });
    expect(await decided()).toEqual(wanted);
    // What was seen before the first process had them: they are no longer due, and nobody visits them again.
    const fences = () =>
      sql`select id, fence from usher.cases where id = any(${wanted}::text[]) order by id`.execute(db.kysely());
    await first!.queue.stop(10_000);
    const before = (await fences()).rows;
    second!.queue.due(second!.due);
    await second!.queue.stop(10_000);
    expect((await fences()).rows).toEqual(before);
  }, 90_000);
});
