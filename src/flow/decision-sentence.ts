// A decision in one sentence, for the timeline and for whoever asked for it.
import type { Triage } from '../core/decision.js';
import type { Mode } from '../ledger.js';

/** `Decided to act by rule not-approved: ...`; says so when nothing of it is done in this mode. */
export function decisionSentence(mode: Mode, result: Triage): string {
  const by = result.decision.rule ? ` by rule ${result.decision.rule}` : '';
  const word = { act: 'Decided to act', hold: 'A person is needed', ignore: 'Not for Usher' }[result.decision.kind];
  const isAct = result.decision.kind === 'act' && mode !== 'live';
  const shadow = isAct ? (mode === 'shadow' ? ' (shadow: nothing is written)' : ' (only proposed)') : '';
  return `${word}${by}${shadow}: ${result.decision.reason}`;
}
