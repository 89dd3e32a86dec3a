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
};

export class Limits {
  readonly #limits: ZendeskLimits;
  readonly #now: () => Date;
  readonly #hits = new Map<string, number[]>();

  constructor(limits: Partial<ZendeskLimits>, now: () => Date) {
    this.#limits = { ...usual, ...limits };
    this.#now = now;
  }

  /** Counts a request; headers for its answer, or the 429. */
  request(): { headers: Record<string, string>; refused: LoopbackAnswer | null } {
    const max = this.#limits.requestsPerMinute;
    const { left, waitSeconds } = this.#hit('all', max, 60);
    const headers = {
      'x-rate-limit': String(max),
      'x-rate-limit-remaining': String(Math.max(0, left)),
      'ratelimit-limit': String(max),
      'ratelimit-remaining': String(Math.max(0, left)),
      'ratelimit-reset': '60',
    };
    if (left >= 0) return { headers, refused: null };
    return { headers, refused: tooMany(waitSeconds, 'Number of allowed API requests per minute exceeded') };
  }

  /** Counts an update of one ticket by one user. */
  update(ticketId: number, userId: number): LoopbackAnswer | null {
    const account = this.#hit('updates', this.#limits.updatesPerMinute, 60);
    if (account.left < 0) return tooMany(account.waitSeconds, 'Number of allowed ticket updates per minute exceeded');
    const one = this.#hit(`ticket ${ticketId} ${userId}`, this.#limits.updatesPerTicketPer10Minutes, 600);
    return one.left < 0 ? tooMany(one.waitSeconds, 'Too many updates to this ticket, try again later') : null;
  }

  exported(): LoopbackAnswer | null {
    const { left, waitSeconds } = this.#hit('export', this.#limits.exportsPerMinute, 60);
    if (left >= 0) return null;
    return tooMany(waitSeconds, 'Number of allowed incremental ticket export API requests per minute exceeded');
  }

  /** Counts within a sliding window; a refused request does not count. */
  #hit(name: string, max: number, windowSeconds: number): { left: number; waitSeconds: number } {
    const now = this.#now().getTime();
    const hits = (this.#hits.get(name) ?? []).filter((at) => at > now - windowSeconds * 1000);
    const left = max - hits.length - 1;
    if (left >= 0) hits.push(now);
    this.#hits.set(name, hits);
    return { left, waitSeconds: hits.length > 0 ? (hits[0]! + windowSeconds * 1000 - now) / 1000 : windowSeconds };
  }
}
