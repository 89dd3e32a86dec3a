// Finds listed names that are merely close to a name: candidates for a person, and the reason why nobody is called unlisted.
import { coreOf, editLimit, isDistinct, isMisspelling, sameLetters } from './compare-names.js';
import { buildFuzzy, type FuzzyIndex, findFuzzy } from './fuzzy.js';
import type { Entry } from './index-lists.js';
import type { NamePart } from './normalize.js';

interface Indexed {
  part: NamePart;
  cell: string;
  entry: Entry;
}

export interface NearIndex {
  byCompact: Map<string, Indexed[]>;
  /** Only names whose skeleton is not the name itself. */
  bySkeleton: Map<string, Indexed[]>;
  byCore: Map<string, Indexed[]>;
  byInitials: Map<string, Indexed[]>;
  byFirstWord: Map<string, Indexed[]>;
  byWordPair: Map<string, Indexed[]>;
  compacts: FuzzyIndex;
}

/** Said of names that a hurried eye takes for each other. */
export const LOOKS_THE_SAME = 'looks the same, other letters';

export interface Near {
  entry: Entry;
  cell: string;
  /** 0..1, higher is nearer; 1 only for an equal name. */
  score: number;
  why: string;
}

/** Indexes all names and aliases, of rows that are gone as well. */
export function buildNear(entries: Entry[]): NearIndex {
  const all: Indexed[] = entries.flatMap((entry) => entry.names.map(({ part, cell }) => ({ part, cell, entry })));
  const byCompact = groupBy(all, (p) => [p.compact]);
  return {
    byCompact,
    bySkeleton: groupBy(all, (p) => (p.skeleton === p.compact ? [] : [p.skeleton])),
    byCore: groupBy(all, (p) => [coreOf(p)]),
    byInitials: groupBy(all, (p) => [initialsOf(p)]),
    byFirstWord: groupBy(all, (p) => [p.tokens[0]!]),
    byWordPair: groupBy(all, (p) => pairsOf(p.tokens)),
    compacts: buildFuzzy(byCompact.keys()),
  };
}

/** Listed names close to `part`, the nearest first, one for each listing. */
export function findNear(index: NearIndex, part: NamePart): Near[] {
  const best = new Map<Entry, Near>();
  const take = (
    found: Indexed[] | undefined,
    score: number,
    why: string | ((other: NamePart) => string | null),
  ): void => {
    for (const { entry, cell, part: other } of found ?? []) {
      const said = typeof why === 'string' ? why : why(other);
      if (said !== null && (best.get(entry)?.score ?? 0) < score) best.set(entry, { entry, cell, score, why: said });
    }
  };
  take(index.byCompact.get(part.compact), 0.98, (o) => sameLetters(part, o));
  const looksSame = (o: NamePart): string | null => (o.compact === part.compact ? null : LOOKS_THE_SAME);
  take(index.bySkeleton.get(part.skeleton), 0.95, looksSame);
  if (part.skeleton !== part.compact) take(index.byCompact.get(part.skeleton), 0.95, looksSame);
  for (const near of findFuzzy(index.compacts, part.compact, editLimit(part.compact))) {
    const score = 0.95 - near.distance / Math.max(part.compact.length, 10);
    take(index.byCompact.get(near.text), score, (o) =>
      isMisspelling(part, o, near.distance) ? 'spelt almost the same' : null,
    );
  }
  take(index.byCore.get(coreOf(part)), 0.75, 'same distinctive words');
  for (const piece of windowsOf(part.tokens)) {
    const isLeading = part.tokens.join(' ').startsWith(piece.text);
    if (piece.words > 1 || isLeading)
      take(index.byCompact.get(piece.text.replaceAll(' ', '')), 0.7, (o) =>
        isWhole(o, piece.text) ? 'is part of the name' : null,
      );
  }
  if (part.tokens.length === 1) take(index.byFirstWord.get(part.key), 0.7, 'begins with the same word');
  const shortest = pairsOf(part.tokens)
    .map((pair) => index.byWordPair.get(pair) ?? [])
    .sort((a, b) => a.length - b.length)[0];
  if (isDistinct(part.key))
    take(shortest, 0.7, (o) => (` ${o.key} `.includes(` ${part.key} `) ? 'contains the name' : null));
  const [lead] = pairsOf(part.tokens);
  if (lead && isDistinct(lead))
    take(index.byWordPair.get(lead), 0.65, (o) => (o.key.startsWith(lead) ? 'begins with the same words' : null));
  if (part.tokens.length === 1) take(index.byInitials.get(part.key), 0.6, 'has these initials');
  return [...best.values()].sort(byNearness);
}

function initialsOf(part: NamePart): string {
  return part.tokens.length >= 3 ? part.tokens.map((t) => [...t][0]).join('') : '';
}

function pairsOf(tokens: string[]): string[] {
  return tokens.slice(1).map((t, i) => `${tokens[i]} ${t}`);
}

/** Proper parts of a name: runs of its words, at most six long. */
function windowsOf(tokens: string[]): { text: string; words: number }[] {
  const out: { text: string; words: number }[] = [];
  for (let i = 0; i < Math.min(tokens.length, 12); i++) {
    for (let n = 1; n <= 6 && i + n <= tokens.length; n++) {
      if (n < tokens.length) out.push({ text: tokens.slice(i, i + n).join(' '), words: n });
    }
  }
  return out;
}

function isWhole(other: NamePart, text: string): boolean {
  return other.key === text && isDistinct(text);
}

function groupBy(all: Indexed[], keysOf: (part: NamePart) => string[]): Map<string, Indexed[]> {
  const map = new Map<string, Indexed[]>();
  for (const item of all) {
    for (const key of keysOf(item.part)) {
      if (key === '') continue;
      const list = map.get(key);
      if (list) list.push(item);
      else map.set(key, [item]);
    }
  }
  return map;
}

function byNearness(a: Near, b: Near): number {
  return (
    b.score - a.score ||
    compare(a.entry.listing.list, b.entry.listing.list) ||
    a.entry.listing.row - b.entry.listing.row
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
