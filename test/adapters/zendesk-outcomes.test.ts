// How the Zendesk writer names the end of an update, for every way in which an answer can come, fail or lie.
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { zendeskWriter } from '../../src/adapters/helpdesk/zendesk/writer.js';
import type { Outcome } from '../../src/ports.js';
import { type Asked, json, page, type TinyServer, tinyServer } from './tiny-server.js';

const version = '2026-02-03T04:05:06Z';
const ticket = { id: 35436, status: 'open', created_at: version, updated_at: '2026-02-03T04:05:09Z', tags: [] };
const audit = {
  id: 77,
  author_id: 1,
  created_at: ticket.updated_at,
  metadata: { custom: { usher: 'm1' } },
  events: [{ type: 'Comment', public: true }],
};

const servers: TinyServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer: Parameters<typeof tinyServer>[0]): Promise<TinyServer> {
  const server = await tinyServer(answer);
  servers.push(server);
  return server;
}

function writerAt(url: string, timeoutMs = 20_000) {
  return zendeskWriter({
    name: 'zendesk',
    url,
    email: 'bot@ex.test',
    apiToken: 'abc123',
    allowPrivateNetwork: true,
    timeoutMs,
  });
}

function reply(url: string, timeoutMs?: number): Promise<Outcome> {
  const comment = { public: true, text: 'Hello', html: '<p>Hello</p>' };
  return writerAt(url, timeoutMs).update('35436', { comment }, { mark: 'm1', version });
}

describe('an update of a ticket', () => {
  it('is done when the answer names the ticket and echoes the mark', async () => {
    const server = await serve((_, out) => json(out, 200, { ticket, audit }));
    expect(await reply(server.url)).toEqual({
      kind: 'done',
      receipt: { ticketId: '35436', auditId: '77', version: ticket.updated_at },
    });
    const [asked] = server.asked as [Asked];
    expect(asked.method).toBe('PUT');
    expect(asked.path).toBe('/api/v2/tickets/35436');
    expect(asked.headers.authorization).toBe('Basic Ym90QGV4LnRlc3QvdG9rZW46YWJjMTIz');
    expect(JSON.parse(asked.body)).toEqual({
      ticket: {
        comment: { html_body: '<p>Hello</p>', public: true },
        metadata: { usher: 'm1' },
        safe_update: true,
        updated_stamp: version,
      },
    });
  });

  it('is done with a warning when the comment is missing from the audit', async () => {
    const server = await serve((_, out) => json(out, 200, { ticket, audit: { ...audit, events: [] } }));
    expect(await reply(server.url)).toMatchObject({ kind: 'done', warning: 'Zendesk left out: comment' });
  });

  const lies: [string, unknown][] = [
    ['another ticket', { ticket: { ...ticket, id: 35443 }, audit }],
    ['no mark', { ticket, audit: { ...audit, metadata: { custom: {} } } }],
    ['another mark', { ticket, audit: { ...audit, metadata: { custom: { usher: 'm2' } } } }],
    ['no audit', { ticket }],
    ['no ticket', { audit }],
    ['an empty object', {}],
    ['a list', []],
  ];
  it.each(lies)('is unknown when a 200 shows %s', async (_, body) => {
    const server = await serve((_asked, out) => json(out, 200, body));
    expect((await reply(server.url)).kind).toBe('unknown');
    expect(server.asked).toHaveLength(1);
  });

  const api = { error: 'RecordInvalid', description: 'Record validation errors' };
  const table: [number, unknown, Outcome['kind'], string?][] = [
    [201, { ticket, audit }, 'unknown'],
    [202, { job_status: { id: '1' } }, 'unknown'],
    [204, undefined, 'unknown'],
    [300, api, 'unknown'],
    [301, api, 'unknown'],
    [302, api, 'unknown'],
    [307, api, 'unknown'],
    [308, api, 'unknown'],
    [400, { errors: [{ code: 'InvalidValue', title: 'Bad', detail: 'value' }] }, 'refused', '400'],
    [401, { error: "Couldn't authenticate you" }, 'refused', '401'],
    [403, { error: { title: 'Forbidden', message: 'You do not have access' } }, 'refused', '403'],
    [404, { error: 'RecordNotFound', description: 'Not found' }, 'refused', '404'],
    [408, api, 'unknown'],
    [409, { error: 'UpdateConflict', description: 'Safe Update prevented the update' }, 'conflict'],
    [409, { error: 'DatabaseConflict', description: 'Database collision' }, 'unknown'],
    [413, api, 'refused', '413'],
    [418, api, 'unknown'],
    [422, api, 'refused', '422'],
    [429, { error: 'TooManyRequests' }, 'not-sent', '429'],
    [500, api, 'unknown'],
    [501, api, 'unknown'],
    [502, api, 'unknown'],
    [503, { error: 'DatabaseDeadlock', description: 'Database collision' }, 'unknown'],
    [504, api, 'unknown'],
  ];
  it.each(table)('with status %i and the body %j is %s', async (status, body, kind, code) => {
    const server = await serve((_, out) =>
      body === undefined ? out.writeHead(status).end() : json(out, status, body),
    );
    const outcome = await reply(server.url);
    expect(outcome.kind).toBe(kind);
    if (code !== undefined) expect(outcome).toMatchObject({ code });
    expect(server.asked).toHaveLength(1);
  });

  it.each([200, 301, 400, 401, 403, 404, 409, 422, 500, 502, 503])(
    'with status %i from something that is not the API is unknown',
    async (status) => {
      const server = await serve((_, out) => page(out, status, status === 301 ? { location: '/login' } : {}));
      expect((await reply(server.url)).kind).toBe('unknown');
    },
  );

  it('never follows a redirect', async () => {
    const other = await serve((_, out) => json(out, 200, { ticket, audit }));
    const server = await serve((asked, out) => page(out, 307, { location: other.url + asked.path }));
    expect((await reply(server.url)).kind).toBe('unknown');
    expect(other.asked).toHaveLength(0);
  });

  const waits: [string | undefined, number | undefined][] = [
    ['7', 7_000],
    ['99999999', 3_600_000],
    ['-5', undefined],
    ['soon', undefined],
    [undefined, undefined],
  ];
  it.each(waits)('with 429 and Retry-After %s waits %s ms', async (header, retryAfterMs) => {
    const server = await serve((_, out) => json(out, 429, {}, header === undefined ? {} : { 'retry-after': header }));
    expect(await reply(server.url)).toMatchObject({ kind: 'not-sent', code: '429', retryAfterMs });
  });

  it('with 429 and a date waits until then', async () => {
    const at = new Date(Date.now() + 90_000).toUTCString();
    const server = await serve((_, out) => json(out, 429, {}, { 'retry-after': at }));
    const outcome = await reply(server.url);
    expect(outcome.kind).toBe('not-sent');
    const wait = outcome.kind === 'not-sent' ? (outcome.retryAfterMs ?? 0) : 0;
    expect(wait).toBeGreaterThan(80_000);
    expect(wait).toBeLessThanOrEqual(90_000);
  });
});

