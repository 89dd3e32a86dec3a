// Mails to whom a list names: only from a clean cell of the matched row, only to our own people.
import { expect, it } from 'vitest';
import { listedAddress, listedRecipient } from '../../src/core/listed-address.js';
import type { Listing } from '../../src/core/listing.js';
import { noDirectory } from '../../src/core/no-directory.js';
import { aListing } from './fixtures.js';

const directory = {
  ...noDirectory,
  own: { addresses: ['help@ours.example', 'desk@elsewhere.example'], domains: ['ours.example'] },
};
const cell = { list: 'partners', column: 'manager' };
const row = (manager: string, more: Partial<Listing> = {}) =>
  aListing({
    list: 'partners',
    sheet: 'Partners',
    row: 4,
    values: { manager },
    cells: { name: 'A4', manager: 'F4' },
    ...more,
  });

it.each<[what: string, listings: Listing[], answer: object]>([
  ['our own person', [row('Dana@ours.example')], { address: 'Dana@ours.example' }],
  ['one below our domain', [row('dana@mail.ours.example')], { address: 'dana@mail.ours.example' }],
  [
    'the row of another list',
    [row('dana@ours.example', { list: 'sellers' })],
    { why: /no row in the list "partners"/ },
  ],
  ['a stranger', [row('dana@ours.example.evil.example')], { why: /F4.*outside of our own domains/ }],
  ['a domain that only ends like ours', [row('dana@notours.example')], { why: /outside/ }],
  ['an address of ours elsewhere', [row('desk@elsewhere.example')], { why: /outside/ }],
  ['where tickets come in by', [row('Help@ours.example')], { why: /tickets come in by/ }],
  ['two people', [row('a@ours.example, b@evil.example')], { why: /not one plain mail address/ }],
  ['a line break', [row('a@ours.example\nBcc: b@evil.example')], { why: /not one plain mail address/ }],
  ['nobody', [row('', { values: {} })], { why: /F4.*is blank/ }],
  [
    'a cell in doubt',
    [row('dana@ours.example', { doubts: { manager: 'struck through' } })],
    { why: /F4.*struck through/ },
  ],
])('%s', (_what, listings, answer) => {
  const found = listedAddress(cell, listings, directory);
  if ('address' in answer) expect(found).toEqual(answer);
  else expect(found).toEqual({ why: expect.stringMatching((answer as { why: RegExp }).why) });
});

it('is told from a role', () => {
  expect(listedRecipient('listing.partners.manager')).toEqual(cell);
  for (const role of ['sales-development', 'listing', 'listing.partners', 'listing.partners.a.b', 'x.partners.manager'])
    expect(listedRecipient(role)).toBeNull();
});
