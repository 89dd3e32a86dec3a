// Finds, within one list, the listings that strong evidence (tiers 1 to 3) points to, and judges whether they are one.
import { cellAddress } from '../listing.js';
import type { Evidence } from '../match-result.js';
import { shown } from './confusables.js';
import { areKin } from './family.js';
import { type Entry, type EntryMaps, entriesByHost, type ListIndex } from './index-lists.js';
import { formsAgree } from './legal-forms.js';
import type { NamePart } from './normalize.js';
import { piece, RECORD_SOURCE, type Reading, SENDER_SOURCE } from './read-query.js';

/** One piece of strong evidence and the listing it points to. */
export interface Hit {
  entry: Entry;
  tier: 0 | 1 | 2 | 3;
  evidence: Evidence;
}

/** What one list says before the lists are joined: at most one entry; `trouble` when a person must look. */
export interface Finding {
  list: ListIndex;
  entry: Entry | null;
  hits: Hit[];
  trouble: string | null;
  evidence: Evidence[];
}

/** Strong evidence in one list, by DESIGN section 5. `maps` is the list as it is now, or what is gone from it. */
export function findStrong(reading: Reading, list: ListIndex, maps: EntryMaps): Hit[] {
  const hits: Hit[] = [];
  const { record, sender } = reading;
  const add = (entry: Entry, tier: 1 | 2 | 3, evidence: Evidence): void => {
    hits.push({ entry, tier, evidence: { ...evidence, tier, supports: true, list: list.name } });
  };
  for (const entry of (record?.id && maps.byOrganizationId.get(record.id)) || []) {
    const says = `The record’s id ${shown(record!.id!)} stands in the row of ${nameOf(entry)}`;
    add(entry, 1, piece('organization-id', says, { source: RECORD_SOURCE, cell: cellOf(entry, 'organizationId') }));
  }
  if (sender.kind === 'company' || sender.kind === 'free-mail') {
    for (const entry of maps.byAdmin.get(sender.address) ?? []) {
      const says = `${shown(sender.address)} is a listed admin of ${nameOf(entry)}`;
      add(entry, 2, piece('listed-admin', says, { source: SENDER_SOURCE, cell: cellOf(entry, 'admins') }));
    }
  }
  for (const entry of sender.kind === 'company' ? entriesByHost(maps, sender.at!) : []) {
    const says = `The domain ${shown(sender.at!.host)} stands in the row of ${nameOf(entry)}`;
    add(entry, 2, piece('mail-domain', says, { source: SENDER_SOURCE, cell: cellOf(entry, 'domains') }));
  }
  for (const part of record?.name?.parts ?? []) {
    for (const { entry, cell } of entriesByName(maps, part)) {
      const says = `The record’s name is ${nameOf(entry)}`;
      add(entry, 3, piece('organization-name', says, { source: RECORD_SOURCE, cell }));
    }
  }
  return hits;
}

/** Entries that carry exactly this name or alias, legal forms permitting. */
export function entriesByName(maps: EntryMaps, part: NamePart): { entry: Entry; cell: string }[] {
  const out: { entry: Entry; cell: string }[] = [];
  for (const entry of maps.byKey.get(part.key) ?? []) {
    const name = entry.names.find((n) => n.part.key === part.key && formsAgree(n.part.form, part.form));
    if (name) out.push({ entry, cell: name.cell });
  }
  return out;
}

/** Strong evidence that another list gives: what is known of `entry` there, looked up in `list`. */
export function findJoined(entry: Entry, list: ListIndex, maps: EntryMaps): Hit[] {
  const hits: Hit[] = [];
  const source = `list ${entry.listing.list}, ${cellOf(entry, 'name')}`;
  const add = (found: Entry, tier: 2 | 3, kind: 'mail-domain' | 'organization-name', cell: string): void => {
    const says = `${nameOf(entry)} and ${nameOf(found)} share a ${kind === 'mail-domain' ? 'domain' : 'name'}`;
    hits.push({
      entry: found,
      tier,
      evidence: piece(kind, says, { source, cell, tier, supports: true, list: list.name }),
    });
  };
  for (const { part } of entry.names) {
    for (const { entry: found, cell } of entriesByName(maps, part)) add(found, 3, 'organization-name', cell);
  }
  for (const host of entry.hosts) {
    for (const found of entriesByHost(maps, host)) add(found, 2, 'mail-domain', cellOf(found, 'domains'));
  }
  return hits;
}

/** Judges uniqueness and row conflicts within one list. */
export function settleList(list: ListIndex, hits: Hit[]): Finding {
  const finding: Finding = { list, entry: null, hits, trouble: null, evidence: hits.map((h) => h.evidence) };
  const entries = distinct(hits.map((h) => h.entry));
  if (entries.length === 0) return finding;
  const entry = entries.length > 1 ? namedOfKin(entries, hits) : entries[0]!;
  if (entry === null) return { ...finding, ...twoListings(list, entries, hits) };
  // What speaks for its kin is shown, and makes nothing stronger.
  finding.hits = hits.filter((h) => h.entry === entry || !areKin(h.entry, entry));
  const rivals = rivalsOf(entry, list.now);
  if (rivals.length > 0) {
    const said = `${[entry, ...rivals].map(placeOf).join(' and ')} are the same organization and do not agree`;
    const evidence = rivals.map((r) => conflict(list, 'row-conflict', said, cellOf(r, 'status')));
    return { ...finding, trouble: said, evidence: [...finding.evidence, ...evidence] };
  }
  if (entry.flaw !== null) {
    const said = `the name in ${placeOf(entry)} ${entry.flaw === 'no-name' ? 'is no usable name' : 'holds invisible characters or mixes alphabets'}`;
    const kind = entry.flaw === 'no-name' ? 'row-conflict' : entry.flaw;
    return {
      ...finding,
      trouble: said,
      evidence: [...finding.evidence, conflict(list, kind, said, cellOf(entry, 'name'))],
    };
  }
  return { ...finding, entry };
}

