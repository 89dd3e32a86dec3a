// Approvals with a first and a last day: nobody is let in outside of them, nobody is declined by them, and days are those of the zone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayIn, endingSoon, outsideOn } from '../../src/core/approval-dates.js';
import type { ApprovalDates, Listing } from '../../src/core/listing.js';
import { matchAsked } from '../../src/core/match/match-asked.js';
import { buildMatchIndexes, indexFor } from '../../src/core/match/programme-indexes.js';
import type { Condition } from '../../src/core/rulebook.js';
import { firstSight, triage } from '../../src/core/triage.js';
import { inUse } from './everbright.js';
import { aList, aListing, aProgramme, aRule, aRulebook, aTicket, THEN, test_ } from './fixtures.js';

const LIST = 'approved-sellers';
const FACT = `lists.${LIST}`;
const NEW_YORK = 'America/New_York';
const ZONES = [NEW_YORK, 'Europe/Berlin', 'Pacific/Auckland', 'Pacific/Kiritimati', 'America/St_Johns', 'UTC'];

const seller = (approval?: Partial<ApprovalDates>, more: Partial<Listing> = {}) =>
  aListing({
    list: LIST,
    sheet: 'Sellers',
    status: 'approved',
    ...(approval ? { approval: { from: null, until: null, ...approval } } : {}),
    cells: { name: 'B14', status: 'E14', approvedFrom: 'F14', approvedUntil: 'G14' },
    ...more,
  });

function decided(
  listings: Listing[],
  now: string,
  { zone = NEW_YORK, first }: { zone?: string; first?: Condition } = {},
) {
  const rule = (id: string, when: Condition | null) =>
    aRule({
      id,
      when,
      outcome: id,
      [THEN]: when === null ? [{ type: 'hold', reason: 'ask' }] : [{ type: 'tag', add: [id], remove: [] }],
    });
  const programme = aProgramme({
    lists: [aList(LIST)],
    hours: { zone, days: ['mon'], from: '09:00', to: '17:00' },
    rules: [
      ...(first ? [{ ...rule('first', first), whenUnknown: 'skip' as const }] : []),
      rule('let-in', test_(FACT, 'is', 'approved')),
      // However a policy words its refusal, an approval that is over is none.
      rule('declined', { kind: 'not', of: test_(FACT, 'is', 'approved') }),
      rule('absent', test_(FACT, 'is', 'absent')),
      rule('rest', null),
    ],
  });
  const rulebook = aRulebook(programme);
  const lists = [inUse(LIST, listings)];
  const intent = { subject: 'API access', body: 'We would like API access' };
  const indexes = buildMatchIndexes(lists, rulebook);
  return triage({ ticket: aTicket(intent), caseFacts: firstSight, lists, indexes, rulebook, now });
}

