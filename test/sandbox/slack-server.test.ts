// The sandbox Slack speaks the Web API as the vendor does: 200 with ok:false, both encodings, pace, metadata only on request.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack-server.js';
import { TestClock } from './zendesk-client.js';

let slack: SlackSandbox;
let clock: TestClock;
beforeEach(async () => {
  clock = new TestClock();
  slack = await startSlackSandbox({ now: clock.now });
});
afterEach(() => slack.close());

const sales = 'C0EVERSALES';
const metadata = { event_type: 'usher_post', event_payload: { mark: 'w1' } };

async function call(
  method: string,
  args: Record<string, unknown>,
  as: 'json' | 'form' = 'json',
  token = slack.botToken,
) {
  const form = new URLSearchParams(
    Object.entries(args).map(([k, v]): [string, string] => [k, typeof v === 'string' ? v : JSON.stringify(v)]),
  );
  const answer = await fetch(`${slack.url}${method}`, {
    method: 'POST',
    signal: AbortSignal.timeout(1500),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': as === 'json' ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded',
    },
    body: as === 'json' ? JSON.stringify(args) : form,
  });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body };
}
const post = async (args: Record<string, unknown>, as: 'json' | 'form' = 'json') => {
  clock.pass(2);
  return call('chat.postMessage', { channel: sales, ...args }, as);
};

describe('posting to the sandbox Slack', () => {
  it('takes JSON and forms, and gives a ts of six decimals', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*hi*' } }];
    const answers = [await post({ text: 'a', blocks, metadata }), await post({ text: 'b', blocks, metadata }, 'form')];
    for (const { body } of answers) {
      expect(body).toMatchObject({ ok: true, channel: sales, ts: expect.stringMatching(/^\d{10}\.\d{6}$/) });
    }
    expect(slack.posts('everbright-sales')).toMatchObject([
      { text: 'a', blocks, metadata },
      { text: 'b', blocks, metadata },
    ]);
  });

  it('answers 200 with ok:false where the vendor does', async () => {
    const errors = [
      await call('chat.postMessage', { channel: sales, text: 'x' }, 'json', 'xoxb-wrong'),
      await call('chat.postMessage', { channel: sales, text: 'x' }, 'json', ''),
      await post({ channel: 'C0NOWHERE', text: 'x' }),
      await post({ channel: '#everbright-sales', text: 'x' }),
      await post({ channel: 'C0GENERAL00', text: 'x' }),
      await post({ channel: 'C0OLDSALES0', text: 'x' }),
      await post({}),
      await post({ text: 'x'.repeat(40_001) }),
      await post({ text: 'x', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'y'.repeat(3001) } }] }),
      await post({ text: 'x', blocks: '{"a":1}' }),
      await post({ text: 'x', metadata: 'not json' }),
      await post({ text: 'x', metadata: { event_type: 'a', event_payload: { deep: { too: { deep: 1 } } } } }),
      await call('chat.unknown', {}),
    ];
    expect(errors.every((e) => e.status === 200 && e.body.ok === false)).toBe(true);
    expect(errors.map((e) => e.body.error)).toEqual([
      'invalid_auth',
      'not_authed',
      'channel_not_found',
      'channel_not_found',
      'not_in_channel',
      'is_archived',
      'no_text',
      'msg_too_long',
      'invalid_blocks',
      'invalid_blocks_format',
      'invalid_metadata_format',
      'invalid_metadata_schema',
      'unknown_method',
    ]);
    expect(slack.posts(sales)).toEqual([]);
  });

  it('takes one message a second a channel, then answers 429', async () => {
    await post({ text: 'a' });
    const second = await call('chat.postMessage', { channel: sales, text: 'b' });
    expect(second).toMatchObject({ status: 429, retryAfter: '1', body: { ok: false, error: 'ratelimited' } });
    expect((await call('chat.postMessage', { channel: 'C0USHEROPS', text: 'b' })).status).toBe(200);
    clock.pass(1);
    expect((await call('chat.postMessage', { channel: sales, text: 'c' })).status).toBe(200);
  });

  it('updates its own messages only', async () => {
    const { ts } = (await post({ text: 'a' })).body as unknown as { ts: string };
    expect((await call('chat.update', { channel: sales, ts, text: 'b' })).body).toMatchObject({ ok: true, text: 'b' });
    const theirs = slack.personPosts(sales, 'mine');
    expect((await call('chat.update', { channel: sales, ts: theirs, text: 'c' })).body.error).toBe(
      'cant_update_message',
    );
    expect((await call('chat.update', { channel: sales, ts: '1.000000', text: 'c' })).body.error).toBe(
      'message_not_found',
    );
  });
});

