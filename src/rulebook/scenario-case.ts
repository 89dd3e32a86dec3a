// What a scenario says of its case, as the facts a decision takes: a wait began when the scenario says, in its rule's own words.
import { approvalKey } from '../core/approval-items.js';
import type { CaseFacts } from '../core/decision.js';
import type { Programme } from '../core/rulebook.js';
import { type CaseWait, progressAt, startWait } from '../core/wait.js';
import type { PlacedScenario } from './load-scenarios.js';

/** The facts of the scenario's case, and what it says that no rule bears out; a sentence each. */
export function caseOf(
  { case: given, now }: PlacedScenario,
  programme: Programme,
): { caseFacts: CaseFacts; wrong: string[] } {
  const { stage, rules, wait, event, isAssigned, approvals: states, ...facts } = given;
  const wrong = rules.filter((id) => !programme.rules.some((r) => r.id === id)).map((id) => `there is no rule "${id}"`);
  const begun = wait ? waitOf(wait, programme) : null;
  if (wait && !begun) wrong.push(`no rule "${wait.rule}" waits so that its end is known`);
  const fired = begun && !rules.includes(begun.rule) ? [...rules, begun.rule] : rules;
  const answers = Object.entries(states).flatMap(([name, given]) =>
    typeof given === 'string'
      ? [{ key: name, state: given }]
      : Object.entries(given).map(([item, state]) => ({ key: approvalKey(name, item), state })),
  );
  const approvals = Object.fromEntries(
    answers.map(({ key, state }) => [key, { state, by: state === 'open' ? '' : 'Somebody', at: now }]),
  );
  const kept = { stage, rules: fired, wait: begun, isAssigned, approvals };
  const progress = progressAt(kept, new Date(now), { isAnswered: false, events: event === '' ? [] : [event] });
  return { caseFacts: { ...facts, previousProgramme: programme.name, progress }, wrong };
}

type GivenWait = NonNullable<PlacedScenario['case']['wait']>;

function waitOf({ rule: id, began, until, endedBy }: GivenWait, programme: Programme): CaseWait | null {
  const spec = programme.rules.find((r) => r.id === id)?.wait;
  const time = until === undefined ? spec?.time : { until };
  if (!spec || !time || 'fact' in time) return null;
  const plan = { ...spec, time, rule: id, hours: programme.hours, hasCome: false };
  return { ...startWait(plan, new Date(began)), endedBy: endedBy ?? null };
}
