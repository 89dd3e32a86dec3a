// Looks for anything that speaks against a listing to which strong evidence points; one objection is enough to ask a person.
import type { Evidence } from '../match-result.js';
import { type ExactClaim, goneReason, lookAlikeEvidence, lookAlikesOf, rowsOfRecordHosts } from './candidates.js';
import { agreesInSpelling, isShortFor } from './compare-names.js';
import { shown } from './confusables.js';
import { areKin } from './family.js';
import {
  areSameOrganization,
  cellOf,
  type Finding,
  findJoined,
  findStrong,
  type Hit,
  nameOf,
  placeOf,
} from './find-listings.js';
import type { Entry, MatchIndex } from './index-lists.js';
import { formsAgree } from './legal-forms.js';
import { findNear } from './near-names.js';
import type { NamePart } from './normalize.js';
import { type Claim, piece, RECORD_SOURCE, type Reading } from './read-query.js';

/** Why a person must decide, with the pieces of evidence that say so. */
export interface Objection {
  reason: string;
  evidence: Evidence[];
}

/** What is on the table when strong evidence was found. */
export interface Table {
  reading: Reading;
  index: MatchIndex;
  findings: Finding[];
  entries: Entry[];
  claimed: ExactClaim[];
}

/** Each looks at the table and objects or not; the first objection is the reason, all are kept as evidence. */
const CHECKS: ((table: Table) => Objection[])[] = [
  ({ reading }) => (reading.suspicion === null ? [] : [{ reason: reading.suspicion, evidence: [] }]),
  ({ reading }) =>
    reading.authenticationFails
      ? [
          {
            reason: 'the sender failed authentication, so neither the domain nor the record found by it is evidence',
            evidence: [],
          },
        ]
      : [],
  ({ findings }) => findings.flatMap((f) => (f.trouble === null ? [] : [{ reason: f.trouble, evidence: [] }])),
  lookAlikeDomain,
];

/** These compare with the listings found; where every list is in trouble there are none. */
const COMPARISONS: typeof CHECKS = [
  listsDisagree,
  recordDisagrees,
  recordHostsDisagree,
  claimsDisagree,
  isGoneElsewhere,
];

export function findObjections(table: Table): Objection[] {
  const checks = table.entries.length > 0 ? [...CHECKS, ...COMPARISONS] : CHECKS;
  return checks.flatMap((check) => check(table));
}

function lookAlikeDomain({ reading, index, findings }: Table): Objection[] {
  const isListed = findings.some((f) =>
    f.hits.some((h) => h.evidence.kind === 'mail-domain' && h.evidence.source === 'sender address'),
  );
  const found = isListed ? [] : lookAlikesOf(reading, index);
  if (found.length === 0) return [];
  const reason = `the sender’s domain ${shown(reading.sender.at!.host)} is not ${found[0]!.listed} but could be mistaken for it`;
  return [{ reason, evidence: lookAlikeEvidence(reading, found) }];
}

function listsDisagree({ entries }: Table): Objection[] {
  return entries.flatMap((a, i) =>
    entries
      .slice(i + 1)
      .filter((b) => !areSameOrganization(a, b))
      .map((b) =>
        contradiction(`the lists point to different organizations: ${placeOf(a)} and ${placeOf(b)}`, b, 'lists'),
      ),
  );
}

/** A record with another name than the listing found by domain or admin. An id outweighs a changed name, unless it is another listing's. */
function recordDisagrees({ reading, index, findings, entries }: Table): Objection[] {
  const parts = reading.record?.name?.parts ?? [];
  const foreign = entries.find((e) => parts.some((part) => isOtherForm(part, e)));
  if (foreign)
    return [contradiction(`the record’s legal form is not that of ${placeOf(foreign)}`, foreign, RECORD_SOURCE)];
  const hits = findings.flatMap((f) => f.hits);
  const isNamed = hits.some((h) => h.tier === 3 && h.evidence.source === RECORD_SOURCE);
  if (parts.length === 0 || isNamed || parts.some((part) => entries.some((e) => fits(part, e)))) return [];
  const name = `"${shown(reading.record!.name!.raw)}"`;
  if (!hits.some((h) => h.tier === 1)) {
    const [entry] = entries;
    return [contradiction(`the record says ${name}, the sender points to ${placeOf(entry!)}`, entry!, RECORD_SOURCE)];
  }
  const near = parts.flatMap((part) => findNear(index.near, part));
  const other = near.find((n) => n.score >= 0.85 && !isOneOf(n.entry, entries));
  return other
    ? [contradiction(`the record’s id and its name ${name} point to different rows`, other.entry, RECORD_SOURCE)]
    : [];
}

