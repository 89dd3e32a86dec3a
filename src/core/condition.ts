// Evaluates one condition against facts: yes, no or not known (Kleene's three-valued logic), and says why.
import { answerTest, type PreparedTest, prepareTest, Reading } from './condition-test.js';
import type { Facts } from './decision.js';
import type { Condition } from './rulebook.js';

/** `missing` names the facts whose absence kept the answer from being yes or no; empty unless `not-known`. */
export interface Answer {
  answer: 'yes' | 'no' | 'not-known';
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
  let ready = prepared.get(condition);
  if (!ready) {
    ready = prepare(condition);
    prepared.set(condition, ready);
  }
  return answerOf(ready, reading);
}

function answerOf(condition: Prepared, reading: Reading): Answer {
  switch (condition.kind) {
    case 'test':
      return answerTest(condition, reading);
    case 'not':
      return negate(answerOf(condition.of, reading));
    case 'all':
      return join(condition.of, reading, 'no', 'yes');
    case 'any':
      return join(condition.of, reading, 'yes', 'no');
  }
}

function negate(inner: Answer): Answer {
  const answer = inner.answer === 'yes' ? 'no' : inner.answer === 'no' ? 'yes' : 'not-known';
  return { ...inner, answer };
}

/** `decisive` wins over everything, then not known, and `otherwise` is left when all parts say so. */
function join(parts: Prepared[], reading: Reading, decisive: 'yes' | 'no', otherwise: 'yes' | 'no'): Answer {
  const said = { yes: NONE, no: NONE, 'not-known': NONE };
  for (const part of parts) {
    const one = answerOf(part, reading);
    if (said[one.answer].length === 0) said[one.answer] = [one];
    else said[one.answer].push(one);
  }
  const answer = said[decisive].length > 0 ? decisive : said['not-known'].length > 0 ? 'not-known' : otherwise;
  const those = said[answer];
  return { answer, why: sentence(those), missing: answer === 'not-known' ? missingOf(those) : NOTHING };
}

const NONE: Answer[] = [];
const NOTHING: string[] = [];

function missingOf(parts: Answer[]): string[] {
  return [...new Set(parts.flatMap((p) => p.missing))];
}

function sentence(parts: Answer[]): string {
  if (parts.length === 1) return parts[0]!.why;
  const said: string[] = [];
  for (const { why } of parts) if (why !== '' && !said.includes(why)) said.push(why);
  return said.join('; ');
}
