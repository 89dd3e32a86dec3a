// What the Zendesk reader makes of answers that the conformance suite does not meet: doubts, gaps, old accounts and liars.
import { describe, expect, it } from 'vitest';
import { ann, at, comment, type Dict, reader, ticket } from './small-account.js';

describe('fetching a ticket', () => {
  const doubts: [string, Dict, string][] = [
    ['nothing', {}, 'unknown'],
    ['empty metadata', { metadata: {} }, 'unknown'],
    ['the flag of doubt', { metadata: { flags: [0] } }, 'fail'],
    ['the flag of somebody outside the conversation', { metadata: { flags: [2] } }, 'fail'],
    ['the flag of somebody who was not signed in', { metadata: { flags: [3] } }, 'fail'],
    ['a distrusted mail', { metadata: { trusted: false } }, 'fail'],
    ['a distrusted form', { metadata: { trusted: false }, via: { channel: 'web' } }, 'unknown'],
    [
      'the name of spoofing',
      { metadata: { flags_options: { 15: { message: 'POTENTIAL_MESSAGE_SPOOFING' } } } },
      'fail',
    ],
    ['another flag', { metadata: { flags: [5] } }, 'unknown'],
    ['metadata of another shape', { metadata: { flags: 'many' } }, 'unknown'],
  ];
  it.each(doubts)('with %s on the comment takes the sender for %j: %s', async (_, extra, verdict) => {
    const { reader: desk } = await reader({ '/tickets/7/comments': { comments: [{ ...comment, ...extra }] } });
    expect((await desk.fetchTicket('7'))?.authentication).toEqual({ spf: verdict, dkim: verdict, dmarc: verdict });
  });

  it("does not let an agent's flagged comment speak against the requester", async () => {
    const flagged = { ...comment, author_id: 1, metadata: { flags: [0] } };
    const { reader: desk } = await reader({ '/tickets/7/comments': { comments: [flagged] } });
    expect((await desk.fetchTicket('7'))?.authentication.dmarc).toBe('unknown');
  });

  it('shows an automatically generated comment as automatic mail', async () => {
    const flagged = { ...comment, metadata: { flags: [4] } };
    const { reader: desk } = await reader({ '/tickets/7/comments': { comments: [flagged] } });
    expect((await desk.fetchTicket('7'))?.messages[0]?.headers).toEqual({ 'auto-submitted': 'auto-generated' });
  });

  it('knows an org admin only from a configured user field', async () => {
    const asked = await reader({}, { orgAdminUserField: 'org_admin' });
    expect((await asked.reader.fetchTicket('7'))?.requester.isOrgAdmin).toBe(true);
    const other = await reader({}, { orgAdminUserField: 'no_such' });
    expect((await other.reader.fetchTicket('7'))?.requester.isOrgAdmin).toBeNull();
    const none = await reader({});
    expect((await none.reader.fetchTicket('7'))?.requester.isOrgAdmin).toBeNull();
  });

  it('reads people and organizations by themselves when they did not come along whole', async () => {
    const options = { orgAdminUserField: 'org_admin' };
    const acme = { id: 9, name: 'Acme', domain_names: ['acme.example'], organization_fields: { tier: 'gold' } };
    const known = { ticket: { ...ticket, organization_id: 9 }, users: [ann], organizations: [acme] };
    const { organization_fields: _, ...partialAcme } = acme;
    const { user_fields: __, ...partialAnn } = ann;
    const answers: [string, Dict][] = [
      ['whole', known],
      ['not at all', { ticket: known.ticket }],
      ['in part', { ...known, users: [partialAnn], organizations: [partialAcme] }],
    ];
    for (const [how, answer] of answers) {
      const { reader: desk, server } = await reader(
        { '/tickets/7': answer, '/organizations/9': { organization: acme } },
        options,
      );
      const fetched = await desk.fetchTicket('7');
      expect(fetched, how).toMatchObject({
        requester: { name: 'Ann', isOrgAdmin: true },
        organization: { id: '9', name: 'Acme', domains: ['acme.example'], fields: { tier: 'gold' } },
      });
      const asked = server.asked.map(({ path }) => path.replace(/^.api.v2|[?].*/g, ''));
      const alone = asked.filter((path) => path === '/organizations/9' || path === '/users/show_many');
      expect(alone.sort(), how).toEqual(how === 'whole' ? [] : ['/organizations/9', '/users/show_many']);
    }
  });

  it('takes the conversation from a reading before while the stamp is the same, and everything else anew', async () => {
    const first = await reader({});
    const known = (await first.reader.fetchTicket('7'))!;
    const said = { ...known, messages: [{ ...known.messages[0]!, body: 'as it was' }] };
    const now = { ...ticket, status: 'pending', tags: ['seen'] };
    const { reader: desk, server } = await reader({
      '/tickets/show_many': { tickets: [now], users: [{ ...ann, name: 'Ann Other' }] },
    });
    expect(await desk.fetchTicket('7', said)).toMatchObject({
      status: 'pending',
      tags: ['seen'],
      requester: { name: 'Ann Other' },
      messages: [{ body: 'as it was' }],
    });
    const asked = () => server.asked.splice(0).map(({ path }) => decodeURIComponent(path.replace('/api/v2', '')));
    expect(asked().filter((path) => path.startsWith('/tickets'))).toEqual([
      '/tickets/show_many?ids=7&include=users,organizations',
    ]);
    // Changed since: all of it is read.
    server.answers({ '/tickets/show_many': { tickets: [{ ...now, updated_at: '2026-02-03T04:05:07Z' }] } });
    expect((await desk.fetchTicket('7', said))?.messages).toMatchObject([{ body: 'b' }]);
    // Not in the list: only the ticket itself can tell whether it is gone.
    server.answers({ '/tickets/show_many': { tickets: [] } });
    expect((await desk.fetchTicket('7', said))?.messages).toMatchObject([{ body: 'as it was' }]);
    server.answers({ '/tickets/7': 404 });
    expect(await desk.fetchTicket('7', said)).toBeNull();
  });

  it('asks for many known tickets at once, and lets each of them know of a failure', async () => {
    const ids = Array.from({ length: 130 }, (_, n) => n + 7);
    const { reader: desk, server } = await reader({
      '/tickets/show_many': { tickets: ids.map((id) => ({ ...ticket, id })), users: [ann] },
    });
    const known = (await desk.fetchTicket('7'))!;
    server.asked.splice(0);
    const all = await Promise.all(ids.map((id) => desk.fetchTicket(String(id), { ...known, id: String(id) })));
    expect(all.map((one) => one?.id)).toEqual(ids.map(String));
    const lists = server.asked.map(({ path }) => /show_many[?]ids=([^&]*)/.exec(decodeURIComponent(path))?.[1]);
    expect(lists.map((list) => list?.split(',').length)).toEqual([1, 100, 29]);
    server.answers({ '/tickets/show_many': 503 });
    const failed = await Promise.allSettled(ids.slice(0, 3).map((id) => desk.fetchTicket(String(id), known)));
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    server.answers({ '/tickets/show_many': { tickets: [ticket] } });
    expect((await desk.fetchTicket('7', known))?.id).toBe('7');
  });

  it('lives with a ticket without requester, subject, organization, comments or channel', async () => {
    const bare = { id: 7, status: 'NEW', created_at: at, updated_at: at, subject: null, requester_id: null };
    const { reader: desk } = await reader({ '/tickets/7': { ticket: bare }, '/tickets/7/comments': { comments: [] } });
    expect(await desk.fetchTicket('7')).toMatchObject({
      status: 'new',
      subject: '',
      requester: { name: '', email: '', isOrgAdmin: null },
      organization: null,
      messages: [],
      channel: 'unknown',
    });
  });

  it('keeps hostile field titles harmless', async () => {
    const fields = [
      { id: 5, title: '__proto__', type: 'text', active: true },
      { id: 6, title: 'Area', type: 'tagger', active: true, custom_field_options: [{ name: 'API', value: 'api' }] },
    ];
    const values = [
      { id: 5, value: 'x' },
      { id: 6, value: 'api' },
      { id: 404, value: 'unknown' },
    ];
    const { reader: desk } = await reader({
      '/ticket_fields': { ticket_fields: fields },
      '/tickets/7': { ticket: { ...ticket, custom_fields: values } },
    });
    const fetched = await desk.fetchTicket('7');
    expect(fetched?.fields.Area).toBe('API');
    expect(Object.getPrototypeOf(fetched?.fields ?? {})).toBe(Object.prototype);
  });

  const failures: [string, Dict, string][] = [
    ['401', { '/tickets/7': 401 }, 'helpdesk-login'],
    ['403', { '/tickets/7': 403 }, 'helpdesk-forbidden'],
    ['429', { '/tickets/7': 429 }, 'helpdesk-rate-limited'],
    ['500', { '/tickets/7': 500 }, 'helpdesk-unavailable'],
    ['a 404 page that is not from the API', { '/tickets/7': '404' }, 'helpdesk-unavailable'],
    ['a 403 page that is not from the API', { '/tickets/7': '403' }, 'helpdesk-unavailable'],
    ['a redirect', { '/tickets/7': '302' }, 'helpdesk-unavailable'],
    ['a login page', { '/tickets/7': '200' }, 'helpdesk-strange-answer'],
    ['a ticket without a time', { '/tickets/7': { ticket: { id: 7, status: 'open' } } }, 'helpdesk-strange-answer'],
    ['a status nobody knows', { '/tickets/7': { ticket: { ...ticket, status: 'paused' } } }, 'helpdesk-strange-answer'],
    ['comments that are no list', { '/tickets/7/comments': { comments: 3 } }, 'helpdesk-strange-answer'],
    ['an anonymous login', { '/users/me': { user: { id: null, role: 'end-user' } } }, 'helpdesk-login'],
    [
      'a page cursor that does not move',
      { '/tickets/7/comments': { comments: [comment], meta: { has_more: true, after_cursor: 'x' } } },
      'helpdesk-strange-answer',
    ],
  ];
  it.each(failures)('throws a Problem for %s', async (_, answers, code) => {
    const { reader: desk } = await reader(answers);
    await expect(desk.fetchTicket('7')).rejects.toThrow(code);
  });

  it('throws a Problem of the network when nobody answers', async () => {
    const { server, reader: desk } = await reader({});
    await server.close();
    await expect(desk.fetchTicket('7')).rejects.toMatchObject({
      problems: [{ code: 'helpdesk-unreachable', family: 'network' }],
    });
  });

  it('asks for fields and for itself once', async () => {
    const { server, reader: desk } = await reader({});
    await desk.fetchTicket('7');
    await desk.fetchTicket('7');
    const paths = server.asked.map((asked) => asked.path.replace(/\?.*/, ''));
    expect(paths.filter((path) => path.endsWith('/ticket_fields'))).toHaveLength(1);
    expect(paths.filter((path) => path.endsWith('/users/me'))).toHaveLength(1);
  });
});
