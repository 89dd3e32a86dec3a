// What hides in a name: invisible characters, letters of several alphabets in one name, and letters that look like others.
import { visible } from '../../problem.js';

/** White space that people type and cells contain; it is folded to one space and trimmed at the ends. */
const SPACES = /[\t\n\r \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+/g;
/** Never part of an honest name: default-ignorable, bidi and control characters, private use, lone surrogates, blank Braille. */
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u2800]/gu;
/** Letters that are a costume of a Latin letter: full-width, mathematical, circled, letter-like, small capitals. */
const STYLED =
  /[\uff21-\uff3a\uff41-\uff5a\u{1d400}-\u{1d7ff}\u24b6-\u24e9\u{1f130}-\u{1f189}\u1d00-\u1d2b\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u2128-\u2138\ua730\ua731\u0251\u0261\u0262\u0269\u026a\u0274\u0280\u0299\u029c\u029f\u028f]/u;
/** Alphabets whose letters pass for each other's; two of them in one name are held. */
const ALPHABETS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
];

/** Each word: a Latin letter (or two), a colon, the letters that look like it once lower-cased. */
const LOOK_ALIKES = `a:аαɑᴀӑ b:вβьʙᖯ c:сϲᴄ d:ԁᴅđ e:еεєᴇҽ f:ꜰϝ g:ɡɢԍց h:һнηʜհħ i:іιɪɩӏ j:јᴊ k:кκᴋ l:ʟłⅼǀ m:мμᴍ n:пɴոն
o:оοᴏօøσ0 p:рρᴘ q:ԛզ r:гʀᴦ s:ѕꜱ5$ t:тτᴛ u:υᴜսц v:νᴠѵ w:ԝᴡωш x:хχ y:уγʏү z:ζᴢ ae:æӕ oe:œ l:1|`;

const LETTER = new Map<string, string>();
for (const word of LOOK_ALIKES.split(/\s+/)) {
  const [latin, others] = word.split(':') as [string, string];
  for (const other of others) LETTER.set(other, latin);
}

/** White space folded to single spaces and trimmed; nothing else is taken away. */
export function foldSpaces(text: string): string {
  return text.replace(SPACES, ' ').replace(/^ | $/g, '');
}

/** True when the text (spaces folded) holds characters that nobody can see. */
export function hasHidden(text: string): boolean {
  return text.search(HIDDEN) >= 0;
}

/** The text without its invisible characters: for finding candidates, never for matching. */
export function withoutHidden(text: string): string {
  return text.replace(HIDDEN, '');
}

/** True when letters of several confusable alphabets, or styled letters, stand in one name. */
export function isMixedScript(text: string): boolean {
  return STYLED.test(text) || ALPHABETS.filter((alphabet) => alphabet.test(text)).length > 1;
}

/**
 * The text as a hurried eye reads it: accents dropped (ü, ue and u alike), look-alike letters replaced, rn as m, vv as w. In the manner of
 * Unicode TR39: two texts with one skeleton can be mistaken for each other; a skeleton detects and is never a key.
 */
export function skeleton(folded: string): string {
  let out = '';
  if (/^[a-z]*$/.test(folded)) return joinLookAlikes(folded);
  for (const c of folded.normalize('NFKD').toLowerCase()) {
    if (!/\p{M}/u.test(c)) out += LETTER.get(c) ?? c;
  }
  return joinLookAlikes(out);
}

function joinLookAlikes(text: string): string {
  if (!/rn|vv|[aou]e/.test(text)) return text;
  return text
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/([aou])e/g, '$1');
}

/** The text for people, at most 120 characters, with every invisible character written as an escape. */
export function shown(text: string): string {
  const cut = text.length > 120 ? `${text.slice(0, 120)}…` : text;
  return visible(cut).replace(HIDDEN, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}
