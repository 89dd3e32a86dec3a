// Keeps to the account's rate limits before Zendesk has to say 429: requests wait here, in order, or are told when to come again.
import { retryAfterMs } from '../../network.js';
import { Lane, type Rank, type Told } from './lane.js';
import { accountHeaders, endpointHeader } from './rate-headers.js';

/** Limits until headers tell better: the smallest plan's, and those that are the same on every plan (contract section 5). */
const MINUTE_MS = 60_000;
const LIMITS = { account: 200, updates: 100, export: 10, search: 100 } as const;
const UPDATES_PER_TICKET = 30;
const TICKET_WINDOW_MS = 600_000;
/** How long a request waits here at most. A write ends well before the lease of its case does. */
const WAIT_MAX_MS: Record<Rank, number> = { write: 20_000, read: 10_000, background: 60_000 };
/** Requests that a case needs when it comes again after it was put off. */
const REQUESTS_A_VISIT = 10;
/** Nobody is put off for longer than this. */
const PUT_OFF_MAX_MS = 600_000;
const PUT_OFF_MIN_MS = 250;
/** A 429 without a believable `Retry-After`. */
const TOO_MANY_MS = 5_000;
/** Longest sleep between two looks: clocks of tests run faster than timers. */
const LOOK_MS = 50;
const TICKETS_KEPT = 1_000;

export interface Ask {
  method: string;
  /** `/tickets/7`, without query. */
  path: string;
  rank: Rank;
  /** At most as long as its rank may wait. */
  waitMaxMs?: number;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
}

/** Leave to begin; `leave` is called once with what came back, null when nothing did. */
export type Leave = { kind: 'go'; leave(answer: Answer | null): void } | { kind: 'put-off'; retryAfterMs: number };

/** Numbers for metrics and screens. */
export interface GovernorNumbers {
  lanes: { name: string; used: number; limit: number; left: number | null }[];
  /** Requests that wait now. */
  waiting: number;
  /** Milliseconds waited in all, since the start. */
  waitedMs: number;
  /** Requests told to come again later. */
  putOff: number;
  /** Answers of status 429. */
  tooMany: number;
}

export interface Governor {
  enter(ask: Ask): Promise<Leave>;
  numbers(): GovernorNumbers;
}

interface Waiter {
  ask: Ask;
  lanes: Lane[];
  since: number;
  sinceReal: number;
  settle: (leave: Leave) => void;
}

const ORDER: Rank[] = ['write', 'read', 'background'];

/** One for an account and process, shared by all that speak to it. `signal` aborted: nobody waits any more. */
export function createGovernor(options: { now?: () => number; signal?: AbortSignal } = {}): Governor {
  return new ZendeskGovernor(options.now ?? (() => performance.now()), options.signal);
}

