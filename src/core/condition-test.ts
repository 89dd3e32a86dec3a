// One test of one fact: the table of operators, and the sentence that says what was found.
import { RE2JS } from 're2js';
import type { Answer } from './condition.js';
import type { Facts, Json } from './decision.js';
import type { Condition, Operator } from './rulebook.js';
import { cut } from './text.js';

type Test = Extract<Condition, { kind: 'test' }>;
/** true, false, or why the fact cannot be compared. */
type Finding = boolean | string;

/** Text looked at by `matches`, in UTF-16 units; what is longer is searched only so far. */
export const MATCHES_TEXT_MAX = 16_384;

/**
 * Reads a fact by its dotted path. Open names (field titles, list names) may hold dots themselves.
 * Only own properties are seen, so `ticket.constructor` is missing.
 */
export function readFact(facts: Omit<Facts, 'case'>, path: string): Json | undefined {
  let here: unknown = facts;
  const parts = path.split('.');
  for (let i = 0; i < parts.length; i++) {
    if (typeof here !== 'object' || here === null || Array.isArray(here)) return undefined;
    const rest = parts.slice(i).join('.');
    if (Object.hasOwn(here, rest)) return (here as Record<string, Json>)[rest];
    if (!Object.hasOwn(here, parts[i]!)) return undefined;
    here = (here as Record<string, Json>)[parts[i]!];
  }
  return here as Json;
}

/** What one decision has read: each fact is looked up, folded and put into words once, however many rules ask for it. */
export class Reading {
  readonly facts: Facts;
  readonly #seen: (Seen | undefined)[] = [];

  constructor(facts: Facts) {
    this.facts = facts;
  }

  at({ place, test }: PreparedTest): Seen {
    const known = this.#seen[place];
    if (known) return known;
    const seen = new Seen(readFact(this.facts, test.fact), reasonOf(test.fact, this.facts));
    this.#seen[place] = seen;
    return seen;
  }
}

class Seen {
  readonly value: Json | undefined;
  readonly isEmpty: boolean;
  readonly reason: string;
  #folded: string | null | undefined;
  #shown: string | undefined;

  constructor(value: Json | undefined, reason: string) {
    this.value = value;
    this.isEmpty = value !== undefined && value !== null && isEmpty(value);
    this.reason = reason === '' ? '' : ` (${reason})`;
  }

  /** Texts and numbers as they are compared; null for what is no single value. */
  get folded(): string | null {
    this.#folded ??= this.value === undefined || typeof this.value === 'object' ? null : fold(this.value);
    return this.#folded;
  }

  get shown(): string {
    this.#shown ??= show(this.value);
    return this.#shown;
  }
}

/** A test with all that does not depend on a ticket worked out before. */
export interface PreparedTest {
  kind: 'test';
  test: Test;
  /** Number of the fact's path. */
  place: number;
  isEquality: boolean;
  wanted: readonly string[];
  /** The sentence, or for equality what follows the fact's value. */
  yes: string;
  no: string;
}

const places = new Map<string, number>();

export function prepareTest(test: Test): PreparedTest {
  const place = places.get(test.fact) ?? places.size;
  places.set(test.fact, place);
  const isEquality = test.op === 'is' || test.op === 'oneOf';
  const values = asList(test.value);
  const named = values.map(show).join(' or ');
  const words = test.op === 'exists' ? ['', ''] : WORDS[test.op];
  return {
    kind: 'test',
    test,
    place,
    isEquality,
    wanted: values.map(fold),
    yes: isEquality ? '' : `${test.fact} ${words[0]} ${named}`,
    no: isEquality ? `, not ${named}` : `${test.fact} ${words[1]} ${named}`,
  };
}

const NOTHING: string[] = [];

/** Answers one test; the rule for facts that are missing, null or empty stands here. */
export function answerTest(prepared: PreparedTest, reading: Reading): Answer {
  const { test } = prepared;
  const seen = reading.at(prepared);
  const { value } = seen;
  if (test.op === 'exists') return answerExists(test, value);
  if (value === undefined || value === null) {
    const why = reasonOf(test.fact, reading.facts);
    return notKnown(test.fact, `${test.fact} is not known${why ? `: ${why}` : ''}`);
  }
  const finding = seen.isEmpty ? false : (findFolded(prepared, seen) ?? findIn(test, value));
  if (typeof finding === 'string') return notKnown(test.fact, `${test.fact} ${finding}`);
  const said = finding ? prepared.yes : prepared.no;
  const why = (prepared.isEquality ? `${test.fact} is ${seen.shown}${said}` : said) + seen.reason;
  return { answer: finding ? 'yes' : 'no', why, missing: NOTHING };
}

/** The frequent operators on a single value, with what was folded before; null for all else. */
function findFolded({ test, wanted, isEquality }: PreparedTest, seen: Seen): boolean | null {
  if (!isEquality && test.op !== 'contains') return null;
  const { folded } = seen;
  if (folded === null) return null;
  return isEquality ? wanted.includes(folded) : wanted.some((one) => folded.includes(one));
}

function answerExists(test: Test, actual: Json | undefined): Answer {
  const exists = actual !== undefined && actual !== null && !isEmpty(actual);
  const wanted = test.value !== false;
  return {
    answer: exists === wanted ? 'yes' : 'no',
    why: `${test.fact} ${exists ? 'is there' : 'is not there'}`,
    missing: NOTHING,
  };
}

function notKnown(fact: string, why: string): Answer {
  return { answer: 'not-known', why, missing: [fact] };
}

function isEmpty(value: Json): boolean {
  return (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);
}

/** A collection satisfies a test when one of its members does. */
function findIn(test: Test, actual: Json): Finding {
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

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function fold(value: unknown): string {
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

const WORDS: Record<Exclude<Operator, 'exists'>, [yes: string, no: string]> = {
  is: ['is', 'is not'],
  oneOf: ['is one of', 'is none of'],
  contains: ['contains', 'does not contain'],
  startsWith: ['starts with', 'does not start with'],
  endsWith: ['ends with', 'does not end with'],
  matches: ['matches', 'does not match'],
  above: ['is above', 'is not above'],
  below: ['is below', 'is not below'],
  atLeast: ['is at least', 'is less than'],
  atMost: ['is at most', 'is more than'],
  before: ['is before', 'is not before'],
  after: ['is after', 'is not after'],
};

/** Where a list's word or the verdict comes from: the cell, or why nothing can be concluded. */
function reasonOf(fact: string, facts: Facts): string {
  if (fact.startsWith('lists.')) {
    const reasons = facts.match.listReasons;
    const list = fact.slice('lists.'.length);
    if (typeof reasons !== 'object' || reasons === null || Array.isArray(reasons)) return '';
    return Object.hasOwn(reasons, list) && typeof reasons[list] === 'string' ? reasons[list] : '';
  }
  if (fact.startsWith('request.')) {
    const source = readFact(facts, `request.sources.${fact.slice('request.'.length)}`);
    return typeof source === 'string' ? `from ${source}` : '';
  }
  return fact === 'match.verdict' && typeof facts.match.reason === 'string' ? facts.match.reason : '';
}

function show(value: unknown): string {
  if (value === '') return 'empty';
  return cut(typeof value === 'string' ? `"${cut(value, 80)}"` : (JSON.stringify(value) ?? String(value)), 120);
}
