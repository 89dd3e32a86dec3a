// How a case stands after a decision: its state, what its steps lead to, and whether anything is left to do at all.
import type { Triage } from '../core/decision.js';
import type { AfterSteps } from '../core/wait.js';
import type { PlannedWrite } from '../core/write.js';
import type { CaseRecord, DecisionCommit } from '../ledger.js';
import type { CaseState } from '../ports.js';
import { isUnsent } from './perform.js';

interface Left {
  writes: PlannedWrite[];
  afterSteps: AfterSteps | null;
  startsGrace: boolean;
}

/** With no step to do before it a stage is come to at once; a wait begins by the ledger's clock, in a statement of its own. */
export function standingAfter(
  decision: Triage['decision'],
  record: CaseRecord,
  left: Left,
): Pick<DecisionCommit, 'state' | 'afterSteps' | 'stage'> {
  const { writes, afterSteps } = left;
  if (!afterSteps || afterSteps.wait || writes.length > 0 || hasOpenWrites(record))
    return { state: stateAfter(decision, record, left), afterSteps };
  return { state: 'done', afterSteps: null, ...(afterSteps.stage === undefined ? {} : { stage: afterSteps.stage }) };
}

function stateAfter(decision: Triage['decision'], record: CaseRecord, left: Left): CaseState {
  if (decision.kind === 'hold') return 'held';
  if (left.startsGrace) return 'waiting';
  if (left.writes.length > 0 || left.afterSteps || hasOpenWrites(record)) return 'acting';
  if (decision.isWaiting) return 'waiting';
  if (decision.kind === 'ignore' && !record.writes.some((w) => w.state === 'done')) return 'not-for-usher';
  return 'done';
}

/** Of some it is not known whether they arrived; a person must say what becomes of others. */
function hasOpenWrites({ writes }: CaseRecord): boolean {
  return writes.some((w) => (w.state === 'claimed' && !isUnsent(w)) || w.state === 'unsure' || w.state === 'refused');
}

/** Whether a visit that commits this is over with it: the case has ended, and nobody is to be told or shown anything. */
export function isSettledBy({ state, writes, steered }: DecisionCommit, before: CaseRecord): boolean {
  const { cards, approvals, notices, leftNotices } = before;
  const hasEnded = state === 'done' || state === 'not-for-usher';
  return hasEnded && [writes, steered.answers, cards, approvals, notices, leftNotices].every((all) => all.length === 0);
}
