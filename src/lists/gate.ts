// Compares a new load of a list with the live one: changes too large to be an ordinary edit wait for a person.
import { stateOn } from '../core/approval-dates.js';
import type { Listing, ListSnapshot } from '../core/listing.js';
import { visible } from '../problem.js';
import { spellingKey } from './lint.js';

export const gateLimits = { newApprovals: 10, fewerRowsPercent: 20 };

export interface SnapshotChange {
  /** Names that would be let in and were not before: new rows, statuses that became approving, approved rows with a new domain, admin or id. */
  newApprovals: string[];
  rowsBefore: number;
  rowsAfter: number;
  /** Why a person must accept it, or null. */
  needsPerson: string | null;
}

/**
 * `approving` are the status words that let somebody in. On `today` (`2026-11-30`) what has ended lets nobody in, so that its renewal is
 * new; what begins later came with the file that first said so, and is not new on its day.
 */
export function compareSnapshots(
  live: ListSnapshot,
  next: ListSnapshot,
  approving: string[],
  today: string,
): SnapshotChange {
  const words = new Set(approving);
  const isApproved = ({ status, approval }: Listing) =>
    status !== null && words.has(status) && !(approval && stateOn(approval, today) === 'ended');
  const before = new Set(live.listings.filter(isApproved).flatMap(grounds));
  // Somebody new is let in by any new ground, not only by a new name: a changed domain admits other people.
  const added = next.listings.filter(
    (listing) => isApproved(listing) && grounds(listing).some((ground) => !before.has(ground)),
  );
  const newApprovals = added.map((listing) => listing.name);
  const rowsBefore = live.listings.length;
  const rowsAfter = next.listings.length;
  const reasons: string[] = [];
  if (newApprovals.length > gateLimits.newApprovals) {
    const some = newApprovals
      .slice(0, 3)
      .map((name) => `"${visible(name)}"`)
      .join(', ');
    reasons.push(`${newApprovals.length} new approvals at once (${some}, ...)`);
  }
  if ((rowsBefore - rowsAfter) * 100 > rowsBefore * gateLimits.fewerRowsPercent) {
    reasons.push(`${rowsBefore - rowsAfter} of ${rowsBefore} rows are gone`);
  }
  return { newApprovals, rowsBefore, rowsAfter, needsPerson: reasons.length > 0 ? reasons.join('; ') : null };
}

/** Everything by which a listing could let somebody in. */
function grounds({ name, aliases, domains, admins, organizationId }: Listing): string[] {
  return [
    ...[name, ...aliases].map((n) => `name ${spellingKey(n)}`),
    ...domains.map((d) => `domain ${d}`),
    ...admins.map((a) => `admin ${a}`),
    ...(organizationId === null ? [] : [`id ${organizationId}`]),
  ];
}
