// The shadow report: agents act as the policy says on some tickets and otherwise on others; the figures are exact.
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { shadowReport } from '../../src/core/shadow-report.js';
import { type CompareDeps, compareSome } from '../../src/flow/compare.js';
import { noteOnly } from '../../src/flow/note-only.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { agents, fieldIds } from '../../src/sandbox/sample-people.js';
import { comparisonStore } from '../../src/storage/comparisons.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, stageFor } from './journey.js';
import type { Process } from './world.js';

const AT_ONCE = { firstLookMs: 0, lateMs: 7 * 86_400_000 };
const DECLINED = {
  [fieldIds.Resolution]: 'resolution_declined',
  [fieldIds['Platform Area']]: 'area_account_management',
  [fieldIds['Resolution Type']]: 'resolution_type_account_management',
};

oneDatabase((open) => {
  const stage = stageFor(open);
  const inShadow = () => stage.world.process(null, { mode: 'shadow', hands: null });
  const depsOf = (process: Process): CompareDeps => ({
    comparisons: comparisonStore(stage.db.kysely<unknown>()),
    reader: process.deps.reader,
    rulebook: () => stage.world.knowledge.rulebook,
    log: process.deps.log,
  });
  const ofTicket = async (deps: CompareDeps, ticketId: string) =>
    (await deps.comparisons.tickets(30)).find((t) => t.ticketId === ticketId)!;
  /** As if everything had been decided and looked at so much earlier. */
  const ago = async (interval: string) => {
    for (const table of ['decisions', 'comparisons'])
      await sql`update usher.${sql.raw(table)} set at = at - ${interval}::interval`.execute(stage.db.kysely<unknown>());
  };

  it('counts a rule what agents did the same, differently and not yet', { timeout: 60_000 }, async () => {
    const process = inShadow();
    const deps = depsOf(process);
    const { zendesk } = stage.world;
    const file = async (body?: string) => {
      const ticketId = stage.world.file(stage.stranger(), body ? { subject: 'A question', body } : {});
      return { ticketId, detail: await arrive(stage, process, ticketId) };
    };
    const fileFor = async (company: (typeof sampleCompanies)['halcyon']) => {
      const ticketId = stage.world.file(company);
      return { ticketId, detail: await arrive(stage, process, ticketId) };
    };
    const tickets = {
      declined: await file(),
      givenAccess: await file(),
      declinedInSilence: await file(),
      notYet: await file(),
      passedOn: await fileFor(sampleCompanies.brightfield),
      declinedThough: await fileFor(sampleCompanies.halcyon),
      other: await file('Where do I find my last invoice?'),
      otherGivenAccess: await file('How do I change my password?'),
    };
    expect(Object.values(tickets).map(({ detail }) => detail.rule ?? detail.state)).toEqual([
      ...Array.from({ length: 4 }, () => 'not-approved'),
      'new-integration',
      'in-progress',
      'not-for-usher',
      'not-for-usher',
    ]);
    const idOf = (name: keyof typeof tickets) => tickets[name].ticketId;

    expect(await compareSome(deps, 100, AT_ONCE)).toBe(8);
    expect((await deps.comparisons.tickets(30)).map((t) => t.verdict)).toEqual(Array.from({ length: 8 }, () => 'open'));

    const replies = (name: keyof typeof tickets) => zendesk.agentReplies(idOf(name), 'Hello, about your request …');
    replies('declined');
    zendesk.agentSets(idOf('declined'), { status: 'solved', fields: DECLINED });
    replies('givenAccess');
    zendesk.agentAssigns(idOf('givenAccess'), agents.johnKilfoil.id);
    zendesk.agentSets(idOf('givenAccess'), { status: 'solved' });
    zendesk.agentReplies(idOf('declinedInSilence'), 'Not approved, I think', { public: false });
    zendesk.agentSets(idOf('declinedInSilence'), { status: 'solved', fields: DECLINED });
    replies('passedOn');
    zendesk.agentAssigns(idOf('passedOn'), agents.johnKilfoil.id);
    zendesk.agentSets(idOf('passedOn'), { status: 'solved' });
    replies('declinedThough');
    zendesk.agentSets(idOf('declinedThough'), { status: 'solved', fields: DECLINED });
    replies('other');
    zendesk.agentSets(idOf('other'), { status: 'solved' });
    zendesk.agentAssigns(idOf('otherGivenAccess'), agents.johnKilfoil.id);
    zendesk.agentSets(idOf('otherGivenAccess'), { status: 'solved' });

    // What was looked at a moment ago has time; then everything that is not finished is looked at once more.
    await ago('2 hours');
    expect(await compareSome(deps, 100, AT_ONCE)).toBe(8);
    const report = shadowReport(30, await deps.comparisons.tickets(30));
    expect(report.rules.map((r) => [r.kind, r.rule, r.decided, r.same, r.different, r.open])).toEqual([
      ['act', 'not-approved', 4, 1, 2, 1],
      ['act', 'in-progress', 1, 0, 1, 0],
      ['act', 'new-integration', 1, 1, 0, 0],
      ['ignore', null, 2, 1, 1, 0],
    ]);
    expect(Object.fromEntries(report.different.map((t) => [t.ticketId, t.differences]))).toEqual({
      [idOf('givenAccess')]: [
        'Usher would have closed it as Declined, set Platform Area to "Account Management" and set Resolution Type to "Account Management"; the agents replied, assigned it to John Kilfoil and closed it',
      ],
      [idOf('declinedInSilence')]: [
        'Usher would have replied with "not-approved"; the agents assigned it to Sam Whitaker, closed it as Declined, set Platform Area to "Account Management" and set Resolution Type to "Account Management"',
      ],
      [idOf('declinedThough')]: [
        'Usher would have assigned it to John Kilfoil; the agents replied, assigned it to Sam Whitaker, closed it as Declined, set Platform Area to "Account Management" and set Resolution Type to "Account Management"',
      ],
      [idOf('otherGivenAccess')]: [
        'Usher would have left it alone; the agents assigned it to John Kilfoil and closed it',
      ],
    });
    expect(report.different[0]).toMatchObject({ caseId: expect.any(String), url: expect.stringMatching(/^http/) });
    expect(stage.world.zendesk.world().filter((e) => e.by === 'usher')).toEqual([]);

    // What is finished is not read again; what is open is judged as it is after seven days.
    await ago('1 day');
    expect(await compareSome(deps, 100, AT_ONCE)).toBe(1);
    zendesk.agentReplies(idOf('notYet'), 'We look into it.');
    await ago('7 days');
    expect(await compareSome(deps, 100, AT_ONCE)).toBe(1);
    expect((await ofTicket(deps, idOf('notYet'))).differences).toEqual([
      'Usher would have closed it as Declined, set Platform Area to "Account Management" and set Resolution Type to "Account Management"; the agents replied',
    ]);
    await ago('1 day');
    expect(await compareSome(deps, 100, AT_ONCE)).toBe(0);
  });

  it('lists what agents did where it would have asked a person, and never calls it different', async () => {
    const process = inShadow();
    const deps = depsOf(process);
    const ticketId = stage.world.file(sampleCompanies.pinecrest);
    const detail = await arrive(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'held', rule: 'cancelled' });
    stage.world.zendesk.agentReplies(ticketId, 'The integration was cancelled, I am afraid.', { status: 'solved' });
    // The case is told of it and decided again: an agent has the ticket. What counts is what was decided before.
    expect((await arrive(stage, process, ticketId)).state).toBe('not-for-usher');
    await compareSome(deps, 100, AT_ONCE);
    const ticket = await ofTicket(deps, ticketId);
    expect(ticket).toMatchObject({ kind: 'hold', rule: 'cancelled', verdict: 'same', differences: [] });
    expect(ticket.agentsDid).toBe('replied, assigned it to Sam Whitaker and closed it');
    const report = shadowReport(30, await deps.comparisons.tickets(30));
    expect(report.left.map((t) => t.ticketId)).toContain(ticketId);
  });

  it('compares proposals too, and nothing that was decided live', async () => {
    const { helpdesk } = stage.world.process().deps.hands!;
    const hands = { helpdesk: noteOnly(helpdesk), chat: null, mail: null };
    const proposing = stage.world.process(null, { mode: 'propose', hands });
    const proposed = stage.world.file(stage.stranger());
    await arrive(stage, proposing, proposed);
    const live = stage.world.file(stage.stranger());
    await arrive(stage, stage.world.process(), live);
    const deps = depsOf(proposing);
    const ids = (await deps.comparisons.tickets(30)).map((t) => t.caseId);
    expect(ids).toContain(caseIdOf(proposed));
    expect(ids).not.toContain(caseIdOf(live));
  });

  it('goes on with the others when one ticket cannot be read, and stops for a while when nothing answers', async () => {
    const process = inShadow();
    const gone = stage.world.file(stage.stranger());
    const next = stage.world.file(stage.stranger());
    for (const id of [gone, next]) await arrive(stage, process, id);
    stage.world.zendesk.agentDeletes(gone);
    stage.world.zendesk.agentSets(next, { status: 'solved', fields: DECLINED });
    const deps = depsOf(process);
    await stage.world.zendesk.refuse(true);
    expect(await compareSome(deps, 100, AT_ONCE)).toBe(0);
    await stage.world.zendesk.refuse(false);
    await compareSome(deps, 100, AT_ONCE);
    expect(await ofTicket(deps, gone)).toMatchObject({ verdict: 'open', agentsDid: 'deleted or merged the ticket' });
    expect(await ofTicket(deps, next)).toMatchObject({ verdict: 'different' });
  });
});
