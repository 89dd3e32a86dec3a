// One rate limit of the account: what we used of it, what headers tell of the others, and when the next request may begin.

/** How much a request matters: writes go first, then reads, then what can wait (reconciliation, back-fill). */
export type Rank = 'write' | 'read' | 'background';

/** The part of a limit that Usher uses at most; the rest is for agents and other programs. */
const SHARE: Record<Rank, number> = { write: 0.8, read: 0.8, background: 0.5 };
/** The part of a limit that is left alone when others use much of it. */
const LEAVE: Record<Rank, number> = { write: 0.05, read: 0.15, background: 0.35 };
/** Told that others have nearly used it up: a single request asks again after this, for headers come with answers only. */
const PROBE_MS = 5_000;
/** Below this part of the limit not even that. */
const PROBE_LEAVE = 0.02;
/** While the first answer is awaited that tells how much is left. */
const FIRST_ANSWER_MS = 50;

export interface Told {
  limit: number;
  left: number;
  /** Until the count begins anew, milliseconds. */
  resetMs: number;
}

/** A sliding window. Times are milliseconds of any clock that only goes forward. */
export class Lane {
  readonly name: string;
  readonly #windowMs: number;
  #limit: number;
  /** When our own requests of the window ended: the far side counted them before that. */
  #ended: number[] = [];
  /** Index of the oldest that still counts. */
  #oldest = 0;
  #inFlight = 0;
  #beganAt = Number.NEGATIVE_INFINITY;
  #left: { count: number; at: number; until: number } | null = null;
  #blockedUntil = Number.NEGATIVE_INFINITY;
  #hasAnswer = false;

  constructor(name: string, limit: number, windowMs: number) {
    this.name = name;
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  get limit(): number {
    return this.#limit;
  }

  get windowMs(): number {
    return this.#windowMs;
  }

  used(now: number): number {
    this.#expire(now);
    return this.#ended.length - this.#oldest + this.#inFlight;
  }

  /** What headers said is left, less what was begun since; null when nothing was said lately. */
  left(now: number): number | null {
    return this.#left && now < this.#left.until ? this.#left.count : null;
  }

  /** Milliseconds until a request of this rank may begin, at least; 0: now. */
  waitMs(rank: Rank, now: number): number {
    const used = this.used(now);
    const cap = Math.max(1, Math.floor(this.#limit * SHARE[rank]));
    if (now < this.#blockedUntil) return this.#blockedUntil - now;
    if (used >= cap) return this.#untilNextExpiry(now);
    const foreign = this.#foreignWaitMs(rank, now);
    return foreign > 0 ? foreign : this.#pacingMs(used, cap, now);
  }

  begin(now: number): void {
    this.#inFlight += 1;
    this.#beganAt = now;
    if (this.#left) this.#left.count -= 1;
  }

  end(now: number): void {
    this.#inFlight -= 1;
    this.#ended.push(now);
    this.#hasAnswer = true;
  }

  /** Of the headers of an answer; called after `end`. */
  learn(told: Told, now: number): void {
    this.#limit = Math.max(1, told.limit);
    const until = now + Math.min(Math.max(told.resetMs, 0), this.#windowMs);
    // Requests under way may not be counted yet.
    this.#left = { count: told.left - this.#inFlight, at: now, until };
  }

  /** The far side said no: nothing more for so long. */
  block(ms: number, now: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, now + Math.min(ms, this.#windowMs));
  }

  isIdle(now: number): boolean {
    return this.used(now) === 0 && now >= this.#blockedUntil;
  }

  /** How often one of this rank may begin in the long run, milliseconds. */
  spacingMs(rank: Rank): number {
    return this.#windowMs / Math.max(1, this.#limit * SHARE[rank]);
  }

  #foreignWaitMs(rank: Rank, now: number): number {
    const left = this.left(now);
    if (left === null) {
      // Nothing is known, or no longer: one request finds out, the others wait for its answer.
      const mayTell = !this.#hasAnswer || this.#left !== null;
      return mayTell && this.#inFlight > 0 ? FIRST_ANSWER_MS : 0;
    }
    if (left > this.#limit * LEAVE[rank]) return 0;
    const told = this.#left!;
    const untilReset = told.until - now;
    if (left <= this.#limit * PROBE_LEAVE) return untilReset;
    const untilProbe = told.at + PROBE_MS - now;
    if (untilProbe > 0) return Math.min(untilReset, untilProbe);
    return this.#inFlight > 0 ? FIRST_ANSWER_MS : 0;
  }

  /** Half of the share may go at once; the rest is spread until the oldest comes back, so that nobody waits a whole window. */
  #pacingMs(used: number, cap: number, now: number): number {
    if (used < cap / 2 || this.#oldest >= this.#ended.length) return 0;
    const spacing = this.#untilNextExpiry(now) / (cap - used);
    return Math.max(0, this.#beganAt + spacing - now);
  }

  #untilNextExpiry(now: number): number {
    const oldest = this.#ended[this.#oldest];
    return oldest === undefined ? FIRST_ANSWER_MS : Math.max(1, oldest + this.#windowMs - now);
  }

  #expire(now: number): void {
    while (this.#oldest < this.#ended.length && this.#ended[this.#oldest]! <= now - this.#windowMs) this.#oldest += 1;
    if (this.#oldest < 1_000) return;
    this.#ended = this.#ended.slice(this.#oldest);
    this.#oldest = 0;
  }
}
