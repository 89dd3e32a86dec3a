// Conditions: the operators as a table, and the laws of three-valued logic as properties.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/core/condition.js';
import type { Facts, Json } from '../../src/core/decision.js';
import type { Condition, Operator } from '../../src/core/rulebook.js';
import { someFacts, test_ } from './fixtures.js';

function factsWith(value: Json | undefined): Facts {
  const facts = someFacts();
  facts.ticket.fields = value === undefined ? {} : { X: value };
  return facts;
}

const table: [value: Json | undefined, op: Operator, operand: unknown, answer: string][] = [
  ['Approved', 'is', ' approved ', 'yes'],
  ['Zürich', 'is', 'Zu\u0308rich', 'yes'],
  ['approved?', 'is', 'approved', 'no'],
  [undefined, 'is', 'approved', 'not-known'],
  [null, 'is', 'approved', 'not-known'],
  ['', 'is', 'approved', 'no'],
  [true, 'is', true, 'yes'],
  [7, 'is', 7, 'yes'],
  [['a', 'B'], 'is', 'b', 'yes'],
  ['b', 'oneOf', ['a', 'b'], 'yes'],
  ['c', 'oneOf', ['a', 'b'], 'no'],
  [null, 'oneOf', ['a', 'b'], 'not-known'],
  [['x', 'y'], 'contains', 'Y', 'yes'],
  ['The API returns 401', 'contains', 'api', 'yes'],
  [[], 'contains', 'x', 'no'],
  ['Bright Roofing', 'startsWith', 'bright', 'yes'],
  ['Bright Roofing', 'endsWith', 'bright', 'no'],
  ['order 4711', 'matches', '\\d{4}', 'yes'],
  ['order', 'matches', '\\d{4}', 'no'],
  ['order', 'matches', '(', 'not-known'],
  [undefined, 'matches', 'x', 'not-known'],
  [undefined, 'exists', true, 'no'],
  [null, 'exists', false, 'yes'],
  ['', 'exists', true, 'no'],
  ['x', 'exists', true, 'yes'],
  [0, 'exists', true, 'yes'],
  [5, 'above', 4, 'yes'],
  ['5', 'atLeast', 5, 'yes'],
  [5, 'below', 5, 'no'],
  [5, 'atMost', 5, 'yes'],
  ['many', 'above', 4, 'not-known'],
  ['', 'atMost', 30, 'no'],
  ['2026-01-01T00:00:00Z', 'before', '2026-01-02T00:00:00Z', 'yes'],
  ['2026-01-01T00:00:00+02:00', 'after', '2026-01-01T00:00:00Z', 'no'],
  ['tomorrow', 'before', '2026-01-02T00:00:00Z', 'not-known'],
];

describe('one test of one fact', () => {
  it.each(table)('%j %s %j is %s', (value, op, operand, answer) => {
    expect(evaluate(test_('ticket.fields.X', op, operand), factsWith(value)).answer).toBe(answer);
  });

  it('names the missing fact and the cell that made it unknown', () => {
    const facts = someFacts();
    facts.lists['api-tracker'] = null;
    facts.match.listReasons = { 'api-tracker': 'Tracker!E14 is struck through' };
    expect(evaluate(test_('lists.api-tracker', 'is', 'in-progress'), facts)).toEqual({
      answer: 'not-known',
      why: 'lists.api-tracker is not known: Tracker!E14 is struck through',
      missing: ['lists.api-tracker'],
    });
  });

  it('says what was found and where when the answer is no', () => {
    const facts = someFacts();
    expect(evaluate(test_('lists.api-tracker', 'oneOf', ['completed', 'cancelled']), facts).why).toBe(
      'lists.api-tracker is "in-progress", not "completed" or "cancelled" (Tracker!E14)',
    );
  });

  it('reads field titles with dots and spaces, and nothing inherited', () => {
    const facts = someFacts();
    facts.ticket.fields = { 'Platform Area v1.2': 'x' };
    expect(evaluate(test_('ticket.fields.Platform Area v1.2', 'is', 'x'), facts).answer).toBe('yes');
    expect(evaluate(test_('ticket.constructor', 'exists', true), facts).answer).toBe('no');
    expect(evaluate(test_('ticket.fields.__proto__', 'exists', true), facts).answer).toBe('no');
  });

  it('searches only the first 16 kB with a pattern, in time that a hostile pattern cannot stretch', () => {
    const long = `${'a'.repeat(16_384)}needle`;
    expect(evaluate(test_('ticket.fields.X', 'matches', 'needle'), factsWith(long)).answer).toBe('no');
    const started = performance.now();
    expect(evaluate(test_('ticket.fields.X', 'matches', '^(a+)+$'), factsWith(`${'a'.repeat(16_000)}!`)).answer).toBe(
      'no',
    );
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

const names = ['A', 'B', 'C'] as const;
const leaf = fc.record({
  kind: fc.constant('test' as const),
  fact: fc.constantFrom(...names.map((n) => `ticket.fields.${n}`)),
  op: fc.constantFrom('is' as const, 'contains' as const),
  value: fc.constantFrom('x', 'y'),
});
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
  ),
}));
const valuation = fc.record({
  A: fc.constantFrom('x', 'y', null),
  B: fc.constantFrom('x', 'y', null),
  C: fc.constantFrom('x', 'y', null),
});

const base = someFacts();
function withFields(fields: Record<string, Json>): Facts {
  return { ...base, ticket: { ...base.ticket, fields } };
}
function answer(c: Condition, values: Record<string, Json>): string {
  return evaluate(c, withFields(values)).answer;
}

describe('three-valued logic', () => {
  it('agrees with the tables of Kleene for all and any', () => {
    const rank = { no: 0, 'not-known': 1, yes: 2 } as Record<string, number>;
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 4 }), valuation, (of, values) => {
        const parts = of.map((c) => rank[answer(c, values)]!);
        expect(rank[answer({ kind: 'all', of }, values)]).toBe(Math.min(...parts));
        expect(rank[answer({ kind: 'any', of }, values)]).toBe(Math.max(...parts));
      }),
      { numRuns: 300 },
    );
  });

  it('obeys double negation and De Morgan', () => {
    fc.assert(
      fc.property(condition, condition, valuation, (a, b, values) => {
        const not = (of: Condition): Condition => ({ kind: 'not', of });
        expect(answer(not(not(a)), values)).toBe(answer(a, values));
        expect(answer(not({ kind: 'all', of: [a, b] }), values)).toBe(
          answer({ kind: 'any', of: [not(a), not(b)] }, values),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('never changes a yes or no when an unknown fact becomes known', () => {
    fc.assert(
      fc.property(condition, valuation, valuation, (c, values, later) => {
        const filled = Object.fromEntries(names.map((n) => [n, values[n] ?? later[n]]));
        const before = answer(c, values);
        if (before !== 'not-known') expect(answer(c, filled)).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  it('names at least one unknown fact whenever it answers not known', () => {
    fc.assert(
      fc.property(condition, valuation, (c, values) => {
        const result = evaluate(c, withFields(values));
        expect(result.missing.length > 0).toBe(result.answer === 'not-known');
        for (const path of result.missing) expect(values[path.slice(-1) as 'A']).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});
