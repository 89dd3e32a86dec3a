// Finds a field's known values in a text, as whole words, the longest first; what is left between them keeps its spelling.
import { foldWords } from '../text.js';
import type { KnownValue, RequestField } from './request-spec.js';

/** Which wordings are looked for: those of a value that was asked for, or those that mean it in a sentence. */
export type Source = (field: RequestField) => KnownValue[];

export interface Span {
  field: RequestField;
  value: string;
  start: number;
  end: number;
}

interface Token {
  folded: string;
  start: number;
  end: number;
}

const TOKENS_MAX = 8_000;

/** Known values of the fields, in the order of the text. No two overlap: `no webhooks` is not `webhooks` too. */
export function findValues(text: string, fields: readonly RequestField[], from: Source = (f) => f.values): Span[] {
  const tokens = tokensOf(text);
  const places = new Map<string, number[]>();
  for (const [i, { folded }] of tokens.entries()) {
    const known = places.get(folded);
    if (known) known.push(i);
    else places.set(folded, [i]);
  }
  const taken = new Set<number>();
  const spans: Span[] = [];
  for (const { words, field, value } of wordingsOf(fields, from)) {
    for (const first of places.get(words[0]!) ?? []) {
      const fits = words.every((word, i) => tokens[first + i]?.folded === word && !taken.has(first + i));
      if (!fits) continue;
      for (const i of words.keys()) taken.add(first + i);
      spans.push({ field, value, start: tokens[first]!.start, end: tokens[first + words.length - 1]!.end });
    }
  }
  return spans.sort((a, b) => a.start - b.start);
}

/** The pieces of a text outside the spans, in order; some may be blank. */
export function outside(text: string, spans: readonly Span[]): string[] {
  const ends = [0, ...spans.map((span) => span.end)];
  return ends.map((from, i) => text.slice(from, spans[i]?.start ?? text.length));
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const found of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    tokens.push({ folded: foldWords(found[0]), start: found.index, end: found.index + found[0].length });
    if (tokens.length >= TOKENS_MAX) break;
  }
  return tokens;
}

function wordingsOf(
  fields: readonly RequestField[],
  from: Source,
): { words: string[]; field: RequestField; value: string }[] {
  return fields
    .flatMap((field) =>
      from(field).flatMap(({ value, wordings }) =>
        wordings.map((wording) => ({ words: foldWords(wording).split(' '), field, value })),
      ),
    )
    .filter(({ words }) => words[0] !== '')
    .sort((a, b) => b.words.length - a.words.length);
}
