// Reading from the sandbox Zendesk behaves as the vendor's: paging, export lag, search, authentication.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startZendeskSandbox, type ZendeskOptions, type ZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { clientOf, TestClock } from './zendesk-client.js';

let zendesk: ZendeskSandbox;
let clock: TestClock;
let call: ReturnType<typeof clientOf>;

async function start(options: ZendeskOptions = {}): Promise<void> {
  await zendesk?.close();
  clock = new TestClock();
  zendesk = await startZendeskSandbox({ now: clock.now, ...options });
  call = clientOf(zendesk);
}
beforeEach(() => start());
afterEach(() => zendesk.close());

const file = (subject: string, email = 'ann@acme.example') =>
  zendesk.customerFiles({ name: 'Ann', email, subject, body: `About ${subject}` });
const ids = (rows: unknown) => (rows as { id: number }[]).map((r) => String(r.id));
const exported = (query: string) => call('GET', `/incremental/tickets/cursor?${query}`);

describe('the export', () => {
  it('leaves out the last minute and takes no younger start', async () => {
    const id = file('one');
    expect(await exported(`start_time=${clock.unix(30)}`)).toMatchObject({ status: 400 });
    const early = await exported(`start_time=${clock.unix(600)}`);
    expect(early.body).toMatchObject({ tickets: [], end_of_stream: true });
    clock.pass(61);
    const late = await exported(`cursor=${encodeURIComponent(String(early.body.after_cursor))}`);
    expect(ids(late.body.tickets)).toEqual([id]);
  });

  it('goes on from a cursor, page by page, and shows deleted tickets', async () => {
    const all = ['a', 'b', 'c'].map((s) => file(s));
    zendesk.agentDeletes(all[1]!);
    clock.pass(120);
    const first = await exported(`start_time=${clock.unix(600)}&per_page=2`);
    expect(first.body.end_of_stream).toBe(false);
    const second = await exported(`cursor=${encodeURIComponent(String(first.body.after_cursor))}&per_page=2`);
    expect(second.body.end_of_stream).toBe(true);
    expect([...ids(first.body.tickets), ...ids(second.body.tickets)].sort()).toEqual(all);
    expect(JSON.stringify([first.body, second.body])).toContain('"status":"deleted"');
  });

  it('brings a ticket back with a newer generated_timestamp and the old updated_at', async () => {
    const id = file('one');
    clock.pass(100);
    const first = await exported(`start_time=${clock.unix(600)}`);
    zendesk.systemTouches(id);
    clock.pass(100);
    const again = await exported(`cursor=${encodeURIComponent(String(first.body.after_cursor))}`);
    expect(again.body.tickets).toMatchObject([
      { updated_at: '2026-11-02T09:00:00Z', generated_timestamp: clock.unix(100) },
    ]);
  });

  it('repeats rows when told to, refuses the eleventh request of a minute, and agents altogether', async () => {
    await start({ repeatRows: true });
    const id = file('one');
    clock.pass(100);
    const first = await exported(`start_time=${clock.unix(600)}`);
    const again = await exported(`cursor=${encodeURIComponent(String(first.body.after_cursor))}`);
    expect(ids(again.body.tickets)).toEqual([id]);
    for (let i = 3; i <= 10; i++) expect((await exported(`start_time=${clock.unix(600)}`)).status).toBe(200);
    const eleventh = await exported(`start_time=${clock.unix(600)}`);
    expect([eleventh.status, eleventh.headers.get('retry-after')]).toEqual([429, '60']);
    await start({ botRole: 'agent' });
    expect((await exported(`start_time=${clock.unix(600)}`)).body.error).toMatchObject({ title: 'Forbidden' });
  });
});

describe('comments and audits', () => {
  it('page by cursor, newest first on request, with the writers beside them', async () => {
    const id = file('one');
    for (const text of ['two', 'three']) zendesk.agentReplies(id, text);
    const first = await call('GET', `/tickets/${id}/comments?page[size]=2&sort=-created_at&include=users`);
    expect(first.body.comments).toMatchObject([{ body: 'three', plain_body: 'three' }, { body: 'two' }]);
    expect(first.body.users).toMatchObject([{ id: 9002, role: 'admin' }]);
    expect(first.body.meta).toMatchObject({ has_more: true });
    const after = (first.body.meta as { after_cursor: string }).after_cursor;
    const second = await call('GET', `/tickets/${id}/comments?page[size]=2&sort=-created_at&page[after]=${after}`);
    expect(second.body).toMatchObject({
      comments: [{ body: 'About one' }],
      meta: { has_more: false },
      links: { next: null },
    });
    const audits = await call('GET', `/tickets/${id}/audits?page[size]=1&sort=-created_at`);
    expect(audits.body.audits).toMatchObject([{ author_id: 9002, events: [{ type: 'Comment', public: true }] }]);
  });

  it('page by offset, and the two ways do not mix', async () => {
    const id = file('one');
    zendesk.agentReplies(id, 'two');
    const answer = await call('GET', `/tickets/${id}/comments?per_page=1&sort_order=desc`);
    expect(answer.body).toMatchObject({ comments: [{ body: 'two' }], count: 2, previous_page: null });
    expect(String(answer.body.next_page)).toContain('page=2');
    expect((await call('GET', `/tickets/${id}/comments?per_page=1&page[size]=1`)).status).toBe(400);
    expect((await call('GET', `/tickets/${id}/comments?page=101`)).status).toBe(400);
  });

  it('lag behind when told to', async () => {
    const id = file('one');
    zendesk.agentReplies(id, 'two');
    zendesk.fault('stale-audits', { match: '/audits' });
    expect((await call('GET', `/tickets/${id}/audits`)).body.audits).toHaveLength(1);
    expect((await call('GET', `/tickets/${id}/audits`)).body.audits).toHaveLength(2);
  });
});

