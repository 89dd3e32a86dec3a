// Every fault of the help desk at a ticket's update: the customer hears of it once, and no ticket is lost.
import { afterEach, expect, it } from 'vitest';
import type { FaultKind, FaultOptions } from '../../src/sandbox/faults.js';
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, expectSafe, received, stageFor, statesOf, timePasses } from './journey.js';

/** done: all went out. refused: the case is held and the step says so. unsure: held, and a person must look. */
type End = 'done' | 'refused' | 'unsure';
type Row = [kind: FaultKind, end: End, options?: FaultOptions];

const ticketFaults: Row[] = [
  ['reset-before', 'done'],
  ['hang-before', 'done'],
  ['500', 'done'],
  ['502-html', 'done'],
  ['503', 'done'],
  ['200-html', 'done'],
  ['200-not-stored', 'done'],
  ['301', 'done'],
  ['409', 'done'],
  ['429', 'done'],
  ['429-date', 'done'],
  ['429-absurd', 'done'],
  ['429-no-header', 'done'],
  ['400', 'refused'],
  ['401', 'refused'],
  ['403', 'refused'],
  ['404', 'refused'],
  ['422', 'refused'],
  ['applied-then-reset', 'done'],
  ['applied-then-hang', 'done'],
  ['500-applied', 'done'],
  ['503-applied', 'done'],
  ['200-other-id', 'done'],
  ['truncated', 'done'],
  ['slow', 'done', { delayMs: 1_500 }],
  ['fields-ignored', 'done'],
];

oneDatabase((open) => {
  const stage = stageFor(open);
  afterEach(async () => {
    stage.world.zendesk.clearFaults();
    stage.world.slack.clearFaults();
    stage.world.smtp.clearFaults();
    await stage.world.zendesk.refuse(false);
    await stage.world.slack.refuse(false);
    await stage.world.smtp.refuse(false);
  });

  /** Reads of a ticket's history, from its first update on. */
  const readsAfterUpdate = (ticketId: string, what: RegExp) => (request: { method: string; path: string }) =>
    request.method === 'GET' &&
    what.test(request.path) &&
    request.path.includes(`/tickets/${ticketId}/`) &&
    stage.world.zendesk.requests.some((r) => r.method === 'PUT' && r.path.includes(`/tickets/${ticketId}`));

  for (const [kind, end, options] of ticketFaults)
    it(`tells the customer once although the ticket update meets ${kind}`, async () => {
      const company = stage.stranger();
      const ticketId = stage.world.file(company);
      stage.world.zendesk.fault(kind, { ...options, match: `PUT /api/v2/tickets/${ticketId}` });
      const detail = await arrive(stage, stage.world.process(), ticketId, { beforeVisit: timePasses(stage) });
      const got = received(stage, ticketId, company);
      expectSafe(detail, got, kind);
      expect(got.mails).toHaveLength(1);
      expect(got.posts).toHaveLength(1);
      if (end === 'done') {
        expect(got.replies).toHaveLength(1);
        expect(detail.state, detail.reason ?? '').toBe('done');
        expect(stage.world.zendesk.ticket(ticketId).status).toBe('solved');
      } else {
        expect(got.replies).toHaveLength(0);
        expect(detail.state).toBe('held');
        expect(statesOf(detail).reply).toBe('refused');
        expect(detail.reason).toContain('The help desk');
        expect(detail.reason).toContain(kind);
      }
    });

  it('asks a person when the help desk cannot be asked whether it took the reply', async () => {
    const company = sampleCompanies.brightfield;
    const ticketId = stage.world.file(company);
    stage.world.zendesk.fault('applied-then-reset', { match: `PUT /api/v2/tickets/${ticketId}` });
    stage.world.zendesk.fault('500', { times: 100_000, match: readsAfterUpdate(ticketId, /\/audits/) });
    const detail = await arrive(stage, stage.world.process(), ticketId);
    expect(stage.world.replies(ticketId)).toHaveLength(1);
    expect(detail.state).toBe('held');
    expect(statesOf(detail).reply).toBe('unsure');
    expect(detail.reason).toContain('The help desk');
  });

  for (const looks of [1, 2, 3, 4, 8])
    it(`never replies twice when the history lags behind for ${looks} look(s)`, async () => {
      const company = sampleCompanies.halcyon;
      const ticketId = stage.world.file(company);
      const process = stage.world.process();
      stage.world.zendesk.fault('applied-then-reset', { match: `PUT /api/v2/tickets/${ticketId}` });
      stage.world.zendesk.fault('stale-audits', {
        times: looks,
        match: readsAfterUpdate(ticketId, /\/(audits|comments)/),
      });
      const detail = await arrive(stage, process, ticketId);
      expect(stage.world.replies(ticketId)).toHaveLength(1);
      expect(detail.state === 'done' || statesOf(detail).reply === 'unsure').toBe(true);
    });
});
