// Builds, once a snapshot, what matching looks things up in: exact maps for each list and the index of near names and domains.
import { cellAddress, type GoneListing, type ListInUse, type Listing } from '../listing.js';
import type { Directory } from '../rulebook.js';
import { type Host, hostAndParents, hostOf, type KnownDomains, ownerOf, readDirectory } from './domains.js';
import { parentNames } from './family.js';
import { buildLookAlikes, type LookAlikeIndex } from './look-alike.js';
import { buildNear, type NearIndex } from './near-names.js';
import { type NameKey, type NamePart, nameKey } from './normalize.js';

/** A listing with its keys. */
export interface Entry {
  listing: Listing;
  names: { part: NamePart; cell: string }[];
  /** The row's own name hides something or is none: nobody is matched to it without a person. */
  flaw: NameKey['problem'];
  /** Host names from the row that may be evidence (no free mail, no intermediary's, none of ours). */
  hosts: Host[];
  admins: string[];
  organizationId: string | null;
  /** Names of the organization it belongs to; [] for one of its own. */
  parents: NamePart[];
  /** Set when the row is not in the list any more. */
  gone: GoneListing | null;
}

export interface EntryMaps {
  byKey: Map<string, Entry[]>;
  byHost: Map<string, Entry[]>;
  byAdmin: Map<string, Entry[]>;
  byOrganizationId: Map<string, Entry[]>;
}

export interface ListIndex {
  name: string;
  title: string;
  /** Why nothing may be concluded from the list; null when usable. */
  problem: string | null;
  now: EntryMaps;
  gone: EntryMaps;
}

export interface MatchIndex {
  lists: ListIndex[];
  near: NearIndex;
  lookAlikes: LookAlikeIndex;
  known: KnownDomains;
  /** The day on which approvals are judged, `2026-11-30`; null: no day is known, and nothing with dates is approved. */
  today: string | null;
}

/** Indexes the lists as they may be used right now. About a second for 100,000 listings; lookups do not grow with them. */
export function buildMatchIndex(lists: ListInUse[], directory: Directory): MatchIndex {
  const all: Entry[] = [];
  const known = readDirectory(directory);
  const indexes = lists.map((list): ListIndex => {
    const problem = list.problem ?? (list.snapshot ? null : 'the list has not been loaded');
    const listings = problem === null ? [...list.snapshot!.listings].sort((a, b) => a.row - b.row) : [];
    const entries = listings.map((listing) => entryOf(listing, known, null));
    const now = mapsOf(entries);
    const gone = list.gone.map((g) => entryOf(g.listing, known, g)).filter((e) => !standsStill(e, now));
    all.push(...entries, ...gone);
    return { name: list.name, title: list.title, problem, now, gone: mapsOf(gone) };
  });
  return { lists: indexes, near: buildNear(all), lookAlikes: buildLookAlikes(all), known, today: null };
}

/** A row that moved or was respelt within its key is not gone. */
function standsStill(gone: Entry, now: EntryMaps): boolean {
  const id = gone.organizationId;
  if (id !== null && now.byOrganizationId.has(id)) return true;
  const key = gone.names[0]?.part.key;
  return key !== undefined && now.byKey.has(key);
}

function entryOf(listing: Listing, known: KnownDomains, gone: GoneListing | null): Entry {
  const name = nameKey(listing.name);
  const names = name.parts.map((part) => ({ part, cell: cellAddress(listing, 'name') }));
  for (const alias of listing.aliases) {
    const key = nameKey(alias);
    if (key.problem !== null) continue;
    for (const part of key.parts) {
      const isNew = !names.some((other) => other.part.key === part.key);
      if (isNew) names.push({ part, cell: cellAddress(listing, 'aliases') });
    }
  }
  const hosts = listing.domains.map(hostOf).filter((h) => h !== null && ownerOf(h, known).kind === 'company') as Host[];
  const admins = listing.admins.map((a) => a.trim().toLowerCase()).filter((a) => a !== '');
  const organizationId = usableId(listing.organizationId);
  return { listing, names, flaw: name.problem, hosts, admins, organizationId, parents: parentNames(listing), gone };
}

/** A help desk's id, or null for what stands where there is none. */
export function usableId(id: string | null | undefined): string | null {
  const text = (id ?? '').trim();
  return /^(|0|-+|\*+|n\/?a|none|null|nil|undefined|unknown|nan|%|#n\/a)$/i.test(text) ? null : text;
}

function mapsOf(entries: Entry[]): EntryMaps {
  return {
    byKey: group(entries, (e) => e.names.map((n) => n.part.key)),
    byHost: group(entries, (e) => e.hosts.map((h) => h.host)),
    byAdmin: group(entries, (e) => e.admins),
    byOrganizationId: group(entries, (e) => (e.organizationId === null ? [] : [e.organizationId])),
  };
}

function group(entries: Entry[], keysOf: (entry: Entry) => string[]): Map<string, Entry[]> {
  const map = new Map<string, Entry[]>();
  for (const entry of entries) {
    for (const key of new Set(keysOf(entry))) {
      const list = map.get(key);
      if (list) list.push(entry);
      else map.set(key, [entry]);
    }
  }
  return map;
}

/** Entries in which a host, or one of its parents down to the registrable domain, stands. */
export function entriesByHost(maps: EntryMaps, host: Host): Entry[] {
  const names = hostAndParents(host);
  return [...new Set(names.flatMap((name) => maps.byHost.get(name) ?? []))];
}