describe('an approval with dates', () => {
  const dates = { from: '2026-03-08', until: '2026-11-01' };
  it.each([
    ['the day before', '2026-03-07T23:59:59-05:00', 'not-yet', 'hold'],
    ['the first moment of its first day', '2026-03-08T00:00:00-05:00', 'current', 'let-in'],
    ['the last moment of its first day, an hour short', '2026-03-08T23:59:59-04:00', 'current', 'let-in'],
    ['in between', '2026-07-01T12:00:00-04:00', 'current', 'let-in'],
    ['the last moment of its last day, an hour longer', '2026-11-01T23:59:59-05:00', 'current', 'let-in'],
    ['the first moment of the day after', '2026-11-02T00:00:00-05:00', 'ended', 'hold'],
  ])('on %s', (_when, at, state, what) => {
    const { decision, facts, match } = decided([seller(dates)], new Date(at).toISOString());
    expect([facts.match.approval, match.verdict]).toEqual([{ [LIST]: state }, 'listed']);
    expect(decision.kind === 'act' ? decision.outcome : decision.kind).toBe(what);
    expect(facts.lists[LIST]).toBe(what === 'let-in' ? 'approved' : null);
    expect(facts.match).toMatchObject({ approvedFrom: { [LIST]: dates.from }, approvedUntil: { [LIST]: dates.until } });
  });

  it('says why, with its cells, in the decision and for whoever asks', () => {
    const over = decided([seller({ until: '2026-02-28' })], '2026-03-01T12:00:00Z');
    expect(over.decision.reason).toContain(
      'approved by Sellers!E14, but the approval ended with 2026-02-28 (Sellers!G14)',
    );
    expect(over.match.listings[0]).toMatchObject({ status: null, name: 'Bright Roofing Inc' });
    const holds = decided([seller(dates)], '2026-07-01T12:00:00Z');
    expect(holds.facts.match.listReasons).toMatchObject({
      [LIST]: expect.stringContaining('approved from 2026-03-08 (Sellers!F14) until 2026-11-01 (Sellers!G14)'),
    });
  });

  it('can be read by a rule that comes before', () => {
    const first = test_(`match.approval.${LIST}`, 'is', 'ended');
    expect(decided([seller({ until: '2026-02-28' })], '2026-03-01T12:00:00Z', { first }).decision.rule).toBe('first');
    expect(decided([seller({ until: '2026-03-02' })], '2026-03-01T12:00:00Z', { first }).decision.rule).toBe('let-in');
    expect(decided([seller()], '2026-03-01T12:00:00Z', { first }).decision.rule).toBe('let-in');
  });

  it('in rows without days, and of organizations in no row, is known to be none', () => {
    expect(decided([seller()], '2026-03-01T12:00:00Z').facts.match.approval).toEqual({ [LIST]: '' });
    const other = seller({ until: '2020-01-01' }, { name: 'Other Ltd', domains: ['other.example'] });
    const unclear = decided(
      [seller(undefined, { status: null, statusProblem: 'blank' }), other],
      '2026-03-01T12:00:00Z',
    );
    expect(unclear.facts.match.approval).toEqual({ [LIST]: null });
  });

  it('of a parent that is over leaves the parent without a status', () => {
    const child = seller(undefined, { row: 15, name: 'Bright Roofing West', values: { parent: 'Bright Family' } });
    const parent = (until: string) =>
      seller({ until }, { row: 16, name: 'Bright Family', domains: ['family.example'] });
    const of = (until: string) => decided([child, parent(until)], '2026-03-01T12:00:00Z').facts.match.parentStatus;
    expect([of('2026-03-01'), of('2026-02-28')]).toEqual(['approved', null]);
  });

  it('in two rows of one organization with other days is for a person', () => {
    const twice = [seller({ until: '2026-12-31' }), seller({ until: '2026-06-30' }, { row: 15 })];
    expect(decided(twice, '2026-03-01T12:00:00Z').match.verdict).toBe('ambiguous');
    expect(decided([twice[0]!, { ...twice[0]!, row: 15 }], '2026-03-01T12:00:00Z').match.verdict).toBe('listed');
  });

  it('is no approval where nobody says which day it is', () => {
    const rulebook = aRulebook(aProgramme({ lists: [aList(LIST)] }));
    const indexes = buildMatchIndexes([inUse(LIST, [seller({ until: '9999-12-31' })])], rulebook);
    const asked = (today: string | null) => {
      const index = indexFor(indexes, null, rulebook, '2026-03-01T12:00:00Z');
      return matchAsked({ name: 'Bright Roofing Inc' }, { ...index, today }).lists[LIST]?.value;
    };
    expect([asked('2026-03-01'), asked(null)]).toEqual(['approved', null]);
  });

  it('never lets anybody in outside of its days, never declines by them, and decides the same again', () => {
    const day = fc
      .date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString().slice(0, 10));
    const side = fc.option(day, { nil: null });
    const moment = fc.date({ min: new Date('2025-12-30'), max: new Date('2027-01-03'), noInvalidDate: true });
    fc.assert(
      fc.property(side, side, moment, fc.constantFrom(...ZONES), (from, until, at, zone) => {
        const now = at.toISOString();
        // Not by the library that is used in the core.
        const today = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(at);
        const isInside = (from === null || from <= today) && (until === null || today <= until);
        const listings = [seller({ from, until })];
        const { decision, facts } = decided(listings, now, { zone });
        expect(dayIn(now, zone)).toBe(today);
        expect(decision.outcome).toBe(isInside ? 'let-in' : null);
        expect(decision.kind).toBe(isInside ? 'act' : 'hold');
        expect(decided(listings, facts.now, { zone }).decision).toEqual(decision);
      }),
      { numRuns: 200 },
    );
  });
});

describe('approvals as days pass', () => {
  const until = (day: string, row: number) => seller({ until: day }, { row });

  it('end soon from so many days before to the last day itself, the next first', () => {
    const rows = [
      until('2026-03-15', 2),
      until('2026-03-01', 3),
      until('2026-02-28', 4),
      until('2026-03-16', 5),
      seller(),
    ];
    expect(endingSoon(rows, '2026-03-01', 14).map((l) => l.row)).toEqual([3, 2]);
    // Not in force yet, so nothing of it ends soon.
    expect(endingSoon([seller({ from: '2026-03-05', until: '2026-03-10' })], '2026-03-01', 14)).toEqual([]);
    expect(endingSoon([until('2026-11-08', 2)], '2026-10-25', 14)).toHaveLength(1);
  });

  it('change what a list says only on the days that change it', () => {
    const rows = [seller({ from: '2026-03-02' }), until('2026-03-02', 15), seller()];
    const states = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'].map((day) => outsideOn(rows, day));
    expect(states).toEqual([['14:not-yet'], [], ['15:ended'], ['15:ended']]);
  });
});
