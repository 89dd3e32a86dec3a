// Foldings of customer text that several recognizers share: comparing, reading only the writer's own lines, cutting.

/** A text that every store and far side takes: NUL and half surrogate pairs become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, '\ufffd');
}

/** Lower case, NFC, everything but letters and digits turned into single spaces: `API-Zugang!` is `api zugang`. */
export function foldWords(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}

/** Whether `phrase` stands in `folded` as whole words; both already folded by `foldWords`. */
export function hasWords(folded: string, phrase: string): boolean {
  return phrase !== '' && ` ${folded} `.includes(` ${phrase} `);
}

const ATTRIBUTION = /^\s*(?:On\s.{4,200}\swrote:|Am\s.{4,200}\sschrieb\b.{0,150}:)\s*$/i;
const ORIGINAL = /^\s*-{3,}\s*(?:Original Message|Ursprüngliche Nachricht|Forwarded message)\s*-{3,}\s*$/i;

/** The writer's own lines: without lines quoted by `>`, their attribution, and what follows "Original Message" below own text. */
export function ownLines(body: string): string[] {
  const own: string[] = [];
  for (const line of body.slice(0, 100_000).split(/\r\n|\r|\n/)) {
    if (ORIGINAL.test(line) && own.some((l) => l.trim() !== '')) break;
    if (/^\s*>/.test(line) || ATTRIBUTION.test(line)) continue;
    own.push(line);
  }
  return own;
}

/** Cuts to `max` UTF-16 units without splitting a pair; what was cut is shown by an ellipsis. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\ud800-\udbff]/.test(text[max - 2] ?? '') ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
}
