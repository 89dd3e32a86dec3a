// Stopping and going on; a wrong outcome put right; organizations let in later; one hand-off however many ask at once.
import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import type { ListInUse, Listing } from '../../src/core/listing.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import { handleCase } from '../../src/flow/handle-case.js';
import { wakeRelisted } from '../../src/flow/relisting.js';
import { agents } from '../../src/sandbox/sample-people.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, received, stageFor, tell, untilRest } from './journey.js';
import type { Company } from './world.js';

oneDatabase((open) => {
  const stage = stageFor(open);
  const declined = async (company = stage.stranger()) => {
    const ticketId = stage.world.file(company);
    const process = stage.world.process();
    expect(await arrive(stage, process, ticketId)).toMatchObject({ state: 'done', outcome: 'passed-to-sales' });
    return { company, ticketId, process, caseId: caseIdOf(ticketId) };
  };
  /** The lists with the company approved on the sellers list. */
  const letIn = (company: Company) => {
    const { rulebook, lists } = stage.world.knowledge;
    const changed: ListInUse[] = lists.map((list) => {
      if (list.name !== 'approved-sellers' || !list.snapshot) return list;
      const model = list.snapshot.listings[0]!;
      const listing: Listing = {
        ...model,
        row: 999,
        name: company.name,
        aliases: [],
        domains: [company.domain],
        admins: [],
        organizationId: null,
        status: 'approved',
        statusProblem: null,
      };
      return {
        ...list,
        snapshot: { ...list.snapshot, hash: 'changed', listings: [...list.snapshot.listings, listing] },
      };
    });
    const knowledge = { rulebook, lists: changed, indexes: buildMatchIndexes(changed, rulebook) };
    return { knowledge: async () => knowledge };
  };

  afterEach(async () => {
    await stage.world.process().deps.ledger.resumeAll('the test');
  });

  it('sends nothing new once sending is stopped, counts what waits, and goes on where it stopped', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process();
    const { ledger } = process.deps;
    await ledger.pause(null, 'Robin');
    await ledger.pause(null, 'Robin');
    expect(await ledger.pauses()).toMatchObject([{ programme: null, by: 'Robin' }]);
    await tell(process, ticketId);
    await untilRest(stage, process, ticketId, { until: (d) => d.state === 'acting' && d.steps.length > 0 });
    for (let visit = 0; visit < 5; visit++) await handleCase(process.deps, caseIdOf(ticketId));
    expect(received(stage, ticketId, company)).toMatchObject({ replies: [], notes: [], mails: [], posts: [] });
    const waiting = (await ledger.waitingSteps(1_000)).filter((s) => s.ticketId === ticketId);
    expect(waiting.map((s) => s.effect.type)).toEqual(['email', 'slack', 'reply', 'close']);
    expect(await ledger.resumeAll('Robin')).toBeGreaterThan(0);
    expect(await ledger.pauses()).toEqual([]);
    expect(await ledger.dueCases(1_000)).toContain(caseIdOf(ticketId));
    expect(await untilRest(stage, process, ticketId)).toMatchObject({ state: 'done', outcome: 'passed-to-sales' });
    expect(received(stage, ticketId, company)).toMatchObject({
      replies: [expect.any(String)],
      mails: [expect.any(String)],
      posts: [expect.any(String)],
    });
  });

  it('stops between two steps of a plan, and a claimed one whose fate is unknown is still looked up', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process();
    await tell(process, ticketId);
    stage.world.slack.fault('applied-then-reset', { match: 'chat.postMessage' });
    await untilRest(stage, process, ticketId, {
      until: (d) => d.stepDetails.some((s) => s.type === 'slack' && s.state === 'claimed' && s.sends === 1),
    });
    await process.deps.ledger.pause('everbright-api-access', 'Robin');
    const stopped = await untilRest(stage, process, ticketId, {
      until: (d) => d.steps.some((s) => s.type === 'slack' && s.state === 'done'),
    });
    expect(stopped.state).toBe('acting');
    for (let visit = 0; visit < 5; visit++) await handleCase(process.deps, caseIdOf(ticketId));
    expect(received(stage, ticketId, company)).toMatchObject({ replies: [], posts: [expect.any(String)] });
    await process.deps.ledger.resumeAll('Robin');
    await untilRest(stage, process, ticketId);
    expect(received(stage, ticketId, company)).toMatchObject({
      replies: [expect.any(String)],
      posts: [expect.any(String)],
    });
  });

  it('puts a wrong decline right: sales disregard it in the same threads, the customer hears it, John gets the ticket', async () => {
    const { company, ticketId, process, caseId } = await declined();
    const first = stage.world.smtp.mails().at(-1)!;
    await process.deps.ledger.correct(caseId, 'passed-to-api-integrations', 'Robin');
    const detail = await untilRest(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', rule: 'corrected-to-api-integrations', episode: 2 });
    const got = received(stage, ticketId, company);
    expect(got.replies).toHaveLength(2);
    expect(got.replies[1]).toContain('was a mistake');
    expect(got.posts).toHaveLength(2);
    const second = stage.world.smtp.mails().at(-1)!;
    expect(second.text).toContain('Please disregard');
    expect(second.headers['in-reply-to']).toBe(first.messageId);
    const posts = stage.world.slack.posts('everbright-sales').filter((p) => p.text.includes(company.name));
    expect(posts[1]!.thread_ts).toBe(posts[0]!.ts);
    const ticket = stage.world.zendesk.ticket(ticketId);
    expect(ticket).toMatchObject({ status: 'open', assignee_id: agents.johnKilfoil.id });
    expect(detail.timeline.some((t) => t.text.startsWith('Robin said that'))).toBe(true);
    // Said twice, it is done once.
    await tell(process, ticketId);
    await untilRest(stage, process, ticketId);
    expect(received(stage, ticketId, company).replies).toHaveLength(2);
    await expect(process.deps.ledger.correct(caseId, 'passed-to-api-integrations', 'Robin')).rejects.toThrow(/already/);
  });

  it('refuses to correct what is not finished, and to what no rule knows a person is asked', async () => {
    const { process, caseId, ticketId, company } = await declined();
    await expect(process.deps.ledger.correct('sandbox-nowhere', 'x', 'Robin')).rejects.toThrow(/no case/);
    await process.deps.ledger.correct(caseId, 'made-up', 'Robin');
    expect(await untilRest(stage, process, ticketId, { until: (d) => d.state === 'held' })).toMatchObject({
      state: 'held',
    });
    await expect(process.deps.ledger.correct(caseId, 'passed-to-api-integrations', 'Robin')).rejects.toThrow(/is held/);
    expect(received(stage, ticketId, company).replies).toHaveLength(1);
  });

  for (const at of ['case-leased', 'decision-committed', 'send-begun', 'write-settled'] as const)
    it(`corrects once although the process dies at ${at}`, async () => {
      const { company, ticketId, process, caseId } = await declined();
      await process.deps.ledger.correct(caseId, 'passed-to-api-integrations', 'Robin');
      expect(await stage.world.process({ at, nth: 1 }).run(ticketId, 'correction')).toBe('died');
      const heir = stage.world.process();
      await heir.deps.ledger.clearLeases();
      await untilRest(stage, heir, ticketId);
      const got = received(stage, ticketId, company);
      expect(got.replies).toHaveLength(2);
      expect(
        got.posts.filter((p) => p.includes('disregard') && !p.includes('possible duplicate')).length,
      ).toBeLessThanOrEqual(1);
    });

  it('tells the sales thread when a list lets in who was declined, once, and touches the ticket not at all', async () => {
    const { company, ticketId, caseId } = await declined();
    const before = stage.world.zendesk.ticket(ticketId).updated_at;
    const process = stage.world.process(null, letIn(company));
    expect(await wakeRelisted(process.deps, 'new-lists')).toBe(1);
    const detail = await untilRest(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'done', rule: 'relisted-after-decline', outcome: 'relisted', episode: 2 });
    const got = received(stage, ticketId, company);
    expect(got.mails).toHaveLength(2);
    expect(got.posts).toHaveLength(2);
    expect(got.posts[1]).toContain('stands on our lists now');
    expect(got.replies).toHaveLength(1);
    expect(stage.world.zendesk.ticket(ticketId).updated_at).toBe(before);
    // The same lists again, and other ones: it was told.
    expect(await wakeRelisted(process.deps, 'new-lists')).toBe(0);
    expect(await wakeRelisted(process.deps, 'newer-lists')).toBe(0);
    expect((await stage.world.detail(caseId)).episode).toBe(2);
  });

  it('leaves a finished case alone when the lists change and let nobody in, and after 90 days', async () => {
    const { company, caseId, process } = await declined();
    expect(await wakeRelisted(process.deps, 'same')).toBe(0);
    await process.deps.ledger.wake(caseId, { key: 'list:whatever', kind: 'list' });
    await handleCase(process.deps, caseId);
    expect(await stage.world.detail(caseId)).toMatchObject({ state: 'done', episode: 1, outcome: 'passed-to-sales' });
    await sql`update usher.cases set updated_at = now() - interval '91 days' where id = ${caseId}`.execute(
      stage.db.kysely<unknown>(),
    );
    expect(await wakeRelisted(stage.world.process(null, letIn(company)).deps, 'later')).toBe(0);
  });

  it('hands an organization to sales once although two of its people ask in the same moment', async () => {
    const company = stage.stranger();
    const colleague = { ...company, contact: { name: 'Robin Example', email: `robin@${company.domain}` } };
    const tickets = [stage.world.file(company), stage.world.file(colleague)];
    // Both have decided before either tells anybody.
    const barrier = meeting(tickets.length);
    const processes = tickets.map(() =>
      stage.world.process(null, {
        checkpoint: async (name) => {
          if (name === 'decision-committed') await barrier();
        },
      }),
    );
    await Promise.all(tickets.map((ticketId, i) => arrive(stage, processes[i]!, ticketId)));
    const rules = await Promise.all(tickets.map(async (id) => (await stage.world.detail(caseIdOf(id))).rule));
    expect(rules.sort()).toEqual(['not-approved', 'not-approved-again']);
    const mails = stage.world.smtp.mails().filter((m) => m.text.includes(company.name));
    expect(mails.filter((m) => !m.subject.startsWith('Re:'))).toHaveLength(1);
    for (const ticketId of tickets) expect(stage.world.replies(ticketId)).toHaveLength(1);
  });
});

/** The first so many callers go on together; later ones are not kept. */
function meeting(size: number): () => Promise<void> {
  let come = 0;
  let open: () => void;
  const all = new Promise<void>((resolve) => (open = resolve));
  return async () => {
    come += 1;
    if (come === size) open();
    if (come <= size) await all;
  };
}