describe('reading back', () => {
  it('shows metadata only with include_all_metadata, newest first, after `oldest`', async () => {
    const first = (await post({ text: 'a', metadata })).body as unknown as { ts: string };
    await post({ text: 'b', metadata }, 'form');
    const plain = await call('conversations.history', { channel: sales }, 'form');
    expect(plain.body.messages).toMatchObject([
      { text: 'b' },
      { text: 'a', bot_id: 'B0USHERBOT', app_id: 'A0USHERAPP' },
    ]);
    expect(JSON.stringify(plain.body)).not.toContain('usher_post');
    const full = await call(
      'conversations.history',
      { channel: sales, include_all_metadata: true, oldest: first.ts },
      'form',
    );
    expect(full.body.messages).toMatchObject([{ text: 'b', metadata }]);
  });

  it('pages to an empty cursor and shows threads oldest first', async () => {
    const root = slack.personPosts(sales, 'root');
    slack.personPosts(sales, 'in thread', { threadTs: root });
    slack.personPosts(sales, 'later');
    const first = await call('conversations.history', { channel: sales, limit: 1 });
    expect(first.body).toMatchObject({ has_more: true, messages: [{ text: 'later' }] });
    const { next_cursor } = first.body.response_metadata as { next_cursor: string };
    const second = await call('conversations.history', { channel: sales, limit: 1, cursor: next_cursor });
    expect(second.body).toMatchObject({ messages: [{ text: 'root' }], response_metadata: { next_cursor: '' } });
    const thread = await call('conversations.replies', { channel: sales, ts: root });
    expect(thread.body.messages).toMatchObject([{ text: 'root' }, { text: 'in thread' }]);
    expect((await call('conversations.history', { channel: 'C0GENERAL00' })).body.error).toBe('not_in_channel');
  });

  it('lists channels and finds people by address, from a form only', async () => {
    const list = await call('conversations.list', { types: 'public_channel,private_channel', exclude_archived: true });
    const names = (list.body.channels as unknown as { name: string }[]).map((c) => c.name);
    expect(names).toEqual(['everbright-sales', 'usher-operations', 'general']);
    expect((await call('conversations.info', { channel: sales })).body).toMatchObject({
      ok: true,
      channel: { is_member: true },
    });
    const email = 'Mercedes.Davis@goeverbright.com';
    expect((await call('users.lookupByEmail', { email }, 'form')).body).toMatchObject({ user: { id: 'U0MERCEDES' } });
    expect((await call('users.lookupByEmail', { email })).body.error).toBe('users_not_found');
    expect((await call('auth.test', {})).body).toMatchObject({ ok: true, team_id: 'T0EVERBRIT', bot_id: 'B0USHERBOT' });
  });
});

describe('faults of the sandbox Slack', () => {
  it.each([
    ['applied-then-reset', 1],
    ['reset-before', 0],
    ['200-not-stored', 0],
    ['200-html', 0],
    ['slack-error', 0],
    ['slack-error-applied', 1],
    ['500-applied', 1],
  ] as const)('%s leaves %i messages', async (kind, stored) => {
    slack.fault(kind, { match: 'chat.postMessage' });
    await post({ text: 'a' }).catch(() => null);
    expect(slack.posts(sales)).toHaveLength(stored);
    await post({ text: 'b' });
    expect(slack.posts(sales)).toHaveLength(stored + 1);
  });

  it('lose the bot, archive a channel, or make it vanish', async () => {
    slack.setChannel(sales, { is_member: false });
    expect((await post({ text: 'a' })).body.error).toBe('not_in_channel');
    slack.setChannel(sales, { is_member: true, is_archived: true });
    expect((await post({ text: 'a' })).body.error).toBe('is_archived');
    slack.setChannel(sales, { gone: true });
    expect((await post({ text: 'a' })).body.error).toBe('channel_not_found');
  });
});
