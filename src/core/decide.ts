// Decides by the rules of one programme: the first rule that answers yes, or a hold as soon as one cannot be answered.
import { evaluate } from './condition.js';
import { Reading, readFact } from './condition-test.js';
import { followUps, withWait } from './decide-wait.js';
import type { CaseFacts, Decision, Facts, TraceLine } from './decision.js';
import { oneLine } from './escape.js';
import type { Programme, Rule } from './rulebook.js';
import { noProgress, runningWait } from './wait.js';

export { type Choice, chooseProgramme } from './choose-programme.js';

/**
 * Evaluates the rules for the occasion in order. A rule that answers not known before any yes makes the decision a hold that names the rule
 * and what is missing, unless it says `whenUnknown: skip`. No rule that fits: hold. A rule whose wait has begun in this episode is
 * passed over, and while that wait runs it may fit again: then the wait goes on.
 */
export function decide(facts: Facts, programme: Programme, { on, progress }: Occasion = atFirst): Decision {
  const running = runningWait(progress.wait);
  const trace: TraceLine[] = [];
  const reading = new Reading(facts);
  for (const rule of programme.rules) {
    if (rule.on !== on || (on === 'correction' && rule.outcome !== facts.case.correction)) continue;
    if (progress.rules.includes(rule.id) && rule.id !== running?.rule) {
      trace.push({
        programme: programme.name,
        rule: rule.id,
        answer: 'no',
        why: 'it has already been done in this episode',
      });
      continue;
    }
    const { answer, why, missing } = rule.when
      ? evaluate(rule.when, facts, reading)
      : { answer: 'yes' as const, why: 'it always fits', missing: [] };
    trace.push({ programme: programme.name, rule: rule.id, answer, why });
    if (answer === 'yes') {
      const decision = fits(rule, why, { facts, programme, trace });
      return rule.id === running?.rule
        ? followUps(decision, running, progress.due)
        : withWait(decision, rule, { facts, programme });
    }
    if (answer === 'not-known' && rule.whenUnknown === 'hold') {
      const reason = `The rule "${rule.id}" cannot be answered: ${why || missing.join(' and ')}`;
      return { ...holdFor(reason, trace), programme: programme.name, rule: rule.id };
    }
  }
  return { ...holdFor('No rule fits', trace), programme: programme.name };
}

type Occasion = Pick<CaseFacts, 'on' | 'progress'>;
const atFirst: Occasion = { on: 'message', progress: noProgress };

interface Deciding {
  facts: Facts;
  programme: Programme;
  trace: TraceLine[];
}

function fits(rule: Rule, why: string, { facts, programme, trace }: Deciding): Decision {
  const named = { programme: programme.name, rule: rule.id, outcome: rule.outcome };
  const hold = rule.then.find((effect) => effect.type === 'hold');
  if (hold) return { ...holdFor(withFacts(hold.reason, facts), trace), ...named };
  return {
    kind: 'act',
    ...named,
    reason: inWords(rule, why, facts, programme),
    graceMs: rule.graceMs,
    effects: rule.then,
    trace,
  };
}

/** The rule's title and, where a list says it, who is asking, as a person would say it; the trace has each comparison. */
function inWords(rule: Rule, why: string, facts: Facts, { lists }: Programme): string {
  const who = lists.length === 0 ? '' : readFact(facts, 'match.reason');
  return rule.title ? `${rule.title}${typeof who === 'string' && who !== '' ? `: ${who}` : ''}` : why;
}

/** The reason of a hold may name facts: `{match.reason}`. One pass, so that a fact's own braces are only text. */
function withFacts(reason: string, facts: Facts): string {
  return reason.replace(/\{\s*([^{}]+?)\s*\}/g, (_all, path: string) => {
    const value = readFact(facts, path);
    if (value === null || value === undefined || value === '') return 'not known';
    return oneLine(Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? path : String(value), 400);
  });
}

/** A decision that asks a person, with nothing else to do. */
export function holdFor(reason: string, trace: TraceLine[]): Decision {
  return { kind: 'hold', programme: null, rule: null, outcome: null, reason, graceMs: 0, effects: [], trace };
}

/** A decision that leaves the ticket alone. */
export function ignoreFor(reason: string): Decision {
  return { kind: 'ignore', programme: null, rule: null, outcome: null, reason, graceMs: 0, effects: [], trace: [] };
}
