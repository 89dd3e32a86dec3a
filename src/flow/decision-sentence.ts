// A decision in one sentence, for the timeline and for whoever asked for it; and what else the timeline says of it.
import type { Triage } from '../core/decision.js';
import type { CaseRecord, DecisionCommit, Mode } from '../ledger.js';
import type { Answered } from './approvals.js';
import type { Occasion } from './occasion.js';

/** `Decided to act by rule not-approved: ...`; says so when nothing of it is done in this mode. */
export function decisionSentence(mode: Mode, result: Triage): string {
  const by = result.decision.rule ? ` by rule ${result.decision.rule}` : '';
  const word = { act: 'Decided to act', hold: 'A person is needed', ignore: 'Not for Usher' }[result.decision.kind];
  const isAct = result.decision.kind === 'act' && mode !== 'live';
  const shadow = isAct ? (mode === 'shadow' ? ' (shadow: nothing is written)' : ' (only proposed)') : '';
  return `${word}${by}${shadow}: ${result.decision.reason}`;
}

const VOIDED = 'What was approved has changed since: the answer no longer counts, and nothing was done upon it.';

/** Lines of the timeline for a decision. */
export function linesOf(
  record: CaseRecord,
  { answered, occasion }: { answered: Answered; occasion: Occasion },
  { sentence, hasWrites }: { sentence: string; hasWrites: boolean },
): DecisionCommit['timeline'] {
  const { decision } = answered.result;
  const voided = answered.withdrawn.length > 0 ? [{ kind: 'voided', text: VOIDED }] : [];
  return isOld(record, { decision, occasion, hasWrites })
    ? voided
    : [...voided, { kind: decision.kind, text: sentence }];
}

/** Nothing that the timeline does not say already: the same question to a person, a wait that goes on. */
function isOld(
  record: CaseRecord,
  { decision, occasion, hasWrites }: { decision: Triage['decision']; occasion: Occasion; hasWrites: boolean },
): boolean {
  if (decision.isWaiting) return !hasWrites;
  return (
    !occasion.opensEpisode && record.state === 'held' && decision.kind === 'hold' && record.reason === decision.reason
  );
}
