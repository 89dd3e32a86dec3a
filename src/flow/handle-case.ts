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
 * Never throws for what the world does; a failure is recorded and tried again later.
 */
export async function handleCase(deps: FlowDeps, caseId: string): Promise<void> {
  return span(deps, 'usher.visit', { 'usher.case': caseId }, () => visit(deps, caseId));
}

async function visit(all: FlowDeps, caseId: string): Promise<void> {
  const got = await all.ledger.lease(caseId, all.owner, all.timing.leaseMs);
  if (!got) return;
  const deps = depsFor(all, got.record);
  await deps.checkpoint('case-leased', caseId);
  let wakeInMs: number | null = null;
  let failed = false;
  try {
    const worked = work(deps, got.lease, got.record).then((ms) => withNextTurn(deps, got.lease, got.record, ms));
    wakeInMs = await worked.catch((error: unknown) => {
      if (error instanceof LeaseLost) throw error;
      // The help desk's rate limit is kept: nothing has failed, it is just not our turn.
      const laterMs = putOffMs(error);
      if (laterMs !== null) return laterMs;
      failed = true;
      return recordFailure(deps, got.lease, got.record, error);
    });
  } catch (error) {
    // Also a failure may come after the case was lost: then it is the other process's to see.
    if (error instanceof LeaseLost) return;
    throw error;
  }
  try {
    wakeInMs = soonest(wakeInMs, await showCards(deps, got.lease));
  } catch (error) {
    if (error instanceof LeaseLost) return;
    throw error;
  }
  const { pending } = await deps.ledger.release(got.lease, wakeInMs, failed);
  await deps.checkpoint('case-finished', caseId);
  if (pending && !failed) deps.enqueue(caseId);
  else if (wakeInMs !== null && wakeInMs < 60_000) deps.enqueue(caseId, wakeInMs);
}

/** Answers in how many milliseconds somebody must look again; null for no fixed time. */
async function work(deps: FlowDeps, lease: Lease, start: CaseRecord): Promise<number | null> {
  const read = async () => inTurn(await deps.ledger.read(lease));
  let record = inTurn(start);
  for (let round = 0; round < ROUNDS_MOST; round++) {
    if (deps.stopping?.aborted) return 0;
    if (wantsDecision(record)) {
      record = inTurn(await endIfAllStands(deps, lease, record));
      const standing = record;
      const waitMs = await span(deps, 'usher.decide', { 'usher.case': record.id }, () =>
        decideCase(deps, lease, standing),
      );
      if (waitMs !== null) return waitMs;
      record = await read();
    }
    // Whoever steered is answered first; an answer that must wait keeps nothing else waiting.
    const answers = await tellAnswers(deps, lease, record);
    if (answers.isMoved) record = await read();
    if (answers.isMoved && wantsDecision(record)) continue;
    const result = await performWrites(deps, lease, record);
    if (result.kind === 'wait') {
      // Whoever sleeps for days does not leave a notice unknown for as long.
      const soonMs =
        result.wakeInMs === null || record.state === 'waiting' ? await settleNotices(deps, lease, record) : null;
      return soonest(answers.wakeInMs, soonest(soonMs, result.wakeInMs));
    }
    record = await read();
    if (result.kind === 'held') {
      const told = await tellHold(deps, lease, record);
      if (told.kind !== 'decide-again') return soonest(answers.wakeInMs, told.wakeInMs);
      record = await read();
    }
  }
  return backoffMs(deps, 4);
}

function soonest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
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
