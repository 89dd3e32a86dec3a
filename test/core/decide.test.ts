// Deciding: which programme takes a ticket, and which of its rules decides, with the trace.
import { describe, expect, it } from 'vitest';
import { chooseProgramme, decide } from '../../src/core/decide.js';
import type { Rule } from '../../src/core/rulebook.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { aProgramme, aRule, aRulebook, aTicket, intent, noHistory, someFacts, THEN, test_ } from './fixtures.js';

const yes = test_('match.verdict', 'is', 'listed');
const no = test_('match.verdict', 'is', 'unlisted');
const unknown = test_('ticket.fields.Region', 'is', 'west');
const reply = [{ type: 'reply' as const, template: 'hello' }];
const act = (id: string, when: Rule['when'], more: Partial<Rule> = {}) =>
  aRule({ id, when, [THEN]: reply, outcome: id, ...more });

const rows: [name: string, rules: Rule[], kind: string, rule: string | null, answers: string[]][] = [
  ['the first yes decides', [act('a', no), act('b', yes), act('c', yes)], 'act', 'b', ['no', 'yes']],
  ['not known before any yes holds', [act('a', unknown), act('b', yes)], 'hold', 'a', ['not-known']],
  [
    'not known may be skipped',
    [act('a', unknown, { whenUnknown: 'skip' }), act('b', yes)],
    'act',
    'b',
    ['not-known', 'yes'],
  ],
  ['not known after a yes does not matter', [act('a', yes), act('b', unknown)], 'act', 'a', ['yes']],
  [
    'a rule that holds',
    [aRule({ id: 'h', when: yes, [THEN]: [...reply, { type: 'hold', reason: 'conflict' }] })],
    'hold',
    'h',
    ['yes'],
  ],
  ['no rule fits', [act('a', no)], 'hold', null, ['no']],
  ['no rules', [], 'hold', null, []],
  ['a rule without when always fits', [act('a', null)], 'act', 'a', ['yes']],
];

describe('rules of a programme', () => {
  it.each(rows)('%s', (_name, rules, kind, rule, answers) => {
    const decision = decide(someFacts(), aProgramme({ rules }));
    expect([decision.kind, decision.rule, decision.trace.map((t) => t.answer)]).toEqual([kind, rule, answers]);
    expect(decision.programme).toBe('everbright-api-access');
    expect(decision.effects.length > 0).toBe(kind === 'act');
  });

  it('tells the trace to whoever reads, copies or stores the decision', () => {
    const decision = decide(someFacts(), aProgramme({ rules: [act('a', no), act('b', yes)] }));
    const lines = [
      { programme: 'everbright-api-access', rule: 'a', answer: 'no', why: expect.stringContaining('not "unlisted"') },
      { programme: 'everbright-api-access', rule: 'b', answer: 'yes', why: expect.stringContaining('is "listed"') },
    ];
    expect(JSON.parse(JSON.stringify(decision)).trace).toEqual(lines);
    expect({ ...decision }.trace).toEqual(lines);
    expect(decision.trace).toBe(decision.trace);
  });

  it('names the rule and the missing fact', () => {
    expect(decide(someFacts(), aProgramme({ rules: [act('a', unknown)] })).reason).toBe(
      'The rule "a" cannot be answered: ticket.fields.Region is not known',
    );
    expect(decide(someFacts(), aProgramme({ rules: [act('a', no)] })).reason).toBe('No rule fits');
  });

  it('puts facts into the reason of a hold, and never twice', () => {
    const rule = aRule({
      id: 'h',
      [THEN]: [{ type: 'hold', reason: 'Look: {match.reason}, {ticket.subject}, { requester.phone }' }],
    });
    const facts = someFacts({
      ticket: aTicket({ subject: '{match.name}' }),
      contact: { state: null, stateSource: null, phone: null },
    });
    expect(decide(facts, aProgramme({ rules: [rule] })).reason).toBe(
      'Look: the domain bright-roofing.example stands in Tracker!D14, {match.name}, not known',
    );
  });

  it('carries outcome, grace and the reason with its cell', () => {
    const when = test_('lists.api-tracker', 'is', 'in-progress');
    const decision = decide(someFacts(), aProgramme({ rules: [act('a', when, { graceMs: 600_000 })] }));
    expect(decision).toMatchObject({
      outcome: 'a',
      graceMs: 600_000,
      effects: reply,
      reason: 'lists.api-tracker is "in-progress" (Tracker!E14)',
    });
  });
});

