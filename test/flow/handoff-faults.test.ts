// Every fault of Slack and the mail server at a hand-off: sales hear of it twice at most, the customer not before them, nothing is lost.
import { afterEach, expect, it } from 'vitest';
import type { FaultKind, FaultOptions } from '../../src/sandbox/faults.js';
import type { SmtpFaultKind } from '../../src/sandbox/smtp-types.js';
import { oneDatabase } from '../storage/databases.js';
import { arrive, expectSafe, received, stageFor, statesOf, timePasses } from './journey.js';

/** done: all went out. refused: the case is held and the step says so. unsure: held, and a person must look. */
type End = 'done' | 'refused' | 'unsure';
type Row = [kind: FaultKind, end: End, options?: FaultOptions];

const slackFaults: Row[] = [
  ['reset-before', 'done'],
  ['hang-before', 'done'],
  ['500', 'done'],
  ['502-html', 'done'],
  ['503', 'done'],
  ['200-html', 'done'],
  ['301', 'done'],
  ['400', 'done'],
  ['401', 'done'],
  ['403', 'done'],
  ['404', 'done'],
  ['409', 'done'],
  ['422', 'done'],
  ['429', 'done'],
  ['429-date', 'done'],
  ['429-absurd', 'done'],
  ['429-no-header', 'done'],
  ['slack-error', 'done'],
  ['slack-error', 'refused', { error: 'channel_not_found' }],
  ['slack-error', 'refused', { error: 'not_in_channel' }],
  ['slack-error', 'refused', { error: 'is_archived' }],
  ['slack-error', 'refused', { error: 'invalid_auth' }],
  ['applied-then-reset', 'done'],
  ['applied-then-hang', 'done'],
  ['500-applied', 'done'],
  ['503-applied', 'done'],
  ['200-other-id', 'done'],
  ['truncated', 'done'],
  ['slow', 'done', { delayMs: 1_500 }],
  ['slack-error-applied', 'done'],
];

/** How many mails arrive when the fault strikes once. */
const mailFaults: [kind: SmtpFaultKind, end: End, mails: number][] = [
  ['drop-at-connect', 'done', 1],
  ['drop-before-mail', 'done', 1],
  ['greylist', 'done', 1],
  ['reject', 'refused', 0],
  ['temporary-after-dot', 'done', 1],
  ['refuse-after-dot', 'refused', 0],
  ['drop-after-dot', 'done', 2],
  ['drop-after-dot-lost', 'done', 1],
  ['hang-after-dot', 'done', 2],
];

