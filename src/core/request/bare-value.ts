// Values as people write them into a mail: taken out of brackets and quotes, split where several stand in one line.
import { oneLine } from '../escape.js';
import { stripLegalForm } from '../match/legal-forms.js';
import { nameKey } from '../match/normalize.js';
import { foldWords } from '../text.js';
import { findValues, outside } from './find-values.js';
import type { RequestField, Said } from './request-spec.js';

const VALUE_MAX = 120;
export const VALUES_MAX = 20;
/** Says nothing by itself between two values. */
const FILLERS = new Set(
  `a an and as by for from in of on our please request requesting the to us via we with an bei bitte anfrage das dem den der die für
  im in mit uns unser unsere und von zu zum zur wir`.split(/\s+/),
);
/** Trimmed from the edges of a name; `the` may belong to it. */
const LOOSE = new Set(
  'and by for from on please request requesting to via with an bei bitte anfrage für mit und von zu zur'.split(' '),
);

/** Whether nothing is said in a text but filling words and the fields' own labels. */
export function isFiller(text: string, fields: readonly RequestField[]): boolean {
  const labels = new Set(fields.flatMap(namesOf).flatMap((label) => foldWords(label).split(' ')));
  return foldWords(text)
    .split(' ')
    .every((word) => word === '' || FILLERS.has(word) || labels.has(word));
}

/** One value without brackets, quotes, bullets and loose words at its edges; '' when it names nothing. */
export function bareValue(text: string): string {
  let value = oneLine(text, VALUE_MAX * 2);
  for (let before = ''; before !== value; ) {
    before = value;
    value = value
      .replace(/^[\s"'“”„‘’«»<>[\]*•·:,;=–—-]{1,40}/u, '')
      .replace(/[\s"'“”„‘’«»<>[\]*•·:,;=–—-]{1,40}$/u, '');
    const first = /^[\p{L}]{1,12}(?=\s)/u.exec(value)?.[0];
    if (first && LOOSE.has(first.toLowerCase())) value = value.slice(first.length);
    const last = /(?<=\s)\p{L}{1,12}$/u.exec(value)?.[0];
    if (last && LOOSE.has(last.toLowerCase())) value = value.slice(0, -last.length);
  }
  return oneLine(value, VALUE_MAX);
}

/** What a written text says of a field: known values and the rest of it, or texts as written. */
export function saidIn(field: RequestField, text: string): Said {
  const parts = splitMany(text, field.many || field.values.length > 0).slice(0, VALUES_MAX);
  if (field.values.length === 0) {
    const values = parts.map(bareValue).filter((value) => isSaid(value, field));
    return { field, values: distinct(values), strange: [] };
  }
  const spans = parts.map((part) => findValues(part, [field]));
  const values = distinct(spans.flat().map((span) => span.value));
  const strange = parts
    .filter((part, i) => spans[i]!.length === 0 && !outside(part, []).every((rest) => isFiller(rest, [field])))
    .map(bareValue)
    .filter((value) => isSaid(value, field));
  return { field, values, strange: distinct(strange) };
}

/** What speaks of the field, or is never its value. */
function namesOf({ name, labels, ignore }: RequestField): string[] {
  return [name, ...labels, ...ignore];
}

/** A placeholder (`n/a`, `tbd`) says nothing, nor does a form that nobody filled in (`[Organization]`). */
function isSaid(value: string, field: RequestField): boolean {
  const folded = foldWords(value);
  const isEcho = namesOf(field).some((label) => foldWords(label) === folded);
  // A day or a number is no name, and says something all the same.
  return folded !== '' && !isEcho && (/\p{N}/u.test(value) || nameKey(value).problem !== 'no-name');
}

/** `Acme East; Acme West, LLC` is two: a comma before a legal form belongs to the name. */
function splitMany(text: string, isMany: boolean): string[] {
  const parts = isMany ? text.split(/[;|+\n]|\s\/\s/) : [text];
  return parts.flatMap((part) => (isMany ? splitCommas(part) : [part])).filter((part) => foldWords(part) !== '');
}

function splitCommas(text: string): string[] {
  const parts: string[] = [];
  for (const part of text.split(',')) {
    const isForm = stripLegalForm(foldWords(part).split(' ')).tokens.length === 0;
    if (isForm && parts.length > 0) parts.push(`${parts.pop()},${part}`);
    else parts.push(part);
  }
  return parts;
}

/** Equal values once, compared as names of organizations are: case, punctuation and legal form folded. The longest spelling stays. */
export function distinct(values: readonly string[]): string[] {
  const byKey = new Map<string, string>();
  for (const value of values) {
    const key = nameKey(value).parts[0]?.key ?? foldWords(value);
    const known = byKey.get(key);
    if (known === undefined || value.length > known.length) byKey.set(key, value);
  }
  return [...byKey.values()].slice(0, VALUES_MAX);
}
