// One visit to one case: lease it, decide when something is new, carry out what is planned, give it back.
import { type CaseRecord, type Lease, LeaseLost } from '../ledger.js';
import { ProblemError, putOffMs, retryAfterOf } from '../problem.js';
import { decideCase } from './decide-case.js';
import { backoffMs, type FlowDeps, span } from './deps.js';
import { depsFor } from './event-desk.js';
import { inTurn, withNextTurn } from './event-turns.js';
import { showCards } from './hold-cards.js';
import { settleNotices, tellHold } from './notices.js';
import { endIfAllStands, performWrites } from './perform.js';
import { tellAnswers } from './steer.js';
import { wantsLook } from './waiting.js';

/** Rounds of deciding and doing in one visit; a ticket that keeps changing is looked at again later. */
const ROUNDS_MOST = 4;
/** Failures of our own in a row after which a person is told. */
const BUGS_MOST = 5;

/**
 * Works on a case as far as it can go now. Safe to call at any time, by any number of processes: only one gets the lease.
 * Never throws for what the world does; a failure is recorded and tried again later. `isDue`: only if it still is. Answers whether this
 * process had the case to its end.
 */
export async function handleCase(deps: FlowDeps, caseId: string, { isDue } = { isDue: false }): Promise<boolean> {
  return span(deps, 'usher.visit', { 'usher.case': caseId }, () => visit(deps, caseId, isDue));
}

async function visit(all: FlowDeps, caseId: string, isDue: boolean): Promise<boolean> {
  const got = await all.ledger.lease(caseId, all.owner, all.timing.leaseMs, isDue);
  if (!got) return false;
  const deps = depsFor(all, got.record);
  await deps.checkpoint('case-leased', caseId);
  let ended: Ended;
  try {
    ended = await workAndShow(deps, got.lease, got.record);
  } catch (error) {
    // Also a failure may come after the case was lost: then it is the other process's to see.
    if (error instanceof LeaseLost) return false;
    throw error;
  }
  const { wakeInMs, failed, givenBack } = ended;
  const { pending } = givenBack ?? (await deps.ledger.release(got.lease, wakeInMs, failed));
  await deps.checkpoint('case-finished', caseId);
  if (pending && !failed) deps.enqueue(caseId);
  else if (wakeInMs !== null && wakeInMs < 60_000) deps.enqueue(caseId, wakeInMs);
  return true;
}

interface Ended {
  /** When somebody must look again; null for no fixed time. */
  wakeInMs: number | null;
  failed: boolean;
  /** Given back already, with a decision that left nothing to do. */
  givenBack?: { pending: boolean };
}

async function workAndShow(deps: FlowDeps, lease: Lease, start: CaseRecord): Promise<Ended> {
  let failed = false;
  const worked = work(deps, lease, start).then(async ({ wakeInMs, seen, givenBack }) => ({
    wakeInMs: givenBack ? null : await withNextTurn(deps, lease, start, wakeInMs),
    seen,
    givenBack,
  }));
  const { wakeInMs, seen, givenBack } = await worked.catch(async (error: unknown) => {
    if (error instanceof LeaseLost) throw error;
    // The help desk's rate limit is kept: nothing has failed, it is just not our turn.
    const laterMs = putOffMs(error);
    failed = laterMs === null;
    return { wakeInMs: laterMs ?? (await recordFailure(deps, lease, start, error)), seen: null, givenBack: undefined };
  });
  if (givenBack) return { wakeInMs, failed, givenBack };
  const cardsInMs = await showCards(deps, lease, seen).catch((error: unknown) => {
    if (error instanceof LeaseLost) throw error;
    // A card is no step: the case goes on without it.
    deps.log.error({ case: lease.caseId, err: error }, 'the cards of a case could not be shown; they are tried again');
    return deps.timing.backoffMostMs;
  });
  return { wakeInMs: soonest(wakeInMs, cardsInMs), failed };
}

interface Worked {
  wakeInMs: number | null;
  /** The case as it was last read. */
  seen: CaseRecord;
  givenBack?: { pending: boolean };
}

async function work(deps: FlowDeps, lease: Lease, start: CaseRecord): Promise<Worked> {
  const read = async () => inTurn(await deps.ledger.read(lease));
  let record = inTurn(start);
  for (let round = 0; round < ROUNDS_MOST; round++) {
    if (deps.stopping?.aborted) return { wakeInMs: 0, seen: record };
    if (wantsDecision(record)) {
      record = inTurn(await endIfAllStands(deps, lease, record));
      const standing = record;
      const looked = await span(deps, 'usher.decide', { 'usher.case': record.id }, () =>
        decideCase(deps, lease, standing, !start.triggers.some((t) => t.kind === 'event')),
      );
      if (looked.kind === 'later') return { wakeInMs: looked.ms, seen: record };
      if (looked.kind === 'given-back') return { wakeInMs: null, seen: record, givenBack: looked };
      record = await read();
    }
    // Whoever steered is answered first; an answer that must wait keeps nothing else waiting.
    const answers = await tellAnswers(deps, lease, record);
    if (answers.isMoved) record = await read();
    if (answers.isMoved && wantsDecision(record)) continue;
    const result = await performWrites(deps, lease, record);
    if (result.kind === 'wait') {
      // Whoever sleeps for days does not leave a notice unknown for as long.
      const isTold = result.wakeInMs !== null && record.state !== 'waiting';
      const leftMs = await settleNotices(deps, lease, record, { isTold });
      return { wakeInMs: soonest(answers.wakeInMs, leftMs, result.wakeInMs), seen: record };
    }
    record = await read();
    if (result.kind === 'held') {
      const leftMs = await settleNotices(deps, lease, record, { isTold: true });
      const told = await tellHold(deps, lease, record);
      if (told.kind !== 'decide-again')
        return { wakeInMs: soonest(answers.wakeInMs, leftMs, told.wakeInMs), seen: record };
      record = await read();
    }
  }
  return { wakeInMs: backoffMs(deps, 4), seen: record };
}

function soonest(...times: (number | null)[]): number | null {
  const known = times.filter((ms) => ms !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

function wantsDecision(record: CaseRecord): boolean {
  return record.triggers.length > 0 || (record.state === 'waiting' && record.graceOver === true) || wantsLook(record);
}

async function recordFailure(deps: FlowDeps, lease: Lease, record: CaseRecord, error: unknown): Promise<number> {
  const problem = error instanceof ProblemError ? error.problems[0] : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const fields = { case: lease.caseId, code: problem?.code ?? 'bug', failures: record.failures + 1 };
  if (problem) deps.log.warn(fields, message);
  else deps.log.error({ ...fields, err: error }, 'a case failed');
  if (record.failures + 1 === BUGS_MOST || (problem?.family === 'admin' && record.failures === 0)) {
    const why = problem ? `${problem.message} (${problem.fix})` : 'Usher failed on this ticket several times';
    await deps.ledger.setState(lease, 'held', why);
    // The trouble is not the ticket's: when it is over the case is decided anew, by itself.
    await deps.ledger.addTrigger(lease, { key: `failed:${lease.fence}`, kind: 'timer' });
  }
  return Math.max(backoffMs(deps, record.failures + 1), retryAfterOf(error) ?? 0);
}
