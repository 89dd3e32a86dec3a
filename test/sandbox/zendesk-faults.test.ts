// The sandbox Zendesk fails on demand, and each fault leaves the world as it says.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultKind } from '../../src/sandbox/faults.js';
import { startZendeskSandbox, type ZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { clientOf } from './zendesk-client.js';

let zendesk: ZendeskSandbox;
let call: ReturnType<typeof clientOf>;
let id: string;

beforeEach(async () => {
  zendesk = await startZendeskSandbox();
  call = clientOf(zendesk);
  id = zendesk.customerFiles({ name: 'Ann', email: 'ann@acme.example', subject: 'API', body: 'Please' });
});
afterEach(() => zendesk.close());

const reply = () => call('PUT', `/tickets/${id}`, { ticket: { comment: { body: 'Hello', public: true } } });
const received = () => zendesk.world().filter((e) => e.kind === 'public-comment' && e.by === 'usher').length;

describe('a fault of the sandbox Zendesk', () => {
  it.each<[FaultKind, number | 'no answer', number]>([
    ['reset-before', 'no answer', 0],
    ['hang-before', 'no answer', 0],
    ['applied-then-reset', 'no answer', 1],
    ['applied-then-hang', 'no answer', 1],
    ['truncated', 'no answer', 1],
    ['500', 500, 0],
    ['500-applied', 500, 1],
    ['502-html', 502, 0],
    ['503', 503, 0],
    ['503-applied', 503, 1],
    ['200-html', 200, 0],
    ['200-not-stored', 200, 0],
    ['200-other-id', 200, 1],
    ['slow', 200, 1],
    ['301', 301, 0],
    ['400', 400, 0],
    ['401', 401, 0],
    ['403', 403, 0],
    ['404', 404, 0],
    ['409', 409, 0],
    ['422', 422, 0],
    ['429', 429, 0],
    ['429-date', 429, 0],
    ['429-absurd', 429, 0],
    ['429-no-header', 429, 0],
  ])('%s: answers %s and stores %i replies, once', async (kind, status, stored) => {
    zendesk.fault(kind, { match: 'PUT', delayMs: 20 });
    const answer = await reply().catch(() => null);
    expect(answer?.status ?? 'no answer').toBe(status);
    expect(received()).toBe(stored);
    expect((await reply()).status).toBe(200);
    expect(received()).toBe(stored + 1);
  });

  it('names the retry in seconds, as a date, absurdly, or not at all', async () => {
    const headers: (string | null)[] = [];
    for (const kind of ['429', '429-date', '429-absurd', '429-no-header'] as const) {
      zendesk.fault(kind, { retryAfterSeconds: 7 });
      headers.push((await reply()).headers.get('retry-after'));
    }
    expect(headers[0]).toBe('7');
    expect(Date.parse(headers[1]!)).toBeGreaterThan(Date.now());
    expect(headers.slice(2)).toEqual(['99999999', null]);
  });

  it('names another ticket in a 200', async () => {
    zendesk.fault('200-other-id');
    expect((await reply()).body.ticket).toMatchObject({ id: Number(id) + 7 });
  });

  it('stores the comment and leaves the fields out', async () => {
    zendesk.fault('fields-ignored', { match: 'PUT' });
    const ticket = { comment: { body: 'Hello', public: true }, custom_fields: [{ id: 360001, value: 'Acme' }] };
    const answer = await call('PUT', `/tickets/${id}`, { ticket });
    expect(answer.status).toBe(200);
    expect(zendesk.ticket(id)).toMatchObject({ fields: {}, comments: [{}, { body: 'Hello' }] });
  });

  it('strikes only what it matches, as often as it is told', async () => {
    zendesk.fault('403', { match: /incremental/, times: 2 });
    expect((await reply()).status).toBe(200);
    expect((await call('GET', '/incremental/tickets/cursor?start_time=1')).status).toBe(403);
    zendesk.clearFaults();
    expect((await call('GET', '/incremental/tickets/cursor?start_time=1')).status).toBe(200);
  });

  it('refuses connections and listens again', async () => {
    await zendesk.refuse(true);
    await expect(reply()).rejects.toThrow();
    await zendesk.refuse(false);
    expect((await reply()).status).toBe(200);
    expect(zendesk.requests).toHaveLength(1);
  });
});
