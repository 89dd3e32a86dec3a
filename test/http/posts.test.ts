// Everything that a click can do: with its own form and session it happens, by every attack on it nothing happens.
import { readdir, readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpOptions } from '../../src/http/http-options.js';
import { post, startTestConsole, type TestConsole, visit } from './console-server.js';

const consolePassword = 'open sesame';
/** Route -> an address of it, what a browser sends, and the page whose form it is. */
const posts: Record<string, { path: string; fields: Record<string, string>; page: string; does: string }> = {
  '/cases/:id/settle': {
    path: '/cases/sandbox-5003/settle',
    fields: { step: '5003-1', how: 'done' },
    page: '/cases/sandbox-5003',
    does: 'settle sandbox-5003 5003-1 done Kim (status page)',
  },
  '/cases/:id/resume': {
    path: '/cases/sandbox-5004/resume',
    fields: {},
    page: '/cases/sandbox-5004',
    does: 'resume sandbox-5004 Kim (status page)',
  },
  '/cases/:id/correct': {
    path: '/cases/sandbox-5002/correct',
    fields: { outcome: 'passed-to-api-integrations' },
    page: '/cases/sandbox-5002',
    does: 'correct sandbox-5002 passed-to-api-integrations Kim (status page)',
  },
  '/sending/stop': { path: '/sending/stop', fields: {}, page: '/', does: 'stop all Kim (status page)' },
  '/sending/go-on': { path: '/sending/go-on', fields: {}, page: '/sending', does: 'go on Kim (status page)' },
  '/sandbox/slack/click': {
    path: '/sandbox/slack/click',
    fields: { channel: '#usher-operations', ts: '1773324120.000100', action: 'look-again:Look again' },
    page: '/sandbox',
    does: 'click look-again:Look again in #usher-operations at 1773324120.000100',
  },
  '/sandbox/slack/command': {
    path: '/sandbox/slack/command',
    fields: { text: 'why 5002' },
    page: '/sandbox',
    does: 'type why 5002',
  },
  '/sandbox/new': {
    path: '/sandbox/new',
    fields: { name: 'Eve', email: 'eve@new.example', subject: 'API access', body: 'Please.' },
    page: '/sandbox/new',
    does: 'filed API access',
  },
};
const signing = ['/login', '/logout'];

let running: TestConsole[] = [];
const start = async (change: Partial<HttpOptions> = {}) => {
  const server = await startTestConsole({ consolePassword, ...change });
  running.push(server);
  return { ...server, done: () => [...server.acts, ...server.filed.map((t) => `filed ${t.subject}`)] };
};
afterEach(async () => {
  await Promise.all(running.map((s) => s.close()));
  running = [];
});

async function signIn(address: string, name = 'Kim') {
  const page = await visit(`${address}/login`);
  const answer = await post(`${address}/login`, { token: page.token, password: consolePassword, name }, page.cookie);
  return { status: answer.status, text: answer.text, before: page, cookie: `${page.cookie}; ${answer.cookie}` };
}

