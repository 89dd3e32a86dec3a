// Grace: a harmful outcome is announced by a note, nothing else happens before the time is over, and then it happens once.
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import type { FlowDeps, Knowledge } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, received, stageFor, statesOf, tell, untilRest } from './journey.js';

/** Long enough to look around in, on a slow machine too; no test waits for all of it but where it says so. */
const LONG_MS = 600_000;
const SHORT_MS = 400;

oneDatabase((open) => {
  const stage = stageFor(open);

  function keeping(graceMs: number, more: Partial<FlowDeps> = {}): Partial<FlowDeps> {
    const { rulebook, lists, indexes } = stage.world.knowledge;
    const programmes = rulebook.programmes.map((p) => ({
      ...p,
      rules: p.rules.map((r) => (r.graceMs > 0 ? { ...r, graceMs } : r)),
    }));
    const knowledge: Knowledge = { rulebook: { ...rulebook, programmes }, lists, indexes };
    return { isGraceKept: true, knowledge: async () => knowledge, ...more };
  }
  /** The running grace is over now. */
  const graceEnds = (ticketId: string) =>
    sql`update usher.cases set grace_until = now() where id = ${caseIdOf(ticketId)}`.execute(
      stage.db.kysely<unknown>(),
    );
  const graceUntil = async (ticketId: string): Promise<number> => {
    const found = await sql<{ grace_until: Date }>`select grace_until from usher.cases
      where id = ${caseIdOf(ticketId)}`.execute(stage.db.kysely<unknown>());
    return found.rows[0]!.grace_until.getTime();
  };
  const isAnnounced = {
    until: (d: { state: string; steps: { state: string }[] }) =>
      d.state === 'waiting' && d.steps.every((s) => s.state === 'done'),
  };
  const once = { replies: [expect.any(String)], mails: [expect.any(String)], posts: [expect.any(String)] };

  it('announces by a note, does nothing else before the time is over, and then acts once', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process(null, keeping(LONG_MS));
    const waiting = await arrive(stage, process, ticketId, isAnnounced);
    expect(statesOf(waiting)).toEqual({ note: 'done' });
    for (let visit = 0; visit < 5; visit++) await handleCase(process.deps, caseIdOf(ticketId));
    expect(received(stage, ticketId, company)).toMatchObject({
      notes: [expect.stringContaining('will act on this ticket')],
      replies: [],
      mails: [],
      posts: [],
    });
    await graceEnds(ticketId);
    const detail = await untilRest(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', outcome: 'passed-to-sales' });
    expect(received(stage, ticketId, company)).toMatchObject({ ...once, notes: [expect.any(String)] });
    for (let visit = 0; visit < 3; visit++) await handleCase(process.deps, caseIdOf(ticketId));
    expect(received(stage, ticketId, company)).toMatchObject(once);
  });

  it('is due by itself when the time is over', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process(null, keeping(SHORT_MS));
    const { ledger } = process.deps;
    await tell(process, ticketId);
    const began = Date.now();
    // Only what the ledger calls due is visited, as the worker does.
    while ((await stage.world.detail(caseIdOf(ticketId))).state !== 'done') {
      for (const caseId of await ledger.dueCases(10)) await handleCase(process.deps, caseId);
      if (Date.now() - began > 30_000) throw new Error('the case was never due');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(Date.now() - began).toBeGreaterThanOrEqual(SHORT_MS);
    expect(received(stage, ticketId, company)).toMatchObject(once);
  });

  for (const [who, act] of [
    ['takes the ticket', (id: string) => stage.world.zendesk.agentAssigns(id, agents.samWhitaker.id)],
    ['answers', (id: string) => stage.world.zendesk.agentReplies(id, 'I have this one.')],
    ['puts the stop tag on', (id: string) => stage.world.zendesk.agentSets(id, { addTags: ['usher-stop'] })],
  ] as const)
    for (const isTold of [true, false])
      it(`is stopped by an agent who ${who}, ${isTold ? 'at once' : 'also when nobody tells Usher'}`, async () => {
        const company = stage.stranger();
        const ticketId = stage.world.file(company);
        const process = stage.world.process(null, keeping(LONG_MS));
        await arrive(stage, process, ticketId, isAnnounced);
        act(ticketId);
        if (isTold) await tell(process, ticketId);
        else await graceEnds(ticketId);
        const detail = await untilRest(stage, process, ticketId, { until: (d) => d.state !== 'waiting' });
        expect(['done', 'not-for-usher']).toContain(detail.state);
        await graceEnds(ticketId);
        await tell(process, ticketId);
        await untilRest(stage, process, ticketId);
        expect(received(stage, ticketId, company)).toMatchObject({ replies: [], mails: [], posts: [] });
      });

  it('keeps its clock when the requester writes meanwhile, and announces only once', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process(null, keeping(LONG_MS));
    await arrive(stage, process, ticketId, isAnnounced);
    const before = await graceUntil(ticketId);
    stage.world.zendesk.customerReplies(ticketId, 'We need API access by Friday.');
    await arrive(stage, process, ticketId, { until: (d) => d.decisions.length === 2 });
    expect(await graceUntil(ticketId)).toBe(before);
    expect(received(stage, ticketId, company)).toMatchObject({ notes: [expect.any(String)], replies: [], mails: [] });
    await graceEnds(ticketId);
    const detail = await untilRest(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', episode: 1 });
    expect(received(stage, ticketId, company)).toMatchObject({ ...once, notes: [expect.any(String)] });
  });

  for (const at of [
    'decision-committed',
    'write-claimed',
    'send-begun',
    'answer-received',
    'write-settled',
  ] as Checkpoint[])
    it(`announces once and acts once after a crash at ${at}`, async () => {
      const company = stage.stranger();
      const ticketId = stage.world.file(company);
      expect(await stage.world.process({ at, nth: 1 }, keeping(LONG_MS)).run(ticketId)).toBe('died');
      const heir = stage.world.process(null, keeping(LONG_MS));
      await heir.deps.ledger.clearLeases();
      await untilRest(stage, heir, ticketId, isAnnounced);
      expect(received(stage, ticketId, company)).toMatchObject({ notes: [expect.any(String)], replies: [], mails: [] });
      await graceEnds(ticketId);
      expect((await untilRest(stage, heir, ticketId)).state).toBe('done');
      expect(received(stage, ticketId, company)).toMatchObject({ ...once, notes: [expect.any(String)] });
    });
});
