// The operations channel: a digest a day, one alert a cause, changed in place when it is over; each once whatever dies.

import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { slackChat } from '../../src/adapters/slack/slack-chat.js';
import { type AnnounceDeps, alertCauses, announceOpen } from '../../src/flow/announce.js';
import { digestText, planDigest } from '../../src/flow/digest.js';
import { slackChannels } from '../../src/sandbox/sample-people.js';
import { startSlackSandbox } from '../../src/sandbox/slack-server.js';
import type { SlackSandbox } from '../../src/sandbox/slack-types.js';
import { announcements } from '../../src/storage/announcements.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import { oneDatabase } from '../storage/databases.js';

oneDatabase((open) => {
  let db: Database;
  let slack: SlackSandbox;
  let deps: AnnounceDeps;
  let now = '2026-11-20T00:00:00Z';
  const channelId = slackChannels.operations.id;
  const posts = () => slack.posts('usher-operations').map((p) => p.text);
  /** Claims are looked into after two minutes. */
  const minutesPass = () =>
    sql`update usher.announcements set claimed_at = claimed_at - interval '3 minutes', not_before = null`.execute(
      db.kysely<unknown>(),
    );

  beforeAll(async () => {
    db = await open();
    await migrate(db, migrations);
    slack = await startSlackSandbox({ now: () => new Date(now), rateLimit: false });
    const chat = slackChat({
      botToken: slack.botToken,
      apiUrl: slack.url,
      allowPrivateNetwork: true,
      timeoutMs: 1_000,
    });
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const clock = { now: () => new Date(now) };
    deps = { announcements: announcements(db.kysely()), chat, clock, log, mark: (key) => `mark of ${key}` };
  });
  afterAll(() => slack.close());

  const digest = async (at: string, since = '2026-11-01T00:00:00Z') => {
    now = at;
    await planDigest(deps, place(since));
  };
  const place = (since: string) => ({
    channelId,
    zone: 'America/Los_Angeles',
    since: new Date(since),
    caseUrl: (id: string) => `https://usher.example/cases/${id}`,
    more: ['Suspended tickets in the help desk: 2'],
  });

  it('tells a digest once a day, from nine in the zone on, also when all is zero', async () => {
    await digest('2026-11-22T16:59:00Z');
    await announceOpen(deps);
    expect(posts()).toEqual([]);
    for (const now of ['2026-11-22T17:00:00Z', '2026-11-22T17:01:00Z', '2026-11-23T07:00:00Z']) {
      await digest(now);
      await announceOpen(deps);
    }
    expect(posts()).toHaveLength(1);
    expect(posts()[0]).toBe(
      [
        '*Usher, the last 24 hours*',
        'Done: 0',
        'Need a person: 0',
        'Under way: 0',
        'Not sure whether a step arrived: 0',
        'Suspended tickets in the help desk: 2',
      ].join('\n'),
    );
    await digest('2026-11-23T18:00:00Z', '2026-11-23T17:30:00Z');
    await announceOpen(deps);
    expect(posts()).toHaveLength(1);
    await digest('2026-11-24T18:00:00Z');
    await announceOpen(deps);
    expect(posts()).toHaveLength(2);
  });

  it('finds a post whose answer was lost, and repeats one that was lost itself, marked', async () => {
    const before = posts().length;
    slack.fault('applied-then-reset', { match: 'chat.postMessage' });
    await digest('2026-11-25T18:00:00Z');
    await announceOpen(deps);
    await announceOpen(deps);
    await minutesPass();
    await announceOpen(deps);
    expect(posts().slice(before)).toHaveLength(1);
    slack.fault('reset-before', { match: 'chat.postMessage' });
    await digest('2026-11-26T18:00:00Z');
    await announceOpen(deps);
    expect(posts().slice(before)).toHaveLength(1);
    await minutesPass();
    await announceOpen(deps);
    expect(posts().slice(before + 1)).toEqual([expect.stringContaining('(possible duplicate)')]);
    await minutesPass();
    await announceOpen(deps);
    expect(posts().slice(before)).toHaveLength(2);
  });

  it('raises one alert a cause, changes it in place when it is over, and raises it anew when it comes back', async () => {
    const before = slack.posts('usher-operations').length;
    const told = () => slack.posts('usher-operations').slice(before);
    const cause = { key: 'list:approved-sellers', says: 'The list "Approved sellers" cannot be read: <torn>' };
    for (const minute of ['00', '01', '02']) {
      now = `2026-11-27T10:${minute}:00Z`;
      await alertCauses(deps, [cause], channelId);
      await announceOpen(deps);
    }
    expect(told().map((p) => p.text)).toEqual([':warning: The list "Approved sellers" cannot be read: &lt;torn&gt;']);
    slack.fault('reset-before', { match: 'chat.update' });
    for (const minute of ['10', '11', '12']) {
      now = `2026-11-27T10:${minute}:00Z`;
      await alertCauses(deps, [], channelId);
      await announceOpen(deps);
    }
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatchObject({
      text: expect.stringMatching(/^:white_check_mark: Over since 2026-11-27 10:11 UTC: ~The list/),
    });
    now = '2026-11-28T10:00:00Z';
    await alertCauses(deps, [cause], channelId);
    await announceOpen(deps);
    expect(told().map((p) => p.text.slice(0, 9))).toEqual([':white_ch', ':warning:']);
    await alertCauses(deps, [], channelId);
  });

  it.each([
    ['was told to come again later', '429', { retryAfterSeconds: 300 }],
    ['was refused', 'slack-error', { error: 'channel_not_found' }],
  ] as const)('does not raise an alert anew each minute whose post %s', async (_what, kind, options) => {
    const before = slack.posts('usher-operations').length;
    const asked = () => slack.requests.filter((r) => r.path.includes('chat.postMessage')).length;
    const attempts = asked();
    slack.fault(kind, { match: 'chat.postMessage', ...options });
    const cause = { key: `sending ${kind}`, says: 'Something is wrong' };
    for (const minute of ['00', '01', '02']) {
      now = `2026-11-29T10:${minute}:00Z`;
      await alertCauses(deps, [cause], channelId);
      await announceOpen(deps);
    }
    expect(asked()).toBe(attempts + 1);
    // It ends before it was told: nobody hears of it any more.
    await alertCauses(deps, [], channelId);
    await minutesPass();
    await announceOpen(deps);
    expect(asked()).toBe(attempts + 1);
    expect(slack.posts('usher-operations')).toHaveLength(before);
  });
});

it('says in a digest what waits longest, and what is stuck', () => {
  const text = digestText(
    {
      done: 5,
      outcomes: [
        { outcome: 'passed-to-sales', count: 3 },
        { outcome: 'thanked', count: 2 },
      ],
      held: 2,
      open: 4,
      stuck: 1,
      unsure: 1,
      oldest: { caseId: 'zendesk-7', hours: 75 },
    },
    { caseUrl: () => null, more: [] },
  );
  expect(text.split('\n').slice(1)).toEqual([
    'Done: 5 (passed-to-sales 3, thanked 2)',
    'Need a person: 2; the oldest for 3 days: zendesk-7',
    'Under way: 4, 1 of them stuck for more than an hour',
    'Not sure whether a step arrived: 1',
  ]);
});
