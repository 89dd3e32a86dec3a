// The Slack adapter: one post a call, failures named by table, and marks found only in messages of our own.
import { afterEach, describe, expect, it } from 'vitest';
import { slackChat } from '../../src/adapters/slack/slack-chat.js';
import type { Outcome } from '../../src/ports.js';
import { slackChannels } from '../../src/sandbox/sample-people.js';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack-server.js';
import { type Asked, json, page, type TinyServer, tinyServer } from './tiny-server.js';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function serve(answer: Parameters<typeof tinyServer>[0]): Promise<TinyServer> {
  const server = await tinyServer(answer);
  open.push(server);
  return server;
}
const chatAt = (url: string, timeoutMs = 20_000) =>
  slackChat({ botToken: 'xoxb-test', apiUrl: `${url}/api/`, allowPrivateNetwork: true, timeoutMs });
const post = (url: string, timeoutMs?: number): Promise<Outcome> =>
  chatAt(url, timeoutMs).post({ channelId: 'C1', text: 'Ticket 1 &amp; more', mark: 'm1' });
const form = (asked: Asked | undefined) => Object.fromEntries(new URLSearchParams(asked?.body ?? ''));

describe('a post', () => {
  it('is done with its ts, and carries only what it must', async () => {
    const server = await serve((_, out) => json(out, 200, { ok: true, channel: 'C1', ts: '1770091506.000100' }));
    expect(await post(server.url)).toEqual({ kind: 'done', receipt: { channel: 'C1', ts: '1770091506.000100' } });
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]?.path).toBe('/api/chat.postMessage');
    expect(server.asked[0]?.headers.authorization).toBe('Bearer xoxb-test');
    const sent = form(server.asked[0]);
    expect(sent).toMatchObject({
      channel: 'C1',
      text: 'Ticket 1 &amp; more',
      unfurl_links: 'false',
      unfurl_media: 'false',
      link_names: 'false',
      parse: 'none',
    });
    expect(JSON.parse(sent.metadata ?? '')).toEqual({ event_type: 'usher_write', event_payload: { mark: 'm1' } });
    expect(JSON.parse(sent.blocks ?? '')).toEqual([
      { type: 'section', text: { type: 'mrkdwn', text: 'Ticket 1 &amp; more', verbatim: true } },
    ]);
  });

  it('makes links of whole addresses and leaves broken ones and existing links alone', async () => {
    const server = await serve((_, out) => json(out, 200, { ok: true, channel: 'C1', ts: '1.1' }));
    const text = 'See https://acme.test/1?a=b, or <https://acme.test|Acme>; not https:\u200b//evil.test @channel';
    await chatAt(server.url).post({ channelId: 'C1', text, mark: 'm' });
    const [block] = JSON.parse(form(server.asked[0]).blocks ?? '[]') as { text: { text: string } }[];
    expect(block?.text.text).toBe(
      'See <https://acme.test/1?a=b>, or <https://acme.test|Acme>; not https:\u200b//evil.test @channel',
    );
  });

  it('of great length is cut into blocks that Slack takes, never inside a link or an escape', async () => {
    const server = await serve((_, out) => json(out, 200, { ok: true, channel: 'C1', ts: '1.1' }));
    const text = `${'x'.repeat(2_990)} <https://acme.test/long|a link>${'&amp;'.repeat(20_000)}`;
    await chatAt(server.url).post({ channelId: 'C1', text, mark: 'm' });
    const sent = form(server.asked[0]);
    const blocks = JSON.parse(sent.blocks ?? '[]') as { text: { text: string } }[];
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const { text: part } of blocks.map((block) => block.text)) {
      expect(part.length).toBeLessThanOrEqual(3_000);
      expect(part.replace(/&amp;/g, '')).not.toMatch(/&|^amp;|^mp;/);
      expect((part.match(/</g) ?? []).length).toBe((part.match(/>/g) ?? []).length);
    }
    expect(sent.text?.length).toBeLessThanOrEqual(40_000);
  });

  const words: [string, Outcome['kind']][] = [
    ['channel_not_found', 'refused'],
    ['not_in_channel', 'refused'],
    ['is_archived', 'refused'],
    ['invalid_auth', 'refused'],
    ['token_revoked', 'refused'],
    ['missing_scope', 'refused'],
    ['invalid_blocks', 'refused'],
    ['msg_too_long', 'refused'],
    ['ratelimited', 'not-sent'],
    ['rate_limited', 'not-sent'],
    ['message_limit_exceeded', 'not-sent'],
    ['fatal_error', 'unknown'],
    ['internal_error', 'unknown'],
    ['request_timeout', 'unknown'],
    ['service_unavailable', 'unknown'],
    ['a_word_from_the_future', 'unknown'],
  ];
  it.each(words)('that Slack answers with %s is %s', async (error, kind) => {
    const server = await serve((_, out) => json(out, 200, { ok: false, error }));
    const outcome = await post(server.url);
    expect(outcome.kind).toBe(kind);
    if (kind === 'refused') expect(outcome).toMatchObject({ code: error });
    expect(server.asked).toHaveLength(1);
  });

  it.each([301, 307, 400, 401, 403, 404, 500, 502, 503])(
    'answered with status %i is unknown, and sent once',
    async (status) => {
      const server = await serve((_, out) => page(out, status, { location: '/elsewhere' }));
      expect((await post(server.url)).kind).toBe('unknown');
      expect(server.asked).toHaveLength(1);
    },
  );

  const strange: [string, unknown][] = [
    ['no ts', { ok: true, channel: 'C1' }],
    ['another channel', { ok: true, channel: 'C2', ts: '1.1' }],
    ['nothing', {}],
    ['an error that is no word', { ok: false, error: 'Something went wrong, channel_not_found' }],
  ];
  it.each(strange)('answered with %s is unknown', async (_, body) => {
    const server = await serve((_asked, out) => json(out, 200, body));
    expect((await post(server.url)).kind).toBe('unknown');
  });

  it('answered with a login page is unknown', async () => {
    const server = await serve((_, out) => page(out, 200));
    expect((await post(server.url)).kind).toBe('unknown');
  });

  it.each([
    ['7', 7_000],
    ['99999999', 3_600_000],
    ['soon', undefined],
    [undefined, undefined],
  ])('answered with 429 and Retry-After %s waits %s ms', async (header, retryAfterMs) => {
    const server = await serve((_, out) =>
      json(out, 429, { ok: false, error: 'ratelimited' }, header === undefined ? {} : { 'retry-after': header }),
    );
    expect(await post(server.url)).toMatchObject({ kind: 'not-sent', code: 'ratelimited', retryAfterMs });
    expect(server.asked).toHaveLength(1);
  });

  it('is not sent when nobody listens, unknown when the answer is lost or late: one request each', async () => {
    const gone = await tinyServer(() => {});
    await gone.close();
    expect(await post(gone.url)).toMatchObject({ kind: 'not-sent', code: 'ECONNREFUSED' });
    const reset = await serve((_, out) => out.destroy());
    expect((await post(reset.url)).kind).toBe('unknown');
    const silent = await serve(() => {});
    expect((await post(silent.url, 1_500)).kind).toBe('unknown');
    const torn = await serve((_, out) => {
      out.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      out.write('{"ok":true,', () => out.destroy());
    });
    expect((await post(torn.url)).kind).toBe('unknown');
    expect([reset, silent, torn].map((server) => server.asked.length)).toEqual([1, 1, 1]);
  });

  it('goes nowhere private or unencrypted unless that is allowed', () => {
    const at = (apiUrl: string) => () => slackChat({ botToken: 'x', apiUrl });
    expect(at('http://slack.com/api/')).toThrow('url-not-https');
    expect(at('https://127.0.0.1/api/')).toThrow('url-private');
  });

  it('is not sent when a name leads to a private address and that is not allowed', async () => {
    const chat = slackChat({ botToken: 'x', apiUrl: 'https://localhost:1/api/' });
    expect(await chat.post({ channelId: 'C1', text: 'x', mark: 'm' })).toMatchObject({
      kind: 'not-sent',
      code: 'EPRIVATE',
    });
  });

  it('follows no redirect, and is unknown then', async () => {
    const elsewhere = await serve((_, out) => json(out, 200, { ok: true, channel: 'C1', ts: '1.1' }));
    const server = await serve((_, out) => out.writeHead(307, { location: elsewhere.url }).end());
    expect((await post(server.url)).kind).toBe('unknown');
    expect(elsewhere.asked).toHaveLength(0);
  });
});

