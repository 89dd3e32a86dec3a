// The webhook door: signatures against the contract's vectors, their age, and what is read out of a body.
import { describe, expect, it } from 'vitest';
import {
  PUBLIC_TEST_SECRET,
  type SignedRequest,
  verifyZendeskSignature,
  zendeskSignature,
} from '../../src/adapters/helpdesk/zendesk/signature.js';
import { readWebhook } from '../../src/adapters/helpdesk/zendesk/webhook.js';

const timestamp = '2026-02-03T04:05:06Z';
const now = Date.parse(timestamp);
const body = '{"ticket_id":"35436","event":"comment_added"}';
const vectors: [string, string][] = [
  [body, '0YzAAL85yI2uWv9EmkvB4zuUBrOuFS4E91cwsyuJ1+8='],
  ['', '65LfoiceSA1SCyVdX1UAFK00SacF7WVQjKJP0JWZcqE='],
  ['{"t":"Grüße ☃"}', 'K2BMtyRxSBktISvo+SBNp7RFLRbwtBPrtwaSEwKNwcA='],
];

const good: SignedRequest = {
  secret: 'own-secret',
  timestamp,
  signature: zendeskSignature('own-secret', timestamp, body),
  rawBody: body,
  now,
};

describe('a webhook signature', () => {
  it.each(vectors)('of the body %j fits the known vector', (rawBody, signature) => {
    const request = { secret: PUBLIC_TEST_SECRET, timestamp, signature, rawBody: Buffer.from(rawBody), now };
    expect(verifyZendeskSignature({ ...request, allowTestSecret: true })).toEqual({ ok: true });
    expect(verifyZendeskSignature(request)).toEqual({ ok: false, reason: 'test-secret' });
  });

  const table: [string, Partial<SignedRequest>, string][] = [
    ['no secret', { secret: '' }, 'no-secret'],
    ['no signature', { signature: undefined }, 'missing'],
    ['an empty signature', { signature: '' }, 'missing'],
    ['no timestamp', { timestamp: undefined }, 'missing'],
    ['two signatures', { signature: [String(good.signature), 'x'] }, 'repeated'],
    ['two joined signatures', { signature: `${good.signature}, ${good.signature}` }, 'repeated'],
    ['two timestamps', { timestamp: [timestamp, timestamp] }, 'repeated'],
    ['another body', { rawBody: `${body} ` }, 'wrong'],
    ['another timestamp', { timestamp: '2026-02-03T04:05:07Z' }, 'wrong'],
    ['another secret', { secret: 'other' }, 'wrong'],
    ['a signature of other length', { signature: 'AAAA' }, 'wrong'],
    ['an age of five minutes and a second', { now: now + 301_000 }, 'stale'],
    ['a stamp five minutes and a second ahead', { now: now - 301_000 }, 'stale'],
    [
      'a timestamp that is none',
      { timestamp: 'today', signature: zendeskSignature('own-secret', 'today', body) },
      'stale',
    ],
  ];
  it.each(table)('with %s is refused', (_, change, reason) => {
    expect(verifyZendeskSignature({ ...good, ...change })).toEqual({ ok: false, reason });
  });

  it('is taken up to five minutes old or ahead', () => {
    expect(verifyZendeskSignature({ ...good, now: now + 300_000 })).toEqual({ ok: true });
    expect(verifyZendeskSignature({ ...good, now: now - 300_000 })).toEqual({ ok: true });
  });
});

describe('a webhook body', () => {
  const event = {
    id: 'e1',
    type: 'zen:event-type:ticket.created',
    subject: 'zen:ticket:35436',
    detail: { id: '35436' },
  };
  const table: [string, unknown, ReturnType<typeof readWebhook>][] = [
    ['of a trigger', { ticket_id: '35436', event: 'created' }, { ticketId: '35436', eventId: null }],
    ['of a trigger with a number', { ticket_id: 35436 }, { ticketId: '35436', eventId: null }],
    ['of an event', event, { ticketId: '35436', eventId: 'e1' }],
    ['of an event without detail', { ...event, detail: undefined }, { ticketId: '35436', eventId: 'e1' }],
    ['of an event whose places disagree', { ...event, detail: { id: '1' } }, null],
    ['of an event about a user', { ...event, type: 'zen:event-type:user.created' }, null],
    ['with an id that is a path', { ticket_id: '1/../2' }, null],
    ['with an inherited id', JSON.parse('{"__proto__":{"ticket_id":"1"}}'), null],
    ['that is a list', [], null],
    ['that is text', 'x', null],
    ['that is null', null, null],
  ];
  it.each(table)('%s is read', (_, given, expected) => {
    expect(readWebhook(given)).toEqual(expected);
  });
});
