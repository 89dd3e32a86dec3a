// Finds keys and tokens in text: masked wherever a customer sends them, and a reason to stop a message of ours.

/** What was found, in the words that people read. */
export type CredentialKind = 'private key' | 'JWT' | 'bearer token' | 'API key' | 'password';

interface Found {
  kind: CredentialKind;
  start: number;
  end: number;
}

/** Letters and digits both: words, ids of digits and dashes are none. */
const isMixed = (value: string): boolean => /\p{L}/u.test(value) && /\d/.test(value);
/** A link or a mail address beside a label is where to read about it. */
const isSecret = (value: string): boolean => isMixed(value) && !/^(?:https?|www|mailto)\b|@/i.test(value);

interface Shape {
  kind: CredentialKind;
  pattern: RegExp;
  /** Group that holds the secret itself; what stands before it may stay. */
  group?: number;
  isSecret?: (value: string) => boolean;
}

const LABEL =
  'api[ _-]?(?:key|token|secret|schl(?:ü|ue)ssel)|(?:client|app|shared|signing|webhook)[ _-]?secret|secret[ _-]?(?:access[ _-]?)?key|private[ _-]?key|access[ _-]?(?:key|token)|auth(?:entication)?[ _-]?token|refresh[ _-]?token|zugangsschl(?:ü|ue)ssel|geheimer schl(?:ü|ue)ssel';
const PASSWORD = 'password|passwd|passwort|kennwort|passphrase';
const IS = String.raw`["']?\s{0,3}(?::|=|=>|→|\bis\b|\bist\b|\blautet\b)\s{0,3}["'\x60<[(]{0,2}`;

/** Every pattern is linear: one start a word, and one bounded run. Known prefixes are those that the vendors publish. */
const SHAPES: Shape[] = [
  { kind: 'JWT', pattern: /(?<![\w-])eyJ[\w-]{8,4096}\.[\w-]{8,8192}\.[\w-]{0,4096}/g },
  { kind: 'bearer token', pattern: /\bBearer\s{1,3}([\w.~+/=-]{16,4096})/gi, group: 1, isSecret: isMixed },
  { kind: 'bearer token', pattern: /\bAuthorization\s{0,3}:\s{0,3}Basic\s{1,3}([\w+/=-]{8,4096})/gi, group: 1 },
  {
    kind: 'API key',
    pattern:
      /(?<![\w-])(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{30,255}|glpat-[\w-]{20,64}|(?:sk|rk)_(?:live|test)_\w{16,255}|sk-[\w-]{24,255}|xox[a-z]-[\w-]{10,255}|xapp-[\w-]{10,255}|AIza[\w-]{35}|SG\.[\w-]{16,64}\.[\w-]{16,64}|ATATT[\w=-]{20,255}|whsec_[\w+/=]{20,128}|npm_[A-Za-z0-9]{36}|shp(?:at|ss)_[0-9a-fA-F]{32}|pat-[a-z]{2}\d-[0-9a-f-]{36})(?![\w-])/g,
  },
  { kind: 'API key', pattern: /hooks\.slack\.com\/services\/([\w/]{20,120})/g, group: 1 },
  {
    kind: 'API key',
    pattern: new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${LABEL})${IS}([\w.~+/=-]{12,512})`, 'giu'),
    group: 1,
    isSecret,
  },
  {
    kind: 'password',
    pattern: new RegExp(
      String.raw`(?<![\p{L}\p{N}])(?:${PASSWORD})["']?\s{0,3}[:=]\s{0,3}["'\x60]?([^\s"'\x60<>]{6,128})`,
      'giu',
    ),
    group: 1,
    isSecret,
  },
];

const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d/g;
const KEY_LINES_MOST = 16_384;

/** Kinds of credentials that a text seems to hold, each once; [] for ordinary text. */
export function findCredentials(text: string): CredentialKind[] {
  return [...new Set(locate(text).map((found) => found.kind))];
}

const MARK = /\[removed: (private key|JWT|bearer token|API key|password)\]/g;

/** The text with `[removed: API key]` in place of each credential. Repeating it changes nothing. */
export function maskCredentials(text: string): string {
  let masked = '';
  let from = 0;
  for (const { kind, start, end } of locate(text)) {
    masked += `${text.slice(from, start)}[removed: ${kind}]`;
    from = end;
  }
  return masked + text.slice(from);
}

/** The kinds that `maskCredentials` took out of a text, each once, in the order of the text. */
export function maskedKinds(text: string): CredentialKind[] {
  return [...new Set([...text.matchAll(MARK)].map((found) => found[1] as CredentialKind))];
}

/** Without overlap, in the order of the text; of two that overlap the first kind of the table counts. */
function locate(text: string): Found[] {
  const found = [...keyBlocks(text)];
  for (const { kind, pattern, group, isSecret: fits } of SHAPES) {
    for (const match of text.matchAll(pattern)) {
      const value = group === undefined ? match[0] : match[group]!;
      if (value === '' || (fits && !fits(value))) continue;
      const start = match.index + match[0].length - value.length;
      found.push({ kind, start, end: start + value.length });
    }
  }
  // Sorting is stable: what begins at the same place stays in the order of the table.
  found.sort((a, b) => a.start - b.start);
  let end = 0;
  return found.filter((one) => {
    if (one.start < end) return false;
    end = one.end;
    return true;
  });
}

/** From the first line of a key to the end of its last; without a last line, as far as a key can reach. */
function* keyBlocks(text: string): Generator<Found> {
  let from = 0;
  for (const begin of text.matchAll(KEY_BEGIN)) {
    if (begin.index < from) continue;
    const body = begin.index + begin[0].length;
    const most = Math.min(text.length, body + KEY_LINES_MOST);
    const last = text.slice(body, most).search(/-----END [A-Z0-9 ]{0,40}-----|Private-MAC: /);
    const lineEnd = last < 0 ? -1 : text.indexOf('\n', body + last);
    from = last < 0 ? most : lineEnd < 0 ? text.length : lineEnd;
    yield { kind: 'private key', start: begin.index, end: from };
  }
}
