// The console behind a password: sessions, guessing, and where one is sent after signing in.
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpOptions } from '../../src/http/http-options.js';
import { safeNext } from '../../src/http/login-routes.js';
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

describe('with a password', () => {
  const consolePassword = 'open sesame';
  const signIn = async (address: string, password: string, more: Record<string, string> = {}) => {
    const page = await visit(`${address}/login`);
    const answer = await post(`${address}/login`, { token: page.token, password, name: 'Kim', ...more }, page.cookie);
    return { ...answer, cookie: `${page.cookie}; ${answer.cookie}` };
  };

  it('shows nothing and does nothing before signing in', async () => {
    const { address, acts } = await start({ consolePassword });
    for (const path of ['/', '/cases/sandbox-5003', '/lists', '/sandbox', '/sandbox/new']) {
      const { status, headers, text } = await visit(address + path);
      expect(status).toBe(303);
      expect(headers.get('location')).toBe(`/login?next=${encodeURIComponent(path)}`);
      expect(text).toBe('');
    }
    const login = await visit(`${address}/login`);
    const answer = await post(`${address}/cases/sandbox-5004/resume`, { token: login.token }, login.cookie);
    expect(answer.status).toBe(401);
    expect(acts).toEqual([]);
  });

  it('gives a cookie that scripts and other sites cannot use, and records who settled', async () => {
    const { address, acts } = await start({ consolePassword, publicUrl: 'https://usher.example' });
    const signed = await signIn(address, consolePassword);
    expect(signed.status).toBe(303);
    expect(signed.headers.getSetCookie().join()).toMatch(
      /usher-session=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure/,
    );
    const page = await visit(`${address}/cases/sandbox-5004`, { cookie: signed.cookie });
    expect(page.status).toBe(200);
    await post(`${address}/cases/sandbox-5004/resume`, { token: page.token }, signed.cookie);
    expect(acts).toEqual(['resume sandbox-5004 Kim (status page)']);
  });

  it('refuses forged, changed and outlived sessions, and those of an older password', async () => {
    let now = new Date('2026-03-12T08:00:00Z');
    const { address } = await start({ consolePassword, now: () => now });
    const { cookie } = await signIn(address, consolePassword);
    const status = async (c: string, at = address) => (await visit(at, { cookie: c })).status;
    expect(await status(cookie)).toBe(200);
    const session = cookie.split('usher-session=')[1]!;
    const [until, ...rest] = session.split('.');
    expect(await status(`usher-session=${Number(until) + 1}.${rest.join('.')}`)).toBe(303);
    expect(await status('usher-session=9999999999999.S2lt.00.00')).toBe(303);
    expect(await status('usher-session=')).toBe(303);
    const changed = await start({ consolePassword: 'another', now: () => now });
    expect(await status(cookie, changed.address)).toBe(303);
    now = new Date('2026-03-12T20:00:01Z');
    expect(await status(cookie)).toBe(303);
  });

  it('makes guessers wait, and lets them try again a minute later', async () => {
    let now = new Date('2026-03-12T08:00:00Z');
    const { address } = await start({ consolePassword, now: () => now });
    for (let i = 0; i < 5; i++) expect((await signIn(address, `guess ${i}`)).status).toBe(401);
    const braked = await signIn(address, consolePassword);
    expect(braked.status).toBe(429);
    expect(braked.headers.get('retry-after')).toBe('60');
    now = new Date('2026-03-12T08:01:00Z');
    expect((await signIn(address, consolePassword)).status).toBe(303);
  });

  it('answers to the public name and this machine, to no other', async () => {
    const { address } = await start({ consolePassword, publicUrl: 'https://usher.example' });
    const ask = (host: string) => rawRequest(address, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect((await ask('usher.example')).status).toBe(303);
    expect((await ask('localhost')).status).toBe(303);
    expect((await ask('evil.example')).status).toBe(403);
  });

  it.each([
    ['/cases/a?did=done', '/cases/a?did=done'],
    ['//evil.example/x', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/\t/evil.example', '/'],
    ['', '/'],
  ])('goes after signing in from %j to %j', (next, expected) => {
    expect(safeNext(next)).toBe(expected);
  });
});