describe('an update over a failing network', () => {
  it('is not sent when the connection is refused', async () => {
    const server = await tinyServer(() => {});
    await server.close();
    expect(await reply(server.url)).toMatchObject({ kind: 'not-sent', code: 'ECONNREFUSED' });
  });

  it('is not sent when the name does not exist', async () => {
    expect(await reply('http://no-such-host.invalid')).toMatchObject({ kind: 'not-sent' });
  });

  it('is not sent when the TLS handshake fails', async () => {
    const server = await serve((_, out) => json(out, 200, { ticket, audit }));
    expect(await reply(server.url.replace('http:', 'https:'))).toMatchObject({ kind: 'not-sent' });
    expect(server.asked).toHaveLength(0);
  });

  it('is not sent when a name leads to a private address and that is not allowed', async () => {
    const writer = zendeskWriter({ name: 'zendesk', url: 'https://localhost:1', email: 'a@b.c', apiToken: 'x' });
    expect(await writer.update('1', { status: 'open' }, { mark: 'm', version })).toMatchObject({
      kind: 'not-sent',
      code: 'EPRIVATE',
    });
  });

  it('is unknown when the connection is reset after the request', async () => {
    const server = await serve((_, out) => out.destroy());
    expect((await reply(server.url)).kind).toBe('unknown');
    expect(server.asked).toHaveLength(1);
  });

  it('is unknown when the connection is reset in the middle of the request', async () => {
    const raw = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.destroy());
    });
    await new Promise<void>((resolve) => raw.listen(0, '127.0.0.1', resolve));
    const address = raw.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const outcome = await reply(`http://127.0.0.1:${port}`);
    await new Promise((resolve) => raw.close(resolve));
    expect(outcome.kind).toBe('unknown');
  });

  it('is unknown when no answer comes in time', async () => {
    const server = await serve(() => {});
    expect((await reply(server.url, 1_500)).kind).toBe('unknown');
    expect(server.asked).toHaveLength(1);
  });

  it('is unknown when the answer is cut off', async () => {
    const text = JSON.stringify({ ticket, audit });
    const server = await serve((_, out) => {
      out.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length) });
      out.write(text.slice(0, 40), () => out.destroy());
    });
    expect((await reply(server.url)).kind).toBe('unknown');
  });
});

describe('an update that must not leave', () => {
  it('is refused for closing for good, a strange id and a strange assignee', async () => {
    const server = await serve((_, out) => json(out, 200, { ticket, audit }));
    const writer = writerAt(server.url);
    const how = { mark: 'm1', version };
    const closed = { status: 'closed' as unknown as 'solved' };
    expect(await writer.update('35436', closed, how)).toMatchObject({ kind: 'refused', code: 'closed' });
    expect(await writer.update('../users/1', { status: 'open' }, how)).toMatchObject({ kind: 'refused', code: '404' });
    expect(await writer.update('35436', { assignee: 'John' }, how)).toMatchObject({
      kind: 'refused',
      code: 'assignee',
    });
    expect(server.asked).toHaveLength(0);
  });

  it('is not sent when the fields cannot be read', async () => {
    const server = await serve((_, out) => page(out, 502));
    const outcome = await writerAt(server.url).update('35436', { fields: { Area: 'API' } }, { mark: 'm1', version });
    expect(outcome).toMatchObject({ kind: 'not-sent', code: 'helpdesk-unavailable' });
    expect(server.asked.map((asked) => asked.method)).toEqual(['GET']);
  });

  it.each([
    ['http://acme.zendesk.com', 'url-not-https'],
    ['https://user:pw@acme.zendesk.com', 'url-with-login'],
    ['https://10.0.0.1', 'url-private'],
    ['https://[::ffff:127.0.0.1]', 'url-private'],
    ['https://2130706433', 'url-private'],
    ['acme', 'url-invalid'],
  ])('does not speak to %s', (url, code) => {
    expect(() => zendeskWriter({ name: 'zendesk', url, email: 'a@b.c', apiToken: 'x' })).toThrow(code);
  });
});