describe('looking for a mark in a channel', () => {
  async function sandboxChat(): Promise<{ slack: SlackSandbox; chat: ReturnType<typeof slackChat> }> {
    const slack = await startSlackSandbox({ rateLimit: false });
    open.push(slack);
    return { slack, chat: slackChat({ botToken: slack.botToken, apiUrl: slack.url, allowPrivateNetwork: true }) };
  }
  const channelId = slackChannels.sales.id;
  const since = () => new Date(Date.now() - 1_000).toISOString();

  it('finds our own post, also one whose answer was lost, and nothing else', async () => {
    const { slack, chat } = await sandboxChat();
    slack.fault('applied-then-reset', { match: 'chat.postMessage' });
    expect((await chat.post({ channelId, text: 'one', mark: 'm-lost' })).kind).toBe('unknown');
    expect((await chat.post({ channelId, text: 'two', mark: 'm-kept' })).kind).toBe('done');
    slack.personPosts(channelId, 'usher_write m-typed');
    expect(slack.posts(channelId).filter((m) => m.metadata?.event_payload.mark === 'm-lost')).toHaveLength(1);
    expect((await chat.findMark(channelId, 'm-lost', since())).kind).toBe('found');
    expect(await chat.findMark(channelId, 'm-kept', since())).toMatchObject({ receipt: { channel: channelId } });
    expect((await chat.findMark(channelId, 'm-typed', since())).kind).toBe('absent');
    expect((await chat.findMark(channelId, 'm-never', since())).kind).toBe('absent');
  });

  it('finds it under more than a page of other posts', async () => {
    const { slack, chat } = await sandboxChat();
    await chat.post({ channelId, text: 'one', mark: 'm-deep' });
    for (let i = 0; i < 150; i += 1) slack.personPosts(channelId, `chat ${i}`);
    expect((await chat.findMark(channelId, 'm-deep', since())).kind).toBe('found');
  });

  it('does not take a mark in the message of another app', async () => {
    const server = await serve((asked, out) => {
      if (asked.path.endsWith('auth.test')) return json(out, 200, { ok: true, user_id: 'U0BOT', bot_id: 'B1' });
      const metadata = { event_type: 'usher_write', event_payload: { mark: 'm1' } };
      json(out, 200, { ok: true, messages: [{ ts: '1.1', bot_id: 'B2', user: 'U2', metadata }], has_more: false });
    });
    expect((await chatAt(server.url).findMark('C1', 'm1', since())).kind).toBe('absent');
  });

  it('cannot tell when the channel cannot be read', async () => {
    const { slack, chat } = await sandboxChat();
    expect((await chat.findMark(slackChannels.general.id, 'm', since())).kind).toBe('cannot-tell');
    slack.fault('503', { times: 5 });
    expect((await chat.findMark(channelId, 'm', since())).kind).toBe('cannot-tell');
  });

  it('is refused to post where the bot is not, or the channel is archived', async () => {
    const { chat } = await sandboxChat();
    const to = (id: string) => chat.post({ channelId: id, text: 'x', mark: 'm' });
    expect(await to(slackChannels.general.id)).toMatchObject({ kind: 'refused', code: 'not_in_channel' });
    expect(await to(slackChannels.archive.id)).toMatchObject({ kind: 'refused', code: 'is_archived' });
    expect(await to('C0NOSUCH000')).toMatchObject({ kind: 'refused', code: 'channel_not_found' });
  });
});
