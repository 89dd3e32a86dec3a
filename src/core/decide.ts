// Decides by the rules of one programme: the first rule that answers yes, or a hold as soon as one cannot be answered.
import { evaluate, type Word, wordFor } from './condition.js';
import { Reading, readFact } from './condition-test.js';
import { followUps, withWait } from './decide-wait.js';
import type { CaseFacts, Decision, Facts, TraceLine, Untraced } from './decision.js';
import { oneLine } from './escape.js';
import type { Programme, Rule } from './rulebook.js';
import { noProgress, runningWait } from './wait.js';

export { type Choice, chooseProgramme } from './choose-programme.js';

/**
 * Evaluates the rules for the occasion in order. A rule that answers not known before any yes makes the decision a hold that names the rule
 * and what is missing, unless it says `whenUnknown: skip`. No rule that fits: hold. A rule whose wait has begun in this episode is
 * passed over, and while that wait runs it may fit again: then the wait goes on. The trace is put into words when it is first read.
 */
export function decide(facts: Facts, programme: Programme, occasion: Occasion = atFirst): Decision {
  const reading = new Reading(facts);
  const answered: Answered[] = [];
  const decision = firstThatFits({ facts, programme, reading, answered }, occasion);
  let told: TraceLine[] | undefined;
  return {
    ...decision,
    get trace() {
      told ??= answered.map(({ rule, answer, why }) => ({
        programme: programme.name,
        rule: rule.id,
        answer,
        why: why ?? whyOf(rule, facts, reading),
      }));
      return told;
    },
  };
}

type Occasion = Pick<CaseFacts, 'on' | 'progress'>;
const atFirst: Occasion = { on: 'message', progress: noProgress };

interface Deciding {
  facts: Facts;
  programme: Programme;
  reading: Reading;
  answered: Answered[];
}
/** A rule's answer; `why` is null where it is put into words only when somebody reads the trace. */
interface Answered {
  rule: Rule;
  answer: Word;
  why: string | null;
}

function firstThatFits(deciding: Deciding, { on, progress }: Occasion): Untraced {
  const { facts, programme, reading, answered } = deciding;
  const running = runningWait(progress.wait);
  for (const rule of programme.rules) {
    if (rule.on !== on || (on === 'correction' && rule.outcome !== facts.case.correction)) continue;
    if (progress.rules.includes(rule.id) && rule.id !== running?.rule) {
      answered.push({ rule, answer: 'no', why: 'it has already been done in this episode' });
      continue;
    }
    const answer = rule.when ? wordFor(rule.when, reading) : 'yes';
    answered.push({ rule, answer, why: null });
    if (answer === 'yes') {
      const decision = fits(rule, deciding);
      return rule.id === running?.rule
        ? followUps(decision, running, progress.due)
        : withWait(decision, rule, { facts, programme });
    }
    if (answer === 'not-known' && rule.whenUnknown === 'hold') {
      const reason = `The rule "${rule.id}" cannot be answered: ${whyOf(rule, facts, reading)}`;
      return { ...heldFor(reason), programme: programme.name, rule: rule.id };
    }
  }
  return { ...heldFor('No rule fits'), programme: programme.name };
}

function whyOf({ when }: Rule, facts: Facts, reading: Reading): string {
  if (!when) return 'it always fits';
  const { why, missing } = evaluate(when, facts, reading);
  return why || missing.join(' and ');
}

function fits(rule: Rule, { facts, programme, reading }: Deciding): Untraced {
  const named = { programme: programme.name, rule: rule.id, outcome: rule.outcome };
  const hold = rule.then.find((effect) => effect.type === 'hold');
  if (hold) return { ...heldFor(withFacts(hold.reason, facts)), ...named };
  return {
    kind: 'act',
    ...named,
    reason: titled(rule, { facts, programme }) ?? whyOf(rule, facts, reading),
    graceMs: rule.graceMs,
    effects: rule.then,
  };
}

/** The rule's title and who is asking, as a person would say it; the trace has each comparison. */
function titled({ title }: Rule, { facts, programme }: Pick<Deciding, 'facts' | 'programme'>): string | null {
  if (!title) return null;
  // Nobody is looked for in a programme without lists.
  const who = programme.lists.length > 0 ? readFact(facts, 'match.reason') : '';
  return typeof who === 'string' && who !== '' ? `${title}: ${who}` : title;
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
  return { ...heldFor(reason), trace };
}

function heldFor(reason: string): Untraced {
  return { kind: 'hold', programme: null, rule: null, outcome: null, reason, graceMs: 0, effects: [] };
}

/** A decision that leaves the ticket alone. */
export function ignoreFor(reason: string): Decision {
  return { kind: 'ignore', programme: null, rule: null, outcome: null, reason, graceMs: 0, effects: [], trace: [] };
}
