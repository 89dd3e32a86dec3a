// Facts: what is known, known to be empty, and not known; who is an admin; what the latest message is.
import { describe, expect, it } from 'vitest';
import { aboutOf, approvalKey, standingOf } from '../../src/core/approval-items.js';
import { evaluate } from '../../src/core/condition.js';
import { readFact } from '../../src/core/condition-test.js';
import { factsMarkdown, factTable, findFact } from '../../src/core/facts.js';
import type { ListInUse } from '../../src/core/listing.js';
import { nobodyNamed } from '../../src/core/match/named.js';
import {
  aField,
  aListing,
  aMatch,
  anApproval,
  aProgramme,
  aRule,
  aTicket,
  noHistory,
  someFacts,
  test_,
} from './fixtures.js';

const unlisted = aMatch({
  verdict: 'unlisted',
  listings: [],
  reason: 'nothing near it',
  lists: {
    'api-tracker': { list: 'api-tracker', value: 'absent', reason: 'no row', listing: null, cell: null },
    'approved-sellers': { list: 'approved-sellers', value: 'absent', reason: 'no row', listing: null, cell: null },
  },
});

function inUse(name: string, more: Partial<ListInUse> = {}): ListInUse {
  const snapshot = { list: name, title: name, hash: 'h', file: 'f', sheet: 's', loadedAt: '', listings: [], lint: [] };
  return { name, title: name, snapshot, problem: null, gone: [], ...more };
}

describe('an approval', () => {
  const bound = { each: 'match.named.names', boundTo: ['request.platform', 'requester.email'] };
  const approval = { ...anApproval, ...bound };
  const wait = { kind: 'approve' as const, time: { ms: 1 }, event: null, approval, followUps: [] };
  const programme = aProgramme({ rules: [aRule({ id: 'asks', wait })] });
  const facts = (more: Parameters<typeof someFacts>[0], about?: string) => {
    const given = { state: 'approved' as const, by: 'Ann', at: '2026-03-01T10:00:00Z', ...(about ? { about } : {}) };
    const progress = { ...noHistory.progress, approvals: { lead: given } };
    return someFacts({ programme, ...more, caseFacts: { ...noHistory, progress } });
  };
  const named = (names: string[]) => ({ named: { ...nobodyNamed, names, values: {} } });
  const asked = (platform: string) => ({
    request: [{ field: aField('platform'), values: [platform], source: 'text', strange: [], isUnclear: false }],
  });

  it.each([
    ['other organizations', { ...named(['East', 'West']), ...asked('sunpath') }],
    ['another field', { ...named(['East']), ...asked('gridworks') }],
    [
      'another requester',
      { ...named(['East']), ...asked('sunpath'), ticket: aTicket({ requester: { email: 'a@b.example' } }) },
    ],
  ])('counts for what it is bound to, and not for %s', (_what, changed) => {
    const shown = { ...named(['East']), ...asked('sunpath') };
    const about = aboutOf(bound, facts(shown));
    expect(facts(shown, about).case).toMatchObject({ approvals: { lead: 'approved' }, approvedBy: { lead: 'Ann' } });
    expect(facts(changed, about).case).toMatchObject({ approvals: { lead: '' }, approvedBy: { lead: '' } });
    expect(facts(changed).case).toMatchObject({ approvals: { lead: 'approved' } });
  });

  it.each([
    ['open while one item is', ['approved', 'refused', 'open'], 'open'],
    ['refused when one was', ['approved', 'refused', 'approved'], 'refused'],
    ['approved when all are', ['approved', 'approved', 'approved'], 'approved'],
  ] as const)('of several items is %s', (_name, states, state) => {
    const standing = states.map((s, n) => [approvalKey('lead', `item ${n}`), { state: s, by: 'Ann', at: '' }] as const);
    const found = standingOf(Object.fromEntries([...standing, ['leader', { state: 'open', by: '', at: '' }]]), 'lead');
    expect(found.state).toBe(state);
    expect(Object.values(found.items).flat().sort()).toEqual(['item 0', 'item 1', 'item 2']);
  });
});

