// Keeps lists fresh: reads the source, publishes what is sound, keeps the last good one otherwise, and says what may be relied on.
import { dayIn, endingSoon, stateOn } from '../core/approval-dates.js';
import { cellAddress, type LintFinding, type ListInUse, type Listing } from '../core/listing.js';
import type { ListMapping } from '../core/rulebook.js';
import type { ListStatus, Snapshots } from '../ports.js';
import { formatProblem, type Problem } from '../problem.js';
import { compareSnapshots } from './gate.js';
import { listHash, readList } from './read-list.js';
import type { ListSource } from './source.js';

/** `why` and problems are for people. `published` with `first` when nothing was live before. */
export type RefreshResult =
  | { kind: 'published'; hash: string; first: boolean; newApprovals: string[] }
  | { kind: 'unchanged'; hash: string }
  | { kind: 'not-quiet'; why: string }
  | { kind: 'waiting'; hash: string; why: string; isNew: boolean }
  | { kind: 'failed'; problems: Problem[] };

/** Days for which an organization that left the list is remembered. */
export const goneDays = 30;

/**
 * Reads the source once. The first clean snapshot is accepted; one that replaces a live one only when nobody is writing and the change is
 * small enough, else it waits for `lists accept`. Failing leaves the live snapshot as it is.
 */
export async function refreshList(
  mapping: ListMapping,
  source: ListSource,
  snapshots: Snapshots,
  { quietMs, now }: { quietMs: number; now: Date },
): Promise<RefreshResult> {
  const at = now.toISOString();
  const fetched = await source.fetch();
  if (fetched.kind === 'failed') return keepLastGood(mapping, snapshots, [fetched.problem], at);
  const hash = listHash(fetched.bytes, mapping);
  const live = await snapshots.live(mapping.name);
  if (live?.snapshot.hash === hash) {
    await snapshots.seen(mapping.name, hash, at);
    await snapshots.failed(mapping.name, null, at);
    return { kind: 'unchanged', hash };
  }
  const held = await snapshots.waiting(mapping.name);
  if (held?.snapshot.hash === hash) {
    await snapshots.failed(mapping.name, null, at);
    await snapshots.holdBack(held.snapshot, held.why, at);
    return { kind: 'waiting', hash, why: held.why, isNew: false };
  }
  // Only a replacement waits for quiet: without a live one, everything is on hold anyway.
  const quiet = live ? await source.isQuiet(quietMs, now) : { quiet: true as const };
  if (!quiet.quiet) return { kind: 'not-quiet', why: quiet.why };
  const read = await readList(fetched.bytes, fetched.name, mapping, at);
  if (read.kind === 'failed') return keepLastGood(mapping, snapshots, read.problems, at);
  await snapshots.failed(mapping.name, null, at);
  if (!live) {
    await snapshots.publish(read.snapshot, at);
    return { kind: 'published', hash, first: true, newApprovals: [] };
  }
  const change = compareSnapshots(live.snapshot, read.snapshot, mapping.approving, todayOf(mapping, now));
  if (change.needsPerson !== null) {
    await snapshots.holdBack(read.snapshot, change.needsPerson, at);
    return { kind: 'waiting', hash, why: change.needsPerson, isNew: true };
  }
  await snapshots.publish(read.snapshot, at);
  return { kind: 'published', hash, first: false, newApprovals: change.newApprovals };
}

async function keepLastGood(
  mapping: ListMapping,
  snapshots: Snapshots,
  problems: Problem[],
  at: string,
): Promise<RefreshResult> {
  await snapshots.failed(mapping.name, problems.map(formatProblem).join('; '), at);
  return { kind: 'failed', problems };
}

interface State {
  live: Awaited<ReturnType<Snapshots['live']>>;
  waiting: Awaited<ReturnType<Snapshots['waiting']>>;
  failure: string | null;
}

async function stateOf(mapping: ListMapping, snapshots: Snapshots): Promise<State> {
  const [live, waiting, failure] = await Promise.all([
    snapshots.live(mapping.name),
    snapshots.waiting(mapping.name),
    snapshots.lastFailure(mapping.name),
  ]);
  // A waiting version is outdated once the file was seen with its live content again.
  const isCurrent = waiting && (!live || Date.parse(waiting.since) > Date.parse(live.readAt));
  return { live, waiting: isCurrent ? waiting : null, failure };
}

/** Why nothing may be concluded from the list now, or null. Age counts from the last successful read of the live content. */
function unusable(mapping: ListMapping, { live, waiting, failure }: State, now: Date): string | null {
  if (!live) return failure === null ? 'it has not been read yet' : `it could not be read: ${failure}`;
  if (waiting)
    return `a changed version waits for a person: ${waiting.why} (usher lists accept ${waiting.snapshot.hash.slice(0, 12)})`;
  const ageMs = now.getTime() - Date.parse(live.readAt);
  if (ageMs <= mapping.maxAgeMs) return null;
  const because = failure === null ? '' : `: ${failure}`;
  return `it was last read ${hours(ageMs)} ago, more than ${hours(mapping.maxAgeMs)}${because}`;
}

function hours(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** The list as a decision may use it. A list with a problem keeps its snapshot, so that a hold can name the row. */
export async function listInUse(mapping: ListMapping, snapshots: Snapshots, now: Date): Promise<ListInUse> {
  const [state, gone] = await Promise.all([stateOf(mapping, snapshots), snapshots.gone(mapping.name, goneDays)]);
  return {
    name: mapping.name,
    title: mapping.title,
    snapshot: state.live?.snapshot ?? null,
    problem: unusable(mapping, state, now),
    gone,
  };
}

/** The list as people see it. A last read that failed is the first finding, even while the last good one still serves. */
export async function listStatus(mapping: ListMapping, snapshots: Snapshots, now: Date): Promise<ListStatus> {
  const state = await stateOf(mapping, snapshots);
  const { live, waiting, failure } = state;
  const failed: LintFinding[] =
    failure === null || !live
      ? []
      : [
          {
            code: 'last-read-failed',
            severity: 'error',
            sheet: mapping.sheet,
            cell: null,
            message: `the last read failed: ${failure}`,
            fix: 'mend the file; until then the last good version is used',
          },
        ];
  return {
    list: mapping.name,
    programme: mapping.programme,
    title: mapping.title,
    file: mapping.file,
    hash: live?.snapshot.hash ?? null,
    rows: live?.snapshot.listings.length ?? 0,
    readAt: live?.readAt ?? null,
    problem: unusable(mapping, state, now),
    waiting: waiting ? { hash: waiting.snapshot.hash, why: waiting.why, since: waiting.since } : null,
    lint: [...failed, ...(live?.snapshot.lint ?? [])],
    ...approvalsOf(mapping, live?.snapshot.listings ?? [], now),
  };
}

function todayOf({ approvalDates }: ListMapping, now: Date): string {
  return dayIn(now, approvalDates?.zone ?? 'UTC');
}

function approvalsOf(mapping: ListMapping, listings: Listing[], now: Date): Pick<ListStatus, 'approvals'> {
  if (!mapping.approvalDates) return {};
  const today = todayOf(mapping, now);
  const count = (state: string) => listings.filter((l) => l.approval && stateOn(l.approval, today) === state).length;
  const ending = endingSoon(listings, today, mapping.approvalDates.announceDays);
  return {
    approvals: {
      notYet: count('not-yet'),
      ended: count('ended'),
      endSoon: ending.map((l) => ({
        name: l.name,
        cell: cellAddress(l, 'approvedUntil'),
        until: l.approval?.until ?? '',
      })),
    },
  };
}
