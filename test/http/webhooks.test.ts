// The door for webhooks and health: exact bytes in, little out, limits on size and time.
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpOptions, WebhookDelivery } from '../../src/http/http-options.js';
import { startTestConsole, type TestConsole, visit } from './console-server.js';
import { rawRequest } from './raw-request.js';

let running: TestConsole[] = [];
const start = async (change: Partial<HttpOptions> = {}) => {
  const taken: WebhookDelivery[] = [];
  const zendesk = async (delivery: WebhookDelivery) => {
    taken.push(delivery);
    const signed = delivery.headers['x-zendesk-webhook-signature'] === 'right';
    return signed ? { status: 200, body: 'stored' } : { status: 401 };
  };
  const server = await startTestConsole({ webhooks: { zendesk }, ...change });
  running.push(server);
  return { ...server, taken, url: `${server.address}/webhooks/zendesk` };
};
const deliver = (url: string, body: Buffer | string, headers: Record<string, string> = {}) =>
  visit(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'application/json', 'x-zendesk-webhook-signature': 'right', ...headers },
  });

afterEach(async () => {
  await Promise.all(running.map((s) => s.close()));
  running = [];
});

describe('webhooks', () => {
  it.each([
    ['white space and umlauts', Buffer.from('{ "t" :\t"Grüße ☃" }\r\n ')],
    ['malformed JSON', Buffer.from('{"a":NaN,,,')],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x80, 0x7d])],
    ['a byte order mark', Buffer.from('\ufeff{"ticket_id":"1"}')],
    ['prototype keys', Buffer.from('{"__proto__":{"admin":true}}')],
    ['10,000 levels', Buffer.from('['.repeat(10_000))],
    ['nothing', Buffer.alloc(0)],
  ])('hands over the exact bytes of %s', async (_name, body) => {
    const { url, taken } = await start();
    const answer = await deliver(url, body, { 'content-type': 'application/json; charset=utf-8' });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('stored');
    expect(taken[0]?.rawBody.equals(body)).toBe(true);
    expect(taken[0]?.headers['x-zendesk-webhook-signature']).toBe('right');
  });

  it('passes on the refusal of a wrong signature with an empty body', async () => {
    const { url } = await start();
    const answer = await deliver(url, '{}', { 'x-zendesk-webhook-signature': 'wrong' });
    expect(answer.status).toBe(401);
    expect(answer.text).toBe('');
  });

  it('refuses what is compressed or no JSON before anybody looks at it', async () => {
    const { url, taken } = await start();
    expect((await deliver(url, gzipSync('{}'), { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await deliver(url, '<a/>', { 'content-type': 'application/xml' })).status).toBe(415);
    expect((await deliver(url, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect(taken).toEqual([]);
  });

  it('refuses more than 256 kB, said beforehand or not, and takes 256 kB', async () => {
    const { address, url, taken } = await start();
    expect((await deliver(url, Buffer.alloc(256 * 1024, 'x'))).status).toBe(200);
    const head = 'POST /webhooks/zendesk HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const said = await rawRequest(address, `${head}Content-Length: 50000000\r\nConnection: close\r\n\r\n{`);
    expect(said.status).toBe(413);
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const chunked = await rawRequest(
      address,
      `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunk.repeat(5)}`,
    );
    expect(chunked.status).toBe(413);
    expect(taken.length).toBe(1);
  });

  it('refuses headers that are too large and lengths that contradict each other', async () => {
    const { address, taken } = await start();
    const head = 'POST /webhooks/zendesk HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    expect((await rawRequest(address, `${head}X-Big: ${'x'.repeat(1_000_000)}\r\n\r\n`)).status).toBe(431);
    const both = `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
    expect((await rawRequest(address, both)).status).toBe(400);
    expect(taken).toEqual([]);
  });

  it('asks for it again when it could not be stored, without saying why', async () => {
    const { url, log } = await start({
      webhooks: {
        zendesk: async () => {
          throw new Error('relation "inbox" does not exist');
        },
      },
    });
    const answer = await deliver(url, '{"secret":"of a customer"}');
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThan(60);
    expect(answer.text).not.toContain('relation');
    expect(log.filter((l) => l.level === 'error').length).toBe(1);
    expect(JSON.stringify(log)).not.toContain('customer');
  });

  it('stands open by any host name, as it is guarded by its signature, and needs no password', async () => {
    const { address } = await start({ consolePassword: 'open sesame', publicUrl: 'https://usher.example' });
    const head =
      'POST /webhooks/zendesk HTTP/1.1\r\nHost: tunnel.example\r\nX-Forwarded-For: 203.0.113.9\r\nContent-Type: application/json\r\n';
    const signed = `${head}X-Zendesk-Webhook-Signature: right\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
    expect((await rawRequest(address, signed)).status).toBe(200);
  });

  it('is not there for a help desk that is not configured', async () => {
    const { url } = await start({ webhooks: {} });
    expect((await deliver(url, '{}')).status).toBe(404);
  });
});

describe('slow and many', () => {
  it('hangs up on a request whose headers never end, and on one whose body never ends', async () => {
    const { address, taken } = await start({ limits: { headersMs: 150, requestMs: 300 } });
    const headers = await rawRequest(address, 'POST /webhooks/zendesk HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect([0, 408]).toContain(headers.status);
    const body = await rawRequest(
      address,
      'POST /webhooks/zendesk HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    );
    expect([0, 408]).toContain(body.status);
    expect(Math.max(headers.ms, body.ms)).toBeLessThan(5_000);
    expect(taken).toEqual([]);
    expect((await visit(`${address}/healthz`)).status).toBe(200);
  });

  it('drops connections above the cap', async () => {
    const { address } = await start({ limits: { connections: 3 } });
    const { hostname, port } = new URL(address);
    const idle = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise<ReturnType<typeof connect>>((resolve) => {
            const socket = connect(Number(port), hostname, () => resolve(socket));
          }),
      ),
    );
    try {
      const extra = await rawRequest(address, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
      expect(extra.status).toBe(0);
    } finally {
      for (const socket of idle) socket.destroy();
    }
  });

  it('closes although somebody keeps an idle connection', async () => {
    const server = await startTestConsole();
    const { hostname, port } = new URL(server.address);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => socket.destroy());
    await new Promise((resolve) => socket.on('connect', resolve));
    await server.close();
    await closed;
    expect(socket.destroyed).toBe(true);
  });
});

describe('health', () => {
  it('says alive at /healthz whatever the state of the rest', async () => {
    const { address } = await start({ ready: async () => ({ ok: false, reasons: ['starting'] }) });
    const answer = await visit(`${address}/healthz`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ status: 'alive' });
  });

  it('says ready, or 503 with the reasons, at /readyz', async () => {
    const good = await start();
    expect((await visit(`${good.address}/readyz`)).status).toBe(200);
    const bad = await start({ ready: async () => ({ ok: false, reasons: ['the database does not answer'] }) });
    const answer = await visit(`${bad.address}/readyz`);
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.text)).toEqual({ status: 'not ready', reasons: ['the database does not answer'] });
    const failing = await start({ ready: () => Promise.reject(new Error('hunter2')) });
    const failed = await visit(`${failing.address}/readyz`);
    expect(failed.status).toBe(503);
    expect(failed.text).not.toContain('hunter2');
  });
});
