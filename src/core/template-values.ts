// Values as templates print them: one line each, cut, links marked as ours, and a short quote.
import type { Json } from './decision.js';
import { markLink, oneLine } from './escape.js';
import { ownLines } from './text.js';

/** A text already fit to print: a link that is ours, or lines that were cut one by one. */
export class Link {
  constructor(readonly url: string) {}
}
export class Quote {
  constructor(readonly text: string) {}
}

/** Every text of a value on one line and cut, links marked as ours; null where there is nothing. */
export function lines(value: unknown): unknown {
  if (value instanceof Link) return markLink(value.url);
  if (value instanceof Quote) return value.text === '' ? null : value.text;
  if (typeof value === 'string') return oneLine(value, 300) || null;
  if (Array.isArray(value)) return value.map(lines);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, lines(inner)]));
}

/** Some members of an object. */
export function pick<T extends object>(from: T, keys: (keyof T)[]): Partial<T> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Partial<T>;
}

/** Three lines of the requester's own words: enough for a rep without a help desk login, and no more. */
export function quote(body: string): string {
  return ownLines(body)
    .map((line) => oneLine(line, 200))
    .filter((line) => line !== '')
    .slice(0, 3)
    .map((line) => `> ${line}`)
    .join('\n');
}

/** An empty list is true in an `if`. */
export function orNull(value: Json | undefined): Json {
  return value === undefined || (Array.isArray(value) && value.length === 0) ? null : value;
}

/** The same for each of several lists. */
export function eachOrNull(lists: Json | undefined): object {
  return Object.fromEntries(Object.entries(lists ?? {}).map(([name, list]) => [name, orNull(list)]));
}
