// Files of other systems: one GET to the endpoint's own address, in bounds of size and time, and every failure with its reason.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EndpointOptions } from '../../src/adapters/http/endpoints.js';
import { endpointFiles } from '../../src/adapters/http/files.js';
import { type TinyServer, tinyServer } from './tiny-server.js';

type Answer =
  | { status: number; headers?: Record<string, string>; body?: string | Buffer }
  | 'reset'
  | 'silence'
  | 'break';
let answer: Answer;
let server: TinyServer;
beforeAll(async () => {
  server = await tinyServer((_asked, outgoing, incoming) => {
    if (answer === 'reset') incoming.socket.destroy();
    else if (answer === 'break') {
      outgoing.writeHead(200, { 'content-length': '1000' });
      outgoing.write('half', () => incoming.socket.destroy());
    } else if (answer !== 'silence') outgoing.writeHead(answer.status, answer.headers).end(answer.body ?? '');
  });
});
afterEach(() => void server.asked.splice(0));
afterAll(() => server.close());

const at = (url: string) => () => ({ url, secret: 'files', header: 'Authorization', isIdempotent: false });
const fetched = (more: Partial<EndpointOptions> = {}) =>
  endpointFiles({
    endpoint: (name) => (name === 'files' ? at(`${server.url}/api`)() : undefined),
    secret: () => 'a-secret-of-some-length',
    allowPrivateNetwork: true,
    timeoutMs: 500,
    ...more,
  }).download({ from: 'files', path: '/d/7.png', bytesMost: 1_000 });

describe('a file of an endpoint', () => {
  it('is fetched with the secret of its endpoint, byte for byte', async () => {
    const body = Buffer.from([0x89, 0, 0xff, 0xfe, 0x0a]);
    answer = { status: 200, body };
    expect(await fetched()).toEqual({ kind: 'file', content: body });
    expect(server.asked[0]).toMatchObject({ method: 'GET', path: '/api/d/7.png', body: '' });
    expect(server.asked[0]!.headers.authorization).toBe('Bearer a-secret-of-some-length');
  });

  it.each<[string, Answer, string, RegExp]>([
    ['too large', { status: 200, body: 'x'.repeat(1_001) }, 'no', /larger than 1000/],
    ['empty', { status: 200 }, 'no', /empty/],
    ['elsewhere', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'no', /redirects are not followed/],
    ['gone', { status: 404 }, 'no', /404/],
    ['not ours', { status: 403 }, 'no', /403/],
    ['not ready', { status: 503 }, 'later', /503/],
    ['asked for too often', { status: 429 }, 'later', /429/],
    ['lost', 'reset', 'later', /failed/],
    ['broken off', 'break', 'later', /failed/],
    ['late', 'silence', 'later', /failed/],
  ])('that is %s is not had, and asked for once', async (_what, given, kind, reason) => {
    answer = given;
    expect(await fetched()).toMatchObject({ kind, reason: expect.stringMatching(reason) });
    expect(server.asked.length).toBe(1);
  });

  it.each<[string, Partial<EndpointOptions>, RegExp]>([
    ['an endpoint that the directory does not name', { endpoint: () => undefined }, /no endpoint/],
    ['a secret that is not set', { secret: () => undefined }, /RULE_SECRETS/],
    ['plain http', { allowPrivateNetwork: false }, /not an https/],
    ['a private address', { allowPrivateNetwork: false, endpoint: at('https://10.0.0.8') }, /private network/],
    ['a name that leads to one', { allowPrivateNetwork: false, endpoint: at('https://localhost') }, /private network/],
  ])('is not asked for with %s', async (_what, options, reason) => {
    expect(await fetched(options)).toMatchObject({ kind: 'no', reason: expect.stringMatching(reason) });
    expect(server.asked).toEqual([]);
  });
});
