// Intents: literal phrases as whole words, folded, weighted; quoted text is not read; reasons are given.
import { describe, expect, it } from 'vitest';
import { recognizeIntents } from '../../src/core/intent.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { aTicket, intent } from './fixtures.js';

const rows: [name: string, ticket: Partial<TicketInput>, score: number, verdict: string][] = [
  ['subject and body', { subject: 'API access', body: 'API access please' }, 7, 'yes'],
  ['subject alone', { subject: 'Re: API-Access!', body: '' }, 4, 'unsure'],
  ['body alone', { subject: 'Hi', body: 'some api\n  ACCESS please' }, 3, 'unsure'],
  ['part of a word', { subject: 'rapid api accessories', body: '' }, 0, 'no'],
  ['German, in NFD, counted once', { subject: 'API\u2010Zugang', body: 'Zum API Zugang: fu\u0308r uns' }, 5, 'yes'],
  ['quoted text', { subject: 'Hi', body: 'Hello\n> api access' }, 0, 'no'],
  ['a tag', { subject: 'Hi', body: '', tags: ['API-Access'] }, 5, 'yes'],
  ['a field', { subject: 'Hi', body: '', fields: { 'Request type': 'api access' } }, 6, 'yes'],
  ['a multi-select field', { subject: 'Hi', body: '', fields: { 'Request type': ['x', 'API access'] } }, 6, 'yes'],
  ['nothing', { subject: '', body: '' }, 0, 'no'],
  [
    'the first message where the body is empty',
    { subject: 'Hi', body: '', messages: [{ id: '1', at: '2026-01-01T00:00:00Z', body: 'api access' }] },
    3,
    'unsure',
  ],
];

describe('recognizing intents', () => {
  it.each(rows)('%s', (_name, ticket, score, verdict) => {
    expect(recognizeIntents(aTicket(ticket), [intent])[0]).toMatchObject({ score, verdict, threshold: 5 });
  });

  it('says why', () => {
    const ticket = aTicket({ subject: 'API access', body: 'api access', tags: ['api-access'], channel: 'Web' });
    expect(recognizeIntents(ticket, [{ ...intent, channels: { web: -1 } }])[0]!.reasons).toEqual([
      'phrase "api access" in subject +4',
      'phrase "api access" in body +3',
      'tag "api-access" +5',
      'channel "web" -1',
    ]);
  });

  it('reads a megabyte quickly', () => {
    const started = performance.now();
    recognizeIntents(aTicket({ body: 'api '.repeat(250_000) }), [intent]);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