describe('the programme that takes a ticket', () => {
  const choose = (ticket: Partial<TicketInput>, ...programmes: ReturnType<typeof aProgramme>[]) =>
    chooseProgramme(aTicket(ticket), aRulebook(...(programmes.length ? programmes : [aProgramme()])), noHistory);
  const asked = { subject: 'API access', body: 'API access' };

  const ignored: [name: string, ticket: Partial<TicketInput>, reason: string][] = [
    ['automatic mail before anything else', { ...asked, requester: { email: 'no-reply@x.example' } }, 'Automatic mail'],
    ['our own messages', { ...asked, requester: { email: 'support@ever.example' } }, 'Our own address'],
    ['a ticket with the stop tag', { ...asked, tags: ['Usher-Stop'] }, 'usher-stop'],
    ['a closed ticket', { ...asked, status: 'closed' }, 'closed'],
    ['an assigned ticket', { ...asked, assignee: '9' }, 'an agent has the ticket'],
    ['a pending ticket', { ...asked, status: 'pending' }, 'its status is pending'],
    ['another intent', { subject: 'Invoice', body: 'Where is my invoice?' }, 'No programme takes this ticket'],
  ];
  it.each(ignored)('is none for %s', (_name, ticket, reason) => {
    const choice = choose(ticket);
    expect(choice.kind).toBe('ignore');
    expect(choice.kind === 'ignore' && choice.reason).toContain(reason);
  });

  it('tests scope before intent', () => {
    expect(choose({ subject: 'Invoice', assignee: '9' })).toMatchObject({
      reason: expect.stringContaining('Outside the scope'),
    });
  });

  it('is the one whose intent is sure', () => {
    expect(choose(asked)).toMatchObject({ kind: 'programme', intent: { name: 'api-access-request', verdict: 'yes' } });
  });

  it('is a person when two take it, or when the intent is unsure', () => {
    const both = choose(asked, aProgramme({ title: 'One' }), aProgramme({ title: 'Two' }));
    expect(both).toMatchObject({
      kind: 'hold',
      reason: 'Two programmes take this ticket: "One" and "Two"',
      programme: null,
    });
    const unsure = choose({ subject: 'API access?', body: '' });
    expect(unsure).toMatchObject({
      kind: 'hold',
      reason: expect.stringContaining('Intent unsure'),
      intent: { score: 4 },
    });
  });

  it('is not the one whose intent another intent of it beats; a tie is unsure', () => {
    const fault = (weight: number) => ({
      ...intent,
      name: 'api-fault',
      phrases: [{ text: 'returns 401', weight, where: 'both' as const, locale: null }],
    });
    const ticket = { subject: 'API access', body: 'API access returns 401' };
    expect(choose(ticket, aProgramme({ intents: [intent, fault(9)] })).kind).toBe('ignore');
    expect(choose(ticket, aProgramme({ intents: [intent, fault(7)] })).kind).toBe('hold');
    expect(choose(ticket, aProgramme({ intents: [intent, fault(6)] })).kind).toBe('programme');
  });

  it('keeps a reply to a finished case with a person when it is no longer recognized', () => {
    const again = { ...noHistory, episode: 2, previousOutcome: 'passed-to-sales' };
    const choice = chooseProgramme(aTicket({ subject: 'Re: something', body: 'Hm' }), aRulebook(aProgramme()), again);
    expect(choice).toMatchObject({ kind: 'hold', programme: { name: 'everbright-api-access' } });
  });

  it('reads every member of a scope', () => {
    const scoped = (scope: object) =>
      choose(
        { ...asked, tags: ['vip'], channel: 'web' },
        aProgramme({ receives: { intent: 'api-access-request', scope, events: [] } }),
      ).kind;
    expect(scoped({})).toBe('programme');
    expect(scoped({ tags: ['x', 'VIP'] })).toBe('programme');
    expect(scoped({ tags: ['x'] })).toBe('ignore');
    expect(scoped({ withoutTags: ['vip'] })).toBe('ignore');
    expect(scoped({ channel: ['email'] })).toBe('ignore');
    expect(scoped({ helpdesk: ['zendesk'] })).toBe('ignore');
    expect(scoped({ assigned: true })).toBe('ignore');
  });
});
