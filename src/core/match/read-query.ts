// Reads a query once: whose address it is, which names are usable, and everything that already speaks against trusting them.
import type { Evidence, EvidenceKind, MatchQuery } from '../match-result.js';
import { shown } from './confusables.js';
import { authenticationFails, hostOf, ownerOf, readSender, type Sender } from './domains.js';
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
  record: { id: string | null; name: NameKey | null; hosts: string[] } | null;
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
  const reading: Reading = {
    sender,
    authenticationFails: fails,
    record: recordOf(query),
    isGoBetween: sender.kind === 'intermediary' || sender.kind === 'own' || isIntermediaryRecord(query, index),
    claims: [],
    suspicion: null,
    evidence: senderEvidence(sender, query, fails),
  };
  if (sender.kind === 'unreadable') reading.suspicion = 'the sender’s address cannot be read as one plain address';
  if (query.organization && reading.record?.name === null)
    noteUnusable(query.organization.name, RECORD_SOURCE, reading);
  for (const claim of query.claims) addClaim(nameKey(claim.name), claim.source, reading);
  if (reading.record?.name) noteSuspicious(reading.record.name, RECORD_SOURCE, reading);
  if (reading.isGoBetween && reading.record) {
    const name = reading.record.name;
    if (name && !isIntermediaryRecord(query, index)) reading.claims.unshift({ name, source: RECORD_SOURCE });
    reading.record = null;
  }
  return reading;
}

/** All names of the reading in which near listings are looked for. */
export function namesOf(reading: Reading): { part: NamePart; source: string }[] {
  const record = reading.record?.name?.parts.map((part) => ({ part, source: RECORD_SOURCE })) ?? [];
  return record.concat(reading.claims.flatMap((c) => c.name.parts.map((part) => ({ part, source: c.source }))));
}

function recordOf(query: MatchQuery): Reading['record'] {
  if (!query.organization) return null;
  const name = nameKey(query.organization.name);
  const hosts = query.organization.domains.filter((d) => hostOf(d) !== null);
  return { id: usableId(query.organization.id), name: name.parts.length > 0 ? name : null, hosts };
}

/** The record is the vendor's who writes for others, by its name or one of its domains, or it is ours. */
function isIntermediaryRecord(query: MatchQuery, index: MatchIndex): boolean {
  if (!query.organization) return false;
  const keys = nameKey(query.organization.name).parts.map((p) => p.key);
  const isNamed = index.known.intermediaryNames.some((n) => nameKey(n).parts.some((p) => keys.includes(p.key)));
  const owners = query.organization.domains.map((d) => {
    const host = hostOf(d);
    return host ? ownerOf(host, index.known).kind : 'none';
  });
  return isNamed || owners.includes('intermediary') || owners.includes('own');
}

function addClaim(name: NameKey, source: string, reading: Reading): void {
  noteSuspicious(name, source, reading);
  if (name.parts.length > 0) reading.claims.push({ name, source });
}

function noteUnusable(name: string, source: string, reading: Reading): void {
  const key = nameKey(name);
  if (key.problem === 'hidden-characters') noteSuspicious(key, source, reading);
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
  const domain = shown(sender.host ?? '');
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
