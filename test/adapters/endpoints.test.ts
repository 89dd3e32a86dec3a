// Requests to other systems: what each answer means, where the secret goes, and what is never followed or read.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointOptions, httpEndpoints } from '../../src/adapters/http/endpoints.js';
import type { HttpCall } from '../../src/ports.js';
import { type TinyServer, tinyServer } from './tiny-server.js';

const call = (more: Partial<HttpCall> = {}): HttpCall => ({
  to: 'crm',
  method: 'POST',
  path: '/leads?x=1',
  headers: { 'X-Lead': '7' },
  body: '{"a":1}',
  mark: 'f'.repeat(32),
  response: {},
  ...more,
});

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
let answer: Answer | 'reset' | 'silence';
let server: TinyServer;
beforeAll(async () => {
  server = await tinyServer((_asked, outgoing, incoming) => {
    if (answer === 'reset') incoming.socket.destroy();
    else if (answer !== 'silence') outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  });
});
afterEach(() => void server.asked.splice(0));
afterAll(() => server.close());

const hand = (more: Partial<EndpointOptions> = {}, header = 'Authorization') =>
  httpEndpoints({
    endpoint: (name) =>
      name === 'crm' ? { url: `${server.url}/api`, secret: 'crm', header, isIdempotent: false } : undefined,
    secret: () => 'a-secret-of-some-length',
    allowPrivateNetwork: true,
    timeoutMs: 500,
    ...more,
  });

describe('a request to an endpoint', () => {
  it('carries content, mark and secret, and brings the wanted values', async () => {
    answer = { status: 201, headers: { 'content-type': 'application/json' }, body: '{"data":{"id":123,"list":[]}}' };
    const outcome = await hand().send(call({ response: { lead_id: '/data/id', none: '/data/list' } }));
    expect(outcome).toEqual({
      kind: 'done',
      receipt: { status: '201', 'value.lead_id': '123' },
      warning: 'its answer holds no none',
    });
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/api/leads?x=1', body: '{"a":1}' });
    expect(server.asked[0]!.headers).toMatchObject({
      'idempotency-key': 'f'.repeat(32),
      authorization: 'Bearer a-secret-of-some-length',
      'x-lead': '7',
      'content-type': 'application/json',
    });
  });

  it('carries the secret in a header of its own where the directory says so', async () => {
    answer = { status: 200, headers: {}, body: '' };
    await hand({}, 'X-Api-Key').send(call());
    expect(server.asked[0]!.headers).toMatchObject({ 'x-api-key': 'a-secret-of-some-length' });
    expect(server.asked[0]!.headers.authorization).toBeUndefined();
  });

  it.each([
    [400, {}, 'refused'],
    [401, {}, 'refused'],
    [404, {}, 'refused'],
    [302, { location: 'http://127.0.0.1:1/elsewhere' }, 'refused'],
    [409, {}, 'unknown'],
    [500, {}, 'unknown'],
    [503, {}, 'unknown'],
    [429, { 'retry-after': '7' }, 'not-sent'],
    [200, { 'content-type': 'text/html; charset=utf-8' }, 'unknown'],
  ])('takes status %s %j for %s, asked once', async (status, headers, kind) => {
    answer = { status, headers: headers as Record<string, string>, body: '<p>secret words</p>' };
    const outcome = await hand().send(call());
    expect(outcome.kind).toBe(kind);
    expect(JSON.stringify(outcome)).not.toContain('secret words');
    if (status === 429) expect(outcome).toMatchObject({ retryAfterMs: 7_000 });
    expect(server.asked.length).toBe(1);
  });

  it('does not know what became of a request whose answer is lost, late or too long', async () => {
    answer = 'reset';
    expect((await hand().send(call())).kind).toBe('unknown');
    answer = 'silence';
    expect((await hand().send(call())).kind).toBe('unknown');
    answer = { status: 200, headers: {}, body: 'x'.repeat(300_000) };
    expect((await hand().send(call())).kind).toBe('unknown');
  });

  it('knows that nothing was sent where nobody listens', async () => {
    const endpoint = () => ({ url: 'http://127.0.0.1:1', secret: null, header: 'Authorization', isIdempotent: false });
    expect((await hand({ endpoint }).send(call())).kind).toBe('not-sent');
  });

  it.each<[string, Partial<EndpointOptions>, string]>([
    ['an endpoint that the directory does not name', { endpoint: () => undefined }, 'no-endpoint'],
    ['a secret that is not set', { secret: () => undefined }, 'no-secret'],
    ['plain http', { allowPrivateNetwork: false }, 'url-not-https'],
    [
      'a private address',
      {
        allowPrivateNetwork: false,
        endpoint: () => ({ url: 'https://10.0.0.8', secret: null, header: 'Authorization', isIdempotent: false }),
      },
      'url-private',
    ],
  ])('goes nowhere with %s', async (_what, options, code) => {
    expect(await hand(options).send(call())).toMatchObject({ kind: 'refused', code });
    expect(server.asked).toEqual([]);
  });
});
