// Reconciliation: once a day every ticket changed in the last 30 days is shown to have a case with a decision; one without gets it.

import type { IntakeRun } from '../ledger/intake.js';
import type { Sighting } from '../ports.js';
import { putOffMs } from '../problem.js';
import type { FlowDeps } from './deps.js';
import { inScope } from './intake.js';

const DAY_MS = 86_400_000;
export const RECONCILE_DAYS = 30;
/** Polling and deciding have this long for a new ticket before it counts as missing. */
const FRESH_MS = 15 * 60_000;
/** Polling must have caught up this lately, or what it is about to see would be called missing. */
const POLLED_SECONDS = 15 * 60;

export interface ReconcileOptions {
  /** Asked before each page; false: another process does it by now. */
  keep: () => Promise<boolean>;
}

/**
 * Goes on with a reconciliation that is not finished, or begins one when the last is older than a day. Answers the run when it came
 * to its end, null when there was nothing to do or it has to go on later. Throws ProblemError when the help desk cannot be read.
 */
export async function reconcile(deps: FlowDeps, { keep }: ReconcileOptions): Promise<IntakeRun | null> {
  let run = await dueRun(deps);
  if (!run) return null;
  for (let more = true; more; ) {
    if (deps.stopping?.aborted || !(await keep())) return null;
    const page = await deps.reader.changedSince(run.cursor, new Date(run.since), { isWalk: true });
    const wanted = inScope(deps, page.sightings).filter((s) => !s.deleted);
    const missing = await openMissing(deps, run, wanted);
    const at: string | null = page.sightings.at(-1)?.updatedAt ?? run.at;
    run = { ...run, cursor: page.cursor, at, seen: run.seen + wanted.length, missing: run.missing + missing };
    more = page.more;
    await deps.ledger.saveRun(run, false);
  }
  run = { ...run, suspended: await suspended(deps) };
  await deps.ledger.saveRun(run, true);
  const { seen, missing } = run;
  if (missing > 0) deps.log.warn({ seen, missing }, 'reconciliation found tickets without a decision, and opened them');
  else deps.log.info({ seen }, 'reconciliation: every ticket has its decision');
  return run;
}

async function dueRun({ ledger, reader, clock }: FlowDeps): Promise<IntakeRun | null> {
  const { name } = reader;
  const polled = await ledger.polledSecondsAgo(name);
  if (polled === null || polled > POLLED_SECONDS) return null;
  // What a back-fill has not come to yet is not missing.
  const filling = await ledger.latestRun(name, 'backfill');
  if (filling && filling.endedAt === null) return null;
  const last = await ledger.latestRun(name, 'reconciliation');
  if (last && last.endedAt === null) return last;
  if (last && last.ageSeconds * 1000 < DAY_MS) return null;
  return ledger.beginRun(name, 'reconciliation', new Date(clock.now().getTime() - RECONCILE_DAYS * DAY_MS));
}

/** Opens what has no decision; answers how many. A change that nobody saw is looked at too, and does not count. */
async function openMissing(deps: FlowDeps, run: IntakeRun, sightings: Sighting[]): Promise<number> {
  const helpdesk = deps.reader.name;
  const freshSince = deps.clock.now().getTime() - FRESH_MS;
  const old = sightings.filter((s) => Date.parse(s.updatedAt) < freshSince);
  const versions = old.map((s) => ({ ticketId: s.ticketId, version: s.updatedAt }));
  const known = await deps.ledger.knownOf(helpdesk, versions);
  const missing = new Set<string>();
  for (const { ticketId, updatedAt } of old) {
    const found = known.get(ticketId);
    if (found?.isSeen && found.isDecided) continue;
    const isMissing = !found || (!found.isDecided && found.ageSeconds * 1000 > FRESH_MS);
    if (isMissing) missing.add(ticketId);
    if (found && !isMissing && found.isSeen) continue;
    const key = isMissing ? `reconciled:${run.id}` : `seen:${updatedAt}`;
    const caseId = await deps.ledger.openCase({ helpdesk, ticketId, version: null }, { key, kind: 'changed' });
    deps.enqueue(caseId);
  }
  return missing.size;
}

/** Not knowing is no reason to throw away a reconciliation. */
async function suspended(deps: FlowDeps): Promise<number | null> {
  try {
    return await deps.reader.suspendedCount();
  } catch (error) {
    if (putOffMs(error) !== null) throw error;
    deps.log.warn({ err: error }, 'suspended tickets could not be counted');
    return null;
  }
}
