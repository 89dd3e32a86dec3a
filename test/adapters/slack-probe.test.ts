// The doctor's probe of Slack: each broken world gives exactly its finding, and nothing is ever posted.
import { afterEach, describe, expect, it } from 'vitest';
import { type ChatNeeds, slackProbe } from '../../src/adapters/slack/probe.js';
import type { Finding } from '../../src/ports.js';
import { slackChannels } from '../../src/sandbox/sample-people.js';
import { usualScopes } from '../../src/sandbox/slack-scopes.js';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack-server.js';
import { json, page, tinyServer } from './tiny-server.js';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const TOKEN = 'xoxb-probe-token-1';
const sales = { role: 'sales', name: '#everbright-sales', id: slackChannels.sales.id, isUsed: true };
const operations = { role: 'operations', name: '#usher-operations', id: slackChannels.operations.id, isUsed: true };

async function slack(options: Parameters<typeof startSlackSandbox>[0] = {}): Promise<SlackSandbox> {
  const sandbox = await startSlackSandbox({ botToken: TOKEN, ...options });
  open.push(sandbox);
  return sandbox;
}
const probe = (url: string, channels: ChatNeeds['channels'] = [sales, operations], timeoutMs?: number) =>
  slackProbe(
    { botToken: TOKEN, apiUrl: url, allowPrivateNetwork: true, timeoutMs },
    { channels, hears: null, hasCards: false },
  ).run();

const bad = (findings: Finding[]) => findings.filter((f) => f.level !== 'ok');
const seen = (level: Finding['level'], what: RegExp): Finding => ({
  area: 'Slack',
  level,
  what: expect.stringMatching(what) as string,
  fix: expect.stringMatching(/^\S.{10,}/) as string,
});
const all = ['chat:write', 'channels:history', 'groups:history', 'channels:read', 'groups:read'];
const without = (...scopes: string[]) => ({ scopes: all.filter((s) => !scopes.includes(s)) });
const READS = /^\/api\/(auth\.test|conversations\.info|conversations\.history)$/;

describe('an app as it should be', () => {
  it('gives nothing but good findings and only reads', async () => {
    const sandbox = await slack();
    const findings = await probe(sandbox.url);
    expect(bad(findings)).toEqual([]);
    expect(findings.map((f) => f.what)).toEqual([
      'Signed in as usher in EverBright',
      expect.stringMatching(/^The channel "sales" .* takes posts/),
      expect.stringMatching(/^The channel "operations" .* takes posts/),
    ]);
    expect(sandbox.requests.filter((r) => !READS.test(r.path))).toEqual([]);
    expect(sandbox.posts('everbright-sales')).toEqual([]);
  });

  it('needs no right to list channels: what it may do there is tried on the history', async () => {
    const sandbox = await slack(without('channels:read', 'groups:read'));
    expect(bad(await probe(sandbox.url))).toEqual([]);
    sandbox.setChannel('everbright-sales', { is_member: false });
    expect(bad(await probe(sandbox.url))).toEqual([seen('error', /"sales" .* does not have the app as a member/)]);
  });
});

describe('clicks and commands', () => {
  const hearing = async (hears: ChatNeeds['hears'], hasCards: boolean, options = {}) => {
    const sandbox = await slack(options);
    const reach = { botToken: TOKEN, apiUrl: sandbox.url, allowPrivateNetwork: true };
    return slackProbe(reach, { channels: [], hears, hasCards }).run();
  };

  it('that nothing hears are told of where cards have buttons', async () => {
    expect(bad(await hearing(null, true))).toEqual([seen('warning', /nothing hears the clicks/)]);
    expect(bad(await hearing(null, false))).toEqual([]);
  });

  it('need a scope of their own, whichever way they come', async () => {
    expect(bad(await hearing('door', true))).toEqual([]);
    expect(bad(await hearing('socket', false))).toEqual([]);
    expect(bad(await hearing('door', true, { scopes: all }))).toEqual([seen('warning', /scope commands is missing/)]);
  });
});

describe('direct messages to approvers', () => {
  const asking = async (asksPeople: boolean, scopes = usualScopes) => {
    const sandbox = await slack({ scopes });
    const reach = { botToken: TOKEN, apiUrl: sandbox.url, allowPrivateNetwork: true };
    return slackProbe(reach, { channels: [], hears: 'door', hasCards: true, asksPeople }).run();
  };

  it('need scopes of their own, where somebody is asked by them', async () => {
    const poor = usualScopes.filter((scope) => !scope.startsWith('im:'));
    expect(bad(await asking(true))).toEqual([]);
    expect(bad(await asking(false, poor))).toEqual([]);
    expect(bad(await asking(true, poor))).toEqual([
      seen('warning', /the scope im:write is missing/),
      seen('warning', /the scope im:history is missing/),
    ]);
  });
});