describe('single records', () => {
  it('joins a new end user to the organization of its mail domain', async () => {
    const organization = zendesk.addOrganization({
      id: 360001002001,
      name: 'Acme',
      domains: ['acme.example'],
      fields: { state: 'AZ' },
    });
    const id = file('one');
    const ticket = (await call('GET', `/tickets/${id}.json?include=users,organizations`)).body;
    expect(ticket).toMatchObject({ ticket: { organization_id: organization.id, description: 'About one' } });
    expect(ticket.organizations).toMatchObject([{ name: 'Acme', domain_names: ['acme.example'] }]);
    const requester = (ticket.ticket as { requester_id: number }).requester_id;
    const memberships = await call('GET', `/users/${requester}/organization_memberships`);
    expect(memberships.body.organization_memberships).toMatchObject([
      { organization_id: organization.id, default: true },
    ]);
    expect((await call('GET', `/users/show_many?ids=${requester},9001,77`)).body.users).toHaveLength(2);
    expect((await call('GET', '/users/search?query=email:ann@acme.example')).body.users).toMatchObject([
      { id: requester },
    ]);
    expect((await call('GET', `/organizations/${organization.id}`)).body).toMatchObject({
      organization: { organization_fields: { state: 'AZ' } },
    });
    expect((await call('GET', '/organizations/1')).body).toEqual({ error: 'RecordNotFound', description: 'Not found' });
  });

  it('shows drop-downs with titles and values', async () => {
    const { ticket_fields } = (await call('GET', '/ticket_fields')).body as {
      ticket_fields: Record<string, unknown>[];
    };
    expect(ticket_fields.find((f) => f.title === 'Resolution')).toMatchObject({
      type: 'tagger',
      required: true,
      custom_field_options: expect.arrayContaining([
        expect.objectContaining({ name: 'Declined', value: 'resolution_declined' }),
      ]),
    });
  });

  it('answers 404 for a deleted ticket', async () => {
    const id = file('one');
    zendesk.agentDeletes(id);
    expect((await call('GET', `/tickets/${id}`)).status).toBe(404);
  });
});

describe('search', () => {
  it('lags behind writes, filters by status, and ends at a thousand rows', async () => {
    const [a, b] = [file('one'), file('two')];
    zendesk.agentSets(b!, { status: 'closed' });
    const search = (query: string) =>
      call('GET', `/search?query=${encodeURIComponent(query)}&sort_by=updated_at&sort_order=asc`);
    expect((await search('type:ticket status<solved')).body).toMatchObject({ results: [], count: 0 });
    clock.pass(6);
    const found = await search('type:ticket status<solved updated>=2026-11-02');
    expect(found.body).toMatchObject({ results: [{ id: Number(a), result_type: 'ticket' }], next_page: null });
    expect((await call('GET', '/search?query=type:ticket&page=11&per_page=100')).status).toBe(422);
  });
});

describe('authentication', () => {
  it('wants an agent and the token', async () => {
    for (const user of ['usher@everbright-support.example/token:no', 'ann@acme.example/token:x', 'plain:password']) {
      expect(await clientOf(zendesk, user)('GET', '/ticket_fields')).toMatchObject({
        status: 401,
        body: { error: "Couldn't authenticate you" },
      });
    }
    expect((await call('GET', '/users/me')).body).toMatchObject({ user: { id: 9000, role: 'admin' } });
    expect((await call('GET', '/nothing')).body.error).toBe('InvalidEndpoint');
  });

  it('answers users/me as nobody when there are no credentials at all', async () => {
    const answer = await call('GET', '/users/me', undefined, { authorization: '' });
    expect(answer).toMatchObject({ status: 200, body: { user: { id: null } } });
  });
});
