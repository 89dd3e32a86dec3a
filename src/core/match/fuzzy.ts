// Finds misspelt texts among many without comparing with each: an inverted index of three-letter pieces.
import { editDistance } from '../../problem.js';

export interface FuzzyIndex {
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
  const index: FuzzyIndex = { texts: [...new Set(texts)], pieces: new Map() };
  index.texts.forEach((text, i) => {
    for (const piece of piecesOf(text)) {
      const list = index.pieces.get(piece);
      if (list) list.push(i);
      else index.pieces.set(piece, [i]);
    }
  });
  return index;
}

/**
 * All indexed texts at an edit distance (transpositions count one) of 1 to `limit` from `text`. One edit spoils at most
 * four pieces, so a text that shares fewer than (pieces - 4 * limit) cannot be that near, and only the others are compared.
 */
export function findFuzzy(index: FuzzyIndex, text: string, limit: number): { text: string; distance: number }[] {
  const out: { text: string; distance: number }[] = [];
  if (limit < 1) return out;
  const pieces = piecesOf(text);
  const needed = Math.max(1, pieces.size - 4 * limit);
  const counts = new Uint8Array(index.texts.length);
  for (const piece of pieces) {
    for (const i of index.pieces.get(piece) ?? []) {
      if (++counts[i]! !== needed) continue;
      const other = index.texts[i]!;
      const distance = editDistance(text, other, limit + 1);
      if (distance > 0 && distance <= limit) out.push({ text: other, distance });
    }
  }
  return out;
}
