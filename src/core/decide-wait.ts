// Deciding about waits: what a rule's wait becomes when it fits, and what is due while it runs.
import { readFact } from './condition-test.js';
import type { Facts, Untraced } from './decision.js';
import { momentOf } from './hours.js';
import type { EffectSpec, Programme, Rule } from './rulebook.js';
import type { CaseWait } from './wait.js';

/** The decision with what the rule leaves behind: a stage, a wait. A hold when it is not known until when to wait. */
export function withWait(
  decision: Untraced,
  rule: Rule,
  { facts, programme }: { facts: Facts; programme: Programme },
): Untraced {
  if (decision.kind !== 'act') return decision;
  const staged = rule.stage === null ? decision : { ...decision, stage: rule.stage };
  if (!rule.wait) return staged;
  const { time, ...spec } = rule.wait;
  const plan = { ...spec, rule: rule.id, hours: programme.hours, hasCome: false };
  if (!('fact' in time)) return { ...staged, wait: { ...plan, time } };
  const value = readFact(facts, time.fact);
  const until = typeof value === 'string' ? momentOf(value, programme.hours) : null;
  if (until) return { ...staged, wait: { ...plan, time: { until: until.toISOString() } } };
  const reason = `The rule "${rule.id}" cannot wait: ${time.fact} is ${value === null || value === undefined || value === '' ? 'not known' : 'not a time'}`;
  return { ...decision, kind: 'hold', outcome: null, reason, effects: [] };
}

/** The wait goes on; its follow-ups that are due are the effects. One that asks a person holds. */
export function followUps(decision: Untraced, wait: CaseWait, dueCount: number): Untraced {
  const due = wait.followUps.slice(0, dueCount);
  const hold = due.find((f) => f.hold !== null)?.hold;
  if (hold) return { ...decision, kind: 'hold', reason: hold, effects: [] };
  const effects = due.flatMap((f, n) => f.effects.map((effect) => ({ ...effect, followUp: `${wait.rule}#${n + 1}` })));
  // After a stop several may be due at once: the requester is reminded once.
  const lastReply = effects.findLast((e) => e.type === 'reply');
  const wanted: EffectSpec[] = effects.filter((e) => e.type !== 'reply' || e === lastReply);
  return { ...decision, effects: wanted, graceMs: 0, isWaiting: true };
}