/** The record's name may be this listing's, written carelessly or in short. */
function fits(part: NamePart, entry: Entry): boolean {
  return entry.names.some((n) => agreesInSpelling(part, n.part) || isShortFor(part, n.part));
}

/** Acme GmbH and Acme Inc: the same words and certainly not the same company. */
function isOtherForm(part: NamePart, entry: Entry): boolean {
  const same = entry.names.filter((n) => n.part.key === part.key);
  return same.length > 0 && !same.some((n) => formsAgree(n.part.form, part.form));
}

function recordHostsDisagree({ reading, index, entries }: Table): Objection[] {
  return rowsOfRecordHosts(reading, index)
    .filter((other) => !isOneOf(other, entries) && !isKinOf(other, entries))
    .map((other) =>
      contradiction(
        `a domain of the organization’s record stands in the row of ${placeOf(other)}`,
        other,
        RECORD_SOURCE,
      ),
    );
}

/** A claim (form field, `Company:` line, `on behalf of`) may be written carelessly, but it may name nobody else, listed or not. */
function claimsDisagree({ reading, index, entries, claimed }: Table): Objection[] {
  const kin = claimed.map((c) => c.entry).filter((entry) => isKinOf(entry, entries));
  const others = claimed.filter((c) => !isOneOf(c.entry, entries) && !kin.includes(c.entry));
  const named = others.map((c) => contradiction(`${placeOf(c.entry)} was named in ${c.source}`, c.entry, c.source));
  const foreign = reading.claims.filter((claim) => !isAbout(claim, [...entries, ...kin], index));
  const strange = foreign.map((claim) => {
    const reason = `"${shown(claim.name.raw)}" in ${claim.source} is not ${entries.map(nameOf).join(' or ')}`;
    return { reason, evidence: [piece('contradiction', reason, { source: claim.source })] };
  });
  return [...named, ...strange];
}

function isAbout(claim: Claim, entries: Entry[], index: MatchIndex): boolean {
  return claim.name.parts.some(
    (part) =>
      entries.some((e) => e.names.some((n) => n.part.key === part.key)) ||
      findNear(index.near, part).some((n) => isOneOf(n.entry, entries)),
  );
}

/** Gone from one list while it stands in another: whether it left on purpose is for a person to say. */
function isGoneElsewhere({ reading, findings, entries }: Table): Objection[] {
  return findings
    .filter((f) => f.entry === null)
    .flatMap((f) => {
      const hits = [
        ...findStrong(reading, f.list, f.list.gone),
        ...entries.flatMap((e) => findJoined(e, f.list, f.list.gone)),
      ];
      return hits.slice(0, 1).map(goneObjection);
    });
}

export function goneObjection({ entry }: Hit): Objection {
  const reason = `${nameOf(entry)} ${goneReason(entry)} of the list ${entry.listing.list}`;
  const evidence = piece('gone', reason, {
    source: `list ${entry.listing.list}`,
    list: entry.listing.list,
    cell: cellOf(entry, 'name'),
  });
  return { reason, evidence: [evidence] };
}

function contradiction(reason: string, entry: Entry, source: string): Objection {
  return {
    reason,
    evidence: [piece('contradiction', reason, { source, list: entry.listing.list, cell: cellOf(entry, 'name') })],
  };
}

/** A sub-organization of one of these, or its parent: whoever speaks for one may name the other. */
function isKinOf(entry: Entry, entries: Entry[]): boolean {
  return entries.some((e) => areKin(e, entry));
}

/** Whether an entry is one of these, or the same organization in another list. */
export function isOneOf(entry: Entry, entries: Entry[]): boolean {
  return entries.some((e) => e === entry || areSameOrganization(e, entry));
}
