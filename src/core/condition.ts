// Evaluates one condition against facts: yes, no or not known (Kleene's three-valued logic), and says why.
import { answerOfTest, type PreparedTest, prepareTest, Reading, whyOfTest } from './condition-test.js';
import type { Facts } from './decision.js';
import type { Condition } from './rulebook.js';

export type Word = 'yes' | 'no' | 'not-known';

/** `missing` names the facts whose absence kept the answer from being yes or no; empty unless `not-known`. */
export interface Answer {
  answer: Word;
  why: string;
  missing: string[];
}

type Prepared = PreparedTest | { kind: 'not'; of: Prepared } | { kind: 'all' | 'any'; of: Prepared[] };

// Rules live long and are evaluated for every ticket.
const prepared = new WeakMap<Condition, Prepared>();

function prepare(condition: Condition): Prepared {
  if (condition.kind === 'test') return prepareTest(condition);
  if (condition.kind === 'not') return { kind: 'not', of: prepare(condition.of) };
  return { kind: condition.kind, of: condition.of.map(prepare) };
}

/**
 * Answers a condition. A missing or null fact is not known, except for `exists`; an empty text or an empty collection is
 * known to be empty. `all` is no when one part is no, `any` is yes when one part is yes, whatever is not known besides.
 * Several conditions on the same facts share a `reading`.
 */
export function evaluate(condition: Condition, facts: Facts, reading: Reading = new Reading(facts)): Answer {
  const ready = readied(condition);
  const answer = answerOf(ready, reading);
  const missing = answer === 'not-known' ? [...new Set(missingOf(ready, reading))] : NOTHING;
  return { answer, why: whyOf(ready, answer, reading), missing };
}

/** As `evaluate`, the answer alone: putting into words why takes several times as long. */
export function wordFor(condition: Condition, reading: Reading): Word {
  return answerOf(readied(condition), reading);
}

function readied(condition: Condition): Prepared {
  const known = prepared.get(condition);
  if (known) return known;
  const ready = prepare(condition);
  prepared.set(condition, ready);
  return ready;
}

/** The answer alone: what is to be said of it is only put together for the parts that brought it about. */
function answerOf(condition: Prepared, reading: Reading): Word {
  switch (condition.kind) {
    case 'test':
      return answerOfTest(condition, reading);
    case 'not':
      return negated(answerOf(condition.of, reading));
    case 'all':
      return join(condition.of, reading, 'no', 'yes');
    case 'any':
      return join(condition.of, reading, 'yes', 'no');
  }
}

function negated(answer: Word): Word {
  return answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : 'not-known';
}

/** `decisive` wins over everything, then not known, and `otherwise` is left when all parts say so. */
function join(parts: Prepared[], reading: Reading, decisive: 'yes' | 'no', otherwise: 'yes' | 'no'): Word {
  let isKnown = true;
  for (const part of parts) {
    const answer = answerOf(part, reading);
    if (answer === decisive) return decisive;
    if (answer === 'not-known') isKnown = false;
  }
  return isKnown ? otherwise : 'not-known';
}

/** Why a condition has this answer: of several parts, all that have it. */
function whyOf(condition: Prepared, answer: Word, reading: Reading): string {
  if (condition.kind === 'test') return whyOfTest(condition, reading);
  if (condition.kind === 'not') return whyOf(condition.of, negated(answer), reading);
  const said: string[] = [];
  // Added up and not joined: a joined text is copied at once, and most of a trace is never read.
  let whole = '';
  for (const part of condition.of) {
    if (answerOf(part, reading) !== answer) continue;
    const why = whyOf(part, answer, reading);
    if (why === '' || said.includes(why)) continue;
    said.push(why);
    whole = whole === '' ? why : `${whole}; ${why}`;
  }
  return whole;
}

const NOTHING: string[] = [];

function missingOf(condition: Prepared, reading: Reading): string[] {
  if (condition.kind === 'test') return [condition.test.fact];
  if (condition.kind === 'not') return missingOf(condition.of, reading);
  return condition.of
    .filter((part) => answerOf(part, reading) === 'not-known')
    .flatMap((part) => missingOf(part, reading));
}
