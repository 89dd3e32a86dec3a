// Matching as a whole: evidence with cells, joining of lists, holds that name their cells, and what each list says.
import { describe, expect, it } from 'vitest';
import { buildMatchIndex } from '../../src/core/match/index-lists.js';
import { matchOrganization } from '../../src/core/match/match.js';
import { matchQuery } from '../../src/core/match/match-query.js';
import { ticketShape } from '../../src/core/ticket.js';
import { directory, indexOf, listInUse, listing, query } from './lists.js';

describe('matching an organization', () => {
  it('gives every piece of evidence its source and cell', () => {
    const index = indexOf({ sellers: [{ name: 'Acme Solar', domains: ['acme.example'], organizationId: '7' }] });
    const match = matchOrganization(query({ record: 'Acme Solar', id: '7', from: 'a@acme.example' }), index);
    expect(match).toMatchObject({ verdict: 'listed', tier: 1, name: 'Acme Solar' });
    expect(match.evidence.map((e) => [e.tier, e.kind, e.source, e.cell])).toEqual([
      [1, 'organization-id', 'help desk organization record', 'SELLERS!row 2'],
      [2, 'mail-domain', 'sender address', 'SELLERS!C2'],
      [3, 'organization-name', 'help desk organization record', 'SELLERS!A2'],
    ]);
    expect(match.lists.sellers).toMatchObject({ value: 'approved', cell: 'SELLERS!F2' });
  });

  it('names both cells when one organization stands in two rows that disagree', () => {
    const index = indexOf({ sellers: [{ name: 'Acme Solar' }, { name: 'ACME SOLAR, LLC', status: 'not-approved' }] });
    const match = matchOrganization(query({ record: 'Acme Solar' }), index);
    expect(match.verdict).toBe('ambiguous');
    expect(match.reason).toContain('SELLERS!A2');
    expect(match.reason).toContain('SELLERS!A3');
    expect(match.listings).toEqual([]);
    expect(match.lists.sellers!.value).toBeNull();
    expect(match.evidence.some((e) => e.kind === 'row-conflict')).toBe(true);
  });

  it('sees that a row with another spelling is the same organization by its domain or alias', () => {
    const rows = [
      { name: 'Acme Solar', domains: ['acme.example'] },
      { name: 'Zed Power', status: 'not-approved', domains: ['acme.example'] },
    ];
    expect(matchOrganization(query({ record: 'Acme Solar' }), indexOf({ sellers: rows })).verdict).toBe('ambiguous');
    const alias = [{ name: 'Acme Solar' }, { name: 'Zed Power', aliases: ['Acme Solar'] }];
    expect(matchOrganization(query({ record: 'Acme Solar' }), indexOf({ sellers: alias })).verdict).toBe('ambiguous');
  });

  it('takes rows that repeat each other in every field for one listing', () => {
    const twice = [{ name: 'Acme Solar' }, { name: 'ACME SOLAR LLC' }];
    const match = matchOrganization(query({ record: 'Acme Solar' }), indexOf({ sellers: twice }));
    expect(match.listings.map((l) => l.row)).toEqual([2]);
    const differing = [
      { name: 'Acme Solar', values: { state: 'CA' } },
      { name: 'ACME SOLAR LLC', values: { state: 'NV' } },
    ];
    expect(matchOrganization(query({ record: 'Acme Solar' }), indexOf({ sellers: differing })).verdict).toBe(
      'ambiguous',
    );
    const blank = [
      { name: 'Acme Solar', status: null },
      { name: 'Acme Solar', status: null },
    ];
    expect(matchOrganization(query({ record: 'Acme Solar' }), indexOf({ sellers: blank })).verdict).toBe('ambiguous');
  });

  it('finds in a second list the other name that the first list knows', () => {
    const index = indexOf({
      sellers: [{ name: 'Zed Holdings LLC', status: 'not-approved' }],
      tracker: [{ name: 'Acme Solar', aliases: ['Zed Holdings'], status: 'in-progress', domains: ['acme.example'] }],
    });
    const match = matchOrganization(query({ from: 'a@acme.example' }), index);
    expect(match.verdict).toBe('listed');
    expect(match.lists).toMatchObject({ sellers: { value: 'not-approved' }, tracker: { value: 'in-progress' } });
  });

  it('holds when the lists point to different organizations', () => {
    const index = indexOf({
      sellers: [{ name: 'Acme Solar', domains: ['acme.example'] }],
      tracker: [{ name: 'Ironwood Electric', organizationId: '9' }],
    });
    const match = matchOrganization(query({ id: '9', record: '', from: 'a@acme.example' }), index);
    expect(match.verdict).toBe('ambiguous');
    expect(match.evidence.some((e) => e.kind === 'contradiction')).toBe(true);
  });

  it('does not call a list silent where a similar name stands in it', () => {
    const index = indexOf({
      sellers: [{ name: 'Acme Sollar' }],
      tracker: [{ name: 'Acme Solar', status: 'in-progress' }],
    });
    const match = matchOrganization(query({ record: 'Acme Solar' }), index);
    expect(match.verdict).toBe('listed');
    expect(match.lists.sellers).toMatchObject({ value: null });
    expect(match.lists.sellers!.reason).toContain('SELLERS!A2');
  });

  it('names the cell of a status that is not known', () => {
    const index = indexOf({ sellers: [{ name: 'Acme Solar', status: null, statusProblem: 'struck through' }] });
    const match = matchOrganization(query({ record: 'Acme Solar' }), index);
    expect(match.verdict).toBe('listed');
    expect(match.lists.sellers).toMatchObject({ value: null, cell: 'SELLERS!F2' });
    expect(match.lists.sellers!.reason).toBe('the status in SELLERS!F2 is not known: struck through');
  });

  it('never says unlisted while a list cannot be relied on, and still finds listings in the others', () => {
    const lists = [
      listInUse('sellers', [], { snapshot: null, problem: 'the file is missing' }),
      listInUse('tracker', [{ name: 'Acme Solar' }]),
    ];
    const index = buildMatchIndex(lists, directory);
    const unknown = matchOrganization(query({ record: 'Tidewater Charging' }), index);
    expect(unknown.verdict).toBe('ambiguous');
    expect(unknown.reason).toContain('the file is missing');
    const found = matchOrganization(query({ record: 'Acme Solar' }), index);
    expect(found.verdict).toBe('listed');
    expect(found.reason).toContain('the file is missing');
    expect(found.lists.sellers!.value).toBeNull();
  });

  it('never says unlisted without any list', () => {
    expect(matchOrganization(query({ record: 'Tidewater Charging' }), buildMatchIndex([], directory)).verdict).toBe(
      'ambiguous',
    );
  });

  it('says until when a row was there', () => {
    const gone = {
      listing: listing('sellers', { name: 'Acme Solar', row: 214 }, 0),
      hash: 'h',
      lastSeenAt: '2026-03-02T14:02:00Z',
    };
    const index = buildMatchIndex([listInUse('sellers', [{ name: 'Zed Power' }], { gone: [gone] })], directory);
    const match = matchOrganization(query({ record: 'Acme Solar LLC' }), index);
    expect(match.verdict).toBe('ambiguous');
    expect(match.reason).toContain('was in row 214 until 2026-03-02 14:02 UTC');
    expect(match.lists.sellers!.value).toBeNull();
    expect(match.evidence.some((e) => e.kind === 'gone' && !e.supports)).toBe(true);
  });

  it('does not hold for a row that only moved', () => {
    const gone = {
      listing: listing('sellers', { name: 'Acme Solar', row: 214 }, 0),
      hash: 'h',
      lastSeenAt: '2026-03-02T14:02:00Z',
    };
    const index = buildMatchIndex([listInUse('sellers', [{ name: 'ACME Solar' }], { gone: [gone] })], directory);
    expect(matchOrganization(query({ record: 'Acme Solar' }), index).verdict).toBe('listed');
  });

  it('escapes hostile characters wherever a name is said', () => {
    const match = matchOrganization(
      query({ record: 'Ac\u202eme Solar' }),
      indexOf({ sellers: [{ name: 'Acme Solar' }] }),
    );
    expect(match.verdict).toBe('ambiguous');
    expect(JSON.stringify([match.reason, match.name, match.evidence, match.candidates])).not.toContain('\u202e');
    expect(match.candidates[0]).toMatchObject({ name: 'Acme Solar', cell: 'SELLERS!A2' });
  });

  it('reads claims from form fields and labelled lines of a ticket', () => {
    const ticket = ticketShape.parse({
      id: '1',
      subject: 'API access',
      body: 'Hello,\nCompany: Juniper Solar\nI write on behalf of Ironwood Electric LLC, thanks.',
      fields: { Company: 'n/a', 'Company name': 'Acme Solar' },
      requester: { email: 'a@gmail.com' },
      organization: { id: '5', name: 'Zed' },
    });
    const read = matchQuery(ticket, { organization: ['Company', 'Company name'] });
    expect(read.claims).toEqual([
      { name: 'Acme Solar', source: 'form field "Company name"' },
      { name: 'Juniper Solar', source: 'text' },
      { name: 'Ironwood Electric LLC', source: 'text' },
    ]);
    expect(read.organization).toEqual({ id: '5', name: 'Zed', domains: [] });
  });

  it.each([
    ['On behalf of Zenith Voltaics LLC. We would like access', 'Zenith Voltaics LLC'],
    ['I write on behalf of our client, Zenith Voltaics and would like', 'Zenith Voltaics'],
    ['on behalf of the team at Zenith Voltaics', 'Zenith Voltaics'],
    ['I write on behalf of\nZenith Voltaics', 'Zenith Voltaics'],
    ['We need it for our client St. Louis Solar Inc. Thanks', 'St. Louis Solar Inc'],
    ['im Auftrag der Firma Zenith Voltaik GmbH', 'Zenith Voltaik GmbH'],
    ['für unseren Kunden Zenith Voltaik', 'Zenith Voltaik'],
    ['im Namen unseres Kunden Zenith Voltaik', 'Zenith Voltaik'],
    ['on behalf of my company', null],
    ['for our clients in California', null],
  ])('reads for whom somebody writes: %j', (body, name) => {
    const ticket = ticketShape.parse({ id: '1', subject: 'API access', body, requester: { email: 'a@gmail.com' } });
    const { claims } = matchQuery(ticket, { organization: [] });
    expect(claims).toEqual(name === null ? [] : [{ name, source: 'text' }]);
  });

  it('calls a typed company or a foreign sender domain a contradiction of the record, never unlisted', () => {
    const index = indexOf({ sellers: [{ name: 'Acme Solar' }] });
    const record = { record: 'Bright Consulting', id: '5', domains: ['bright.example'] };
    for (const q of [{ form: 'Zenith Voltaics LLC' }, { text: 'Zenith Voltaics' }, { from: 'x@zenith.example' }]) {
      const match = matchOrganization(query({ ...record, ...q }), index);
      expect(match.verdict).toBe('ambiguous');
      expect(match.evidence.map((e) => e.kind)).toEqual(['contradiction']);
      expect(match.reason.toLowerCase()).toContain('zenith');
      expect(match.lists.sellers!.value).toBeNull();
    }
    expect(matchOrganization(query({ ...record, from: 'x@bright.example' }), index).verdict).toBe('unlisted');
  });

  it('objects to a text that names somebody else, though the sender is listed', () => {
    const index = indexOf({ tracker: [{ name: 'Acme Solar', domains: ['acme.example'], status: 'in-progress' }] });
    const match = matchOrganization(query({ from: 'a@acme.example', text: 'Zenith Voltaics' }), index);
    expect(match.verdict).toBe('ambiguous');
    expect(match.evidence.some((e) => e.kind === 'contradiction' && e.source === 'text')).toBe(true);
  });

  it('names other listings near a listed one, for whoever takes the request over', () => {
    const index = indexOf({
      sellers: [{ name: 'Cascade Solar Group', status: 'not-approved' }, { name: 'Cascade Solar Works' }],
    });
    const match = matchOrganization(query({ record: 'Cascade Solar Group' }), index);
    expect(match.verdict).toBe('listed');
    expect(match.candidates.map((c) => c.name)).toEqual(['Cascade Solar Works']);
    expect(matchOrganization(query({ record: 'Zed' }), indexOf({ sellers: [{ name: 'Zed' }] })).candidates).toEqual([]);
  });

  it('finds the right candidate for a misspelt name among 20,000', () => {
    const first =
      'amber birch cedar delta ember falcon grove harbor indigo jasper kestrel lunar maple nimbus ocean prairie quartz raven summit tundra'.split(
        ' ',
      );
    const second = 'peak ridge valley river field stone creek point lake hill'.split(' ');
    const rows = Array.from({ length: 20_000 }, (_, i) => ({
      name: `${first[i % 20]}${second[Math.floor(i / 20) % 10]} ${first[Math.floor(i / 200) % 20]} ${second[Math.floor(i / 4000) % 10]} Solar`,
      row: i + 2,
    }));
    const index = indexOf({ sellers: rows });
    let tried = 0;
    let hits = 0;
    for (let i = 7; i < 20_000; i += 397) {
      const name = rows[i]!.name;
      const at = 2 + (i % 6);
      const misspelt = [
        name.slice(0, at) + name.slice(at + 1),
        `${name.slice(0, at)}x${name.slice(at)}`,
        name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2),
      ][i % 3]!;
      if (misspelt === name) continue;
      tried++;
      const match = matchOrganization(query({ record: misspelt }), index);
      expect(match.verdict).toBe('ambiguous');
      if (match.candidates.some((c) => c.row === rows[i]!.row)) hits++;
    }
    expect(tried).toBeGreaterThan(40);
    expect(hits / tried).toBeGreaterThanOrEqual(0.98);
  });
});
