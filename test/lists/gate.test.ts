// Which changes of a list are too large to pass without a person.
import { describe, expect, it } from 'vitest';
import type { Listing, ListSnapshot } from '../../src/core/listing.js';
import { compareSnapshots } from '../../src/lists/gate.js';

const row = (name: string, status: string | null, more: Partial<Listing> = {}): Listing => ({
  list: 'partners',
  sheet: 'Tracker',
  row: 2,
  name,
  aliases: [],
  domains: [`${name.toLowerCase().replace(/\W+/g, '')}.example`],
  admins: [],
  organizationId: null,
  status,
  statusProblem: status === null ? 'blank' : null,
  values: {},
  cells: {},
  ...more,
});
const snapshot = (listings: Listing[]): ListSnapshot => ({
  list: 'partners',
  title: 'Partners',
  hash: 'h',
  file: 'f.xlsx',
  sheet: 'Tracker',
  loadedAt: '2026-01-01T00:00:00Z',
  listings,
  lint: [],
});
const many = (count: number, status: string | null, word = 'Company') =>
  Array.from({ length: count }, (_, i) => row(`${word} ${i}`, status));
const compare = (live: Listing[], next: Listing[]) =>
  compareSnapshots(snapshot(live), snapshot(next), ['approved'], '2026-11-22');
const until = (day: string | null, from: string | null = null) =>
  many(11, 'approved').map((one) => ({ ...one, approval: { from, until: day } }));

describe('the gate', () => {
  const table: [string, Listing[], Listing[], number, boolean][] = [
    ['eleven approvals renewed before they end', until('2026-11-22'), until('2027-11-22'), 0, false],
    ['eleven approvals renewed after they ended', until('2026-11-21'), until('2027-11-21'), 11, true],
    ['eleven approvals that lose their last day after it', until('2026-11-21'), many(11, 'approved'), 11, true],
    ['eleven approvals that begin later', many(1, 'no'), [...many(1, 'no'), ...until(null, '2027-01-01')], 11, true],
    ['eleven approvals moved to begin now', until(null, '2027-01-01'), until(null, '2026-11-22'), 0, false],
    ['nothing changed', many(20, 'approved'), many(20, 'approved'), 0, false],
    [
      'ten new approved rows',
      many(20, 'approved'),
      [...many(20, 'approved'), ...many(10, 'approved', 'New')],
      10,
      false,
    ],
    [
      'eleven new approved rows',
      many(20, 'approved'),
      [...many(20, 'approved'), ...many(11, 'approved', 'New')],
      11,
      true,
    ],
    [
      'eleven new rows that are not approved',
      many(20, 'approved'),
      [...many(20, 'approved'), ...many(11, 'no', 'New')],
      0,
      false,
    ],
    [
      'ten statuses turned to approved',
      many(20, 'no'),
      [...many(10, 'approved'), ...many(20, 'no').slice(10)],
      10,
      false,
    ],
    [
      'eleven statuses turned to approved',
      many(20, 'no'),
      [...many(11, 'approved'), ...many(20, 'no').slice(11)],
      11,
      true,
    ],
    ['statuses that were not known turned to approved', many(20, null), many(20, 'approved'), 20, true],
    [
      'eleven approved rows with another domain',
      many(20, 'approved'),
      [...many(11, 'approved').map((l) => ({ ...l, domains: ['other.example'] })), ...many(20, 'approved').slice(11)],
      11,
      true,
    ],
    [
      'eleven approved rows with one more alias',
      many(20, 'approved'),
      many(20, 'approved').map((l, i) => (i < 11 ? { ...l, aliases: [`Alias ${i}`] } : l)),
      11,
      true,
    ],
    [
      'spelling corrected everywhere',
      many(20, 'approved'),
      many(20, 'approved').map((l) => ({ ...l, name: `${l.name.toUpperCase()}, Inc.` })),
      0,
      false,
    ],
    ['a fifth of the rows gone', many(20, 'approved'), many(16, 'approved'), 0, false],
    ['more than a fifth gone', many(20, 'approved'), many(15, 'approved'), 0, true],
    ['one of four rows gone', many(4, 'approved'), many(3, 'approved'), 0, true],
    ['rows added to a small list', many(2, 'approved'), many(9, 'approved'), 7, false],
  ];
  it.each(table)('%s', (_what, live, next, approvals, waits) => {
    const change = compare(live, next);
    expect(change.newApprovals).toHaveLength(approvals);
    expect(change.needsPerson !== null).toBe(waits);
  });

  it('says both reasons and names some of the organizations', () => {
    const change = compare(many(40, 'no'), many(12, 'approved', 'New'));
    expect(change).toMatchObject({ rowsBefore: 40, rowsAfter: 12 });
    expect(change.needsPerson).toBe(
      '12 new approvals at once ("New 0", "New 1", "New 2", ...); 28 of 40 rows are gone',
    );
  });
});
