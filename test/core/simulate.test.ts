// Playing a case on with nobody answering: what is sent when, from the first look to the last wait.
import { describe, expect, it } from 'vitest';
import { stepLine } from '../../src/core/explain.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import type { Programme, Rule } from '../../src/core/rulebook.js';
import { simulate } from '../../src/core/simulate.js';
import { firstSight } from '../../src/core/triage.js';
import { noProgress } from '../../src/core/wait.js';
import { waitWords } from '../../src/core/wait-words.js';
import { everbright, stranger, usual } from './everbright.js';
import { aRule, aRulebook, aTicket, NOW, THEN, test_ } from './fixtures.js';

const HOUR_MS = 3_600_000;
const mail = { type: 'email' as const, to: 'sales-development', template: 'not-approved', handoff: false };
const asks = aRule({
  id: 'asks',
  when: test_('match.verdict', 'is', 'unlisted'),
  stage: 'asked',
  [THEN]: [
    { type: 'reply', template: 'not-approved' },
    { type: 'status', status: 'pending' },
  ],
  wait: {
    kind: 'ask',
    time: { ms: 48 * HOUR_MS },
    event: null,
    approval: null,
    followUps: [
      { kind: 'escalate', after: { ms: 36 * HOUR_MS }, effects: [mail], hold: null },
      {
        kind: 'remind',
        after: { ms: 24 * HOUR_MS },
        effects: [{ type: 'reply', template: 'not-approved' }],
        hold: null,
      },
    ],
  },
});
const waits = aRule({
  id: 'waits',
  when: test_('case.wait.over', 'is', true),
  wait: { kind: 'wait', time: { ms: HOUR_MS }, event: 'kick-off', approval: null, followUps: [] },
  [THEN]: [],
});
const gives = aRule({
  id: 'gives-up',
  when: null,
  graceMs: HOUR_MS,
  [THEN]: [{ type: 'close', resolution: null, fields: {} }],
});

function played(rules: Rule[], until: string, more: Partial<Programme> = {}) {
  const rulebook = aRulebook({ ...everbright, rules, ...more });
  const indexes = buildMatchIndexes(usual, rulebook);
  const ticket = aTicket({ subject: 'API access', body: 'We would like API access', ...stranger });
  const input = { ticket, caseFacts: firstSight, lists: usual, indexes, rulebook, now: NOW };
  return simulate(input, new Date(until)).map((m) => [
    m.at.slice(0, 16),
    m.triage.decision.rule,
    m.effects.map(stepLine),
  ]);
}

describe('simulate', () => {
  it('says what is sent when, to the end of all waits', () => {
    expect(played([asks, waits, gives], '2026-04-01')).toEqual([
      ['2026-03-02T10:32', 'asks', ['reply "not-approved" to the customer', 'status pending']],
      ['2026-03-03T10:32', 'asks', ['reply "not-approved" to the customer']],
      ['2026-03-03T22:32', 'asks', ['e-mail "not-approved" to Mercedes Davis']],
      ['2026-03-04T10:32', 'waits', []],
      ['2026-03-04T11:32', 'gives-up', []],
      ['2026-03-04T12:32', 'gives-up', ['close']],
    ]);
  });

  it('looks no further than asked', () => {
    expect(played([asks, waits, gives], '2026-03-03T12:00Z').map(([at]) => at)).toEqual([
      '2026-03-02T10:32',
      '2026-03-03T10:32',
    ]);
  });

  it('counts in the hours of the programme', () => {
    const slow = { ...asks, wait: { ...asks.wait!, time: { businessDays: 5 }, followUps: [] } };
    const hours = { zone: 'UTC', days: ['mon' as const, 'tue' as const], from: '09:00', to: '17:00' };
    expect(played([slow, gives], '2026-04-01', { hours }).map(([at]) => at)).toContain('2026-03-17T10:32');
  });

  it('goes on from a wait that runs, without what was sent before', () => {
    const rulebook = aRulebook({ ...everbright, rules: [asks, gives] });
    const [followUps] = [asks.wait!.followUps];
    const wait = {
      rule: 'asks',
      kind: 'ask' as const,
      event: null,
      approval: null,
      began: '2026-03-01T10:32:00.000Z',
      until: '2026-03-03T10:32:00.000Z',
      followUps: [
        { ...followUps[1]!, at: '2026-03-02T10:32:00.000Z' },
        { ...followUps[0]!, at: '2026-03-02T22:32:00.000Z' },
      ],
      taken: 1,
      endedBy: null,
    };
    expect(waitWords(wait)).toBe(
      'Waiting for the requester until Tue 3 Mar 2026, 10:32 UTC; escalation Mon 2 Mar 2026, 22:32 UTC',
    );
    const progress = { ...noProgress, stage: 'asked', rules: ['asks'], wait, due: 1 };
    const ticket = aTicket({ subject: 'API access', status: 'pending', ...stranger });
    const indexes = buildMatchIndexes(usual, rulebook);
    const caseFacts = { ...firstSight, previousProgramme: everbright.name, progress };
    const moments = simulate({ ticket, caseFacts, lists: usual, indexes, rulebook, now: NOW }, new Date('2026-03-03'));
    expect(moments.map((m) => m.effects.map((e) => e.type))).toEqual([[], ['email']]);
  });
});
