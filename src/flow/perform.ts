// Carrying out a plan: writes in their order, each begun only after those before it are done.
import type { CaseRecord, Lease, WriteRecord } from '../ledger.js';
import { LeaseLost } from '../ledger.js';
import { type FlowDeps, span } from './deps.js';
import { lookAtClaim } from './look.js';
import { attemptWrite, findMark, isThere } from './send.js';
import { endSteps, sleepMs } from './waiting.js';

/** Begins the key of the trigger by which a plan that lost a step asks for another decision. */
export const OVERTAKEN = 'overtaken:';

/** Begins the key of the trigger by which a plan is made again with what another system answered. */
export const ANSWERED = 'answered:';

/** How a write stands after it was worked on. */
export type WriteResult =
  | { kind: 'done' }
  /** Nothing more can be done now; look again after so many milliseconds. */
  | { kind: 'wait'; ms: number }
  /** A person is needed; the reason is recorded. */
  | { kind: 'held'; reason: string }
  /** The ticket moved on: what is planned may be wrong by now. */
  | { kind: 'decide-again' };

export type PerformResult =
  | { kind: 'wait'; wakeInMs: number | null }
  /** A person is needed; look again after so long at the latest. */
  | { kind: 'held'; wakeInMs: number | null }
  | { kind: 'decide-again' };

/** Certainly nowhere yet: planned, or claimed with every attempt so far known not to have arrived. */
export function isUnsent(write: WriteRecord): boolean {
  return write.state === 'planned' || (write.state === 'claimed' && write.sends === 0);
}

/** What a write needs at hand. */
export interface WriteContext {
  deps: FlowDeps;
  lease: Lease;
  record: CaseRecord;
  write: WriteRecord;
}

export async function performWrites(deps: FlowDeps, lease: Lease, record: CaseRecord): Promise<PerformResult> {
  for (const write of record.writes) {
    if (write.state === 'done' || write.state === 'dropped') continue;
    // A held case sends nothing new; what may have left before is still looked up, so that nothing stays unknown.
    if (record.state === 'held' && isUnsent(write)) return { kind: 'held', wakeInMs: null };
    // Planned in another mode: it stands until somebody settles it or the mode is back.
    if (!handFor(deps, write)) return { kind: 'wait', wakeInMs: null };
    if (deps.stopping?.aborted) return { kind: 'wait', wakeInMs: 0 };
    const result = await workOn({ deps, lease, record, write });
    if (result.kind === 'held') {
      await deps.ledger.setState(lease, 'held', result.reason);
      return { kind: 'held', wakeInMs: null };
    }
    if (result.kind === 'wait') return { kind: 'wait', wakeInMs: result.ms };
    if (result.kind === 'decide-again') return { kind: 'decide-again' };
  }
  return finish(deps, lease, record);
}

/** Whether this mode has what a write needs; one planned in another mode may lack it. */
export function handFor({ hands, mode }: FlowDeps, write: WriteRecord): boolean {
  if (!hands) return false;
  if (write.target === 'mail') return hands.mail !== null;
  if (write.target === 'slack') return hands.chat !== null;
  if (write.target === 'http') return hands.http !== undefined;
  if (!hands.files && write.steps.some((step) => step.effect.type === 'attach')) return false;
  return mode === 'live' || write.steps.every((step) => step.effect.type === 'note');
}

/** One look at one write: what can be done about it now is done. */
export async function workOn(context: WriteContext): Promise<WriteResult> {
  const { write } = context;
  if (write.state === 'refused' || write.state === 'unsure')
    return { kind: 'held', reason: write.reason ?? `A step is ${write.state}.` };
  if (write.waitSeconds > 0) return { kind: 'wait', ms: Math.ceil(write.waitSeconds * 1000) };
  const { deps, lease, record } = context;
  const attributes = { 'usher.case': record.id, 'usher.write': write.id, 'usher.target': write.target };
  // A claim prolongs the lease by itself.
  if (write.state !== 'claimed') return span(deps, 'usher.write', attributes, () => attemptWrite(context));
  if (!(await deps.ledger.renew(lease, deps.timing.leaseMs))) throw new LeaseLost(record.id);
  return span(deps, 'usher.look', attributes, () => lookAtClaim(context));
}

async function finish(deps: FlowDeps, lease: Lease, record: CaseRecord): Promise<PerformResult> {
  if (record.state === 'waiting' && record.graceOver === false) {
    // The time to step in begins when the announcement stands on the ticket, not when it was planned.
    const leftMs = record.graceSeconds === null ? await deps.ledger.startGrace(lease) : record.graceSeconds * 1000;
    return { kind: 'wait', wakeInMs: Math.ceil(leftMs) + 50 };
  }
  if (record.state === 'held') return { kind: 'held', wakeInMs: null };
  if (record.state !== 'acting') return { kind: 'wait', wakeInMs: sleepMs(record) };
  await endSteps(deps, lease, record);
  return { kind: 'wait', wakeInMs: sleepMs(await deps.ledger.read(lease)) };
}

/**
 * Before anything new is decided on a case at work: a step that had left when its process died may stand on the ticket, and with the last
 * one the episode is over. What the requester wrote after that opens the next one; taken for a part of this one it would go unheard.
 */
export async function endIfAllStands(deps: FlowDeps, lease: Lease, record: CaseRecord): Promise<CaseRecord> {
  if (record.state !== 'acting' || !deps.hands) return record;
  // A step that was overtaken is gone from the record, and still to be done.
  // So is a case that another system's answer is to be decided upon.
  if (record.triggers.some((t) => t.key.startsWith(OVERTAKEN) || t.key.startsWith(ANSWERED))) return record;
  for (const write of record.writes) {
    if (write.state === 'done' || write.state === 'dropped') continue;
    const isOpen = isUnsent(write) || write.state !== 'claimed' || write.target !== 'ticket';
    const context = { deps, lease, record, write };
    const found = isOpen ? null : await findMark(context);
    if (found?.kind !== 'found') return deps.ledger.read(lease);
    await isThere(context, found.receipt);
  }
  await endSteps(deps, lease, record);
  return deps.ledger.read(lease);
}
