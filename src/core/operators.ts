// The operators of conditions: whether a value that is there satisfies a test.
import { RE2JS } from 're2js';
import type { Json } from './decision.js';
import type { Condition, Operator } from './rulebook.js';
import { cut } from './text.js';

export type Test = Extract<Condition, { kind: 'test' }>;
/** true, false, or why the fact cannot be compared. */
export type Finding = boolean | string;

/** Text looked at by `matches`, in UTF-16 units; what is longer is searched only so far. */
const MATCHES_TEXT_MAX = 16_384;

/** A collection satisfies a test when one of its members does. */
export function findIn(test: Test, actual: Json): Finding {
  if (Array.isArray(actual)) {
    const findings = actual.map((member) => (member === null ? 'holds something unknown' : findIn(test, member)));
    if (findings.some((f) => f === true)) return true;
    return findings.find((f) => typeof f === 'string') ?? false;
  }
  if (typeof actual === 'object' && actual !== null) return 'is a group of facts, not one value';
  return OPERATORS[test.op](actual as string | number | boolean, test.value, test);
}

type Scalar = string | number | boolean;
const OPERATORS: Record<Operator, (actual: Scalar, value: unknown, test: Test) => Finding> = {
  is: (actual, value) => asList(value).some((one) => fold(one) === fold(actual)),
  oneOf: (actual, value) => asList(value).some((one) => fold(one) === fold(actual)),
  contains: (actual, value) => asList(value).some((one) => fold(actual).includes(fold(one))),
  startsWith: (actual, value) => asList(value).some((one) => fold(actual).startsWith(fold(one))),
  endsWith: (actual, value) => asList(value).some((one) => fold(actual).endsWith(fold(one))),
  matches: (actual, _value, test) => matches(String(actual), test),
  exists: () => true,
  above: (actual, value) => compareNumbers(actual, value, (a, b) => a > b),
  below: (actual, value) => compareNumbers(actual, value, (a, b) => a < b),
  atLeast: (actual, value) => compareNumbers(actual, value, (a, b) => a >= b),
  atMost: (actual, value) => compareNumbers(actual, value, (a, b) => a <= b),
  before: (actual, value) => compareTimes(actual, value, (a, b) => a < b),
  after: (actual, value) => compareTimes(actual, value, (a, b) => a > b),
};

/** Several values, or the one, as a list. */
export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Texts and numbers as they are compared. */
export function fold(value: unknown): string {
  return String(value).normalize('NFC').trim().toLowerCase();
}

function compareNumbers(actual: Scalar, value: unknown, holds: (a: number, b: number) => boolean): Finding {
  const a = typeof actual === 'boolean' ? Number.NaN : Number(actual);
  const b = Number(value);
  return Number.isNaN(a) || Number.isNaN(b) ? 'is not a number' : holds(a, b);
}

function compareTimes(actual: Scalar, value: unknown, holds: (a: number, b: number) => boolean): Finding {
  const a = typeof actual === 'string' ? Date.parse(actual) : Number.NaN;
  const b = Date.parse(String(value));
  return Number.isNaN(a) || Number.isNaN(b) ? 'is not a time' : holds(a, b);
}

// Compiled once a condition: rules live long and are evaluated for every ticket.
const compiled = new WeakMap<Test, RE2JS>();

function matches(text: string, test: Test): Finding {
  try {
    const pattern = compiled.get(test) ?? RE2JS.compile(String(test.value));
    compiled.set(test, pattern);
    return pattern.matcher(text.slice(0, MATCHES_TEXT_MAX)).find();
  } catch {
    return `cannot be searched: ${show(test.value)} is not a pattern`;
  }
}

/** A value in a sentence, at most 120 characters. */
export function show(value: unknown): string {
  if (value === '') return 'empty';
  return cut(typeof value === 'string' ? `"${cut(value, 80)}"` : (JSON.stringify(value) ?? String(value)), 120);
}
