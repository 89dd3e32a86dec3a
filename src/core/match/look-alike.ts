// Finds listed domains that a sender's domain could be mistaken for; such a sender is always held.
import { GENERIC_WORDS } from './compare-names.js';
import { skeleton } from './confusables.js';
import type { Host } from './domains.js';
import { buildFuzzy, type FuzzyIndex, findFuzzy } from './fuzzy.js';
import type { Entry } from './index-lists.js';

interface ListedHost {
  host: Host;
  entry: Entry;
}

export interface LookAlikeIndex {
  byDomain: Map<string, ListedHost[]>;
  byLabel: Map<string, ListedHost[]>;
  bySkeleton: Map<string, ListedHost[]>;
  labels: FuzzyIndex;
}

export interface LookAlike {
  entry: Entry;
  /** The listed host. */
  listed: string;
  /** `differs in one letter`, … */
  why: string;
}

/** Indexes every listed host, of rows that are gone as well. */
export function buildLookAlikes(entries: Entry[]): LookAlikeIndex {
  const index = { byDomain: new Map(), byLabel: new Map(), bySkeleton: new Map() } as Omit<LookAlikeIndex, 'labels'>;
  const add = (map: Map<string, ListedHost[]>, key: string, value: ListedHost): void => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  for (const entry of entries) {
    for (const host of entry.hosts) {
      add(index.byDomain, host.domain, { host, entry });
      add(index.byLabel, withoutHyphens(host.label), { host, entry });
      add(index.bySkeleton, labelSkeleton(host.label), { host, entry });
    }
  }
  return { ...index, labels: buildFuzzy(index.byLabel.keys()) };
}

/** Listed domains near the host that are not the host's own; nearest kind first, at most ten. */
export function findLookAlikes(index: LookAlikeIndex, sender: Host): LookAlike[] {
  const label = withoutHyphens(sender.label);
  const out: LookAlike[] = [];
  const take = (found: ListedHost[] | undefined, why: string): void => {
    for (const { host, entry } of found ?? []) {
      // The very domain of a row that is gone: no look-alike, and the row itself speaks.
      if (host.host === sender.host) continue;
      const isKnown = out.some((o) => o.entry === entry && o.listed === host.host);
      if (!isKnown && out.length < 10) out.push({ entry, listed: host.host, why });
    }
  };
  take(index.byDomain.get(sender.domain), 'belongs to the same domain, yet the row names only a part of it');
  take(index.byLabel.get(label), 'has the same name under another ending');
  take(index.bySkeleton.get(labelSkeleton(sender.label)), 'is written with letters that look the same');
  const limit = label.length >= 9 ? 2 : label.length >= 5 ? 1 : 0;
  for (const near of limit > 0 ? findFuzzy(index.labels, label, limit) : []) {
    const isLong = near.text.length >= (near.distance > 1 ? 9 : 5);
    if (isLong) take(index.byLabel.get(near.text), `differs in ${near.distance === 1 ? 'one letter' : 'two letters'}`);
  }
  for (const piece of piecesOf(sender.label)) take(index.byLabel.get(piece), 'is part of the sender’s domain');
  for (const piece of sender.below) {
    if (isTelling(piece, 4)) take(index.byLabel.get(withoutHyphens(piece)), 'is put in front of another domain');
  }
  const labels = [...sender.below, ...sender.domain.split('.')];
  for (let i = 0; i < sender.below.length; i++) {
    for (let j = i + 2; j < labels.length; j++) {
      take(index.byDomain.get(labels.slice(i, j).join('.')), 'is put in front of another domain');
    }
  }
  return out;
}

/** Listed labels that could be contained: `acme` in `acme-partners`, `acmesolar` in `acmesolarhelp`. */
function piecesOf(label: string): Set<string> {
  const out = new Set<string>();
  const words = label.split('-').filter((w) => w !== '');
  for (let i = 0; i < words.length; i++) {
    for (let j = i + 1; j <= words.length; j++) {
      const joined = words.slice(i, j).join('');
      if (j - i < words.length && isTelling(joined, 4)) out.add(joined);
    }
  }
  const plain = words.join('');
  for (let n = 5; n < plain.length; n++) {
    for (const piece of [plain.slice(0, n), plain.slice(-n)]) if (isTelling(piece, 5)) out.add(piece);
  }
  return out;
}

function isTelling(piece: string, least: number): boolean {
  return piece.length >= least && !GENERIC_WORDS.has(piece);
}

function withoutHyphens(label: string): string {
  return label.replaceAll('-', '');
}

function labelSkeleton(label: string): string {
  return skeleton(withoutHyphens(label));
}
