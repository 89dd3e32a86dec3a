// Looks at tickets that Usher only decided about (shadow, propose) and notes whether agents did the same.
import { compareWork, ruleTraces } from '../core/comparison.js';
import type { Rulebook } from '../core/rulebook.js';
import type { Comparisons, DueComparison } from '../ledger/comparisons.js';
import type { HelpdeskReader, Log } from '../ports.js';
import { ProblemError } from '../problem.js';

export interface CompareDeps {
  comparisons: Comparisons;
  reader: HelpdeskReader;
  rulebook: () => Rulebook | Promise<Rulebook>;
  log: Log;
}

export interface CompareTiming {
  /** A decision is looked at this long after it was made, and then ever more rarely. */
  firstLookMs: number;
  /** So long after the decision a ticket is judged as it is. */
  lateMs: number;
}

export const COMPARE_TIMING: CompareTiming = { firstLookMs: 10 * 60_000, lateMs: 7 * 86_400_000 };

/** Looks at a few tickets that are due, one after the other; reads only. Answers how many were looked at. */
export async function compareSome(
  deps: CompareDeps,
  limit: number,
  timing: CompareTiming = COMPARE_TIMING,
): Promise<number> {
  const due = await deps.comparisons.due(limit, timing);
  if (due.length === 0) return 0;
  const rulebook = await deps.rulebook();
  let count = 0;
  for (const one of due) {
    if (!(await compareOne(deps, rulebook, one))) break;
    count += 1;
  }
  return count;
}

/** false: the help desk does not answer now, the others would fail too. */
async function compareOne(deps: CompareDeps, rulebook: Rulebook, due: DueComparison): Promise<boolean> {
  try {
    const found = compareWork({
      decision: due.triage.decision,
      effects: due.triage.effects,
      before: due.ticket,
      work: await workOn(deps.reader, due),
      traces: ruleTraces(rulebook, due.helpdesk),
    });
    await deps.comparisons.save(due.caseId, found);
    return true;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const problem = error.problems[0];
    deps.log.warn({ case: due.caseId, code: problem?.code }, 'what agents did could not be read; it is tried again');
    if (problem?.family === 'network') return false;
    // It waits its turn again, so that one ticket nobody can read does not keep the others from being read.
    await deps.comparisons.save(due.caseId, { verdict: 'open', isFinal: due.isLate, agentsDid: '', differences: [] });
    return true;
  }
}

async function workOn(reader: HelpdeskReader, due: DueComparison) {
  const gone = { ticket: null, assignee: null, hasReplied: false, isLate: due.isLate };
  const ticket = await reader.fetchTicket(due.ticketId);
  if (ticket === null || ticket.status === 'deleted') return gone;
  const history = await reader.inspect(due.ticketId, due.ticket.updatedAt);
  if (history === null) return gone;
  return {
    ticket,
    assignee: ticket.assignee === null ? null : ((await reader.agent?.(ticket.assignee)) ?? null),
    hasReplied: history.changes.some((change) => change.by === 'agent' && change.comment === 'public'),
    isLate: due.isLate,
  };
}
