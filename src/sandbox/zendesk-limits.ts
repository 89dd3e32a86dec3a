// Zendesk's rate limits: the account's requests a minute, updates a minute, updates of one ticket, exports.
import type { LoopbackAnswer } from './loopback-server.js';
import { tooMany } from './zendesk-errors.js';
import type { ZendeskLimits } from './zendesk-sandbox.js';

/** Enterprise plan; the per-ticket and export limits are the same on every plan. */
const usual: ZendeskLimits = {
  requestsPerMinute: 700,
  updatesPerMinute: 100,
  updatesPerTicketPer10Minutes: 30,
  exportsPerMinute: 10,
  searchesPerMinute: 100,
};

/** A number as headers have it; without a limit, one that nobody reaches: who is told nothing must assume the smallest plan. */
function said(count: number): string {
  return String(Math.min(999_999_999, Math.max(0, count)));
}

type Checked = { headers: Record<string, string>; refused: LoopbackAnswer | null };

export class Limits {
  readonly #limits: ZendeskLimits;
  readonly #now: () => Date;
  readonly #hits = new Map<string, number[]>();
  /** Answers of status 429 given. */
  refusals = 0;

  constructor(limits: Partial<ZendeskLimits>, now: () => Date) {
    this.#limits = { ...usual, ...limits };
    this.#now = now;
  }

  /** Counts a request; headers for its answer, or the 429. */
  request(): Checked {
    const max = this.#limits.requestsPerMinute;
    const { left, waitSeconds } = this.#hit('all', max, 60);
    const headers = {
      'x-rate-limit': said(max),
      'x-rate-limit-remaining': said(left),
      'ratelimit-limit': said(max),
      'ratelimit-remaining': said(left),
      'ratelimit-reset': '60',
    };
    if (left >= 0) return { headers, refused: null };
    return { headers, refused: this.#refuse(waitSeconds, 'Number of allowed API requests per minute exceeded') };
  }

  /** Counts an update of one ticket by one user. */
  update(ticketId: number, userId: number): Checked {
    const account = this.#endpoint('tickets-update', this.#limits.updatesPerMinute, 'ticket updates');
    if (account.refused) return account;
    const one = this.#hit(`ticket ${ticketId} ${userId}`, this.#limits.updatesPerTicketPer10Minutes, 600);
    if (one.left >= 0) return account;
    return { ...account, refused: this.#refuse(one.waitSeconds, 'Too many updates to this ticket, try again later') };
  }

  exported(): Checked {
    return this.#endpoint(
      'incremental-exports',
      this.#limits.exportsPerMinute,
      'incremental ticket export API requests',
    );
  }

  searched(): Checked {
    return this.#endpoint('search-index', this.#limits.searchesPerMinute, 'search requests');
  }

  /** The limit of one endpoint within a minute, with the header in which the vendor tells of it. */
  #endpoint(name: string, max: number, what: string): Checked {
    const { left, waitSeconds } = this.#hit(name, max, 60);
    const text = `total=${said(max)}; remaining=${said(left)}; resets=60`;
    const refused = left >= 0 ? null : this.#refuse(waitSeconds, `Number of allowed ${what} per minute exceeded`);
    return { headers: { [`zendesk-ratelimit-${name}`]: text }, refused };
  }

  #refuse(waitSeconds: number, description: string): LoopbackAnswer {
    this.refusals += 1;
    return tooMany(waitSeconds, description);
  }

  /** Counts within a sliding window; a refused request does not count. */
  #hit(name: string, max: number, windowSeconds: number): { left: number; waitSeconds: number } {
    // No limit, nothing to remember: measurements make a great many requests.
    if (max === Number.POSITIVE_INFINITY) return { left: max, waitSeconds: 0 };
    const now = this.#now().getTime();
    const hits = (this.#hits.get(name) ?? []).filter((at) => at > now - windowSeconds * 1000);
    const left = max - hits.length - 1;
    if (left >= 0) hits.push(now);
    this.#hits.set(name, hits);
    return { left, waitSeconds: hits.length > 0 ? (hits[0]! + windowSeconds * 1000 - now) / 1000 : windowSeconds };
  }
}
