// Commands by internal notes: which words are understood, whose count, and what stands after several of them.
import { describe, expect, it } from 'vitest';
import { meantBy } from '../../src/core/approval-notes.js';
import { matchOrganization } from '../../src/core/match/match.js';
import { approvalNotes, steererOf, steeringNotes, steeringOf } from '../../src/core/steering.js';
import { indexOf, query } from '../match/lists.js';
import { aTicket, directory as usual } from './fixtures.js';

const note = (body: string, more: object = {}) =>
  aTicket({
    messages: [
      {
        id: '7',
        at: '2026-01-05T10:00:00Z',
        from: 'ann@us.example',
        author: 'agent',
        authorId: '9001',
        public: false,
        body,
        ...more,
      },
    ],
  });

describe('a note that answers an approval', () => {
  const open = [{ name: 'organization: Harborlight Energy Inc.' }, { name: 'organization: East' }, { name: 'lead' }];

  it.each([
    ['usher: approve', 'approve', ['organization: Harborlight Energy Inc.', 'organization: East', 'lead']],
    ['Usher, REFUSE!', 'refuse', ['organization: Harborlight Energy Inc.', 'organization: East', 'lead']],
    ['usher: approve lead.', 'approve', ['lead']],
    ['usher: approve harborlight energy, inc', 'approve', ['organization: Harborlight Energy Inc.']],
    ['usher: refuse "Organization: East"', 'refuse', ['organization: East']],
    ['usher: approve organization', 'approve', ['organization: Harborlight Energy Inc.', 'organization: East']],
    ['usher: approve Eas', 'approve', []],
  ] as const)('%s', (body, verb, names) => {
    expect(steeringNotes(note(body))).toEqual([]);
    const [read] = approvalNotes(note(body));
    expect(read).toMatchObject({ commentId: '7', agentId: '9001', verb });
    expect(meantBy(read!, open).map((a) => a.name)).toEqual(names);
  });

  it('is none by a word that only begins so', () => {
    expect(approvalNotes(note('usher: approved'))).toEqual([]);
    expect(approvalNotes(note('usher: approve', { public: true }))).toEqual([]);
  });
});

describe('a note to Usher', () => {
  it.each([
    ['usher: retry', 'retry', 'retry'],
    ['  Usher:   look   again. ', 'retry', 'look again.'],
    ['USHER, stop!', 'stop', 'stop!'],
    ['usher: go on\nbecause', 'resume', 'go on'],
    ['usher: why?', 'why', 'why?'],
    ['usher: this is Acme Solar, LLC', 'this-is', 'Acme Solar, LLC'],
    ['usher: this is "Acme: Solar"', 'this-is', 'Acme: Solar'],
    ['usher: retry and then stop', 'unknown', 'retry and then stop'],
  ])('%s', (body, verb, rest) => {
    expect(steeringNotes(note(body))).toMatchObject([{ commentId: '7', agentId: '9001', verb, rest }]);
  });

  it.each([
    ['a public answer', note('usher: stop', { public: true })],
    ['a requester', note('usher: stop', { author: 'requester' })],
    ['somebody copied', note('usher: stop', { author: 'other' })],
    ['the bot', note('usher: stop', { author: 'bot' })],
    ['a quoted line', note('> usher: stop')],
    ['a later line', note('Look:\nusher: stop')],
    ['a word that begins so', note('usherette: stop')],
  ])('is not taken from %s', (_who, ticket) => {
    expect(steeringNotes(ticket)).toEqual([]);
  });

  it('counts from people of the directory who signed in, and of them from those it names', () => {
    const people = {
      lead: { name: 'Ann', email: null, helpdesk: { desk: '9001' }, slack: null },
      sales: { name: 'Bob', email: 'bob@us.example', helpdesk: {}, slack: null },
      mail: { name: 'Cleo', email: null, helpdesk: { desk: 'Cleo@us.example' }, slack: null },
    };
    const directory = { ...usual, people };
    const [ann] = steeringNotes(note('usher: why'));
    const [cleo] = steeringNotes(note('usher: why', { from: 'cleo@us.example', authorId: '5' }));
    const [byMail] = steeringNotes(note('usher: why', { authorId: undefined }));
    const [other] = steeringNotes(note('usher: why', { authorId: '7' }));
    expect([ann, cleo, byMail, other].map((n) => steererOf(directory, 'desk', n!))).toEqual([
      'Ann',
      'Cleo',
      null,
      null,
    ]);
    expect(steererOf(directory, 'another', ann!)).toBeNull();
    expect(steererOf({ ...directory, steering: ['mail'] }, 'desk', ann!)).toBeNull();
  });

  it('leaves the last word standing', () => {
    const said = (verb: 'stop' | 'resume' | 'this-is', by: string, name: string | null = null) => ({
      verb,
      by,
      name,
      at: '',
    });
    expect(steeringOf([])).toEqual({ organization: null, stoppedBy: null });
    expect(steeringOf([said('stop', 'Ann')]).stoppedBy).toBe('Ann');
    expect(steeringOf([said('stop', 'Ann'), said('resume', 'Bob')]).stoppedBy).toBeNull();
    const named = [said('this-is', 'Ann', 'Acme'), said('this-is', 'Bob', 'Borealis'), said('this-is', 'Cleo')];
    expect(steeringOf(named).organization).toMatchObject({ name: 'Borealis', by: 'Bob' });
  });
});

describe("a person's word on who it is", () => {
  const word = (name: string) => ({
    ...query({ from: 'pat@elsewhere.example', record: 'Borealis' }),
    person: { name, by: 'Ann' },
  });
  const index = indexOf({
    sellers: [{ name: 'Acme Solar LLC' }, { name: 'Twin Power' }, { name: 'Twin Power', status: 'rejected' }],
    tracker: [{ name: 'Acme Solar', status: 'in-progress' }, { name: 'Borealis' }],
  });

  it('settles it in every list, whatever else the ticket says', () => {
    const match = matchOrganization(word('acme solar, llc'), index);
    expect(match).toMatchObject({ verdict: 'listed', tier: 0, name: 'Acme Solar LLC' });
    expect(match.reason).toContain('Ann said that this is');
    expect([match.lists.sellers!.value, match.lists.tracker!.value]).toEqual(['approved', 'in-progress']);
  });

  it.each([
    ['a name that is merely close', 'Acme Solr'],
    ['a name that two rows bear', 'Twin Power'],
    ['a name that no list has', 'Quux'],
    ['nothing', '  '],
  ])('does not settle it with %s', (_what, name) => {
    const match = matchOrganization(word(name), index);
    expect(match).toMatchObject({ verdict: 'ambiguous', listings: [], tier: null });
    expect(Object.values(match.lists).map((l) => l.value)).toEqual([null, null]);
  });
});
