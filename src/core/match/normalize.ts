// From an organization's name as written to the keys by which names are compared.
import { foldSpaces, hasHidden, isMixedScript, skeleton, withoutHidden } from './confusables.js';
import { type FormFamily, stripLegalForm } from './legal-forms.js';

/** Why a name may not match: it is no name at all, or it hides something. */
export type NameProblem = 'no-name' | 'hidden-characters' | 'mixed-script';

/** One name in the forms in which it is compared. */
export interface NamePart {
  /** Equal keys mean the same name: case, punctuation and legal form folded. */
  key: string;
  tokens: string[];
  /** The key without spaces. */
  compact: string;
  /** `compact` as a hurried eye reads it. */
  skeleton: string;
  form: FormFamily | null;
}

export interface NameKey {
  raw: string;
  /** One part, or several for "Legal Entity d/b/a Trade Name"; empty when `problem` is `no-name`. */
  parts: NamePart[];
  problem: NameProblem | null;
}

const LONGEST_NAME = 200;
const TRADING_AS =
  /[\s,;(]*(?<![\p{L}\p{N}])(?:d ?[/.] ?b ?[/.] ?a\.?|dba|doing business as|trading as|t\/a|a\/k\/a|a\.k\.a\.?|aka|also known as)(?![\p{L}\p{N}])[\s:]*/gu;

/** Everything but letters, digits, marks and symbols; the second is the first for plain text, and much faster. */
const SEPARATORS = /[^\p{L}\p{N}\p{M}\p{S}]+/u;
const ASCII_SEPARATORS = /[^a-z0-9$+<=>^|~]+/;

/** Cheap to ask first: most names have none of these. */
const MAYBE_TRADING_AS = /d ?[/.]? ?b ?[/.]? ?a|doing|trading|t\/a|a[/.]?k[/.]?a|known/;

/** What people and programs put where they have no name. Compared as keys. */
const PLACEHOLDERS = new Set(
  `na|n a|none|null|nil|nan|undefined|unknown|not applicable|not available|no company|no organization|tbd|tba|to be determined|test|testing|tester
  |company|my company|company name|your company|organization|organisation|organization name|business|individual|self|self employed|personal
  |private|home|homeowner|customer|client|default|example|sample|other|others|anonymous|same|same as above|see above|see below|asdf|qwerty|abc123|xxx|xx|x
  |yes|no|ja|nein|keine|keine angabe|ohne|privat|firma|unbekannt|aucun|aucune|ninguno|ninguna|blank|empty|string|nobody|guest|user|admin
  |true|false|everyone|all|any|error|ref|value|name|object object|hello|hi|new|no name`
    .split('|')
    .map((word) => word.trim()),
);

/** Case folding that no locale changes: ß as ss, İ and ı as i, final sigma as sigma, NFC and NFD alike. */
export function foldCase(text: string): string {
  const lower = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/i\u0307/g, 'i');
  return lower.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}

/** The keys of an organization's name. Never throws; a text that is no name has no parts. */
export function nameKey(text: string): NameKey {
  const spaced = foldSpaces(text);
  if (spaced.length > LONGEST_NAME) return { raw: text, parts: [], problem: 'no-name' };
  if (/^[ -~]*$/.test(spaced)) {
    const parts = partsOf(spaced.toLowerCase());
    return { raw: text, parts, problem: parts.length > 0 ? null : 'no-name' };
  }
  const bare = withoutHidden(spaced);
  const parts = partsOf(foldCase(bare.replace(/[™℠®©]/g, ' ')));
  if (hasHidden(spaced)) return { raw: text, parts, problem: 'hidden-characters' };
  if (parts.length === 0) return { raw: text, parts, problem: 'no-name' };
  return { raw: text, parts, problem: isMixedScript(bare) ? 'mixed-script' : null };
}

function partsOf(folded: string): NamePart[] {
  const texts = MAYBE_TRADING_AS.test(folded) ? folded.split(TRADING_AS) : [folded];
  const parts = texts.map(partOf).filter((part) => part !== null);
  return parts.length < 2 ? parts : parts.filter((p, i) => parts.findIndex((o) => o.key === p.key) === i);
}

/** True when the key cannot name anybody: fewer than two letters or digits, no letter at all, or a placeholder. */
function isNoName(key: string): boolean {
  if (PLACEHOLDERS.has(key)) return true;
  if (/[a-z].*[a-z0-9]|[0-9].*[a-z]/.test(key)) return false;
  return !/[\p{L}\p{N}].*[\p{L}\p{N}]/su.test(key) || !/\p{L}/u.test(key);
}

function partOf(folded: string): NamePart | null {
  const words = folded
    .replace(/['’‘ʼ`´]/g, '')
    .replaceAll('&', ' and ')
    .split(/^[ -~]*$/.test(folded) ? ASCII_SEPARATORS : SEPARATORS)
    .filter((word) => word !== '');
  if (words.length === 0 || isNoName(words.join(' '))) return null;
  const stripped = stripLegalForm(words);
  const tokens = joinInitials(stripped.tokens.map((word) => (word === 'company' ? 'co' : word)));
  const key = tokens.join(' ');
  if (isNoName(key)) return null;
  const compact = tokens.join('');
  return { key, tokens, compact, skeleton: skeleton(compact), form: stripped.form };
}

/** `u s solar` as `us solar`, so that U.S. Solar and US Solar are one. */
function joinInitials(words: string[]): string[] {
  const out: string[] = [];
  let inRun = false;
  for (const word of words) {
    const isInitial = word.length <= 2 && /^\p{L}$/u.test(word);
    if (isInitial && inRun) out[out.length - 1] += word;
    else out.push(word);
    inRun = isInitial;
  }
  return out;
}
