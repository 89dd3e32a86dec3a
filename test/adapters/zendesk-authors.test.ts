// Whom the Zendesk reader takes for the author of a message and of an update, and which ticket a ticket follows up.
import { describe, expect, it } from 'vitest';
import { zendeskReader } from '../../src/adapters/helpdesk/zendesk/reader.js';
import { startZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { ann, bot, comment, type Dict, reader, ticket } from './small-account.js';

const users = [
  bot,
  ann,
  { id: 3, role: 'end-user', name: 'Carl', email: 'carl@elsewhere.example' },
  { id: 4, role: 'agent', name: 'Sam' },
  { id: 5, role: 'admin', name: 'Ada' },
  { id: 6, role: null, name: 'Nobody' },
];
const merge = { channel: 'system', source: { from: { ticket_id: 9 }, rel: 'merge' } };
const later = '2026-02-03T04:06:00Z';
const since = '2026-02-03T04:05:30Z';

describe('the author', () => {
  const table: [string, Dict, message: string, change: string][] = [
    ['the requester', { author_id: 2 }, 'requester', 'requester'],
    ['another end user', { author_id: 3 }, 'other', 'requester'],
    ['an agent', { author_id: 4 }, 'agent', 'agent'],
    ['an admin', { author_id: 5 }, 'agent', 'agent'],
    ['our own account', { author_id: 1 }, 'bot', 'usher'],
    ['the system', { author_id: -1 }, 'bot', 'automation'],
    ['nobody', { author_id: null }, 'bot', 'automation'],
    ['user 0', { author_id: 0 }, 'bot', 'automation'],
    ['a word', { author_id: 'system' }, 'bot', 'automation'],
    ["an agent's rule", { author_id: 4, via: { channel: 'rule' } }, 'bot', 'automation'],
    ['an agent who merges', { author_id: 4, via: merge }, 'agent', 'agent'],
    ['a user who was deleted', { author_id: 999 }, 'other', 'agent'],
    ['a user without a role', { author_id: 6 }, 'other', 'agent'],
  ];
  it.each(table)('%s, as %j, is %s in the conversation and %s in the history', async (_, more, message, change) => {
    const audit = { id: 9, created_at: later, via: { channel: 'web' }, events: [], ...more };
    const { reader: desk } = await reader({
      '/users/show_many': { users },
      '/tickets/7/comments': { comments: [comment, { ...comment, id: 71, created_at: later, ...more }] },
      '/tickets/7/audits': { audits: [audit] },
    });
    expect((await desk.fetchTicket('7'))?.messages.map((m) => m.author)).toEqual(['requester', message]);
    expect((await desk.inspect('7', since))?.changes.map((c) => c.by)).toEqual([change]);
  });

  it('is the requester although nobody knows their account any more', async () => {
    const { reader: desk } = await reader({ '/users/show_many': { users: [bot] } });
    expect((await desk.fetchTicket('7'))?.messages[0]?.author).toBe('requester');
  });

  it('is not the requester where neither has a name', async () => {
    const { reader: desk } = await reader({
      '/tickets/7': { ticket: { ...ticket, requester_id: null } },
      '/tickets/7/comments': { comments: [{ ...comment, author_id: null }] },
    });
    expect((await desk.fetchTicket('7'))?.messages[0]?.author).toBe('bot');
  });
});

describe('a follow-up', () => {
  const table: [string, unknown, string | null][] = [
    ['of a closed ticket', { channel: 'email', source: { from: { ticket_id: 5 }, rel: 'follow_up' } }, '5'],
    ['with the id as text', { channel: 'web', source: { from: { ticket_id: '5' }, rel: 'follow_up' } }, '5'],
    ['by another relation', merge, null],
    ['without a ticket', { channel: 'email', source: { from: {}, rel: 'follow_up' } }, null],
    ['of what is no ticket', { channel: 'email', source: { from: { ticket_id: 'x/y' }, rel: 'follow_up' } }, null],
    ['of an object', { channel: 'email', source: { from: { ticket_id: {} }, rel: 'follow_up' } }, null],
    ['by a relation of another shape', { channel: 'email', source: { from: { ticket_id: 5 }, rel: 7 } }, null],
    ['without a source', { channel: 'email' }, null],
    ['without any via', null, null],
  ];
  it.each(table)('%s (%j) names %s', async (_, via, followUpOf) => {
    const { reader: desk } = await reader({ '/tickets/7': { ticket: { ...ticket, via } } });
    expect((await desk.fetchTicket('7'))?.followUpOf).toBe(followUpOf);
  });

  it('in the sandbox names the closed ticket that the customer replied to', async () => {
    const sandbox = await startZendeskSandbox({});
    try {
      const { url, email, apiToken } = sandbox;
      const desk = zendeskReader({ name: 'sandbox', url, email, apiToken, allowPrivateNetwork: true });
      const id = sandbox.customerFiles({ name: 'Ann', email: 'ann@acme.example', subject: 'API', body: 'Please' });
      sandbox.agentSets(id, { status: 'closed' });
      sandbox.customerReplies(id, 'Once more');
      const next = String(sandbox.state().tickets.at(-1)?.id);
      expect((await desk.fetchTicket(id))?.followUpOf).toBeNull();
      expect((await desk.fetchTicket(next))?.followUpOf).toBe(id);
    } finally {
      await sandbox.close();
    }
  });
});
