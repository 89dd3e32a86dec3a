// Compares two names: what makes them the same, nearly the same, or one short for the other.
import { editDistance } from '../../problem.js';
import { formsAgree } from './legal-forms.js';
import type { NamePart } from './normalize.js';

/** Words that half of a list carries and that therefore tell nobody apart. */
export const GENERIC_WORDS = new Set(
  `solar solars energy energies power powers electric electrical electricity roofing roof home homes group holdings holding co corp inc llc gmbh services
  service solutions solution systems system technologies technology tech international global usa us uk america american partners partner construction
  contractors contracting installer installers installation installations renewables renewable the and of for by de la le les el der die das und et y
  enterprises industries management consulting network digital online www mail email office support info sales portal`.split(
    /\s+/,
  ),
);

const NUMBERS = new Map(
  'one two three four five six seven eight nine ten'.split(' ').map((word, i) => [word, String(i + 1)] as const),
);
/** Words that people leave out when they name a company in short. */
const TRADE_WORDS = new Set('solar energy power electric electrical roofing renewables co'.split(' '));

/** Two names that differ only in spacing or by one slip of the pen in a long word: they do not contradict each other. */
export function agreesInSpelling(a: NamePart, b: NamePart): boolean {
  if (a.compact === b.compact) return formsAgree(a.form, b.form);
  if (Math.min(a.compact.length, b.compact.length) < 6) return false;
  if (a.compact.replace(/\P{N}/gu, '') !== b.compact.replace(/\P{N}/gu, '')) return false;
  if (a.skeleton === b.skeleton || editDistance(a.compact, b.compact, 2) > 1) return false;
  return (
    a.tokens.length !== b.tokens.length ||
    a.tokens.every((t, i) => t === b.tokens[i] || Math.min(t.length, b.tokens[i]!.length) >= 5)
  );
}

/** `short` is the beginning of `long` without its trade: Sunpeak for Sunpeak Energy. Holdings, West or Services would be somebody else. */
export function isShortFor(short: NamePart, long: NamePart): boolean {
  const rest = long.tokens.slice(short.tokens.length);
  const isStart = short.tokens.length > 0 && short.tokens.every((t, i) => t === long.tokens[i]);
  return isStart && isDistinct(short.key) && rest.every((t) => TRADE_WORDS.has(t)) && formsAgree(short.form, long.form);
}

export function sameLetters(a: NamePart, b: NamePart): string {
  if (a.key !== b.key) return 'same letters, other spacing';
  return formsAgree(a.form, b.form) ? 'same name' : 'same name, other legal form';
}

/** More than one slip counts only where no single word becomes another word: east and west are not a misspelling. */
export function isMisspelling(a: NamePart, b: NamePart, distance: number): boolean {
  if (distance === 1) return true;
  if (distance > editLimit(b.compact)) return false;
  if (a.tokens.length !== b.tokens.length) return true;
  return a.tokens.every(
    (t, i) => t === b.tokens[i] || editDistance(t, b.tokens[i]!, 9) <= Math.min(editLimit(t), editLimit(b.tokens[i]!)),
  );
}

/** How many slips of the pen a text of this length may have. */
export function editLimit(text: string): number {
  return text.length <= 2 ? 0 : text.length <= 7 ? 1 : text.length <= 14 ? 2 : 3;
}

/** The words that tell this name from others, in alphabetical order; '' when there is none. */
export function coreOf(part: NamePart): string {
  const core = part.tokens
    .filter((t) => !GENERIC_WORDS.has(t))
    .map((t) => NUMBERS.get(t) ?? t)
    .sort()
    .join(' ');
  return core.length >= 3 ? core : '';
}

/** Whether any word of the text tells it from others. */
export function isDistinct(text: string): boolean {
  return text.split(' ').some((word) => !GENERIC_WORDS.has(word));
}