describe('every post', () => {
  it('is known here, so that none goes unguarded', async () => {
    const files = (await readdir('src/http', { recursive: true })).filter((f) => f.endsWith('.ts'));
    const texts = await Promise.all(files.map((f) => readFile(`src/http/${f}`, 'utf8')));
    const found = texts.flatMap((text) => [...text.matchAll(/\.(?:post|put|patch|delete|all|route)\(\s*'([^']+)'/g)]);
    const paths = found
      .map((m) => m[1]!)
      .filter((path) => !path.startsWith('/webhooks/') && path !== '/slack/events' && path.startsWith('/'));
    expect(paths.sort()).toEqual([...Object.keys(posts), ...signing].sort());
  });

  it.each(Object.entries(posts))('%s does what it says for who is signed in', async (_route, known) => {
    const { address, done } = await start();
    const { cookie } = await signIn(address);
    const page = await visit(address + known.page, { cookie });
    const answer = await post(address + known.path, { ...known.fields, token: page.token }, cookie, {
      origin: address,
      'sec-fetch-site': 'same-origin',
    });
    expect(answer.status).toBe(303);
    expect(done()).toEqual([known.does]);
  });

  it.each(Object.entries(posts))('%s does nothing for an attacker', async (_route, { path, fields, page }) => {
    const { address, done } = await start();
    const victim = await signIn(address);
    const attacker = await signIn(address, 'Mallory');
    const mine = (await visit(address + page, { cookie: victim.cookie })).token;
    const theirs = (await visit(address + page, { cookie: attacker.cookie })).token;
    const [formCookie, session] = victim.cookie.split('; ') as [string, string];
    const theirForm = attacker.cookie.split('; ')[0]!;
    const attempts: [string, Record<string, string>, string, Record<string, string>][] = [
      ['no session', { ...fields, token: victim.before.token }, victim.before.cookie, {}],
      ['no session, the token of one', { ...fields, token: mine }, formCookie, {}],
      ['no token', fields, victim.cookie, {}],
      ['the token from before signing in', { ...fields, token: victim.before.token }, victim.cookie, {}],
      ["another person's token", { ...fields, token: theirs }, victim.cookie, {}],
      // A page on a neighbouring name can plant a form cookie of its own beside the session.
      ["another person's token and form cookie", { ...fields, token: theirs }, `${theirForm}; ${session}`, {}],
      [
        'a form cookie from before signing in',
        { ...fields, token: attacker.before.token },
        `${attacker.before.cookie}; ${session}`,
        {},
      ],
      ['another site', { ...fields, token: mine }, victim.cookie, { origin: 'https://evil.example' }],
      ['another port', { ...fields, token: mine }, victim.cookie, { origin: 'http://127.0.0.1:1' }],
      ['a cross-site request', { ...fields, token: mine }, victim.cookie, { 'sec-fetch-site': 'cross-site' }],
      ['a neighbouring site', { ...fields, token: mine }, victim.cookie, { 'sec-fetch-site': 'same-site' }],
    ];
    for (const [what, body, cookie, headers] of attempts)
      expect([401, 403], what).toContain((await post(address + path, body, cookie, headers)).status);
    const json = { method: 'POST', cookie: victim.cookie, body: JSON.stringify({ ...fields, token: mine }) };
    const asText = await visit(address + path, { ...json, headers: { 'content-type': 'text/plain' } });
    expect(asText.status).toBe(415);
    // By its address alone nothing happens.
    await visit(`${address}${path}?${new URLSearchParams({ ...fields, token: mine })}`, { cookie: victim.cookie });
    expect(done()).toEqual([]);
  });
});

describe('sessions', () => {
  it('end for every copy of the cookie when somebody signs out, and only by their own form', async () => {
    const { address } = await start();
    const { cookie } = await signIn(address);
    const other = await signIn(address, 'Robin');
    const { token } = await visit(address, { cookie });
    const forged = await post(`${address}/logout`, { token: other.before.token }, cookie);
    expect(forged.status).toBe(403);
    expect((await visit(address, { cookie })).status).toBe(200);
    expect((await post(`${address}/logout`, { token }, cookie)).status).toBe(303);
    expect((await visit(address, { cookie })).status).toBe(303);
    expect((await visit(address, { cookie: other.cookie })).status).toBe(200);
    const late = await post(`${address}/sending/stop`, { token }, cookie);
    expect(late.status).toBe(401);
  });

  it('need a name, which cannot hide anything', async () => {
    const { address, done } = await start();
    const nameless = await signIn(address, '  ');
    expect(nameless.status).toBe(422);
    expect(nameless.text).toContain('Say who you are');
    const { cookie } = await signIn(address, 'Kim\u202e; Admin');
    const { token } = await visit(address, { cookie });
    await post(`${address}/sending/stop`, { token }, cookie);
    expect(done()).toEqual(['stop all Kim\\u202e; Admin (status page)']);
  });

  it('take no form of a day ago', async () => {
    let now = new Date('2026-03-12T08:00:00Z');
    const { address, done } = await start({ now: () => now });
    const { cookie } = await signIn(address);
    const { token } = await visit(address, { cookie });
    now = new Date('2026-03-12T20:00:01Z');
    expect((await post(`${address}/sending/stop`, { token }, cookie)).status).toBe(401);
    expect(done()).toEqual([]);
  });
});

describe('stopping and going on', () => {
  const open = async (change: Partial<HttpOptions> = {}) => {
    const server = await start({ consolePassword: undefined, ...change });
    const page = await visit(server.address);
    const send = (path: string, fields: Record<string, string> = {}) =>
      post(server.address + path, { ...fields, token: page.token }, page.cookie);
    const read = async (path: string) => (await visit(server.address + path, { cookie: page.cookie })).text;
    return { ...server, send, read };
  };
  const everywhere = ['/', '/lists', '/cases/sandbox-5001', '/sandbox', '/sandbox/new', '/report'];

  it('has the button on every page, and says on every page since when, by whom and how much waits', async () => {
    const { send, read, acts } = await open();
    for (const path of [...everywhere, '/sending']) {
      const text = await read(path);
      expect(text, path).toContain('<button>Stop all sending</button>');
      expect(text, path).not.toContain('stop-banner');
    }
    const stopped = await send('/sending/stop');
    expect(stopped.headers.get('location')).toBe('/sending?did=stop');
    for (const path of everywhere) {
      const text = await read(path);
      expect(text, path).not.toContain('Stop all sending');
      expect(text, path).toMatch(/All sending is stopped since .*2026.*, by <bdi>status page<\/bdi>; 2 steps wait/);
    }
    const list = await read('/sending');
    expect(list).toContain('e-mail &quot;not-approved&quot; to Mercedes Davis');
    expect(list).toContain('&lt;script&gt;');
    expect((await send('/sending/go-on')).headers.get('location')).toBe('/sending?did=go-on');
    expect(await read('/')).toContain('Stop all sending');
    expect(acts).toEqual(['stop all status page', 'go on status page']);
  });

  it('stops one programme, and says why another cannot be stopped', async () => {
    const { send, read, acts } = await open();
    const refused = await send('/sending/stop', { programme: 'no-such' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('Not &lt;b&gt;active&lt;/b&gt;. See');
    await send('/sending/stop', { programme: 'everbright-api-access' });
    const text = await read('/');
    expect(text).toContain('Sending for everbright api access is stopped since');
    expect(text).toContain('Stop all sending');
    expect(acts).toEqual(['stop everbright-api-access status page']);
  });
});

describe('a case', () => {
  const textOf = async (id: string, change: Partial<HttpOptions> = {}) => {
    const { address } = await start({ consolePassword: undefined, ...change });
    return (await visit(`${address}/cases/${id}`)).text;
  };

  it('offers to be corrected only when it was finished live and rules for that exist', async () => {
    expect(await textOf('sandbox-5002')).toContain('This outcome was wrong');
    expect(await textOf('sandbox-5002', { corrections: () => ['passed-to-sales'] })).not.toContain('was wrong');
    for (const id of ['sandbox-5003', 'sandbox-5005', 'sandbox-5011'])
      expect(await textOf(id)).not.toContain('was wrong');
  });

  it('decided in shadow claims nothing as done', async () => {
    const text = await textOf('sandbox-5011', { mode: 'shadow' });
    expect(text).toContain('What Usher would have done');
    expect(text).toContain('nothing of this was sent or changed');
    expect(text).toContain('Only decided');
    expect(text).not.toMatch(/>Done<|>To do<|id="steps"/);
    const { address } = await start({ consolePassword: undefined, mode: 'shadow' });
    expect((await visit(address)).text).toContain('would have: passed to sales');
  });

  it('shows what was told on the ticket apart from the steps', async () => {
    const text = await textOf('sandbox-5004');
    expect(text).toMatch(/Told on the ticket[\s\S]*usher-needs-person/);
    expect(text).toContain('No step of a rule was planned.');
    expect(text).toContain('usher-stop');
  });
});
