// Whom a request names: looked up in the lists with the owner of each, and never evidence of who asks.
import { describe, expect, it } from 'vitest';
import { buildMatchIndex } from '../../src/core/match/index-lists.js';
import { matchOrganization } from '../../src/core/match/match.js';
import { nobodyNamed, readNamed } from '../../src/core/match/named.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { aField, aTicket } from '../core/fixtures.js';
import { directory, indexOf, listInUse, query, type Row } from './lists.js';

const rows: Row[] = [
  {
    name: 'Acme Solar LLC',
    aliases: ['Sunny'],
    domains: ['acme.example'],
    admins: ['boss@acme.example'],
    status: 'licensed',
  },
  { name: 'Acme East', admins: ['eve@east.example'], status: 'sub', values: { parent: 'Acme Solar', kind: 'team' } },
  { name: 'Acme West', status: 'sub', values: { parent: 'Acme Solar', kind: ' ' } },
  { name: 'Violet Harbor', admins: ['vi@violet.example'], status: 'ended' },
  { name: 'Orphan', status: 'sub', values: { parent: 'Nobody' } },
  { name: 'Grandchild', status: 'sub', values: { parent: 'Acme East' } },
  { name: 'Twice', status: 'licensed', domains: ['one.example'] },
  { name: 'Twice', status: 'ended', domains: ['two.example'] },
];
const lists = indexOf({ orgs: rows });

function named(values: string[], from = 'boss@acme.example', more: Partial<TicketInput> = {}, index = lists) {
  const field = aField('organization', { claim: true, many: true });
  const ticket = aTicket({ requester: { name: 'X', email: from }, ...more });
  const match = matchOrganization(query({ from }), index);
  return readNamed([{ field, values, source: 'text', strange: [], isUnclear: false }], match, { ticket, index });
}

describe('organizations that a request names', () => {
  it('are found with their owner, its status and its admins', () => {
    expect(named(['acme east'])).toEqual({
      names: ['Acme East'],
      count: 1,
      unfound: [],
      owners: ['Acme Solar LLC'],
      ownerCount: 1,
      ownerStatus: 'licensed',
      ownerAdmins: ['boss@acme.example'],
      isOwnerAdmin: true,
      isOfRequester: true,
      values: { parent: ['Acme Solar'], kind: ['team'] },
    });
  });

  it.each([
    ['an alias is the organization itself', ['Sunny'], ['Acme Solar LLC'], ['Acme Solar LLC']],
    [
      'a parent beside its sub-organizations is only the owner',
      ['Acme Solar', 'Acme West', 'Acme East'],
      ['Acme West', 'Acme East'],
      ['Acme Solar LLC'],
    ],
    [
      'several owners are all told',
      ['Acme East', 'Violet Harbor'],
      ['Acme East', 'Violet Harbor'],
      ['Acme Solar LLC', 'Violet Harbor'],
    ],
    ['a parent that nobody lists is not known', ['Orphan'], ['Orphan'], null],
    ['a parent of a parent is not asked', ['Grandchild'], ['Grandchild'], null],
    ['nothing named is nobody', [], [], null],
  ])('%s', (_what, values, names, owners) => {
    expect(named(values)).toMatchObject({ names, owners, count: names.length });
  });

  it.each([
    ['stands nowhere', 'Acme South'],
    ['stands in two rows', 'Twice'],
  ])('are not found where a name %s, and then nobody owns them', (_what, name) => {
    expect(named(['Acme East', name])).toMatchObject({
      names: ['Acme East'],
      unfound: [name],
      owners: null,
      isOwnerAdmin: null,
    });
  });

  it.each([
    ['an admin of every owner', ['Acme East', 'Violet Harbor'], 'boss@acme.example', false],
    ['an admin of the sub-organization', ['Acme East'], 'eve@east.example', false],
    ['an admin of the owner, however written', ['Acme East'], 'Boss@Acme.example', true],
  ])('tell whether the sender is %s', (_what, values, from, expected) => {
    expect(named(values, from).isOwnerAdmin).toBe(expected);
  });

  it.each([
    ['colleagues', 'sam@acme.example', true],
    ['a sub-organization of the same owner', 'eve@east.example', true],
    ['another organization', 'vi@violet.example', false],
    ['nobody known', 'x@stranger.example', null],
  ])('know %s', (_what, from, expected) => {
    expect(named(['Acme West'], from).isOfRequester).toBe(expected);
  });

  it('are not known where the sender may be forged, or a list cannot be relied on', () => {
    const forged = { authentication: { spf: 'fail', dkim: 'fail', dmarc: 'fail' } } as const;
    expect(named(['Acme East'], 'boss@acme.example', forged)).toEqual(nobodyNamed);
    const closed = buildMatchIndex([listInUse('orgs', rows, { problem: 'not connected' })], directory);
    expect(named(['Acme East'], 'boss@acme.example', {}, closed)).toEqual(nobodyNamed);
    expect(readNamed([], matchOrganization(query({}), lists), { ticket: aTicket(), index: lists })).toEqual(
      nobodyNamed,
    );
  });
});
