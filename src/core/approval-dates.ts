// The days on which a listing's approval holds: how it stands on a day, and what may be said of the listing then.
import { DateTime } from 'luxon';
import { type ApprovalDates, cellAddress, type Listing } from './listing.js';
import type { ListResult, Match } from './match-result.js';
import type { ListMapping, Programme } from './rulebook.js';

/** `not-yet`: it begins later; `ended`: its last day is over. The words that rules compare `match.approval.<list>` with. */
export const APPROVAL_STATES = ['not-yet', 'current', 'ended'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** Where a list's days of approvals stand: header texts; null: no such column. */
export interface ApprovalColumns {
  from: string | null;
  until: string | null;
  /** The programme's owner is told so many days before an approval ends; 0: never. */
  announceDays: number;
  /** IANA zone in which the days are counted. */
  zone: string;
}

/** Where a programme's days begin and end: in the zone of its hours, else UTC. */
export function zoneOf({ hours }: Pick<Programme, 'hours'>): string {
  return hours?.zone ?? 'UTC';
}

/** The day in a zone at a time (ISO string or Date), `2026-11-30`. */
export function dayIn(now: string | Date, zone: string): string {
  // No zone's day begins within a minute, and whoever asks asks again and again about now.
  const minute = Math.floor((typeof now === 'string' ? Date.parse(now) : now.getTime()) / 60_000);
  const last = lastAsked.get(zone);
  if (last?.minute === minute) return last.day;
  const day = momentIn(now, zone).toFormat('yyyy-MM-dd');
  lastAsked.set(zone, { minute, day });
  return day;
}

/** By zone: bounded by the zones that there are. */
const lastAsked = new Map<string, { minute: number; day: string }>();

function momentIn(now: string | Date, zone: string): DateTime {
  return typeof now === 'string' ? DateTime.fromISO(now, { zone }) : DateTime.fromJSDate(now, { zone });
}

/** The dates as a listing keeps them: only of a word that lets somebody in, and only where the row names a day. */
export function datesOf(
  word: string | null,
  dates: ApprovalDates,
  { approving, columns, approvalDates }: Pick<ListMapping, 'approving' | 'columns' | 'approvalDates'>,
): { approval?: ApprovalDates } {
  if (!approvalDates || word === null || (dates.from === null && dates.until === null)) return {};
  // Without a status column, standing in the list is the approval.
  return columns.status === null || approving.includes(word) ? { approval: dates } : {};
}

/** How an approval stands; days of this form are in order as texts. Both ends belong to it. */
export function stateOn({ from, until }: ApprovalDates, today: string): ApprovalState {
  if (from !== null && today < from) return 'not-yet';
  return until !== null && today > until ? 'ended' : 'current';
}

/** The status word that holds on a day; null where the approval does not, or no day is known. */
export function statusOn({ status, approval }: Listing, today: string | null): string | null {
  if (!approval) return status;
  return today !== null && stateOn(approval, today) === 'current' ? status : null;
}

/** The days for templates; null where the row names none. */
export function approvalDays({ approval }: Listing): { approvedFrom: string | null; approvedUntil: string | null } {
  return { approvedFrom: approval?.from ?? null, approvedUntil: approval?.until ?? null };
}

/** `approved from 2026-01-01 (Tracker!F14) until 2026-11-30 (Tracker!G14)`. */
export function datesWords(listing: Listing): string {
  const { from = null, until = null } = listing.approval ?? {};
  const part = (word: string, day: string | null, key: string) =>
    day === null ? [] : [`${word} ${day} (${cellAddress(listing, key)})`];
  return ['approved', ...part('from', from, 'approvedFrom'), ...part('until', until, 'approvedUntil')].join(' ');
}

/**
 * A match with approvals as they stand on a day. Outside of its dates an approval is neither an approval nor a refusal: the word is not
 * known, so that no rule lets in or declines by it, and `approval` says why for rules that want to know.
 */
export function matchOnDay(match: Match, today: string | null): Match {
  if (match.listings.every((listing) => !listing.approval)) return match;
  return {
    ...match,
    listings: match.listings.map((listing) => listingOn(listing, today)),
    lists: Object.fromEntries(Object.entries(match.lists).map(([name, result]) => [name, resultOn(result, today)])),
  };
}

function resultOn(result: ListResult, today: string | null): ListResult {
  if (!result.listing?.approval) return result;
  const listing = listingOn(result.listing, today);
  const { approval } = result.listing;
  const reason =
    listing.statusProblem === null
      ? `${result.reason}; ${datesWords(listing)}`
      : `${result.listing.status} by ${result.cell}, but ${listing.statusProblem}`;
  const state = today === null ? {} : { approval: { ...approval, state: stateOn(approval, today) } };
  return { ...result, value: listing.status, reason, listing, ...state };
}

function listingOn(listing: Listing, today: string | null): Listing {
  if (!listing.approval || statusOn(listing, today) !== null) return listing;
  return { ...listing, status: null, statusProblem: outsideWords(listing, listing.approval, today) };
}

function outsideWords(listing: Listing, { from, until }: ApprovalDates, today: string | null): string {
  if (today === null) return `no day is known, and it is ${datesWords(listing)}`;
  return stateOn({ from, until }, today) === 'ended'
    ? `the approval ended with ${until} (${cellAddress(listing, 'approvedUntil')})`
    : `the approval begins with ${from} (${cellAddress(listing, 'approvedFrom')})`;
}

/** What changes as days pass, for telling one state of a list from another: the rows whose approval does not hold. */
export function outsideOn(listings: Listing[], today: string): string[] {
  return listings.flatMap(({ row, approval }) => {
    const state = approval ? stateOn(approval, today) : 'current';
    return state === 'current' ? [] : [`${row}:${state}`];
  });
}

/** Listings whose approval holds and ends within so many days, the next to end first. */
export function endingSoon(listings: Listing[], today: string, days: number): Listing[] {
  const last = DateTime.fromISO(today, { zone: 'utc' }).plus({ days }).toFormat('yyyy-MM-dd');
  return listings
    .filter(({ approval }) => approval?.until && stateOn(approval, today) === 'current' && approval.until <= last)
    .sort((a, b) =>
      a.approval!.until! < b.approval!.until! ? -1 : a.approval!.until! > b.approval!.until! ? 1 : a.row - b.row,
    );
}
