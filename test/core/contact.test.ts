// Contact: state and phone as a person would read them off the ticket; contradictions and prose give none.
import { describe, expect, it } from 'vitest';
import { readContact } from '../../src/core/contact.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { aProgramme, aTicket } from './fixtures.js';

const organization = { id: '1', name: 'B', fields: { State: 'Texas' } };
const states: [name: string, ticket: Partial<TicketInput>, state: string | null, source: string | null][] = [
  [
    'a form field',
    { fields: { State: 'california' }, organization, body: 'Austin, TX 78701' },
    'CA',
    'form field "State"',
  ],
  ['an unknown word in a field as it stands', { fields: { State: 'Ontario' } }, 'Ontario', 'form field "State"'],
  [
    'the record when the field is blank',
    { fields: { State: '  ' }, organization, body: 'x' },
    'TX',
    'organization record',
  ],
  ['a written address', { body: 'Our office: 1 Main St, San Diego, CA 92101. Please help.' }, 'CA', 'from the text'],
  ['a postal code alone with a code', { body: 'We are in CA 94103' }, 'CA', 'from the text'],
  ['a labelled line', { body: 'State: New York\nPlease help' }, 'NY', 'from the text'],
  ['a signature', { body: 'Please help.\n\nBest regards,\nDana\nSan Diego, CA' }, 'CA', 'from signature'],
  [
    'a signature after a delimiter',
    { body: 'Please help.\n-- \nDana\n80331 München, Bayern' },
    'Bayern',
    'from signature',
  ],
  ['a city state', { body: 'Bitte.\n\nMit freundlichen Grüßen\nJörg\n10115 Berlin' }, 'Berlin', 'from signature'],
  [
    'the same state twice',
    { body: 'San Diego, CA 92101\n\nThanks\nDana\nLos Angeles, CA 90001' },
    'CA',
    'from the text',
  ],
  ['none when two differ', { body: 'San Diego, CA 92101\n\nThanks\nDana\nAustin, TX 78701' }, null, null],
  ['none from prose', { body: 'We sell in California and Texas, OR maybe ME too.' }, null, null],
  ['none from words like codes', { body: 'Sounds good, OK\nTell me, OK' }, null, null],
  ['none from a sentence', { body: 'Our people are all over, CA' }, null, null],
  ['a street line', { body: 'Dana\n1 Main St, San Diego, CA' }, 'CA', 'from the text'],
  ['none from quoted text', { body: 'Hello\n> San Diego, CA 92101' }, null, null],
  [
    'none from an agent',
    { body: 'Hello', messages: [{ id: '1', at: '2026-01-01T00:00:00Z', author: 'agent', body: 'Austin, TX 78701' }] },
    null,
    null,
  ],
];

describe('the state', () => {
  it.each(states)('is read from %s', (_name, ticket, state, stateSource) => {
    expect(readContact(aTicket({ body: '', ...ticket }), aProgramme())).toMatchObject({ state, stateSource });
  });
});

const phones: [name: string, ticket: Partial<TicketInput>, phone: string | null][] = [
  ['a field', { fields: { Phone: '+1 619 555 0100' }, body: 'Phone: +1 000 000 0000' }, '+1 619 555 0100'],
  ['a labelled line', { body: 'Hello\nTel.: (619) 555-0100\nmore' }, '(619) 555-0100'],
  ['a signature', { body: 'Hello\n\nThanks\nDana\n619-555-0100' }, '619-555-0100'],
  ['a German signature', { body: 'Hallo\n\nViele Grüße\nJörg\n+49 89 1234567' }, '+49 89 1234567'],
  ['nothing in prose', { body: 'We have 619-555-0100 customers' }, null],
];
describe('the phone number', () => {
  it.each(phones)('is read from %s', (_name, ticket, phone) => {
    expect(readContact(aTicket({ body: '', ...ticket }), aProgramme()).phone).toBe(phone);
  });
});

describe('hostile text', () => {
  it('is read in bounded time', () => {
    const started = performance.now();
    for (const body of [
      'A'.repeat(200_000),
      'A, '.repeat(60_000),
      '1'.repeat(200_000),
      ' '.repeat(200_000),
      `${'12345 Ab '.repeat(20_000)}`,
      'A.- '.repeat(50_000),
    ]) {
      readContact(aTicket({ body }), aProgramme());
    }
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
