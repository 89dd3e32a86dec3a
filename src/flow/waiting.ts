// Waits in the flow: what a commit says of them, how one begins when the steps before it are done, and when to look again.

import { standingOf } from '../core/approval-items.js';
import type { CaseFacts, Triage } from '../core/decision.js';
import { type AfterSteps, type CaseWait, dueCount, nextMoment, runningWait, startWait } from '../core/wait.js';
import type { CaseRecord, DecisionCommit, Lease } from '../ledger.js';
import type { FlowDeps } from './deps.js';

/** What the decision leaves of the waits of its episode. Only what is really done waits for anybody: nothing in shadow or propose. */
export function waitsAfter(
  deps: FlowDeps,
  record: CaseRecord,
  { decision }: Triage,
  now: { facts: CaseFacts; isAnnounced: boolean },
): Pick<DecisionCommit, 'firedRules' | 'wait' | 'afterSteps'> {
  const { rules, wait } = now.facts.progress;
  const isDone = deps.mode === 'live' && decision.kind === 'act' && !now.isAnnounced;
  const next = isDone ? afterSteps(record, decision, now.facts) : null;
  return { firedRules: rules, wait: wait && standing(wait, decision, now.facts.progress.due), afterSteps: next };
}

/** A person's turn ends no wait: it goes on when they let Usher go on. */
function standing(wait: CaseWait, decision: Triage['decision'], due: number): CaseWait {
  if (decision.isWaiting) return { ...wait, taken: due };
  if (decision.kind === 'hold') return wait;
  return { ...wait, endedBy: wait.endedBy ?? 'replaced' };
}

function afterSteps(record: CaseRecord, { wait, stage }: Triage['decision'], facts: CaseFacts): AfterSteps | null {
  if (!wait && stage === undefined) return null;
  const before = record.afterSteps?.wait;
  const isSame = wait !== undefined && before?.rule === wait.rule && record.episode === facts.episode;
  // It came while the steps were still being done: it is not waited for in vain.
  const { approvals } = facts.progress;
  const events = record.triggers.map((t) => t.event);
  const isAnswered = (name: string) => ['approved', 'refused'].includes(standingOf(approvals, name).state);
  const hasCome =
    isSame &&
    (before.hasCome ||
      (wait.event !== null && events.includes(wait.event)) ||
      (wait.approval !== null && isAnswered(wait.approval.name)));
  return { ...(wait ? { wait: { ...wait, hasCome } } : {}), ...(stage === undefined ? {} : { stage }) };
}

/** What comes after a wait is no second answer to the same message: the time passed, or a reminder came due. */
export function legOf({ progress }: CaseFacts): string[] {
  return [...progress.rules, ...(progress.due > 0 ? [`${progress.due}`] : [])];
}

/** All steps are done: the episode ends, or its next wait begins, or the one that runs goes on. Answers whether the case waits now. */
export async function endSteps(deps: FlowDeps, lease: Lease, record: CaseRecord): Promise<boolean> {
  const { afterSteps } = record;
  const waits = afterSteps ? afterSteps.wait !== undefined : runningWait(record.wait) !== null;
  if (afterSteps) await deps.ledger.endSteps(lease, afterSteps, startWait);
  else await deps.ledger.setState(lease, waits ? 'waiting' : 'done', null);
  return waits;
}

/** Milliseconds until a sleeping case wants to be looked at; null when it does not wait. */
export function sleepMs(record: CaseRecord): number | null {
  if (record.state !== 'waiting' || !record.wait) return null;
  if (wantsLook(record)) return 0;
  return Math.max(0, nextMoment(record.wait).getTime() - Date.parse(record.readAt));
}

/** Whether a wait ended, or a follow-up of it came due that no decision has taken up. */
export function wantsLook(record: CaseRecord): boolean {
  const { wait } = record;
  if (record.state !== 'waiting' || !wait) return false;
  if (wait.endedBy !== null) return record.graceOver === null;
  const now = new Date(record.readAt);
  return Date.parse(wait.until) <= now.getTime() || dueCount(wait, now) > wait.taken;
}
