// Collects listings that a person should look at, nearest first; nothing here ever matches by itself.
import { datesWords } from '../approval-dates.js';
import type { Candidate, Evidence } from '../match-result.js';
import { shown } from './confusables.js';
import { cellOf, entriesByName, nameOf, placeOf } from './find-listings.js';
import { type Entry, entriesByHost, type MatchIndex } from './index-lists.js';
import { findLookAlikes, type LookAlike } from './look-alike.js';
import { findNear, LOOKS_THE_SAME, type Near } from './near-names.js';
import { namesOf, piece, RECORD_SOURCE, type Reading, SENDER_SOURCE } from './read-query.js';

const MOST = 10;

/** Everything in the lists that is near the query without being strong evidence. */
export interface Nearby {
  near: (Near & { source: string })[];
  lookAlikes: LookAlike[];
  evidence: Evidence[];
}

/** Tier 4: a typed name that is exactly a listing's. */
export interface ExactClaim {
  entry: Entry;
  cell: string;
  source: string;
}

/** Listings whose name was typed exactly. */
export function findClaimed(reading: Reading, index: MatchIndex): ExactClaim[] {
  return reading.claims.flatMap((claim) =>
    claim.name.parts.flatMap((part) =>
      index.lists.flatMap((list) => entriesByName(list.now, part).map((found) => ({ ...found, source: claim.source }))),
    ),
  );
}

export function claimEvidence(claims: ExactClaim[]): Evidence[] {
  return claims.map(({ entry, cell, source }) =>
    piece('claimed-name', `${nameOf(entry)} was typed; a typed name proves nothing`, {
      source,
      tier: 4,
      supports: true,
      list: entry.listing.list,
      cell,
    }),
  );
}

/** Near names (record, claims, the sender's own domain) and look-alike domains. */
export function findNearby(reading: Reading, index: MatchIndex): Nearby {
  const near = namesOf(reading).flatMap(({ part, source }) =>
    findNear(index.near, part).map((n) => ({ ...n, source })),
  );
  near.push(...nearDomain(reading, index), ...recordHosts(reading, index));
  const lookAlikes = lookAlikesOf(reading, index);
  const evidence = near.slice(0, MOST).map(nearEvidence);
  return { near, lookAlikes, evidence: [...evidence, ...lookAlikeEvidence(reading, lookAlikes)] };
}

function nearEvidence({ entry, cell, why, source }: Nearby['near'][number]): Evidence {
  const kind = entry.gone ? 'gone' : why === LOOKS_THE_SAME ? 'mixed-script' : 'similar-name';
  const isFor = kind === 'similar-name';
  const says = `${placeOf(entry)}: ${why}`;
  return piece(kind, says, { source, tier: isFor ? 5 : null, supports: isFor, list: entry.listing.list, cell });
}

/** Listed domains that the sender's could be mistaken for; none where the sender's own domain is listed. */
export function lookAlikesOf(reading: Reading, index: MatchIndex): LookAlike[] {
  const { kind, at } = reading.sender;
  return kind === 'company' && at ? findLookAlikes(index.lookAlikes, at) : [];
}

export function lookAlikeEvidence(reading: Reading, found: LookAlike[]): Evidence[] {
  return found.map((l) =>
    piece(
      'look-alike-domain',
      `${shown(reading.sender.at!.host)} is not ${l.listed}, which ${l.why} (${nameOf(l.entry)})`,
      {
        source: SENDER_SOURCE,
        list: l.entry.listing.list,
        cell: cellOf(l.entry, 'domains'),
      },
    ),
  );
}

/** At most ten candidates, one a listing, in an order that does not depend on the order of rows. */
export function candidatesOf(
  strong: Entry[],
  claimed: ExactClaim[],
  nearby: { near: Near[]; lookAlikes: LookAlike[] },
): Candidate[] {
  const all = [
    ...strong.map((entry) => candidate(entry, cellOf(entry, 'name'), 1, 'the evidence points here')),
    ...claimed.map((c) => candidate(c.entry, c.cell, 0.99, `typed in ${c.source}`)),
    ...nearby.near.map((n) => candidate(n.entry, n.cell, n.score, n.why)),
    ...nearby.lookAlikes.map((l) =>
      candidate(l.entry, cellOf(l.entry, 'domains'), 0.9, `its domain ${l.listed} ${l.why}`),
    ),
  ];
  all.sort((a, b) => b.score - a.score || (a.list < b.list ? -1 : a.list > b.list ? 1 : a.row - b.row));
  return all.filter((c, i) => all.findIndex((o) => o.list === c.list && o.row === c.row) === i).slice(0, MOST);
}

function candidate(entry: Entry, cell: string, score: number, why: string): Candidate {
  const { listing, gone } = entry;
  const status = gone ? null : listing.status;
  const dates = listing.approval ? `; ${datesWords(listing)}` : '';
  const reason = gone ? `${why}; ${goneReason(entry)}` : `${why}${dates}`;
  return { list: listing.list, name: shown(listing.name.trim()), row: listing.row, cell, status, score, why: reason };
}

/** `was in row 214 until 2026-03-02 14:02 UTC`. */
export function goneReason(entry: Entry): string {
  const at = entry.gone!.lastSeenAt.replace('T', ' ').slice(0, 16);
  return `was in row ${entry.listing.row} until ${at} UTC`;
}

/** A sender at acmesolar.example, a listing "Acme Solar" without domains. */
function nearDomain(reading: Reading, index: MatchIndex): Nearby['near'] {
  const { kind, at } = reading.sender;
  const compact = at?.label.replaceAll('-', '') ?? '';
  if (kind !== 'company' || compact.length < 4) return [];
  const found = index.near.byCompact.get(compact) ?? [];
  const why = 'the sender’s domain reads like this name';
  return found.map(({ entry, cell }) => ({ entry, cell, score: 0.8, why, source: SENDER_SOURCE }));
}

/** Rows in which one of the record's own domains stands: no tier of its own, yet never "nothing near". */
function recordHosts(reading: Reading, index: MatchIndex): Nearby['near'] {
  return rowsOfRecordHosts(reading, index).map((entry) => ({
    entry,
    cell: cellOf(entry, 'domains'),
    score: 0.85,
    why: 'a domain of the organization’s record stands in this row',
    source: RECORD_SOURCE,
  }));
}

export function rowsOfRecordHosts(reading: Reading, index: MatchIndex): Entry[] {
  const hosts = reading.record?.hosts ?? [];
  return index.lists.flatMap((list) => hosts.flatMap((host) => entriesByHost(list.now, host)));
}
