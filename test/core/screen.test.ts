// Screening: every sign of automatic mail as a row, and what must not be taken for one.
import { describe, expect, it } from 'vitest';
import { screenTicket } from '../../src/core/screen.js';
import { aTicket, directory } from './fixtures.js';

function screen(headers: Record<string, string>, email = 'dana@bright.example', more: object = {}) {
  const message = { id: 'm1', at: '2026-03-02T10:30:00Z', headers, body: 'Hello' };
  return screenTicket(aTicket({ requester: { email }, messages: [message], ...more }), directory);
}

const automatic: [headers: Record<string, string>, part: string][] = [
  [{ 'return-path': '<>' }, 'return-path'],
  [{ 'return-path': '' }, 'return-path'],
  [{ 'auto-submitted': 'auto-replied; owner-email="x"' }, 'auto-submitted'],
  [{ 'Auto-Submitted': 'Auto-Generated' }, 'auto-submitted'],
  [{ precedence: 'bulk' }, 'precedence'],
  [{ precedence: 'auto_reply' }, 'precedence'],
  [{ 'list-id': '<news.acme.example>' }, 'list-id'],
  [{ 'list-unsubscribe': '<https://x>' }, 'list-unsubscribe'],
  [{ 'x-auto-response-suppress': 'DR, OOF, AutoReply' }, 'x-auto-response-suppress'],
  [{ 'x-auto-response-suppress': 'All' }, 'x-auto-response-suppress'],
  [{ 'x-autoreply': 'yes' }, 'x-autoreply'],
  [{ 'x-autorespond': '' }, 'x-autorespond'],
  [{ 'x-auto-response-id': '7' }, 'x-auto-response-id'],
  [{ 'content-type': 'multipart/report; report-type=delivery-status' }, 'content-type'],
  [{ 'feedback-type': 'abuse' }, 'feedback-type'],
  [{ 'x-loop': 'support@ever.example' }, 'x-loop'],
  [{ to: 'list@elsewhere.example', cc: 'x@y.example' }, 'To or Cc'],
];
const people: Record<string, string>[] = [
  {},
  { 'auto-submitted': 'no' },
  { 'return-path': '<dana@bright.example>' },
  { precedence: 'normal' },
  { 'x-auto-response-suppress': 'none' },
  { 'x-loop': 'dana@bright.example' },
  { to: 'Support <support@ever.example>' },
  { 'content-type': 'multipart/alternative' },
];

describe('headers', () => {
  it.each(automatic)('%j is automatic', (headers, part) => {
    const result = screen(headers);
    expect(result.automatic).toBe(true);
    expect(result.reason).toContain(part);
  });
  it.each(people)('%j may be answered', (headers) => {
    expect(screen(headers)).toEqual({ automatic: false, reason: '' });
  });
});

describe('senders', () => {
  const machines =
    'mailer-daemon postmaster no-reply noreply donotreply do-not-reply no_reply bounce bounces+77=x majordomo-request owner-list listserv noreply+tag';
  it.each(machines.split(' '))('%s@ is a machine', (local) => {
    expect(screen({}, `${local.toUpperCase()}@acme.example`).automatic).toBe(true);
  });
  it.each('dana replyall bouncer request ownership norepl info'.split(' '))('%s@ is a person', (local) => {
    expect(screen({}, `${local}@acme.example`).automatic).toBe(false);
  });
  it.each(['support@ever.example', 'x@bots.ever.example', 'x@eu.bots.ever.example'])('%s is our own', (email) => {
    expect(screen({}, email).reason).toBe('our own address wrote it');
  });
  it('a domain that only ends like ours is not ours', () => {
    expect(screen({}, 'x@notbots.ever.example.evil.test').automatic).toBe(false);
    expect(screen({}, 'x@evilbots.ever.example').automatic).toBe(false);
  });
});

describe('out of office without headers', () => {
  it('needs subject and text together', () => {
    const messages = [{ id: '1', at: '2026-03-02T10:30:00Z', body: 'I am out of the office until Monday.' }];
    expect(screen({}, undefined, { subject: 'Automatic reply: API access', messages }).automatic).toBe(true);
    expect(screen({}, undefined, { subject: 'API access', messages }).automatic).toBe(false);
    expect(screen({}, undefined, { subject: 'Automatic reply: API access' }).automatic).toBe(false);
  });
});

describe('which message counts', () => {
  it('is the last public one of the requester', () => {
    const at = '2026-03-02T10:30:00Z';
    const bounce = { id: '1', at, headers: { 'return-path': '<>' }, body: 'x' };
    const human = { id: '2', at, body: 'It is me' };
    const agent = { id: '3', at, author: 'agent' as const, headers: { 'list-id': 'x' } };
    expect(screen({}, undefined, { messages: [bounce, human, agent] }).automatic).toBe(false);
    expect(screen({}, undefined, { messages: [human, bounce] }).automatic).toBe(true);
  });
  it('is the ticket itself where there is none', () => {
    expect(screenTicket(aTicket({ requester: { email: 'no-reply@x.example' } }), directory).automatic).toBe(true);
    expect(screenTicket(aTicket({ requester: {} }), directory).automatic).toBe(false);
  });
});