describe('the table of facts', () => {
  it('has an entry for every fact that is built, and every entry is built', () => {
    const wait = { kind: 'approve', time: { ms: 1 }, event: null, approval: anApproval, followUps: [] } as const;
    const facts = someFacts({
      programme: aProgramme({ rules: [aRule({ id: 'asks', wait: { ...wait, followUps: [] } })] }),
      ticket: aTicket({
        fields: { Region: 'x' },
        organization: { id: '1', name: 'B', fields: { Tier: 'x' } },
        event: { source: 'crm', name: 'Lead:Won', fields: { lead: '7' } },
      }),
      request: [{ field: aField('lead'), values: ['x'], source: 'text', strange: [], isUnclear: false }],
      caseFacts: { ...noHistory, values: { lead: '7' }, links: { design: ['7 kW'] } },
      named: { ...nobodyNamed, values: { kind: ['x'] } },
    });
    const open = {
      '<Title>': 'Region',
      '<title>': 'Tier',
      '<list>': 'api-tracker',
      '<name>': 'lead',
      '<key>': 'kind',
      '<kind>': 'design',
    } as Record<string, string>;
    for (const { path } of factTable) {
      const value = readFact(
        facts,
        path.replace(/<.*>/, (name) => open[name]!),
      );
      expect(value, path).not.toBeUndefined();
    }
    for (const [root, group] of Object.entries(facts)) {
      if (typeof group !== 'object') continue;
      for (const key of Object.keys(group)) {
        const isGroup = factTable.some((f) => f.path.startsWith(`${root}.${key}.`));
        expect(isGroup || findFact(`${root}.${key}`) !== undefined, `${root}.${key}`).toBe(true);
      }
    }
  });

  it('knows open names and refuses mistyped ones', () => {
    expect(findFact('ticket.fields.Platform Area')?.path).toBe('ticket.fields.<Title>');
    expect(findFact('lists.api-tracker')?.type).toBe('list word');
    expect(findFact('lists.')).toBeUndefined();
    expect(findFact('match.verdct')).toBeUndefined();
    expect(factsMarkdown()).toContain('| `lists.<list>` | list word |');
  });
});

describe('what is known', () => {
  it('keeps empty apart from not known', () => {
    const facts = someFacts({ ticket: aTicket({ fields: { Region: ' ' } }) });
    expect(facts.ticket.assignee).toBe('');
    expect(evaluate(test_('case.previous.outcome', 'is', 'passed-to-sales'), facts).answer).toBe('no');
    expect(evaluate(test_('case.handoff.daysAgo', 'atMost', 30), facts).answer).toBe('no');
    expect(evaluate(test_('ticket.fields.Region', 'is', 'x'), facts).answer).toBe('not-known');
  });

  it('reads the case', () => {
    const facts = someFacts({
      caseFacts: { ...noHistory, episode: 2, previousOutcome: 'passed-to-sales', handoffDaysAgo: 3 },
    });
    expect(evaluate(test_('case.previous.outcome', 'is', 'passed-to-sales'), facts).answer).toBe('yes');
    expect(evaluate(test_('case.handoff.daysAgo', 'atMost', 30), facts).answer).toBe('yes');
  });

  it('knows whose domain it is', () => {
    const domains: [
      email: string,
      domain: string | null,
      isFreeMail: boolean | null,
      isIntermediary: boolean | null,
    ][] = [
      ['dana@mail.acme.co.uk', 'acme.co.uk', false, false],
      ['dana@gmail.com', 'gmail.com', true, false],
      ['dana@free.example', 'free.example', true, false],
      ['dana@eu.platform.example', 'platform.example', false, true],
      ['', null, false, false],
      ['not an address', null, null, null],
    ];
    for (const [email, domain, isFreeMail, isIntermediary] of domains) {
      const facts = someFacts({ ticket: aTicket({ requester: { email } }) });
      expect(facts.requester, email).toMatchObject({ domain, isFreeMail, isIntermediary });
    }
  });
});

describe('unlisted', () => {
  it('stands when every list of the programme was looked through', () => {
    const facts = someFacts({ match: unlisted, lists: [inUse('api-tracker'), inUse('approved-sellers')] });
    expect(facts.match.verdict).toBe('unlisted');
  });

  const missing: [name: string, lists: ListInUse[] | undefined, reason: string][] = [
    ['is absent', [inUse('api-tracker')], 'the approved-sellers list is not connected'],
    [
      'never loaded',
      [inUse('api-tracker'), inUse('approved-sellers', { snapshot: null, problem: 'no file' })],
      'the approved-sellers list is not connected: no file',
    ],
    [
      'is too old',
      [inUse('api-tracker'), inUse('approved-sellers', { problem: 'read 3 days ago' })],
      'the approved-sellers list cannot be relied on: read 3 days ago',
    ],
  ];
  it.each(missing)('is not known when a list %s', (_name, lists, reason) => {
    const facts = someFacts({ match: unlisted, lists });
    expect(facts.match.verdict).toBeNull();
    expect(facts.lists['approved-sellers']).toBeNull();
    expect(evaluate(test_('match.verdict', 'is', 'unlisted'), facts)).toMatchObject({
      answer: 'not-known',
      why: `match.verdict is not known: ${reason}`,
    });
  });

  it.each(['ambiguous', 'unidentified'] as const)(
    'nor is %s while a list is closed, for it may be listed there',
    (verdict) => {
      expect(someFacts({ match: { ...unlisted, verdict }, lists: [inUse('api-tracker')] }).match.verdict).toBeNull();
      const lists = [inUse('api-tracker'), inUse('approved-sellers')];
      expect(someFacts({ match: { ...unlisted, verdict }, lists }).match.verdict).toBe(verdict);
    },
  );

  it('is not known when a list of the programme was not part of matching, or gives no answer', () => {
    expect(
      someFacts({ match: { ...unlisted, lists: { 'api-tracker': unlisted.lists['api-tracker']! } } }).match.verdict,
    ).toBeNull();
    const blank = { list: 'api-tracker', value: null, reason: 'Tracker!E14 is blank', listing: null, cell: null };
    const facts = someFacts({ match: { ...unlisted, lists: { ...unlisted.lists, 'api-tracker': blank } } });
    expect(facts.match).toMatchObject({
      verdict: null,
      reason: 'the api-tracker list gives no answer: Tracker!E14 is blank',
    });
  });
});