const labelOf = (kind: string, options?: FaultOptions) => (options?.error ? `${kind} ${options.error}` : kind);

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

  for (const [kind, end, options] of slackFaults)
    it(`tells sales and then the customer although the post meets ${labelOf(kind, options)}`, async () => {
      const company = stage.stranger();
      const ticketId = stage.world.file(company);
      stage.world.slack.fault(kind, { ...options, match: 'chat.postMessage' });
      const detail = await arrive(stage, stage.world.process(), ticketId, { beforeVisit: timePasses(stage) });
      const got = received(stage, ticketId, company);
      expectSafe(detail, got, kind);
      expect(got.mails).toHaveLength(1);
      expect(got.posts).toHaveLength(end === 'done' ? 1 : 0);
      // The customer is not told that sales will follow up before sales knows.
      expect(got.replies).toHaveLength(end === 'done' ? 1 : 0);
      expect(detail.state, detail.reason ?? '').toBe(end === 'done' ? 'done' : 'held');
      if (end !== 'done') {
        expect(statesOf(detail)).toMatchObject({ slack: end, reply: 'planned' });
        expect(detail.reason).toContain('Slack');
      }
    });

  it('believes a Slack that says yes and stores nothing, as the mail has told sales', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    stage.world.slack.fault('200-not-stored', { match: 'chat.postMessage' });
    const detail = await arrive(stage, stage.world.process(), ticketId);
    const got = received(stage, ticketId, company);
    expect(detail.state).toBe('done');
    expect(got).toMatchObject({ mails: [expect.any(String)], posts: [], replies: [expect.any(String)] });
  });

  for (const [kind, end, mails] of mailFaults)
    it(`tells sales by mail and then the customer although the mail server does ${kind}`, async () => {
      const company = stage.stranger();
      const ticketId = stage.world.file(company);
      stage.world.smtp.fault(kind);
      const detail = await arrive(stage, stage.world.process(), ticketId, { beforeVisit: timePasses(stage) });
      const got = received(stage, ticketId, company);
      expectSafe(detail, got, kind);
      expect(got.mails).toHaveLength(mails);
      expect(got.posts).toHaveLength(end === 'done' ? 1 : 0);
      expect(got.replies).toHaveLength(end === 'done' ? 1 : 0);
      expect(detail.state, detail.reason ?? '').toBe(end === 'done' ? 'done' : 'held');
      if (end !== 'done') {
        expect(statesOf(detail)).toMatchObject({ email: end, slack: 'planned', reply: 'planned' });
        expect(detail.reason).toContain('The mail server');
      }
    });

  for (const kind of ['drop-after-dot', 'drop-after-dot-lost', 'hang-after-dot'] as const)
    it(`asks a person when the mail server does ${kind} twice`, async () => {
      const company = stage.stranger();
      const ticketId = stage.world.file(company);
      stage.world.smtp.fault(kind, { times: 2 });
      const detail = await arrive(stage, stage.world.process(), ticketId);
      const got = received(stage, ticketId, company);
      expectSafe(detail, got, kind);
      expect(got.mails).toHaveLength(kind === 'drop-after-dot-lost' ? 0 : 2);
      expect(got.replies).toHaveLength(0);
      expect(detail.state).toBe('held');
      expect(statesOf(detail).email).toBe('unsure');
      expect(detail.reason).toContain('The mail server');
    });

  it('asks a person when Slack is unclear twice and shows nothing', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    stage.world.slack.fault('500', { match: 'chat.postMessage', times: 2 });
    const detail = await arrive(stage, stage.world.process(), ticketId);
    expectSafe(detail, received(stage, ticketId, company));
    expect(detail.state).toBe('held');
    expect(statesOf(detail)).toMatchObject({ slack: 'unsure', reply: 'planned' });
    expect(detail.reason).toContain('Slack');
  });

  it('asks a person when Slack cannot be asked whether it took the post', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    stage.world.slack.fault('applied-then-reset', { match: 'chat.postMessage' });
    stage.world.slack.fault('500', { match: /conversations|auth\.test/, times: 1_000 });
    const detail = await arrive(stage, stage.world.process(), ticketId);
    const got = received(stage, ticketId, company);
    expectSafe(detail, got);
    expect(got.posts).toHaveLength(1);
    expect(statesOf(detail)).toMatchObject({ slack: 'unsure', reply: 'planned' });
  });

  it('goes on by itself when the mail server, Slack and the help desk come back', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    const process = stage.world.process();
    const isUp = { mail: false, slack: false };
    await stage.world.smtp.refuse(true);
    await stage.world.slack.refuse(true);
    let visits = 0;
    const detail = await arrive(stage, process, ticketId, {
      beforeVisit: async () => {
        visits += 1;
        if (visits > 30 && !isUp.mail) {
          isUp.mail = true;
          await stage.world.smtp.refuse(false);
        }
        if (visits > 60 && !isUp.slack) {
          isUp.slack = true;
          await stage.world.slack.refuse(false);
        }
      },
    });
    const got = received(stage, ticketId, company);
    expect(detail.state, detail.reason ?? '').toBe('done');
    expect(got).toMatchObject({
      replies: [expect.any(String)],
      mails: [expect.any(String)],
      posts: [expect.any(String)],
    });
  });

  it('holds a case whose mail server stays away for good, naming it', async () => {
    const company = stage.stranger();
    const ticketId = stage.world.file(company);
    await stage.world.smtp.refuse(true);
    const process = stage.world.process();
    const detail = await arrive(
      stage,
      stage.world.process(null, { timing: { ...process.deps.timing, backoffMostMs: 1 } }),
      ticketId,
    );
    expect(detail.state).toBe('held');
    expect(statesOf(detail)).toMatchObject({ email: 'refused', slack: 'planned', reply: 'planned' });
    expect(detail.reason).toContain('The mail server');
    expect(received(stage, ticketId, company)).toMatchObject({ replies: [], mails: [], posts: [] });
  });
});
