// How many webhooks are taken in a minute: from everywhere, and from one address half as many.

const MINUTE_MS = 60_000;
/** Addresses remembered within a minute; beyond that only the limit for all holds. */
const ADDRESSES_MOST = 10_000;

/** Counts in fixed minutes; `now` in milliseconds of any clock. */
export class WebhookLimit {
  readonly #most: number;
  #began = Number.NEGATIVE_INFINITY;
  #all = 0;
  #byAddress = new Map<string, number>();

  constructor(perMinute: number) {
    this.#most = perMinute;
  }

  /** Counts one and answers 0, or the seconds to wait when there were too many; a refused one does not count. */
  waitSeconds(address: string, now: number): number {
    if (now - this.#began >= MINUTE_MS) {
      this.#began = now;
      this.#all = 0;
      this.#byAddress.clear();
    }
    const own = this.#byAddress.get(address) ?? 0;
    // Under a minute: Zendesk repeats a delivery only then.
    if (this.#all >= this.#most || own >= Math.ceil(this.#most / 2))
      return Math.min(59, Math.max(1, Math.ceil((this.#began + MINUTE_MS - now) / 1000)));
    this.#all += 1;
    if (own > 0 || this.#byAddress.size < ADDRESSES_MOST) this.#byAddress.set(address, own + 1);
    return 0;
  }
}
