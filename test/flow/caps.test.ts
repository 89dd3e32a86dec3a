// Caps that no rule can lift: replies a requester, a domain and a minute, the breaker that stops everything, and reply storms.
import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { handleCase } from '../../src/flow/handle-case.js';
import type { Caps } from '../../src/ledger.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, atOnce, caseIdOf, isAtRest, received, stageFor, statesOf, tell, untilRest } from './journey.js';
import type { Company } from './world.js';

const wide: Caps = {
  repliesPerRequesterDay: 1_000,
  repliesPerDomainHour: 1_000,
  repliesPerMinute: 1_000,
  breakerPerTenMinutes: 10_000,
};
const STORM_ROUNDS = 100;

oneDatabase((open) => {
  const stage = stageFor(open);

  /** What was sent before was sent so long before. */
  const ago = (interval: string) =>
    sql`update usher.writes set claimed_at = claimed_at - ${interval}::interval where claimed_at is not null`.execute(
      stage.db.kysely<unknown>(),
    );
  beforeEach(async () => {
    await ago('3 days');
    await stage.world.process().deps.ledger.resumeAll('the test');
  });

  const processWith = (caps: Partial<Caps>) => stage.world.process(null, { caps: { ...wide, ...caps } });
  const colleague = (company: Company, n: number): Company => ({
    ...company,
    contact: { name: `Colleague ${n}`, email: `colleague${n}@${company.domain}` },
  });

  it('answers one requester three times a day, then asks a person, and goes on the day after', async () => {
    const company = stage.stranger();
    const process = processWith({ repliesPerRequesterDay: 3 });
    const tickets: string[] = [];
    for (let n = 0; n < 5; n++) {
      const ticketId = stage.world.file(company);
      tickets.push(ticketId);
      const detail = await arrive(stage, process, ticketId);
      expect(detail.state, `ticket ${n + 1}`).toBe(n < 3 ? 'done' : 'held');
      expect(stage.world.replies(ticketId), `ticket ${n + 1}`).toHaveLength(n < 3 ? 1 : 0);
      if (n >= 3) expect(detail.reason).toContain('CAPS_REPLIES_PER_REQUESTER_DAY');
    }
    await ago('25 hours');
    await process.deps.ledger.resumeCase(caseIdOf(tickets[3]!), 'Robin');
    const detail = await untilRest(stage, process, tickets[3]!);
    expect(detail.state).toBe('done');
    expect(stage.world.replies(tickets[3]!)).toHaveLength(1);
    expect(detail.stepDetails.filter((s) => s.type === 'slack' && s.state === 'done')).toHaveLength(1);
  });

  it('answers one mail domain so often an hour, whoever of it writes', async () => {
    const company = stage.stranger();
    const process = processWith({ repliesPerDomainHour: 2 });
    const states: string[] = [];
    for (let n = 0; n < 3; n++)
      states.push((await arrive(stage, process, stage.world.file(colleague(company, n)))).state);
    expect(states).toEqual(['done', 'done', 'held']);
    const other = await arrive(stage, process, stage.world.file(stage.stranger()));
    expect(other.state).toBe('done');
    await ago('61 minutes');
    expect((await arrive(stage, process, stage.world.file(colleague(company, 9)))).state).toBe('done');
  });

  it('waits for the next minute when a minute is full, and needs nobody for that', async () => {
    const process = processWith({ repliesPerMinute: 1 });
    expect((await arrive(stage, process, stage.world.file(stage.stranger()))).state).toBe('done');
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const waits = await arrive(stage, process, ticketId, {
      until: (d) => d.state === 'acting' && d.steps.some((s) => s.type === 'slack' && s.state === 'done'),
    });
    expect(statesOf(waits)).toMatchObject({ email: 'done', slack: 'done', reply: 'planned' });
    for (let visit = 0; visit < 3; visit++) await handleCase(process.deps, caseIdOf(ticketId));
    expect(stage.world.replies(ticketId)).toHaveLength(0);
    await ago('61 seconds');
    expect((await untilRest(stage, process, ticketId)).state).toBe('done');
    expect(received(stage, ticketId, company)).toMatchObject({
      replies: [expect.any(String)],
      mails: [expect.any(String)],
      posts: [expect.any(String)],
    });
  });

  it('stops mail and Slack too when the breaker opens, and goes on after a person reset it', async () => {
    const process = processWith({ breakerPerTenMinutes: 2 });
    const { ledger } = process.deps;
    for (let n = 0; n < 2; n++)
      expect((await arrive(stage, process, stage.world.file(stage.stranger()))).state).toBe('done');
    expect(await ledger.breaker()).toBeNull();
    const companies = [stage.stranger(), stage.stranger()];
    const tickets = companies.map((c) => stage.world.file(c));
    const first = await arrive(stage, process, tickets[0]!);
    expect(first.state).toBe('held');
    expect(first.reason).toContain('CAPS_BREAKER_PER_10_MINUTES');
    expect((await ledger.breaker())?.reason).toContain('2 customer messages');
    const second = await arrive(stage, process, tickets[1]!);
    expect(second.state).toBe('held');
    expect(received(stage, tickets[1]!, companies[1]!)).toMatchObject({ replies: [], mails: [], posts: [] });

    expect(await ledger.resumeAll('Robin')).toBe(2);
    for (const [i, ticketId] of tickets.entries()) {
      const detail = await untilRest(stage, process, ticketId);
      expect(detail.state, detail.reason ?? '').toBe('done');
      expect(received(stage, ticketId, companies[i]!)).toMatchObject({
        replies: [expect.any(String)],
        mails: [expect.any(String)],
        posts: [expect.any(String)],
      });
    }
    expect(await ledger.breaker()).toBeNull();
  });

  for (const [what, flags, most] of [
    ['says so in its headers', [4], 0],
    ['does not say that it is one', [], 3],
  ] as const)
    it(`answers an auto-responder that ${what} ${most} times at most in ${STORM_ROUNDS} rounds`, {
      timeout: 120_000,
    }, async () => {
      const company = stage.stranger();
      stage.world.zendesk.addOrganization({ name: company.name, domains: [company.domain] });
      const process = processWith({ repliesPerRequesterDay: 3 });
      const tickets = Array.from({ length: STORM_ROUNDS }, (_, round) =>
        stage.world.zendesk.customerFiles({
          name: company.contact.name,
          email: company.contact.email,
          subject: `Re: API access request ${round}`,
          body: `Thank you for your message about API access. This inbox is read on working days. ${company.name}`,
          flags: [...flags],
        }),
      );
      await atOnce(tickets, async (ticketId) => {
        await arrive(stage, process, ticketId);
      });
      const replies = tickets.map((id) => stage.world.replies(id).length);
      expect(Math.max(...replies)).toBeLessThanOrEqual(1);
      expect(replies.reduce((a, b) => a + b, 0)).toBe(most);
    });

  it('answers an auto-responder on one ticket once, however often it answers back', { timeout: 120_000 }, async () => {
    const email = 'robot.of.nobody@gmail.com';
    const ticketId = stage.world.zendesk.customerFiles({
      name: 'Robot',
      email,
      subject: 'API access',
      body: 'I would like to get API access.',
    });
    const process = processWith({ repliesPerRequesterDay: 3 });
    await arrive(stage, process, ticketId);
    for (let round = 0; round < 20; round++) {
      stage.world.zendesk.customerReplies(ticketId, `We have got your message about API access, number ${round}.`);
      await tell(process, ticketId);
      expect(isAtRest(await untilRest(stage, process, ticketId))).toBe(true);
    }
    expect(stage.world.replies(ticketId)).toHaveLength(1);
  });
});
