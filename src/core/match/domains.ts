// Mail addresses and domains as evidence: strict reading, the registrable domain, and whose domain it is.
import { parse } from 'tldts';
import type { Directory } from '../rulebook.js';
import { hasHidden } from './confusables.js';
import { FREE_MAIL } from './free-mail.js';
import { nameKey } from './normalize.js';
import { unicodeHost } from './punycode.js';

/** `company`: may be evidence. `unreadable`: something stands there that is not one plain address. */
export type SenderKind = 'company' | 'free-mail' | 'intermediary' | 'own' | 'none' | 'unreadable';

export interface Host {
  /** Lower case, `xn--` labels decoded, without `www.`. */
  host: string;
  /** Registrable domain by the public suffix list, private suffixes (github.io, uk.com) included. */
  domain: string;
  /** The registrable domain's own label: `acme` in `acme.co.uk`. */
  label: string;
  /** Labels before the registrable domain. */
  below: string[];
}

export interface Sender {
  kind: SenderKind;
  /** Null where kind is `none` or `unreadable`. */
  at: Host | null;
  address: string;
  /** The intermediary's name where kind is `intermediary`. */
  intermediary: string | null;
}

// U+FFFD stands where something could not be read, so nothing behind it is certain either.
const ADDRESS = /^[^\s"<>(),:;\\[\]@\u0000-\u001f\u007f\ufffd]+@([\p{L}\p{N}\p{M}.-]+)$/u;
const LONGEST_ADDRESS = 254;

/** A host name's parts; null for an IP, a bare public suffix, a single label or anything that is not a host. */
export function hostOf(text: string): Host | null {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/^(mailto:)?[^@/]*@/, '')
    .replace(/[/?#:].*$/s, '')
    .replace(/\.$/, '');
  if (plain.length > 253 || hasHidden(plain) || !/^[\p{L}\p{N}\p{M}.-]+$/u.test(plain)) return null;
  const host = unicodeHost(plain).replace(/^www\./, '');
  const read = parse(host, { allowPrivateDomains: true, extractHostname: false, validateHostname: false });
  if (!read.domain || read.isIp || !read.domainWithoutSuffix) return null;
  const below = read.subdomain ? read.subdomain.split('.') : [];
  return { host, domain: read.domain, label: read.domainWithoutSuffix, below };
}

/** The host and each parent down to the registrable domain: where `a.b.acme.test` may stand in a list. */
export function hostAndParents(host: Host): string[] {
  return host.below.map((_, i) => [...host.below.slice(i), host.domain].join('.')).concat(host.domain);
}

/** The directory's domains and addresses, ready for looking up. */
export interface KnownDomains {
  ownAddresses: Set<string>;
  ownHosts: Set<string>;
  /** Host -> the intermediary's name. */
  intermediaries: Map<string, string>;
  freeMail: Set<string>;
  /** Keys of the intermediaries' names. */
  intermediaryKeys: Set<string>;
}

/** Read once for each rulebook: every ticket asks for it. */
const directoriesRead = new WeakMap<Directory, KnownDomains>();

export function readDirectory(directory: Directory): KnownDomains {
  const before = directoriesRead.get(directory);
  if (before) return before;
  const known = domainsIn(directory);
  directoriesRead.set(directory, known);
  return known;
}

function domainsIn(directory: Directory): KnownDomains {
  const hosts = (domains: string[]): string[] => domains.map((d) => hostOf(d)?.host ?? '').filter((h) => h !== '');
  return {
    ownAddresses: new Set(directory.own.addresses.map((a) => a.trim().toLowerCase())),
    ownHosts: new Set(hosts(directory.own.domains)),
    intermediaries: new Map(directory.intermediaries.flatMap((i) => hosts(i.domains).map((h) => [h, i.name] as const))),
    freeMail: new Set([...FREE_MAIL, ...hosts(directory.freeMail)]),
    intermediaryKeys: new Set(directory.intermediaries.flatMap((i) => nameKey(i.name).parts.map((p) => p.key))),
  };
}

/** Reads the requester's address (contracts/email.md section 4) and says whose domain it is. Display names are never read. */
export function readSender(email: string, known: KnownDomains): Sender {
  const address = email.trim().toLowerCase();
  if (address === '') return { kind: 'none', at: null, address, intermediary: null };
  const found = address.length <= LONGEST_ADDRESS && !hasHidden(address) ? ADDRESS.exec(address) : null;
  if (!found) return { kind: 'unreadable', at: null, address, intermediary: null };
  const host = hostOf(found[1]!);
  const isOwn = known.ownAddresses.has(address);
  if (!host) return { kind: isOwn ? 'own' : 'unreadable', at: null, address, intermediary: null };
  return { at: host, address, ...(isOwn ? { kind: 'own', intermediary: null } : ownerOf(host, known)) };
}

/** Whether a domain is ours, an intermediary's, a mail provider's, or may be a company's. */
export function ownerOf(host: Host, known: KnownDomains): { kind: SenderKind; intermediary: string | null } {
  const names = hostAndParents(host);
  if (names.some((name) => known.ownHosts.has(name))) return { kind: 'own', intermediary: null };
  const intermediary = names.map((name) => known.intermediaries.get(name)).find((name) => name !== undefined);
  if (intermediary !== undefined) return { kind: 'intermediary', intermediary };
  return { kind: names.some((name) => known.freeMail.has(name)) ? 'free-mail' : 'company', intermediary: null };
}

/** DMARC failed, or, with no DMARC pass, both SPF and DKIM did. Missing results are not a failure. */
export function authenticationFails(a: { spf: string; dkim: string; dmarc: string }): boolean {
  return a.dmarc === 'fail' || (a.dmarc !== 'pass' && a.spf === 'fail' && a.dkim === 'fail');
}
