// The ledger's stand-in: a case is given back, and whatever came meanwhile makes it due.
import type { CaseRow, Tables } from './tables.js';

export function giveBack(
  t: Tables,
  row: CaseRow,
  { wakeInMs, failed }: { wakeInMs: number | null; failed: boolean },
): { pending: boolean } {
  const isPoked = row.wakeAt !== null && row.leaseUntil !== null && row.wakeAt < row.leaseUntil;
  const pending =
    isPoked || t.triggers.some((x) => x.caseId === row.id && x.handledAt === null && x.at >= row.leasedAt);
  row.leaseOwner = null;
  row.leaseUntil = null;
  row.failures = failed ? row.failures + 1 : 0;
  const isAtWork = ['new', 'acting', 'waiting'].includes(row.state);
  if (pending && !failed) row.wakeAt = t.now();
  else if (wakeInMs === null) row.wakeAt = isAtWork ? t.now() + 1_000 : null;
  else row.wakeAt = t.now() + wakeInMs;
  return { pending };
}
