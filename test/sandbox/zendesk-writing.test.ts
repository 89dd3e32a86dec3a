// Writing to the sandbox Zendesk behaves as the vendor's: stamps, validation, silent omissions, limits.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startZendeskSandbox, type ZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { clientOf, TestClock } from './zendesk-client.js';

let zendesk: ZendeskSandbox;
let clock: TestClock;
let call: ReturnType<typeof clientOf>;
let id: string;

beforeEach(async () => {
  clock = new TestClock();
  zendesk = await startZendeskSandbox({ now: clock.now });
  call = clientOf(zendesk);
  id = zendesk.customerFiles({ name: 'Ann', email: 'ann@acme.example', subject: 'API', body: 'Please' });
  clock.pass(10);
});
afterEach(() => zendesk.close());

const put = (ticket: Record<string, unknown>) => call('PUT', `/tickets/${id}`, { ticket });
const stamp = () => zendesk.ticket(id).updated_at;
const solvable = { id: 360005, value: 'resolution_declined' };

describe('an update of the sandbox Zendesk', () => {
  it('applies comment, status, assignee and fields as one audit that carries our metadata', async () => {
    const answer = await put({
      comment: { html_body: '<p>Thanks &amp; regards</p>', public: true },
      status: 'solved',
      assignee_id: 9001,
      custom_fields: [solvable],
      safe_update: true,
      updated_stamp: stamp(),
      metadata: { mark: 'w1' },
    });
    expect(answer.status).toBe(200);
    const ticket = zendesk.ticket(id);
    expect(ticket).toMatchObject({ status: 'solved', assignee_id: 9001, updated_at: '2026-11-02T09:00:10Z' });
    expect(ticket.tags).toEqual(['resolution_declined']);
    expect(ticket.audits).toHaveLength(2);
    expect(ticket.audits[1]!.metadata.custom).toEqual({ mark: 'w1' });
    expect(zendesk.world().filter((e) => e.kind === 'public-comment' && e.by === 'usher')).toMatchObject([
      { text: 'Thanks & regards', metadata: { mark: 'w1' } },
    ]);
  });

  it('answers 409 UpdateConflict on an outdated stamp, also with safe_update false, and forces only without the key', async () => {
    zendesk.customerReplies(id, 'One more thing');
    const old = '2026-11-02T09:00:00Z';
    for (const safe_update of [true, false, 'true']) {
      const answer = await put({ comment: { body: 'x', public: true }, safe_update, updated_stamp: old });
      expect([answer.status, answer.body.error]).toEqual([409, 'UpdateConflict']);
    }
    expect((await put({ comment: { body: 'x', public: false }, updated_stamp: old })).status).toBe(200);
  });

  it('cannot tell two writes of one second apart', async () => {
    const seen = '2026-11-02T09:00:10Z';
    await put({ comment: { body: 'first', public: false } });
    const answer = await put({ comment: { body: 'second', public: false }, safe_update: true, updated_stamp: seen });
    expect(answer.status).toBe(200);
    expect(zendesk.ticket(id).comments).toHaveLength(3);
  });

  it('refuses writes to a closed ticket with 422 and to a deleted one with 404', async () => {
    zendesk.agentSets(id, { status: 'closed' });
    expect((await put({ comment: { body: 'x', public: true } })).body).toMatchObject({ error: 'RecordInvalid' });
    zendesk.agentDeletes(id);
    expect((await put({ comment: { body: 'x', public: true } })).status).toBe(404);
  });

  it.each([
    ['an option title in place of its value', { custom_fields: [{ id: 360004, value: 'Account Management' }] }],
    ['an end user as assignee', { assignee_id: 500001 }],
    ['an unknown status', { status: 'done' }],
    ['an empty comment', { comment: { body: '  ', public: true } }],
    ['solving without the required Resolution', { status: 'solved' }],
  ])('refuses %s with 422 RecordInvalid and stores nothing', async (_what, ticket) => {
    const before = zendesk.ticket(id);
    const answer = await put(ticket);
    expect([answer.status, answer.body.error]).toEqual([422, 'RecordInvalid']);
    expect(zendesk.ticket(id)).toEqual(before);
  });

  it('ignores unknown fields without a word', async () => {
    const answer = await put({ custom_fields: [{ id: 1, value: 'x' }] });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body.ticket)).not.toContain('"id":1,');
  });

  it('replaces tags, and empties a drop-down whose tag is gone', async () => {
    await put({ custom_fields: [{ id: 360004, value: 'area_api' }], tags: ['one'] });
    expect(zendesk.ticket(id).tags).toEqual(['area_api', 'one']);
    await put({ tags: ['two'] });
    expect(zendesk.ticket(id).tags).toEqual(['two']);
    expect(zendesk.ticket(id).fields[360004]).toBeNull();
    await call('PUT', `/tickets/${id}/tags`, { tags: ['three'] });
    await call('DELETE', `/tickets/${id}/tags`, { tags: ['two'] });
    expect(zendesk.ticket(id).tags).toEqual(['three']);
  });

  it('opens a new ticket that gets an assignee, and assigns who solves an unassigned one', async () => {
    await put({ assignee_id: 9001 });
    expect(zendesk.ticket(id).status).toBe('open');
    await put({ assignee_id: null });
    await put({ status: 'solved', custom_fields: [solvable] });
    expect(zendesk.ticket(id).assignee_id).toBe(9000);
  });

  it('fills placeholders in what the API writes, never in what a customer writes', async () => {
    await put({ comment: { body: 'You wrote {{ticket.title}} {{secret}}', public: true } });
    zendesk.customerReplies(id, 'I write {{ticket.title}}');
    expect(
      zendesk
        .ticket(id)
        .comments.map((c) => c.body)
        .slice(1),
    ).toEqual(['You wrote API ', 'I write {{ticket.title}}']);
  });

  it('runs a trigger as a second update a second later', async () => {
    zendesk.setTrigger('touched');
    await put({ comment: { body: 'x', public: true }, safe_update: true, updated_stamp: stamp() });
    const { updated_at, audits } = zendesk.ticket(id);
    expect(updated_at).toBe('2026-11-02T09:00:11Z');
    expect(audits.at(-1)).toMatchObject({ author_id: -1, via: { channel: 'rule' } });
  });

  it('limits updates of one ticket to 30 in ten minutes while the account limit looks healthy', async () => {
    for (let i = 0; i < 30; i++) expect((await put({ priority: i % 2 ? 'low' : 'high' })).status).toBe(200);
    const answer = await put({ priority: 'urgent' });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBe(600);
    expect(Number(answer.headers.get('x-rate-limit-remaining'))).toBeGreaterThan(600);
    clock.pass(601);
    expect((await put({ priority: 'urgent' })).status).toBe(200);
  });

  it('limits the requests of the account', async () => {
    await zendesk.close();
    zendesk = await startZendeskSandbox({ now: clock.now, limits: { requestsPerMinute: 2 } });
    call = clientOf(zendesk);
    await call('GET', '/users/me');
    await call('GET', '/users/me');
    expect(await call('GET', '/users/me')).toMatchObject({ status: 429, body: { error: 'APIRateLimitExceeded' } });
  });

  it('asks for JSON and for a ticket object', async () => {
    expect((await call('PUT', `/tickets/${id}`, { tickets: {} })).body.error).toMatchObject({
      title: 'Invalid attribute',
    });
    expect((await call('PUT', `/tickets/${id}`, {}, { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('filing a ticket through the API', () => {
  const body = {
    ticket: { subject: 'S', comment: { body: 'B' }, requester: { name: 'Bo', email: 'bo@acme.example' } },
  };

  it('keeps an Idempotency-Key for two hours and refuses it for another body', async () => {
    const key = { 'idempotency-key': 'k1' };
    const first = await call('POST', '/tickets', body, key);
    const again = await call('POST', '/tickets', body, key);
    expect([first.status, first.headers.get('x-idempotency-lookup')]).toEqual([201, 'miss']);
    expect(again.headers.get('x-idempotency-lookup')).toBe('hit');
    expect((again.body.ticket as { id: number }).id).toBe((first.body.ticket as { id: number }).id);
    const other = await call('POST', '/tickets', { ticket: { ...body.ticket, subject: 'T' } }, key);
    expect(other).toMatchObject({ status: 400, body: { error: 'IdempotentRequestError' } });
    clock.pass(7201);
    expect((await call('POST', '/tickets', body, key)).headers.get('x-idempotency-lookup')).toBe('miss');
  });
});
