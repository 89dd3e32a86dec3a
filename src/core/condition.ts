// Evaluates one condition against facts: yes, no or not known (Kleene's three-valued logic), and says why.
import { answerTest } from './condition-test.js';
import type { Facts } from './decision.js';
import type { Condition } from './rulebook.js';

/** `missing` names the facts whose absence kept the answer from being yes or no; empty unless `not-known`. */
export interface Answer {
  answer: 'yes' | 'no' | 'not-known';
  why: string;
  missing: string[];
}

/**
 * Answers a condition. A missing or null fact is not known, except for `exists`; an empty text or an empty collection is
 * known to be empty. `all` is no when one part is no, `any` is yes when one part is yes, whatever is not known besides.
 */
export function evaluate(condition: Condition, facts: Facts): Answer {
  switch (condition.kind) {
    case 'test':
      return answerTest(condition, facts);
    case 'not':
      return negate(evaluate(condition.of, facts));
    case 'all':
      return join(
        condition.of.map((part) => evaluate(part, facts)),
        'no',
        'yes',
      );
    case 'any':
      return join(
        condition.of.map((part) => evaluate(part, facts)),
        'yes',
        'no',
      );
  }
}

function negate(inner: Answer): Answer {
  const answer = inner.answer === 'yes' ? 'no' : inner.answer === 'no' ? 'yes' : 'not-known';
  return { ...inner, answer };
}

/** `decisive` wins over everything, then not known, and `otherwise` is left when all parts say so. */
function join(parts: Answer[], decisive: 'yes' | 'no', otherwise: 'yes' | 'no'): Answer {
  for (const answer of [decisive, 'not-known'] as const) {
    const those = parts.filter((p) => p.answer === answer);
    if (those.length > 0) return { answer, why: sentence(those), missing: missingOf(answer, those) };
  }
  return { answer: otherwise, why: sentence(parts), missing: [] };
}

function missingOf(answer: Answer['answer'], parts: Answer[]): string[] {
  return answer === 'not-known' ? [...new Set(parts.flatMap((p) => p.missing))] : [];
}

function sentence(parts: Answer[]): string {
  return [...new Set(parts.map((p) => p.why).filter((why) => why !== ''))].join('; ');
}
