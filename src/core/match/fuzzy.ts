// Finds misspelt texts among many without comparing with each: an inverted index of three-letter pieces.
import { editDistance } from '../../problem.js';

export interface FuzzyIndex {
  /** The shortest first. */
  texts: string[];
  /** Piece -> positions in `texts`, ascending. */
  pieces: Map<string, number[]>;
}

/** Pieces of `^^text$$`; a text of n letters has at most n + 2. */
function piecesOf(text: string): Set<string> {
  const padded = `^^${text}$$`;
  const out = new Set<string>();
  for (let i = 0; i + 3 <= padded.length; i++) out.add(padded.slice(i, i + 3));
  return out;
}

/** Indexes distinct texts; building takes some microseconds a text. */
export function buildFuzzy(texts: Iterable<string>): FuzzyIndex {
  const distinct = [...new Set(texts)].sort((a, b) => a.length - b.length);
  const index: FuzzyIndex = { texts: distinct, pieces: new Map() };
  index.texts.forEach((text, i) => {
    for (const piece of piecesOf(text)) {
      const list = index.pieces.get(piece);
      if (list) list.push(i);
      else index.pieces.set(piece, [i]);
    }
  });
  return index;
}

/** The first place in an ascending list whose value is at least `least`. */
function firstAt<T>(list: readonly T[], least: number, of: (one: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(list[middle]!) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * All indexed texts at an edit distance (transpositions count one) of 1 to `limit` from `text`, the nearest first. One edit spoils at most
 * four pieces, so a text that shares fewer than (pieces - 4 * limit) cannot be that near, nor one that is shorter or longer by more than
 * `limit`, and only the others are compared.
 */
export function findFuzzy(index: FuzzyIndex, text: string, limit: number): { text: string; distance: number }[] {
  const out: { text: string; distance: number }[] = [];
  if (limit < 1) return out;
  const pieces = piecesOf(text);
  const needed = Math.max(1, pieces.size - 4 * limit);
  const from = firstAt(index.texts, text.length - limit, (t) => t.length);
  const to = firstAt(index.texts, text.length + limit + 1, (t) => t.length);
  const counts = new Uint8Array(to - from);
  for (const piece of pieces) {
    const places = index.pieces.get(piece) ?? [];
    for (let n = firstAt(places, from, (place) => place); n < places.length && places[n]! < to; n++) {
      const place = places[n]!;
      if (++counts[place - from]! !== needed) continue;
      const other = index.texts[place]!;
      const distance = editDistance(text, other, limit + 1);
      if (distance > 0 && distance <= limit) out.push({ text: other, distance });
    }
  }
  return out.sort((a, b) => a.distance - b.distance || (a.text < b.text ? -1 : 1));
}
