// The organizations that a request is about, by the names it claims: found in the lists, with who owns them. Proves nothing about who asks.
import { statusOn } from '../approval-dates.js';
import type { Match } from '../match-result.js';
import type { FieldReading } from '../request/read-request.js';
import type { Ticket } from '../ticket.js';
import { shown } from './confusables.js';
import { authenticationFails } from './domains.js';
import { ownerOfListing } from './family.js';
import { entriesByName } from './find-listings.js';
import type { Entry, MatchIndex } from './index-lists.js';
import { nameKey } from './normalize.js';

/** Everything is null where it is not known; what depends on the owner is, while a name is not found. A type, so that it is JSON. */
export type Named = {
  /** As their rows have them; an organization named beside its sub-organizations is only their owner. */
  names: string[] | null;
  count: number | null;
  /** Written names that no row bears, or more than one. */
  unfound: string[] | null;
  /** Those that they belong to, or they themselves. */
  owners: string[] | null;
  ownerCount: number | null;
  /** The owners' status word, when it is the same for all. */
  ownerStatus: string | null;
  ownerAdmins: string[] | null;
  /** Whether the sender's address is a listed admin of every owner. */
  isOwnerAdmin: boolean | null;
  /** Whether the matched organization belongs to the same owner; null unless it is listed. */
  isOfRequester: boolean | null;
  /** Further columns of their rows, by key; a blank cell gives nothing. */
  values: Record<string, string[]>;
};

/** Where nothing is known of whom the request names. */
export const nobodyNamed: Named = {
  names: null,
  count: null,
  unfound: null,
  owners: null,
  ownerCount: null,
  ownerStatus: null,
  ownerAdmins: null,
  isOwnerAdmin: null,
  isOfRequester: null,
  values: {},
};

/**
 * Looks up what the request's `claim` fields name. Nothing is known where a list cannot be relied on, or where the sender failed
 * authentication: then not even a question goes out. One level of parents, as in `readFamily`.
 */
export function readNamed(
  request: readonly FieldReading[],
  match: Match,
  { ticket, index }: { ticket: Ticket; index: MatchIndex },
): Named {
  const claims = request.filter(({ field }) => field.claim);
  const isUsable = index.lists.length > 0 && index.lists.every((list) => list.problem === null);
  if (claims.length === 0 || !isUsable || authenticationFails(ticket.authentication)) return nobodyNamed;
  const written = claims.flatMap(({ values }) => values).map((name) => ({ name, entry: findOne(name, index) }));
  const found = [...new Set(written.flatMap(({ entry }) => entry ?? []))];
  const parents = new Set(found.filter((e) => e.parents.length > 0).map((e) => ownerOfListing(e.listing, index)));
  const targets = found.filter((entry) => !parents.has(entry));
  const unfound = written.filter(({ entry }) => entry === null).map(({ name }) => shown(name));
  const known = {
    ...nobodyNamed,
    names: targets.map(nameOf),
    count: targets.length,
    unfound,
    values: valuesOf(targets),
  };
  const owners = [...new Set(targets.map((entry) => ownerOfListing(entry.listing, index)))];
  if (unfound.length > 0 || targets.length === 0 || !owners.every((o) => o !== null)) return known;
  const statuses = new Set(owners.map((owner) => statusOn(owner.listing, index.today)));
  const sender = ticket.requester.email.trim().toLowerCase();
  const asking = match.listings.map((listing) => ownerOfListing(listing, index));
  return {
    ...known,
    owners: owners.map(nameOf),
    ownerCount: owners.length,
    ownerStatus: statuses.size === 1 ? statusOn(owners[0]!.listing, index.today) : null,
    ownerAdmins: [...new Set(owners.flatMap((owner) => owner.admins))],
    isOwnerAdmin: owners.every((owner) => owner.admins.includes(sender)),
    isOfRequester: match.verdict === 'listed' ? owners.every((owner) => asking.includes(owner)) : null,
  };
}

/** The one row that bears the name; null when there is none, or more than one. */
function findOne(name: string, index: MatchIndex): Entry | null {
  const entries = new Set(
    nameKey(name).parts.flatMap((part) =>
      index.lists.flatMap((list) => entriesByName(list.now, part).map(({ entry }) => entry)),
    ),
  );
  const [one] = entries;
  return one && entries.size === 1 && one.flaw === null ? one : null;
}

function nameOf({ listing }: Entry): string {
  return shown(listing.name.trim());
}

function valuesOf(entries: Entry[]): Record<string, string[]> {
  const keys = new Set(entries.flatMap(({ listing }) => Object.keys(listing.values)));
  const valuesAt = (key: string) => entries.map(({ listing }) => (listing.values[key] ?? '').trim());
  return Object.fromEntries([...keys].map((key) => [key, [...new Set(valuesAt(key))].filter((v) => v !== '')]));
}
