// Who may use the console: password, session cookie, form tokens and the brake on guessing. Keeps nothing on disk.
import { createHash, createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

const hours = 12;
export const sessionCookie = 'usher-session';
export const formCookie = 'usher-form';

/**
 * Sessions are signed, not stored, so that several web processes with the same password accept each other's;
 * a new password ends them all. Without a password the key is random and only signs form tokens.
 */
export class Sessions {
  readonly #key: Buffer;
  readonly #passwordHash: Buffer | null;
  /** Sessions that were signed out of before their time, with the time; this process's own memory. */
  readonly #ended = new Map<string, number>();

  constructor(password: string | undefined) {
    this.#key = password ? scryptSync(password, 'usher-console', 32) : randomBytes(32);
    this.#passwordHash = password ? digest(password) : null;
  }

  get needsPassword(): boolean {
    return this.#passwordHash !== null;
  }

  isPassword(given: string): boolean {
    return this.#passwordHash !== null && timingSafeEqual(digest(given), this.#passwordHash);
  }

  /** A session's cookie value; `name` is what the person calls themselves. */
  open(name: string, now: number): string {
    const claims = [now + hours * 3_600_000, Buffer.from(name).toString('base64url'), randomBytes(8).toString('hex')];
    const text = claims.join('.');
    return `${text}.${this.#sign(`session ${text}`)}`;
  }

  /** The person's name for a valid session, else null. */
  read(cookie: string | undefined, now: number): { name: string } | null {
    const [until, name, nonce, signature] = (cookie ?? '').split('.');
    if (!until || name === undefined || !nonce || !signature) return null;
    if (!same(signature, this.#sign(`session ${until}.${name}.${nonce}`)) || Number(until) < now) return null;
    if (this.#ended.has(nonce)) return null;
    return { name: Buffer.from(name, 'base64url').toString() };
  }

  /** Signing out: a copy of the cookie is worth nothing from now on. */
  end(cookie: string | undefined, now: number): void {
    if (this.read(cookie, now) === null) return;
    for (const [nonce, until] of this.#ended) if (until < now) this.#ended.delete(nonce);
    const [until, , nonce] = cookie!.split('.');
    this.#ended.set(nonce!, Number(until));
  }

  /** The hidden token that belongs to a browser's form cookie and, once signed in, to its session. */
  formToken(cookie: string, session: string): string {
    return this.#sign(`form ${cookie} ${session}`);
  }

  isFormToken(token: string, cookie: string | undefined, session: string): boolean {
    return cookie !== undefined && cookie.length >= 16 && same(token, this.formToken(cookie, session));
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

/** A new value for the form cookie. */
export function newFormCookie(): string {
  return randomBytes(16).toString('hex');
}

/** Counts wrong passwords in windows of a minute; bounded memory. */
export class Brake {
  #windowStart = 0;
  #all = 0;
  #byAddress = new Map<string, number>();

  constructor(readonly perMinute: number) {}

  /** Seconds to wait before another try, 0 when one may try now. */
  waitSeconds(address: string, now: number): number {
    if (now - this.#windowStart >= 60_000) {
      this.#windowStart = now;
      this.#all = 0;
      this.#byAddress.clear();
    }
    const tooMany = (this.#byAddress.get(address) ?? 0) >= this.perMinute || this.#all >= this.perMinute * 10;
    return tooMany ? Math.max(1, Math.ceil((this.#windowStart + 60_000 - now) / 1000)) : 0;
  }

  /** Counted before the password is compared, so that guesses sent at once are counted too. */
  count(address: string): void {
    this.#all++;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
  }

  forgive(address: string): void {
    this.#all--;
    this.#byAddress.delete(address);
  }
}

/** One cookie of a Cookie header. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}
