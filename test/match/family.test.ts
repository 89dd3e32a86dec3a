// Sub-organizations: found by the column `parent`, matched without being taken for their parent, and with both admins known.
import { describe, expect, it } from 'vitest';
import { type Family, readFamily } from '../../src/core/match/family.js';
import { matchOrganization } from '../../src/core/match/match.js';
import { aTicket, someFacts } from '../core/fixtures.js';
import { indexOf, query, type Row } from './lists.js';

const acme: Row = {
  name: 'Acme Solar LLC',
  domains: ['acme.example'],
  admins: ['boss@acme.example'],
  status: 'licensed',
};
const east: Row = {
  name: 'Acme East',
  domains: ['acme.example'],
  admins: ['eve@east.example'],
  status: 'listed',
  values: { parent: 'ACME Solar, L.L.C.' },
};
const west: Row = { name: 'Sunny West', domains: ['west.example'], values: { parent: 'Acme Solar' } };
const index = indexOf({ orgs: [acme, east, west, { name: 'Violet Harbor', domains: ['violet.example'] }] });

function ask(about: Parameters<typeof query>[0], lists = index) {
  const match = matchOrganization(query(about), lists);
  return { match, family: readFamily(match, lists), name: match.listings[0]?.name };
}

describe('a sub-organization', () => {
  it('knows its parent, with its status and admins', () => {
    const { match, family } = ask({ record: 'Acme East', from: 'sam@acme.example' });
    expect([match.verdict, match.name, match.tier]).toEqual(['listed', 'Acme East', 2]);
    expect(family).toEqual({
      isSubOrganization: true,
      parent: 'Acme Solar LLC',
      parentStatus: 'licensed',
      parentAdmins: ['boss@acme.example'],
      admins: ['eve@east.example', 'boss@acme.example'],
    });
  });

  it.each([
    ['its parent, by the record', { record: 'Acme Solar', from: 'sam@acme.example' }, 'Acme Solar LLC', false],
    [
      'itself, asked for by an admin of the parent',
      { record: 'Acme East', from: 'boss@acme.example' },
      'Acme East',
      true,
    ],
    [
      'itself, though it names the parent',
      { record: 'Sunny West', from: 'a@west.example', form: 'Acme Solar LLC' },
      'Sunny West',
      true,
    ],
    ['its parent, by its own admin from a domain they share', { from: 'boss@acme.example' }, 'Acme Solar LLC', false],
    [
      'its parent, which names it',
      { record: 'Acme Solar LLC', from: 'x@acme.example', text: 'Acme East' },
      'Acme Solar LLC',
      false,
    ],
  ] as const)('is told from %s', (_what, about, name, isSub) => {
    const found = ask(about);
    expect([found.match.verdict, found.name, found.family.isSubOrganization]).toEqual(['listed', name, isSub]);
  });

  it.each([
    ['a shared domain alone says neither', { from: 'sam@acme.example' }],
    ['another organization is named', { record: 'Acme East', from: 'sam@acme.example', form: 'Violet Harbor' }],
    ["a stranger's domain", { record: 'Acme East', from: 'sam@violet.example' }],
  ] as const)('is not taken for certain where %s', (_what, about) => {
    const { match, family } = ask(about);
    expect(match.verdict).toBe('ambiguous');
    expect(Object.values(family)).toEqual([null, null, null, null, null]);
  });

  it.each([
    ['is not listed', [east]],
    ['stands there twice', [acme, { ...acme, status: 'other' }, east]],
    ['is the row itself', [{ ...east, values: { parent: 'Acme East' } }]],
  ] as [string, Row[]][])('whose parent %s has nobody who is known to speak for it', (_what, rows) => {
    const { match, family } = ask({ record: 'Acme East', from: 'eve@east.example' }, indexOf({ orgs: rows }));
    expect(match.verdict).toBe('listed');
    expect(family).toMatchObject({ isSubOrganization: true, parentAdmins: null, admins: null, parentStatus: null });
  });
});

describe('an organization of its own', () => {
  it('has no parent, and that is known', () => {
    const { family } = ask({ record: 'Violet Harbor', from: 'x@violet.example' });
    expect(family).toEqual({ isSubOrganization: false, parent: '', parentStatus: '', parentAdmins: [], admins: [] });
  });

  it('with a domain in two rows that are no kin stays for a person', () => {
    const strangers = indexOf({ orgs: [acme, { name: 'Acme Plumbing', domains: ['acme.example'] }] });
    expect(ask({ record: 'Acme Solar LLC', from: 'x@acme.example' }, strangers).match.verdict).toBe('ambiguous');
  });
});

describe('an admin of the parent', () => {
  const family: Family = { ...ask({ record: 'Acme East', from: 'sam@acme.example' }).family };
  const facts = (email: string, spf: 'pass' | 'fail' = 'pass') =>
    someFacts({
      family,
      ticket: aTicket({ requester: { name: 'X', email }, authentication: { spf, dkim: spf, dmarc: spf } }),
    }).requester;

  it('is known by the address in its row, unless the mail may be forged', () => {
    expect(facts('Boss@acme.example').isParentAdmin).toBe(true);
    expect(facts('eve@east.example').isParentAdmin).toBe(false);
    expect(facts('boss@acme.example', 'fail').isParentAdmin).toBeNull();
    expect(someFacts({ family: ask({}).family }).requester.isParentAdmin).toBeNull();
  });
});
