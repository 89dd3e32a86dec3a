// Reads a query once: whose address it is, which names are usable, and everything that already speaks against trusting them.
import type { Evidence, EvidenceKind, MatchQuery } from '../match-result.js';
import { shown } from './confusables.js';
import { authenticationFails, type Host, hostOf, ownerOf, readSender, type Sender } from './domains.js';
import { type MatchIndex, usableId } from './index-lists.js';
import { type NameKey, type NamePart, nameKey } from './normalize.js';

export const RECORD_SOURCE = 'help desk organization record';
export const SENDER_SOURCE = 'sender address';

export interface Claim {
  name: NameKey;
  source: string;
}

export interface Reading {
  sender: Sender;
  authenticationFails: boolean;
  /** The organization's record; null when there is none or it is only an intermediary's or our own. */
  record: { id: string | null; name: NameKey | null; hosts: Host[] } | null;
  /** The sender or the record is an intermediary's or ours: nothing here can match by itself. */
  isGoBetween: boolean;
  /** What was typed, and the record's name where the record cannot be trusted. */
  claims: Claim[];
  /** Why a person must look, whatever else is found (hidden characters, two alphabets, unreadable sender). */
  suspicion: string | null;
  evidence: Evidence[];
}

/** A piece of evidence; texts in `says` must already be made visible. */
export function piece(kind: EvidenceKind, says: string, more: Partial<Evidence> & { source: string }): Evidence {
  return { tier: null, kind, supports: false, says, list: null, cell: null, ...more };
}

/** Reads the query against the directory; looks nothing up in any list. */
export function readQuery(query: MatchQuery, index: MatchIndex): Reading {
  const sender = readSender(query.requester.email, index.known);
  const fails = authenticationFails(query.authentication);
  const name = nameKey(query.organization?.name ?? '');
  const hosts = query.organization?.domains.map(hostOf).filter((h) => h !== null) ?? [];
  const isIntermediarys = isGoBetweenRecord(name, hosts, index);
  const reading: Reading = {
    sender,
    authenticationFails: fails,
    record: query.organization && {
      id: usableId(query.organization.id),
      name: name.parts.length > 0 ? name : null,
      hosts,
    },
    isGoBetween: sender.kind === 'intermediary' || sender.kind === 'own' || isIntermediarys,
    claims: [],
    suspicion: null,
    evidence: senderEvidence(sender, query, fails),
  };
  if (sender.kind === 'unreadable') reading.suspicion = 'the sender’s address cannot be read as one plain address';
  const elsewhere = query.replyTo?.find((address) => hostOf(address)?.domain !== sender.at?.domain);
  if (elsewhere !== undefined)
    reading.suspicion ??= `answers are to go to ${shown(elsewhere)}, which is not where the mail came from`;
  noteSuspicious(name, RECORD_SOURCE, reading);
  if (reading.isGoBetween && name.parts.length > 0 && !isIntermediarys) {
    reading.claims.push({ name, source: RECORD_SOURCE });
  }
  if (reading.isGoBetween) reading.record = null;
  for (const claim of query.claims) addClaim(nameKey(claim.name), claim.source, reading);
  return reading;
}

/** All names of the reading in which near listings are looked for. */
export function namesOf(reading: Reading): { part: NamePart; source: string }[] {
  const record = reading.record?.name?.parts.map((part) => ({ part, source: RECORD_SOURCE })) ?? [];
  return record.concat(reading.claims.flatMap((c) => c.name.parts.map((part) => ({ part, source: c.source }))));
}

/** The record is the vendor's who writes for others, by its name or one of its domains, or it is ours. */
function isGoBetweenRecord(name: NameKey, hosts: Host[], index: MatchIndex): boolean {
  if (name.parts.some((p) => index.known.intermediaryKeys.has(p.key))) return true;
  return hosts.map((host) => ownerOf(host, index.known).kind).some((kind) => kind === 'intermediary' || kind === 'own');
}

function addClaim(name: NameKey, source: string, reading: Reading): void {
  noteSuspicious(name, source, reading);
  if (name.parts.length > 0) reading.claims.push({ name, source });
}

function noteSuspicious(name: NameKey, source: string, reading: Reading): void {
  if (name.problem !== 'hidden-characters' && name.problem !== 'mixed-script') return;
  const what =
    name.problem === 'hidden-characters' ? 'holds invisible characters' : 'mixes alphabets or styled letters';
  reading.evidence.push(piece(name.problem, `The name "${shown(name.raw)}" ${what}`, { source }));
  reading.suspicion ??= `the name "${shown(name.raw)}" ${what}`;
}

function senderEvidence(sender: Sender, query: MatchQuery, fails: boolean): Evidence[] {
  const out: Evidence[] = [];
  const source = SENDER_SOURCE;
  const domain = shown(sender.at?.host ?? '');
  if (sender.kind === 'free-mail') out.push(piece('free-mail', `${domain} gives an address to anybody`, { source }));
  if (sender.kind === 'intermediary') {
    const who = shown(sender.intermediary ?? '');
    out.push(piece('intermediary', `${domain} belongs to ${who}, which writes for others`, { source }));
  }
  if (sender.kind === 'own') out.push(piece('intermediary', 'The sender is one of our own addresses', { source }));
  if (sender.kind === 'unreadable') {
    out.push(piece('authentication', `"${shown(sender.address)}" is not one plain address`, { source }));
  }
  if (fails) {
    const { spf, dkim, dmarc } = query.authentication;
    const says = `The sender failed authentication (SPF ${spf}, DKIM ${dkim}, DMARC ${dmarc})`;
    out.push(piece('authentication', says, { source: 'mail headers' }));
  }
  return out;
}
