// What people tell Usher about a step or a case: it arrived, send it again, do not send it, look again.
import { afterEach, expect, it } from 'vitest';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import type { Knowledge } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import type { CaseDetail } from '../../src/ports.js';
import { ProblemError } from '../../src/problem.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { eachDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, received, stageFor, statesOf, untilRest } from './journey.js';
import type { Company, Process } from './world.js';

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (e: unknown) => e,
  );
  if (!(error instanceof ProblemError)) throw new Error(`no Problem but ${String(error)}`);
  expect(error.problems[0]!.fix).not.toBe('');
  return error.problems[0]!.code;
};
const stepOf = (detail: CaseDetail, type: string) => detail.steps.find((s) => s.type === type)!.id;

eachDatabase((_name, open) => {
  const stage = stageFor(open);
  afterEach(() => {
    stage.world.zendesk.clearFaults();
    stage.world.slack.clearFaults();
    stage.world.smtp.clearFaults();
  });

  interface Stuck {
    company: Company;
    ticketId: string;
    process: Process;
    held: CaseDetail;
    step: string;
  }
  /** A declined request that stops at its mail (unsure, the server took it twice), its post or its reply (refused). */
  async function stuck(at: 'email' | 'slack' | 'reply'): Promise<Stuck> {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    if (at === 'email') stage.world.smtp.fault('drop-after-dot', { times: 2 });
    if (at === 'slack') stage.world.slack.fault('slack-error', { match: 'chat.postMessage', error: 'not_in_channel' });
    if (at === 'reply') stage.world.zendesk.fault('403', { match: `PUT /api/v2/tickets/${ticketId}` });
    const process = stage.world.process();
    const held = await arrive(stage, process, ticketId);
    expect(held.state).toBe('held');
    return { company, ticketId, process, held, step: stepOf(held, at) };
  }

  /** State of the step before, what the person says, and how often mail, post and reply have arrived in the end. */
  const rows: ['email' | 'slack' | 'reply', string, 'done' | 'again' | 'drop', string, [number, number, number]][] = [
    ['email', 'unsure', 'done', 'done', [2, 1, 1]],
    ['email', 'unsure', 'again', 'done', [3, 1, 1]],
    ['email', 'unsure', 'drop', 'dropped', [2, 1, 1]],
    ['slack', 'refused', 'done', 'done', [1, 0, 1]],
    ['slack', 'refused', 'again', 'done', [1, 1, 1]],
    ['slack', 'refused', 'drop', 'dropped', [1, 0, 1]],
    ['reply', 'refused', 'done', 'done', [1, 1, 0]],
    ['reply', 'refused', 'again', 'done', [1, 1, 1]],
    ['reply', 'refused', 'drop', 'dropped', [1, 1, 0]],
  ];
  for (const [type, was, how, becomes, [mails, posts, replies]] of rows)
    it(`goes on in order after a person said "${how}" of a step (${type}) that was ${was}`, async () => {
      const { company, ticketId, process, held, step } = await stuck(type);
      expect(statesOf(held)[type]).toBe(was);
      const { ledger } = process.deps;
      await ledger.settleByPerson(held.id, step, how, 'Robin');
      expect(await ledger.dueCases(100)).toContain(held.id);
      const detail = await untilRest(stage, process, ticketId);
      expect(detail.state, detail.reason ?? '').toBe('done');
      expect(statesOf(detail)[type]).toBe(becomes);
      const got = received(stage, ticketId, company);
      expect([got.mails.length, got.posts.length, got.replies.length]).toEqual([mails, posts, replies]);
      expect(got.order.indexOf('reply') === -1 || got.order.indexOf('reply') > got.order.lastIndexOf('mail')).toBe(
        true,
      );
      expect(detail.timeline.map((t) => t.text).join('\n')).toContain('Robin said of step');
      expect(await codeOf(ledger.settleByPerson(held.id, step, 'again', 'Robin'))).toBe('step-not-open');
    });

  it('names what is wrong with a step or a case that cannot be settled', async () => {
    const { held, process } = await stuck('email');
    const { ledger } = process.deps;
    expect(await codeOf(ledger.settleByPerson(held.id, '99', 'done', 'Robin'))).toBe('no-such-step');
    expect(await codeOf(ledger.settleByPerson(held.id, 'x', 'done', 'Robin'))).toBe('no-such-step');
    expect(await codeOf(ledger.settleByPerson('sandbox-999999', '1', 'done', 'Robin'))).toBe('no-such-case');
    expect(await codeOf(ledger.settleByPerson(held.id, stepOf(held, 'reply'), 'done', 'Robin'))).toBe('step-not-open');
    expect(await codeOf(ledger.settleByPerson(held.id, stepOf(held, 'reply'), 'again', 'Robin'))).toBe('step-not-open');
    expect(await codeOf(ledger.resumeCase('sandbox-999999', 'Robin'))).toBe('no-such-case');
  });

  it('leaves out a planned step that a person does not want', async () => {
    const { company, held, process, ticketId, step } = await stuck('email');
    const { ledger } = process.deps;
    await ledger.settleByPerson(held.id, stepOf(held, 'slack'), 'drop', 'Robin');
    await ledger.settleByPerson(held.id, step, 'done', 'Robin');
    expect((await untilRest(stage, process, ticketId)).state).toBe('done');
    expect(received(stage, ticketId, company)).toMatchObject({ posts: [], replies: [expect.any(String)] });
  });

  /** The sample lists with another status for one company in one list. */
  function withStatus(list: string, name: string, status: string): Knowledge {
    const { rulebook, lists } = stage.world.knowledge;
    const changed = lists.map((inUse) =>
      inUse.name === list && inUse.snapshot
        ? {
            ...inUse,
            snapshot: {
              ...inUse.snapshot,
              hash: `${inUse.snapshot.hash}-${status}`,
              listings: inUse.snapshot.listings.map((l) =>
                l.name === name ? { ...l, status, statusProblem: null } : l,
              ),
            },
          }
        : inUse,
    );
    return { rulebook, lists: changed, indexes: buildMatchIndexes(changed, rulebook) };
  }

  it('decides a held case anew when a list has changed, and after a person resumed it', async () => {
    const company = sampleCompanies.pinecrest;
    const tickets = [stage.world.file(company), stage.world.file(company)];
    const process = stage.world.process();
    for (const ticketId of tickets)
      expect(await arrive(stage, process, ticketId)).toMatchObject({ state: 'held', rule: 'cancelled' });
    await process.deps.ledger.resumeCase(caseIdOf(tickets[0]!), 'Robin');
    expect(await untilRest(stage, process, tickets[0]!)).toMatchObject({ state: 'held', rule: 'cancelled' });

    const knowledge = withStatus('api-tracker', company.name, 'in-progress');
    const later = stage.world.process(null, { knowledge: async () => knowledge });
    const { ledger } = later.deps;
    await ledger.resumeCase(caseIdOf(tickets[0]!), 'Robin');
    expect(await untilRest(stage, later, tickets[0]!)).toMatchObject({ state: 'done', rule: 'in-progress' });
    expect(await ledger.wakeHeld('list:changed', 'everbright-api-access')).toBeGreaterThan(0);
    // The same news once more wakes nobody again.
    for (const caseId of await ledger.dueCases(100)) await handleCase(later.deps, caseId);
    await untilRest(stage, later, tickets[1]!);
    await ledger.wakeHeld('list:changed', 'everbright-api-access');
    expect(await ledger.dueCases(100)).not.toContain(caseIdOf(tickets[1]!));
    for (const ticketId of tickets) expect(stage.world.replies(ticketId)).toHaveLength(1);
    expect(await codeOf(ledger.resumeCase(caseIdOf(tickets[0]!), 'Robin'))).toBe('case-done');
  });

  it('keeps a question open that came up while an older step was unclear', async () => {
    const company = sampleCompanies.northwind;
    const ticketId = stage.world.file(company);
    stage.world.zendesk.fault('403', { match: `PUT /api/v2/tickets/${ticketId}` });
    const held = await arrive(stage, stage.world.process(), ticketId);
    expect(statesOf(held).reply).toBe('refused');
    stage.world.zendesk.customerReplies(ticketId, 'Any news on our API access?');
    const knowledge = withStatus('api-tracker', company.name, 'cancelled');
    const later = stage.world.process(null, { knowledge: async () => knowledge });
    await arrive(stage, later, ticketId);
    await later.deps.ledger.settleByPerson(held.id, stepOf(held, 'reply'), 'drop', 'Robin');
    const detail = await untilRest(stage, later, ticketId);
    expect(detail).toMatchObject({ state: 'held', rule: 'cancelled' });
    expect(detail.reason).toContain('cancelled');
    expect(stage.world.replies(ticketId)).toHaveLength(0);
  });
});
