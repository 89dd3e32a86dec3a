// Decides by the rules of one programme: the first rule that answers yes, or a hold as soon as one cannot be answered.
import { evaluate } from './condition.js';
import { readFact } from './condition-test.js';
import type { Decision, Facts, TraceLine } from './decision.js';
import type { Programme, Rule } from './rulebook.js';

export { type Choice, chooseProgramme } from './choose-programme.js';

/**
 * Evaluates the rules in order. A rule that answers not known before any yes makes the decision a hold that names the rule
 * and what is missing, unless it says `whenUnknown: skip`. No rule that fits: hold.
 */
export function decide(facts: Facts, programme: Programme): Decision {
  const trace: TraceLine[] = [];
  for (const rule of programme.rules) {
    const { answer, why, missing } = rule.when
      ? evaluate(rule.when, facts)
      : { answer: 'yes' as const, why: 'it always fits', missing: [] };
    trace.push({ programme: programme.name, rule: rule.id, answer, why });
    if (answer === 'yes') return withFacts(fits(programme, rule, why, trace), facts);
    if (answer === 'not-known' && rule.whenUnknown === 'hold') {
      const reason = `The rule "${rule.id}" cannot be answered, ${missing.join(' and ')} not known: ${why}`;
      return { ...holdFor(reason, trace), programme: programme.name, rule: rule.id };
    }
  }
  return { ...holdFor('No rule fits', trace), programme: programme.name };
}

function fits(programme: Programme, rule: Rule, why: string, trace: TraceLine[]): Decision {
  const named = { programme: programme.name, rule: rule.id, outcome: rule.outcome };
  const hold = rule.then.find((effect) => effect.type === 'hold');
  if (hold) return { ...holdFor(hold.reason, trace), ...named };
  return { kind: 'act', ...named, reason: why, graceMs: rule.graceMs, effects: rule.then, trace };
}

/** `{match.reason}` in the reason of a hold is that fact, so that a rule can say what it cannot know when it is written. */
function withFacts(decision: Decision, facts: Facts): Decision {
  if (decision.kind !== 'hold') return decision;
  const reason = decision.reason.replace(/\{([^{}]+)\}/g, (_whole, path: string) => {
    const value = readFact(facts, path.trim());
    return value === null || value === undefined || typeof value === 'object' ? 'not known' : String(value);
  });
  return { ...decision, reason };
}

/** A decision that asks a person, with nothing else to do. */
export function holdFor(reason: string, trace: TraceLine[]): Decision {
  return { kind: 'hold', programme: null, rule: null, outcome: null, reason, graceMs: 0, effects: [], trace };
}

/** A decision that leaves the ticket alone. */
export function ignoreFor(reason: string): Decision {
  return { kind: 'ignore', programme: null, rule: null, outcome: null, reason, graceMs: 0, effects: [], trace: [] };
}
