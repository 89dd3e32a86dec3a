// One test of one fact: its answer, and the sentence that says what was found.
import type { Word } from './condition.js';
import type { Facts, Json } from './decision.js';
import { asList, type Finding, findIn, fold, show, type Test } from './operators.js';
import type { Operator } from './rulebook.js';

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
  #found: Map<PreparedTest, Finding> | undefined;

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

  /** What takes its time is done once, and its words are asked for after its answer. */
  slowly(test: PreparedTest, find: () => Finding): Finding {
    this.#found ??= new Map();
    const known = this.#found.get(test);
    if (known !== undefined) return known;
    const found = find();
    this.#found.set(test, found);
    return found;
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

/** The answer to one test; the rule for facts that are missing, null or empty stands here. */
export function answerOfTest(prepared: PreparedTest, reading: Reading): Word {
  const seen = reading.at(prepared);
  if (prepared.test.op === 'exists') return isThere(seen.value) === (prepared.test.value !== false) ? 'yes' : 'no';
  if (seen.value === undefined || seen.value === null) return 'not-known';
  const finding = findingOf(prepared, seen);
  return typeof finding === 'string' ? 'not-known' : finding ? 'yes' : 'no';
}

/** What was found, in words. */
export function whyOfTest(prepared: PreparedTest, reading: Reading): string {
  const { test } = prepared;
  const seen = reading.at(prepared);
  const { value } = seen;
  if (test.op === 'exists') return `${test.fact} ${isThere(value) ? 'is there' : 'is not there'}`;
  if (value === undefined || value === null) {
    const why = reasonOf(test.fact, reading.facts);
    return `${test.fact} is not known${why ? `: ${why}` : ''}`;
  }
  const finding = findingOf(prepared, seen);
  if (typeof finding === 'string') return `${test.fact} ${finding}`;
  const said = finding ? prepared.yes : prepared.no;
  return (prepared.isEquality ? `${test.fact} is ${seen.shown}${said}` : said) + seen.reason;
}

function findingOf(prepared: PreparedTest, seen: Seen): Finding {
  if (seen.isEmpty) return false;
  return findFolded(prepared, seen) ?? seen.slowly(prepared, () => findIn(prepared.test, seen.value!));
}

/** The frequent operators on a single value, with what was folded before; null for all else. */
function findFolded({ test, wanted, isEquality }: PreparedTest, seen: Seen): boolean | null {
  if (!isEquality && test.op !== 'contains') return null;
  const { folded } = seen;
  if (folded === null) return null;
  return isEquality ? wanted.includes(folded) : wanted.some((one) => folded.includes(one));
}

function isThere(actual: Json | undefined): boolean {
  return actual !== undefined && actual !== null && !isEmpty(actual);
}

function isEmpty(value: Json): boolean {
  return (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);
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