class ZendeskGovernor implements Governor {
  readonly #now: () => number;
  readonly #signal: AbortSignal | undefined;
  readonly #account = new Lane('account', LIMITS.account, MINUTE_MS);
  readonly #endpoints = {
    updates: new Lane('updates', LIMITS.updates, MINUTE_MS),
    export: new Lane('export', LIMITS.export, MINUTE_MS),
    search: new Lane('search', LIMITS.search, MINUTE_MS),
  };
  readonly #tickets = new Map<string, Lane>();
  /** By rank, first come first. */
  readonly #waiting: Record<Rank, Waiter[]> = { write: [], read: [], background: [] };
  /** Whoever is put off is given a place of his own: not all come back at once. */
  readonly #bookedUntil = new Map<Lane, number>();
  #timer: NodeJS.Timeout | undefined;
  #waitedMs = 0;
  #putOff = 0;
  #tooMany = 0;

  constructor(now: () => number, signal: AbortSignal | undefined) {
    this.#now = now;
    this.#signal = signal;
    signal?.addEventListener('abort', () => this.#look(), { once: true });
  }

  enter(ask: Ask): Promise<Leave> {
    return new Promise((settle) => {
      this.#waiting[ask.rank].push({
        ask,
        lanes: this.#lanesOf(ask),
        since: this.#now(),
        sinceReal: performance.now(),
        settle,
      });
      this.#look();
    });
  }

  numbers(): GovernorNumbers {
    const now = this.#now();
    const lanes = [this.#account, ...Object.values(this.#endpoints)];
    return {
      lanes: lanes.map((l) => ({ name: l.name, used: l.used(now), limit: l.limit, left: l.left(now) })),
      waiting: ORDER.reduce((sum, rank) => sum + this.#waiting[rank].length, 0),
      waitedMs: Math.round(this.#waitedMs),
      putOff: this.#putOff,
      tooMany: this.#tooMany,
    };
  }

  #lanesOf({ method, path }: Ask): Lane[] {
    const ticketId = method === 'PUT' ? /^\/tickets\/(\d+)/.exec(path)?.[1] : undefined;
    if (ticketId !== undefined) return [this.#account, this.#endpoints.updates, this.#ticket(ticketId)];
    if (path.startsWith('/incremental/')) return [this.#account, this.#endpoints.export];
    return path.startsWith('/search') ? [this.#account, this.#endpoints.search] : [this.#account];
  }

  #ticket(id: string): Lane {
    const lane = this.#tickets.get(id) ?? new Lane('ticket', UPDATES_PER_TICKET, TICKET_WINDOW_MS);
    // Kept in the order of their last use: behind the first that still counts, all do.
    this.#tickets.delete(id);
    for (const [key, oldest] of this.#tickets) {
      if (this.#tickets.size < TICKETS_KEPT || !oldest.isIdle(this.#now())) break;
      this.#tickets.delete(key);
    }
    this.#tickets.set(id, lane);
    return lane;
  }

  /** Lets go whoever may go now, in order; nobody overtakes one that waits for the same limit. */
  #look(): void {
    clearTimeout(this.#timer);
    const now = this.#now();
    const blocked = new Set<Lane>();
    for (const rank of ORDER) {
      this.#waiting[rank] = this.#waiting[rank].filter((waiter) => {
        const isBehind = waiter.lanes.some((lane) => blocked.has(lane));
        const waitMs = Math.max(isBehind ? 1 : 0, ...waiter.lanes.map((lane) => lane.waitMs(rank, now)));
        if (waitMs <= 0) {
          this.#go(waiter, now);
          return false;
        }
        if (this.#isTooLong(waiter, waitMs, now)) {
          this.#send(waiter, waitMs, now);
          return false;
        }
        for (const lane of waiter.lanes) if (lane.waitMs(rank, now) > 0) blocked.add(lane);
        return true;
      });
    }
    if (ORDER.some((rank) => this.#waiting[rank].length > 0)) this.#timer = setTimeout(() => this.#look(), LOOK_MS);
  }

  #isTooLong({ ask, since, sinceReal }: Waiter, waitMs: number, now: number): boolean {
    if (this.#signal?.aborted) return true;
    const most = Math.min(WAIT_MAX_MS[ask.rank], ask.waitMaxMs ?? Number.POSITIVE_INFINITY);
    return now - since + waitMs > most || performance.now() - sinceReal > most;
  }

  #go(waiter: Waiter, now: number): void {
    this.#waitedMs += now - waiter.since;
    for (const lane of waiter.lanes) lane.begin(now);
    let isOver = false;
    waiter.settle({
      kind: 'go',
      leave: (answer) => {
        if (isOver) return;
        isOver = true;
        this.#learn(waiter.lanes, answer);
        this.#look();
      },
    });
  }

  #send(waiter: Waiter, waitMs: number, now: number): void {
    this.#putOff += 1;
    this.#waitedMs += now - waiter.since;
    if (this.#signal?.aborted) {
      waiter.settle({ kind: 'put-off', retryAfterMs: 0 });
      return;
    }
    const { rank } = waiter.ask;
    const narrow = waiter.lanes.reduce((a, b) => (b.waitMs(rank, now) > a.waitMs(rank, now) ? b : a));
    const step = narrow.spacingMs(rank) * (rank === 'read' ? REQUESTS_A_VISIT : 1);
    const place = Math.max(this.#bookedUntil.get(narrow) ?? 0, now + waitMs) + step;
    const after = Math.min(Math.max(place - now, PUT_OFF_MIN_MS), PUT_OFF_MAX_MS);
    // Lanes of tickets come and go: only the lasting ones keep a book.
    if (narrow.name !== 'ticket') this.#bookedUntil.set(narrow, now + after);
    waiter.settle({ kind: 'put-off', retryAfterMs: Math.ceil(after) });
  }

  #learn(lanes: Lane[], answer: Answer | null): void {
    const now = this.#now();
    for (const lane of lanes) lane.end(now);
    if (!answer) return;
    const account = accountHeaders(answer.headers);
    if (account) this.#account.learn(account, now);
    const endpoint = lanes[1];
    const told = endpointHeader(answer.headers);
    if (endpoint && told) endpoint.learn(told, now);
    if (answer.status === 429) this.#refused(lanes, answer, { account, told }, now);
  }

  /** Which limit a 429 is about: the one that its headers say is used up, else the narrowest that its pause fits. */
  #refused(
    [account, endpoint, ticket]: Lane[],
    { headers }: Answer,
    { account: all, told }: { account: Told | null; told: Told | null },
    now: number,
  ): void {
    this.#tooMany += 1;
    const ms = retryAfterMs(headers['retry-after'], Date.now()) ?? TOO_MANY_MS;
    const isAccount = !endpoint || all?.left === 0;
    const isTicket = ticket !== undefined && (ms > MINUTE_MS || (told !== null && told.left > 0));
    const lane = isAccount ? account! : isTicket ? ticket : endpoint;
    // An absurd pause is no reason to stop everything: the window's length is the longest that a limit can ask for.
    lane.block(ms > TICKET_WINDOW_MS ? TOO_MANY_MS : ms, now);
  }
}
