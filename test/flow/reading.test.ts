// A help desk that cannot be read: nothing is sent on half knowledge, nothing is lost, and the case goes on when it is back.
import { afterEach, expect, it } from 'vitest';
import { handleCase } from '../../src/flow/handle-case.js';
import { pollOnce } from '../../src/flow/intake.js';
import type { FaultKind } from '../../src/sandbox/faults.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, caseIdOf, isAtRest, received, stageFor, tell, untilRest } from './journey.js';

/** What the case says while the help desk answers like this, after a few visits. */
const faults: [kind: FaultKind, meanwhile: string][] = [
  ['401', 'held'],
  ['403', 'held'],
  ['404', 'not-for-usher'],
  ['429', 'held'],
  ['429-absurd', 'held'],
  ['500', 'held'],
  ['502-html', 'held'],
  ['503', 'held'],
  ['200-html', 'held'],
  ['301', 'held'],
  ['reset-before', 'held'],
  ['truncated', 'held'],
];
const VISITS = 6;

oneDatabase((open) => {
  const stage = stageFor(open);
  afterEach(async () => {
    stage.world.zendesk.clearFaults();
    await stage.world.zendesk.refuse(false);
  });

  for (const [kind, meanwhile] of faults)
    it(`sends nothing while reading a ticket meets ${kind}, and goes on when that is over`, async () => {
      const company = stage.stranger();
      const ticketId = stage.world.file(company);
      const process = stage.world.process();
      stage.world.zendesk.fault(kind, { match: `GET /api/v2/tickets/${ticketId}`, times: 1_000_000 });
      await tell(process, ticketId);
      for (let visit = 0; visit < VISITS; visit++) await handleCase(process.deps, caseIdOf(ticketId));
      const during = await stage.world.detail(caseIdOf(ticketId));
      expect(during.state, during.reason ?? '').toBe(meanwhile);
      expect(during.reason).toBeTruthy();
      expect(received(stage, ticketId, company)).toMatchObject({ replies: [], notes: [], mails: [], posts: [] });
      stage.world.zendesk.clearFaults();
      // A ticket that is gone is nobody's until somebody hears of it again.
      if (kind === '404') await tell(process, ticketId);
      const detail = await untilRest(stage, process, ticketId, { until: (d) => d.state === 'done' });
      expect(isAtRest(detail)).toBe(true);
      expect(received(stage, ticketId, company)).toMatchObject({
        replies: [expect.any(String)],
        mails: [expect.any(String)],
        posts: [expect.any(String)],
      });
    });

  for (const kind of ['hang-before', '401', '500', '200-html', '429'] as const)
    it(`holds what is planned while the look right before a write meets ${kind}, and goes on when that is over`, async () => {
      const company = stage.stranger();
      const ticketId = stage.world.file(company);
      const process = stage.world.process();
      stage.world.zendesk.fault(kind, { match: `GET /api/v2/tickets/${ticketId}/audits`, times: 1_000_000 });
      await tell(process, ticketId);
      // The first visits may find the ticket too fresh to decide on.
      while ((await stage.world.detail(caseIdOf(ticketId))).steps.length === 0)
        await handleCase(process.deps, caseIdOf(ticketId));
      for (let visit = 0; visit < (kind === 'hang-before' ? 2 : VISITS + 4); visit++)
        await handleCase(process.deps, caseIdOf(ticketId));
      expect(received(stage, ticketId, company)).toMatchObject({ replies: [], notes: [], mails: [], posts: [] });
      expect((await stage.world.detail(caseIdOf(ticketId))).steps.length).toBeGreaterThan(0);
      stage.world.zendesk.clearFaults();
      await untilRest(stage, process, ticketId, { until: (d) => d.state === 'done' });
      expect(received(stage, ticketId, company)).toMatchObject({
        replies: [expect.any(String)],
        mails: [expect.any(String)],
        posts: [expect.any(String)],
      });
    });

  it('says which setting to look at when the help desk does not take the login', async () => {
    const ticketId = stage.world.file(stage.stranger());
    const process = stage.world.process();
    stage.world.zendesk.fault('401', { times: 1_000_000 });
    await tell(process, ticketId);
    await handleCase(process.deps, caseIdOf(ticketId));
    const detail = await stage.world.detail(caseIdOf(ticketId));
    expect(detail.state).toBe('held');
    expect(detail.reason).toMatch(/ZENDESK_(EMAIL|API_TOKEN)/);
  });

  it('opens no case and loses none while the help desk is away', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process();
    await stage.world.zendesk.refuse(true);
    await expect(pollOnce(process.deps, new Date(0))).rejects.toThrow();
    await stage.world.zendesk.refuse(false);
    // The export leaves the newest minute out on purpose.
    const deadline = Date.now() + 20_000;
    let isSeen = false;
    while (!isSeen && Date.now() < deadline) {
      await pollOnce(process.deps, new Date(0));
      isSeen = await stage.world.detail(caseIdOf(ticketId)).then(
        () => true,
        () => false,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const detail = await untilRest(stage, process, ticketId);
    expect(detail.state).toBe('done');
    expect(received(stage, ticketId, company).replies).toHaveLength(1);
  });

  it('sees the answer of an agent that the history showed late', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    let isAnswered = false;
    const process = stage.world.process(null, {
      checkpoint: async (name) => {
        if (name !== 'decision-committed' || isAnswered) return;
        isAnswered = true;
        stage.world.zendesk.agentReplies(ticketId, 'I have this one.');
        stage.world.zendesk.fault('stale-audits', { match: `/tickets/${ticketId}/audits`, times: 2 });
      },
    });
    const timing = { ...process.deps.timing, lookDelaysMs: [50, 100, 60_000] };
    Object.assign(process.deps, { timing });
    const detail = await arrive(stage, process, ticketId);
    expect(detail.state).toBe('not-for-usher');
    expect(received(stage, ticketId, company)).toMatchObject({ replies: [], mails: [], posts: [] });
  });
});
