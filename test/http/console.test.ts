// The console over plain HTTP: who is let in, what is refused, and that errors say nothing of their cause.
import { afterEach, describe, expect, it } from 'vitest';
import { isLoopback } from '../../src/http/address.js';
import type { HttpOptions } from '../../src/http/http-options.js';
import { ProblemError, problem } from '../../src/problem.js';
import { post, startTestConsole, type TestConsole, visit } from './console-server.js';
import { rawRequest } from './raw-request.js';

let running: TestConsole[] = [];
const start = async (change: Partial<HttpOptions> = {}) => {
  const server = await startTestConsole(change);
  running.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(running.map((s) => s.close()));
  running = [];
});

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (e: unknown) => (e instanceof ProblemError ? e.problems[0]?.code : String(e)),
  );

describe('where it listens', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['', false],
    ['192.168.1.4', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
  ])('%j is loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  it('refuses an address others can reach without a password, and takes it with one', async () => {
    expect(await codeOf(startTestConsole({ host: '0.0.0.0' }))).toBe('console-password-needed');
    const server = await start({ host: '0.0.0.0', consolePassword: 'open sesame' });
    const page = await visit(server.address.replace('0.0.0.0', '127.0.0.1'));
    expect(page.status).toBe(303);
  });

  it('names the setting when the port is taken', async () => {
    const server = await start();
    const port = Number(new URL(server.address).port);
    expect(await codeOf(startTestConsole({ port }))).toBe('address-in-use');
  });
});

describe('pages without a password', () => {
  it('carry a policy without inline script, and every other guard', async () => {
    const { address } = await start();
    for (const path of ['/', '/lists', '/cases/sandbox-5003', '/sandbox', '/nothing/here', '/style.css', '/healthz']) {
      const { headers, text } = await visit(address + path);
      expect(headers.get('content-security-policy'), path).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(text).not.toMatch(/<script>|\sstyle="|\son[a-z]+="/);
    }
  });

  it('answer only to names of this machine', async () => {
    const { address } = await start({ publicUrl: 'https://usher.example' });
    for (const host of ['evil.example', 'usher.example', '127.0.0.1.evil.example', '127.0.0.1@evil.example', '']) {
      const { status, text } = await rawRequest(
        address,
        `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect([400, 403], host).toContain(status);
      expect(text).not.toContain('API access');
    }
    for (const host of ['localhost:1234', '[::1]', '127.0.0.1']) {
      expect((await rawRequest(address, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).status).toBe(
        200,
      );
    }
  });

  it('are refused through a proxy, so that a tunnel for webhooks does not open the console', async () => {
    const { address } = await start();
    const { status, text } = await visit(address, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(status).toBe(403);
    expect(text).toContain('CONSOLE_PASSWORD');
  });

  it('answer 404 for unknown cases and paths without repeating what was asked', async () => {
    const { address } = await start();
    for (const path of ['/cases/not-there', '/nothing-of-this-name', '/webhooks/zendesk', '/login', '/%zz', '/%00']) {
      const { status, text } = await visit(address + path);
      expect([400, 404], path).toContain(status);
      expect(text).not.toContain('not-there');
      expect(text).not.toContain('nothing-of-this-name');
    }
    const noSandbox = await start({ sandbox: undefined });
    expect((await visit(`${noSandbox.address}/sandbox/new`)).status).toBe(404);
    expect((await visit(noSandbox.address)).text).not.toContain('href="/sandbox"');
  });

  it('show the approvals of a list that end soon', async () => {
    const { address } = await start();
    const { text } = await visit(`${address}/lists`);
    expect(text).toMatch(/Sellers!G14<\/code><\/td><td[^>]*>Harbor &lt;Light&gt;<\/td><td[^>]*>2026-03-20/);
    expect(text).toContain('1 approval ended, 2 not yet begun');
  });

  it('say nothing of the cause of a failure, neither on the page nor what a customer wrote in the log', async () => {
    const { address, log } = await start({
      lists: async () => {
        throw new Error('password of postgres is hunter2, customer wrote: my secret');
      },
    });
    const { status, text } = await visit(`${address}/lists`);
    expect(status).toBe(500);
    expect(text).not.toMatch(/hunter2|secret|at .*\.[jt]s/);
    expect(log.filter((l) => l.level === 'error').length).toBe(1);
    expect(JSON.stringify(log)).not.toMatch(/hunter2|secret/);
  });

  it('ignore filters that make no sense', async () => {
    const { address } = await start();
    for (const query of [
      'state=nonsense',
      'page=-5',
      'page=1e9',
      'page=x',
      'state=held&state=done',
      `q=${'x'.repeat(5000)}`,
    ]) {
      expect((await visit(`${address}/?${query}`)).status, query).toBe(200);
    }
  });
});

describe('posts', () => {
  const path = '/cases/sandbox-5003/settle';
  const fields = { step: '5003-1', how: 'done' };

  it('settle a step with the token of the page', async () => {
    const { address, acts } = await start();
    const page = await visit(`${address}/cases/sandbox-5003`);
    const answer = await post(address + path, { ...fields, token: page.token }, page.cookie, { origin: address });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/cases/sandbox-5003?did=done');
    expect(acts).toEqual(['settle sandbox-5003 5003-1 done status page']);
  });

  it('are refused without the token, with the token of another browser, or from another site', async () => {
    const { address, acts } = await start();
    const mine = await visit(`${address}/cases/sandbox-5003`);
    const other = await visit(`${address}/cases/sandbox-5003`);
    const attempts: [Record<string, string>, string, Record<string, string>][] = [
      [fields, mine.cookie, {}],
      [{ ...fields, token: '' }, mine.cookie, {}],
      [{ ...fields, token: other.token }, mine.cookie, {}],
      [{ ...fields, token: mine.token }, '', {}],
      [{ ...fields, token: mine.token }, 'usher-form=', {}],
      [{ ...fields, token: mine.token }, mine.cookie, { origin: 'https://evil.example' }],
      [{ ...fields, token: mine.token }, mine.cookie, { 'sec-fetch-site': 'cross-site' }],
      [{ ...fields, token: mine.token }, mine.cookie, { 'sec-fetch-site': 'same-site' }],
    ];
    for (const [body, cookie, headers] of attempts) {
      expect((await post(address + path, body, cookie, headers)).status).toBe(403);
    }
    expect(acts).toEqual([]);
  });

  it('are refused in another form than ours', async () => {
    const { address, acts } = await start();
    const { cookie, token } = await visit(`${address}/cases/sandbox-5003`);
    const json = {
      method: 'POST',
      cookie,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...fields, token }),
    };
    expect((await visit(address + path, json)).status).toBe(415);
    expect((await post(address + path, { ...fields, token, how: 'explode' }, cookie)).status).toBe(400);
    expect((await post(address + path, { ...fields, token, pad: 'x'.repeat(300_000) }, cookie)).status).toBe(413);
    expect(acts).toEqual([]);
  });

  it('show why a step could not be settled', async () => {
    const refuse = async () => {
      throw new ProblemError(problem('step-not-open', 'The step <b>was</b> settled already', 'Load the page again'));
    };
    const { address } = await start({ actions: { settle: refuse, resume: refuse, correct: refuse } });
    const { cookie, token } = await visit(`${address}/cases/sandbox-5003`);
    const answer = await post(address + path, { ...fields, token }, cookie);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('The step &lt;b&gt;was&lt;/b&gt; settled already. Load the page again');
  });
});
