// What holds for every text: one listing a list at most, nothing automatic on a changed letter, order of rows without meaning.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchOrganization } from '../../src/core/match/match.js';
import { indexOf, query, type Row } from './lists.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('');
const word = fc.array(fc.constantFrom(...LETTERS), { minLength: 4, maxLength: 9 }).map((letters) => letters.join(''));
const domain = word.map((w) => `${w}.example`);
const status = fc.constantFrom('approved', 'not-approved', null);
const row = fc.record({
  name: fc.oneof(fc.constantFrom('Acme Solar', 'Acme Solar LLC', 'Acme', 'Zed Power', 'n/a', ''), word),
  aliases: fc.array(fc.constantFrom('Acme Solar', 'Zed Power'), { maxLength: 1 }),
  domains: fc.array(fc.constantFrom('acme.example', 'zed.example', 'gmail.com'), { maxLength: 2 }),
  organizationId: fc.constantFrom('1', '2', null),
  status,
});
const rows = fc.array(row, { maxLength: 6 }).map((all) => all.map((r, i): Row => ({ ...r, row: i + 2 })));
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const ask = fc.record({
  record: fc.oneof(fc.constantFrom('Acme Solar', 'ACME', 'Zed Power Inc', 'Tidewater'), anyText),
  id: fc.constantFrom('1', '2', '3', ''),
  from: fc.oneof(fc.constantFrom('a@acme.example', 'a@zed.example', 'a@gmail.com', 'a@acme.test', ''), anyText),
  form: fc.oneof(fc.constantFrom('Acme Solar', 'Zed Power', ''), anyText),
});

describe('matching on any input', () => {
  it('never throws and never gives two listings of one list', () => {
    fc.assert(
      fc.property(rows, rows, ask, (sellers, tracker, q) => {
        const match = matchOrganization(query(q), indexOf({ sellers, tracker }));
        const lists = match.listings.map((l) => l.list);
        expect(new Set(lists).size).toBe(lists.length);
        expect(match.listings.length > 0).toBe(match.verdict === 'listed');
        expect(Object.keys(match.lists)).toEqual(['sellers', 'tracker']);
        if (match.verdict === 'ambiguous' || match.verdict === 'unidentified') {
          for (const result of Object.values(match.lists)) expect(result.value).toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('says the same whatever the order of the rows', () => {
    const shuffled = rows.chain((r) => fc.tuple(fc.constant(r), fc.shuffledSubarray(r, { minLength: r.length })));
    fc.assert(
      fc.property(shuffled, ask, ([a, b], q) => {
        const first = matchOrganization(query(q), indexOf({ sellers: a }));
        const second = matchOrganization(query(q), indexOf({ sellers: b }));
        expect(second).toEqual(first);
      }),
      { numRuns: 200 },
    );
  });

  it('is never listed on a name with one changed, dropped, added or swapped letter', () => {
    fc.assert(
      fc.property(
        word,
        word,
        fc.nat(),
        fc.constantFrom(...LETTERS),
        fc.constantFrom(0, 1, 2, 3),
        (a, b, n, letter, how) => {
          const name = `${a} ${b}`;
          const changed = change(name, n, letter, how);
          fc.pre(changed.trim() !== name);
          const match = matchOrganization(query({ record: changed }), indexOf({ sellers: [{ name }] }));
          expect(match.verdict).not.toBe('listed');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is never listed nor unlisted on a domain with one changed letter', () => {
    fc.assert(
      fc.property(word, fc.nat(), fc.constantFrom(...LETTERS), fc.constantFrom(0, 1, 2, 3), (label, n, letter, how) => {
        const changed = change(label, n, letter, how);
        fc.pre(changed !== label && changed.length > 0);
        const index = indexOf({ sellers: [{ name: 'Quite Another Name', domains: [`${label}.example`] }] });
        const match = matchOrganization(query({ from: `a@${changed}.example` }), index);
        expect(['ambiguous', 'unidentified']).toContain(match.verdict);
        if (Math.min(label.length, changed.length) >= 5) expect(match.verdict).toBe('ambiguous');
      }),
      { numRuns: 300 },
    );
  });

  it('does not look at case, punctuation or the legal form', () => {
    const form = fc.constantFrom('', ' Inc', ', Inc.', ' LLC', ' L.L.C.', ' Corporation', ' Ltd.', ', LLP');
    fc.assert(
      fc.property(word, word, form, form, fc.boolean(), domain, (a, b, one, other, upper, from) => {
        fc.pre(a !== b);
        const asked = `${a}-${b}${other}`;
        const index = indexOf({ sellers: [{ name: `${a} ${b}${one}`, domains: [from] }] });
        const match = matchOrganization(
          query({ record: upper ? asked.toUpperCase() : asked, from: `x@${from}` }),
          index,
        );
        expect(match.verdict).toBe('listed');
      }),
      { numRuns: 200 },
    );
  });

  it('is never listed or unlisted on what was only typed', () => {
    fc.assert(
      fc.property(rows, fc.oneof(fc.constantFrom('Acme Solar', 'Zed Power'), anyText), (sellers, form) => {
        const match = matchOrganization(query({ form, from: 'a@gmail.com' }), indexOf({ sellers }));
        expect(['ambiguous', 'unidentified']).toContain(match.verdict);
      }),
    );
  });
});

function change(text: string, n: number, letter: string, how: number): string {
  const at = n % text.length;
  const edits = [
    text.slice(0, at) + letter + text.slice(at + 1),
    text.slice(0, at) + text.slice(at + 1),
    text.slice(0, at) + letter + text.slice(at),
    text.slice(0, at) + (text[at + 1] ?? '') + text[at] + text.slice(at + 2),
  ];
  return edits[how]!;
}
