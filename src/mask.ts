// Takes secrets and personal data out of anything that is about to be written to a log.
import { visible } from './problem.js';

const TEXT_MAX = 4_000;
const DEPTH_MAX = 8;
const ITEMS_MAX = 200;

/** Masks whole values by the name they stand under, and parts of texts by their shape. */
export type Mask = (value: unknown) => unknown;

/** `secrets` are exact values (tokens, passwords from the settings) that must not appear in any spelling. */
export function createMask(secrets: readonly string[] = []): Mask {
  const known = spellings(secrets);
  const text = (value: string): string => visible(conceal(value, known));
  const walk = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= DEPTH_MAX) return '[too deep]';
    if (Array.isArray(value)) return value.slice(0, ITEMS_MAX).map((item) => walk(item, depth + 1));
    const masked: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(value).slice(0, ITEMS_MAX)) {
      masked[text(key)] = maskNamed(key, inner) ?? (key === 'stack' ? maskStack(inner, known) : walk(inner, depth + 1));
    }
    return masked;
  };
  return (value) => walk(value, 0);
}

/** Takes exact secrets out of a text for people, in every spelling; nothing else of it is touched. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  let hidden = text;
  for (const secret of spellings(secrets)) hidden = hidden.replaceAll(secret, '[secret]');
  return hidden;
}

/** `apiToken`, `api_token`, `API-TOKEN` and `ZENDESK_API_TOKEN` are one name. */
const SECRET_NAME =
  /(?:authorization|cookie|password|passwd|passphrase|passcode|secret|token|apikey|privatekey|signingkey|accesskey|credentials?|sessionid|signature|databaseurl|queueurl|smtpurl|imapurl)$/;
const SECRET_NAMES = new Set(['auth', 'pwd', 'pass', 'jwt', 'bearer', 'dsn']);
const CONTENT_NAMES = new Set(['body', 'html', 'text', 'subject', 'rawbody', 'payload', 'comment', 'description']);
const PERSON_NAMES = new Set([
  ...['phone', 'phonenumber', 'mobile', 'fax', 'tel', 'address', 'street', 'firstname', 'lastname', 'fullname'],
  ...['displayname', 'realname', 'requestername', 'birthdate', 'iban', 'ssn', 'taxid'],
]);

/** undefined when the name says nothing about the value. */
function maskNamed(key: string, value: unknown): string | undefined {
  if (value === null || value === undefined || typeof value === 'boolean' || value === '') return undefined;
  const name = key.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (SECRET_NAME.test(name) || SECRET_NAMES.has(name)) return '[secret]';
  if (CONTENT_NAMES.has(name))
    return `[content, ${typeof value === 'string' ? `${value.length} characters` : 'structured'}]`;
  if (PERSON_NAMES.has(name) && !(name === 'address' && isNetworkAddress(value))) {
    return typeof value === 'string' && value.includes('@') ? undefined : '[personal]';
  }
  return undefined;
}

/** `address` is also where a server listens. */
function isNetworkAddress(value: unknown): boolean {
  return typeof value === 'string' && /^(?:[\d.]+|\[?[\da-f:]+\]?|localhost)(?::\d+)?$/i.test(value);
}

/** Every shape is linear: no nested repetition, bounded where two classes meet. */
const SHAPES: [RegExp, string | ((...groups: string[]) => string)][] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, '[secret]'],
  [/\b(Bearer|Basic|Digest) +(?!auth)[\w.~+/=-]{6,}/gi, (_all, scheme) => `${scheme} [secret]`],
  [/\bx(?:ox[a-z]|app)-[\w-]{6,}/gi, '[secret]'],
  [/\beyJ[\w-]{5,}\.[\w-]{5,}\.?[\w-]*/g, '[secret]'],
  [/\b(?:gh[pousr]_|glpat-|sk_live_|sk-|AKIA|ATATT|AIza)[\w=-]{8,}/g, '[secret]'],
  [/hooks\.slack\.com\/[\w/.-]+/gi, 'hooks.slack.com/[secret]'],
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#"'<>]{1,300}@/gi, (_all, scheme) => `${scheme}[secret]@`],
  [
    /([\w-]{0,40}(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|authorization|signature|cookie)["']?\s{0,3}[=:]\s{0,3})(?:"[^"]{1,500}"|'[^']{1,500}'|[^\s&;,"']{1,500})/gi,
    (_all, name) => `${name}[secret]`,
  ],
  [
    /[\p{L}\p{N}_.!#$%&'*+/=?^`{|}~-]{1,64}(?:@|%40|&#64;)((?:[\p{L}\p{N}_-]{1,63}\.)+[\p{L}\p{N}-]{2,63})/giu,
    maskAddress,
  ],
  [/(?<![\w.+-])(?:\+|00)[1-9]\d{0,2}[ ().\-/]{0,2}(?:\d[ ().\-/]{0,2}){6,13}\d(?![\w-])/g, '[phone]'],
  [/(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])/g, '[phone]'],
  [/(?<![\w.-])0\d{2,4}[ /-]\d{5,9}(?![\w-])/g, '[phone]'],
  [/(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g, (all) => (passesLuhn(all) ? '[card]' : all)],
];

function maskAddress(all: string, domain: string): string {
  return `${all[0]}***@${domain}`;
}

function passesLuhn(digits: string): boolean {
  const plain = digits.replace(/\D/g, '');
  // Help desks number tickets with up to 14 digits; cards have 15 or 16 and more, or come in groups.
  if (plain.length < 15 && plain.length === digits.length) return false;
  let sum = 0;
  for (let i = 0; i < plain.length; i++) {
    const digit = Number(plain[plain.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Looks at more than it keeps: what a cut would split is masked before the cut. */
function conceal(value: string, known: readonly string[]): string {
  let text = value.slice(0, 4 * TEXT_MAX);
  for (const secret of known) text = text.replaceAll(secret, '[secret]');
  for (const [shape, by] of SHAPES) text = text.replace(shape, by as string);
  return value.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}… (${value.length} characters)` : text;
}

/** Lines stay lines; an injected one can only stand inside the stack. */
function maskStack(value: unknown, known: readonly string[]): string {
  return typeof value === 'string' ? conceal(value, known).split('\n').map(visible).join('\n') : '[not a stack]';
}

/** A secret as it is, percent-encoded, as JSON escapes it and in base64 at any offset. Short words are not secrets. */
function spellings(secrets: readonly string[]): string[] {
  const all = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < 6) continue;
    all.add(secret);
    all.add(encodeURIComponent(secret));
    all.add(JSON.stringify(secret).slice(1, -1));
    for (const before of [0, 1, 2]) {
      const code = Buffer.from('\0'.repeat(before) + secret, 'utf8')
        .toString('base64')
        .replace(/=+$/, '');
      // The first and last characters also depend on the neighbours: what lies between them is the secret's own.
      const own = code.slice(before === 0 ? 0 : before + 1, -1);
      if (own.length >= 8) all.add(own).add(own.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return [...all].sort((a, b) => b.length - a.length);
}
