// One writer a case: two processes at once, one that lost its lease, and triggers that arrive while a visit ends.
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import { handleCase } from '../../src/flow/handle-case.js';
import { pollOnce, sightByWebhook } from '../../src/flow/intake.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { eachDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, received, stageFor, tell, untilRest } from './journey.js';
import type { Process } from './world.js';

eachDatabase((_name, open) => {
  const stage = stageFor(open);
  const once = { replies: [expect.any(String)], mails: [expect.any(String)], posts: [expect.any(String)] };

  const openTriggers = async (caseId: string): Promise<number> => {
    const found = await sql<{ n: number }>`select count(*)::int as n from usher.triggers
      where case_id = ${caseId} and handled_at is null`.execute(stage.db.kysely<unknown>());
    return found.rows[0]!.n;
  };

  it('lets one of many processes work on a case, however they crowd', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const processes = [1, 2, 3, 4].map(() => stage.world.process());
    await tell(processes[0]!, ticketId);
    const detail = (await Promise.all(processes.map((p) => untilRest(stage, p, ticketId))))[0]!;
    expect(detail.state).toBe('done');
    expect(detail.decisions).toHaveLength(1);
    expect(received(stage, ticketId, company)).toMatchObject(once);
  });

  const points: Checkpoint[] = [
    'ticket-read',
    'decided',
    'decision-committed',
    'ticket-inspected',
    'write-claimed',
    'answer-received',
    'write-settled',
  ];
  for (const at of points)
    for (const isOver of [true, false])
      it(`neither sends nor records after losing the case at ${at}, ${isOver ? 'all being done' : 'another being at it'}`, async () => {
        const company = stage.stranger();
        const ticketId = stage.world.file(company);
        let goOn = () => {};
        let arrived = () => {};
        const isThere = new Promise<void>((resolve) => (arrived = resolve));
        let isHeldUp = false;
        const old = stage.world.process(null, {
          checkpoint: async (name) => {
            if (name !== at || isHeldUp) return;
            isHeldUp = true;
            arrived();
            await new Promise<void>((resolve) => (goOn = resolve));
          },
        });
        // A ticket that is too fresh to be decided upon is visited again.
        const oldRuns = (async () => {
          await tell(old, ticketId);
          while (!isHeldUp) {
            await handleCase(old.deps, caseIdOf(ticketId));
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        })();
        await isThere;
        const heir = stage.world.process();
        await heir.deps.ledger.clearLeases();
        const taken = isOver ? null : await heir.deps.ledger.lease(caseIdOf(ticketId), 'another', 60_000);
        if (isOver) await untilRest(stage, heir, ticketId);
        const before = { ...(await stage.world.detail(caseIdOf(ticketId))), got: received(stage, ticketId, company) };
        goOn();
        await oldRuns;
        const after = { ...(await stage.world.detail(caseIdOf(ticketId))), got: received(stage, ticketId, company) };
        expect(after).toEqual(before);
        if (taken) {
          await heir.deps.ledger.clearLeases();
          await untilRest(stage, heir, ticketId);
        }
        const got = received(stage, ticketId, company);
        expect(got.replies).toHaveLength(1);
        expect(got.posts).toHaveLength(1);
        expect(got.mails.filter((m) => !m.includes('possible duplicate'))).toHaveLength(1);
        expect((await stage.world.detail(caseIdOf(ticketId))).state).toBe('done');
      });

  it('loses no trigger that arrives while a visit ends', { timeout: 120_000 }, async () => {
    const tickets = [0, 1, 2, 3].map(() => stage.world.file(sampleCompanies.brightfield));
    const processes = [stage.world.process(), stage.world.process()];
    const carried = new Set<string>();
    for (const p of processes) p.deps.enqueue = (caseId) => void carried.add(caseId);
    let isOver = false;
    const visits = processes.map(async (p) => {
      while (!isOver || carried.size > 0) {
        const next = carried.values().next().value;
        if (next) carried.delete(next);
        // Nothing but what was asked for is visited: no refill that would hide a trigger nobody woke up for.
        if (next) await handleCase(p.deps, next);
        else await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
    for (let n = 0; n < 200; n += 10)
      await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          sightByWebhook(processes[i % 2]!.deps, tickets[(n + i) % tickets.length]!, `stress-${n + i}`),
        ),
      );
    isOver = true;
    await Promise.all(visits);
    // What is due now is in the ledger, whether or not the queue lost it.
    const [process] = processes as [Process];
    const deadline = Date.now() + 60_000;
    for (;;) {
      const due = await process.deps.ledger.dueCases(100);
      for (const caseId of due) await handleCase(process.deps, caseId);
      const open = await Promise.all(tickets.map((t) => openTriggers(caseIdOf(t))));
      if (open.every((n) => n === 0) && due.length === 0) break;
      if (Date.now() > deadline) throw new Error(`triggers nobody looks at: ${open.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const ticketId of tickets) {
      await untilRest(stage, process, ticketId);
      expect(stage.world.replies(ticketId)).toHaveLength(1);
    }
  });

  it('takes the same webhook ten times for one, and a poll beside it for no news', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process();
    await Promise.all(Array.from({ length: 10 }, () => sightByWebhook(process.deps, ticketId, 'the-same')));
    expect(await openTriggers(caseIdOf(ticketId))).toBe(1);
    await untilRest(stage, process, ticketId);
    // Long enough after, so that the export shows the ticket; what came late or twice changes nothing.
    const deadline = Date.now() + 20_000;
    let seen = 0;
    while (seen === 0 && Date.now() < deadline) {
      seen = await pollOnce(process.deps, new Date(0));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(seen).toBeGreaterThan(0);
    await pollOnce(process.deps, new Date(0));
    for (const delivery of ['late', 'the-same', 'later', 'late'])
      await sightByWebhook(process.deps, ticketId, delivery);
    const detail = await untilRest(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', episode: 1 });
    expect(detail.decisions).toHaveLength(1);
    expect(received(stage, ticketId, company)).toMatchObject(once);
  });

  it('sees a message by polling alone that came in the same second as our own update', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process();
    expect((await arrive(stage, process, ticketId)).state).toBe('done');
    const ticket = stage.world.zendesk.state().tickets.find((t) => String(t.id) === ticketId)!;
    const own = ticket.updated_at;
    stage.world.zendesk.customerReplies(ticketId, 'We have just opened an office in Nevada.');
    ticket.updated_at = own;
    ticket.comments.at(-1)!.created_at = own;
    ticket.audits.at(-1)!.created_at = own;
    const deadline = Date.now() + 20_000;
    while ((await openTriggers(caseIdOf(ticketId))) === 0 && Date.now() < deadline) {
      await pollOnce(process.deps, new Date(0));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const detail = await untilRest(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', outcome: 'forwarded-to-sales', episode: 2 });
  });
});