/**
 * Of an organization and its sub-organizations, the one that the help desk's own record names, or, where it names none, the one whose
 * row lists the sender as an admin; null when that is none, or more than one.
 */
function namedOfKin(entries: Entry[], hits: Hit[]): Entry | null {
  const those = (is: (hit: Hit) => boolean) => entries.filter((e) => hits.some((h) => h.entry === e && is(h)));
  const recorded = those((h) => h.evidence.source === RECORD_SOURCE);
  const named = recorded.length > 0 ? recorded : those((h) => h.evidence.kind === 'listed-admin');
  const [one] = named;
  return one && named.length === 1 && entries.every((e) => e === one || areKin(e, one)) ? one : null;
}

/**
 * Rows that are one listing said twice. Only where every field agrees: same key, same known status, same id, domains, aliases,
 * admins and values, and legal forms that may stand for each other. Anything less may be two offices, two contracts or a
 * mistake, and a person decides.
 */
export function isRepetition(a: Entry, b: Entry): boolean {
  if (a.listing.status === null || fingerprint(a) !== fingerprint(b)) return false;
  return formsAgree(a.names[0]?.part.form ?? null, b.names[0]?.part.form ?? null);
}

function fingerprint({ listing, names, hosts, admins, organizationId, flaw }: Entry): string {
  const [key, ...aliases] = names.map((n) => n.part.key);
  const values = Object.entries(listing.values).filter(([, value]) => value.trim() !== '');
  const sets = [aliases, hosts.map((h) => h.host), admins].map((set) => [...set].sort());
  return JSON.stringify([key, listing.status, organizationId, flaw, sets, values.sort(), listing.approval]);
}

/** The entries without repetitions; of repeated rows the first stays. */
function distinct(entries: Entry[]): Entry[] {
  const sorted = [...new Set(entries)].sort((a, b) => a.listing.row - b.listing.row);
  return sorted.filter((entry, i) => !sorted.slice(0, i).some((earlier) => isRepetition(earlier, entry)));
}

/** Other rows of this list for the same organization: same name, alias or id; or same domain with another status. */
function rivalsOf(entry: Entry, maps: EntryMaps): Entry[] {
  const same = new Set(entry.names.flatMap((n) => maps.byKey.get(n.part.key) ?? []));
  for (const other of (entry.organizationId && maps.byOrganizationId.get(entry.organizationId)) || []) same.add(other);
  for (const host of entry.hosts) {
    for (const other of entriesByHost(maps, host)) if (other.listing.status !== entry.listing.status) same.add(other);
  }
  return [...same].filter((other) => other !== entry && !isRepetition(other, entry) && !areKin(other, entry));
}

function twoListings(list: ListIndex, entries: Entry[], hits: Hit[]): Pick<Finding, 'trouble' | 'evidence'> {
  const kindsOf = (entry: Entry): string[] => hits.filter((h) => h.entry === entry).map((h) => h.evidence.kind);
  const shared = kindsOf(entries[0]!).filter((kind) => entries.every((e) => kindsOf(e).includes(kind)));
  const places = entries.map(placeOf).join(' and ');
  const [kind, said] = shared.includes('mail-domain')
    ? (['shared-domain', `the sender’s domain stands in two rows: ${places}`] as const)
    : shared.length > 0
      ? (['row-conflict', `two rows fit: ${places}`] as const)
      : (['contradiction', `the evidence points to different rows: ${places}`] as const);
  const evidence = entries.map((e) => conflict(list, kind, said, cellOf(e, 'name')));
  return { trouble: said, evidence: [...hits.map((h) => h.evidence), ...evidence] };
}

function conflict(list: ListIndex, kind: Evidence['kind'], says: string, cell: string): Evidence {
  return piece(kind, says, { source: `list ${list.name}`, list: list.name, cell });
}

/** `"Acme Solar" (Tracker!B14, approved)`. */
export function placeOf(entry: Entry): string {
  const { listing } = entry;
  return `${nameOf(entry)} (${cellOf(entry, 'name')}, ${listing.status ?? listing.statusProblem ?? 'status not known'})`;
}

export function nameOf(entry: Entry): string {
  return `"${shown(entry.listing.name.trim())}"`;
}

export function cellOf(entry: Entry, key: string): string {
  return cellAddress(entry.listing, key);
}

/** Whether two entries (of different lists) bear a common name, or the record's id stands in both. */
export function areSameOrganization(a: Entry, b: Entry): boolean {
  if (a.organizationId !== null && a.organizationId === b.organizationId) return true;
  return a.names.some((x) => b.names.some((y) => x.part.key === y.part.key && formsAgree(x.part.form, y.part.form)));
}