describe('Org Admin', () => {
  const admins = aMatch({ listings: [aListing({ admins: ['dana@bright-roofing.example'] })] });
  it('is what the help desk says, else a listed admin address, else the configured field, else not known', () => {
    const admin = (ticket: object, match = aMatch()) => {
      const { isOrgAdmin, orgAdminSource } = someFacts({ ticket: aTicket(ticket), match }).requester;
      return [isOrgAdmin, orgAdminSource];
    };
    const email = 'dana@bright-roofing.example';
    expect(admin({ requester: { email, isOrgAdmin: false } }, admins)).toEqual([false, 'help desk record']);
    expect(admin({}, admins)).toEqual([true, 'Tracker!F14']);
    expect(admin({ authentication: { dmarc: 'fail' } }, admins)).toEqual([null, null]);
    expect(admin({ fields: { 'Org Admin?': 'Yes' } })).toEqual([true, 'form field "Org Admin?"']);
    expect(admin({ fields: { 'Org Admin?': 'perhaps' } })).toEqual([null, null]);
    expect(admin({})).toEqual([null, null]);
  });

  it("is proven by the help desk's record or a listed admin address, never by the form", () => {
    const proven = (ticket: object, match = aMatch()) =>
      someFacts({ ticket: aTicket(ticket), match }).requester.orgAdminProven;
    const email = 'dana@bright-roofing.example';
    expect(proven({ requester: { email, isOrgAdmin: true } })).toBe(true);
    expect(proven({ requester: { email, isOrgAdmin: false } }, admins)).toBe(false);
    expect(proven({}, admins)).toBe(true);
    expect(proven({ authentication: { dmarc: 'fail' } }, admins)).toBe(false);
    expect(proven({ fields: { 'Org Admin?': 'Yes' } })).toBe(false);
    expect(proven({})).toBe(false);
  });
});

describe('the latest message', () => {
  const body = 'we would like API access';
  const first = { id: 'm1', at: '2026-03-02T10:30:00Z', body };
  const agent = { id: 'm2', at: '2026-03-02T11:00:00Z', author: 'agent' as const, body: 'Thanks' };
  const reply = (text: string) => ({ id: 'm3', at: '2026-03-03T09:00:00Z', body: text });
  const kinds: [messages: object[], kind: string][] = [
    [[], 'first'],
    [[first], 'first'],
    [[first, agent], 'first'],
    [[first, agent, reply('Thanks!')], 'thanks'],
    [[first, agent, reply('Vielen Dank für die schnelle Antwort!\n\nMit freundlichen Grüßen\nDana Fox')], 'thanks'],
    [[first, agent, reply('Thank you\nDana\n\nOn Mon, 2 Mar 2026 Support wrote:\n> Hello')], 'thanks'],
    [[first, agent, reply('Thanks, but we are approved')], 'other'],
    [[first, agent, reply('')], 'other'],
    [[agent, reply('Danke, geht klar?')], 'other'],
    [[agent, reply('Danke')], 'thanks'],
    [[first, { ...reply('secret'), public: false }], 'first'],
  ];
  it.each(kinds)('of %j is %s', (messages, kind) => {
    expect(someFacts({ ticket: aTicket({ body, messages: messages as never }) }).message.kind).toBe(kind);
  });
});

describe('a ticket without requester, subject or organization', () => {
  it('gives facts, not an error', () => {
    const facts = someFacts({
      ticket: aTicket({ subject: '', body: '', requester: {}, organization: null }),
      programme: null,
    });
    expect(facts.requester).toMatchObject({ name: null, email: null, domain: null });
    expect(facts.programme.orgAdmin).toBeNull();
    expect(facts.intent.name).toBeNull();
    expect(aProgramme().lists.length).toBe(2);
  });
});