describe('a broken workspace gives exactly its finding:', () => {
  it.each<[string, Parameters<SlackSandbox['setChannel']>[1], RegExp]>([
    ['the app is not a member', { is_member: false }, /"sales" .* does not have the app as a member/],
    ['the channel is archived', { is_archived: true }, /"sales" .* is archived/],
    ['the channel is gone', { gone: true }, /"sales" .* is not known to the app/],
  ])('%s', async (_, change, what) => {
    const sandbox = await slack();
    sandbox.setChannel('everbright-sales', change);
    expect(bad(await probe(sandbox.url))).toEqual([seen('error', what)]);
    // A channel that no rule uses stops nothing.
    expect(bad(await probe(sandbox.url, [{ ...sales, isUsed: false }]))).toEqual([seen('warning', what)]);
  });

  it.each([
    ['chat:write', /may not post: the scope chat:write is missing/],
    ['channels:history', /own posts: the scope channels:history is missing/],
    ['groups:history', /own posts: the scope groups:history is missing/],
  ])('the scope %s is missing', async (scope, what) => {
    const sandbox = await slack(without(scope));
    expect(bad(await probe(sandbox.url))).toEqual([seen('error', what)]);
  });

  it('the same scope is told once for all channels', async () => {
    const sandbox = await slack(without('channels:history'));
    const second = { ...sales, role: 'again' };
    expect(bad(await probe(sandbox.url, [sales, second]))).toHaveLength(1);
  });

  it('the channel has another name by now', async () => {
    const sandbox = await slack();
    const renamed = { ...sales, name: '#sales' };
    expect(bad(await probe(sandbox.url, [renamed]))).toEqual([seen('warning', /is called #everbright-sales in Slack/)]);
  });

  it('the channel is shared with another company', async () => {
    const server = await tinyServer((asked, out) => {
      if (asked.path.endsWith('auth.test')) json(out, 200, { ok: true, bot_id: 'B1', user: 'usher', team: 'Acme' });
      else if (asked.path.endsWith('info'))
        json(out, 200, { ok: true, channel: { name: 'everbright-sales', is_member: true, is_ext_shared: true } });
      else json(out, 200, { ok: true, messages: [] });
    });
    open.push(server);
    expect(bad(await probe(`${server.url}/api/`, [sales]))).toEqual([seen('warning', /shared with another company/)]);
  });

  it('the token is wrong, and it is not shown', async () => {
    const sandbox = await slack({ botToken: 'xoxb-another' });
    const findings = await probe(sandbox.url);
    expect(findings).toEqual([seen('error', /refuses the token \(invalid_auth\)/)]);
    expect(JSON.stringify(findings)).not.toContain(TOKEN);
  });

  it('the token is a person’s', async () => {
    const server = await tinyServer((_, out) => json(out, 200, { ok: true, user: 'ann', user_id: 'U1', team: 'Acme' }));
    open.push(server);
    expect(await probe(`${server.url}/api/`)).toEqual([seen('error', /no token of a bot/)]);
  });

  it('a login page answers', async () => {
    const server = await tinyServer((_, out) => page(out, 200));
    open.push(server);
    expect(await probe(`${server.url}/api/`)).toEqual([seen('error', /Something else than Slack's API answers/)]);
  });

  it('the gateway fails', async () => {
    const server = await tinyServer((_, out) => page(out, 502));
    open.push(server);
    expect(await probe(`${server.url}/api/`)).toEqual([seen('error', /Something else than Slack's API .*502/)]);
  });

  it('nobody answers', async () => {
    const sandbox = await slack();
    await sandbox.refuse(true);
    expect(await probe(sandbox.url)).toEqual([seen('error', /nobody answers there \(ECONNREFUSED\)/)]);
  });

  it('no answer comes', async () => {
    const sandbox = await slack();
    sandbox.fault('hang-before', { match: 'auth.test' });
    expect(await probe(sandbox.url, [sales], 300)).toEqual([seen('error', /no answer came in time/)]);
  });

  it('the limit is reached', async () => {
    const sandbox = await slack();
    sandbox.fault('429', { match: 'auth.test' });
    expect(await probe(sandbox.url)).toEqual([seen('warning', /asks to wait/)]);
  });

  it('the address is plain http and that is not permitted', async () => {
    const own = slackProbe(
      { botToken: TOKEN, apiUrl: 'http://slack.example/api/' },
      { channels: [], hears: null, hasCards: false },
    );
    expect(await own.run()).toEqual([seen('error', /SLACK_API_URL is not an https address/)]);
  });
});
