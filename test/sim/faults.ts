// What goes wrong in one run: strikes laid out beforehand, a soup of chance, and histories that lag.
import { NETWORK_FAULTS, type Place, STALE, type Strike } from './network-faults.js';
import type { Random } from './random.js';

/** Probabilities a call, while faults are on. */
export interface Soup {
  writes: number;
  reads: number;
  ledger: number;
  stalls: number;
  webhooks: number;
}

/** Thrown by the stand-in for the ledger: the connection to the database was cut. */
export class Cut extends Error {}

export class Faults {
  readonly #laid: { place: Place; name: string; strike: Strike }[] = [];
  /** So long the histories of tickets and channels lag behind. */
  staleMs = 0;
  /** When the last strike's troubles end: what it asked to wait is over. */
  lastMs = 0;
  #isOver = false;

  constructor(
    readonly random: Random,
    readonly soup: Soup | null,
    readonly now: () => number,
  ) {}

  /** The next writes at this place meet this fault. false where there is no such thing. */
  lay(place: Place, name: string, times = 1): boolean {
    const variants = NETWORK_FAULTS[name]?.[place];
    if (!variants) return false;
    for (let n = 0; n < times; n++) this.#laid.push({ place, name, strike: this.random.pick(variants) });
    return true;
  }

  /** From now on chance does no harm any more; what was laid out still strikes. */
  end(): void {
    this.#isOver = true;
    if (this.soup) this.staleMs = 0;
  }

  strikeAt(place: Place): Strike | null {
    const strike = this.#next(place);
    const asked = strike?.outcome?.kind === 'not-sent' ? (strike.outcome.retryAfterMs ?? 0) : 0;
    if (strike) this.lastMs = Math.max(this.lastMs, this.now() + asked);
    return strike;
  }

  #next(place: Place): Strike | null {
    const at = this.#laid.findIndex((l) => l.place === place);
    const [laid] = at >= 0 ? this.#laid.splice(at, 1) : [];
    if (laid?.name === STALE) this.staleMs = this.random.int(1, 60) * 1_000;
    if (laid) return laid.strike;
    if (!this.#happens('writes')) return null;
    const names = Object.keys(NETWORK_FAULTS).filter((name) => NETWORK_FAULTS[name]![place]);
    const name = this.random.pick(names);
    if (name === STALE) this.staleMs = this.random.int(1, 60) * 1_000;
    return this.random.pick(NETWORK_FAULTS[name]![place]!);
  }

  readFails(): boolean {
    return this.#happens('reads');
  }

  /** Before the statement, or after it: a cut during COMMIT. */
  ledgerCut(): 'before' | 'after' | null {
    return this.#happens('ledger') ? this.random.pick(['before', 'after'] as const) : null;
  }

  /** How long a process is frozen now; 0: not at all. */
  stallMs(): number {
    return this.#happens('stalls') ? this.random.int(1, 400) * 1_000 : 0;
  }

  webhookFate(): 'arrives' | 'lost' | 'twice' | 'late' | 'replayed' {
    return this.#happens('webhooks') ? this.random.pick(['lost', 'twice', 'late', 'replayed'] as const) : 'arrives';
  }

  #happens(what: keyof Soup): boolean {
    return this.soup !== null && !this.#isOver && this.random.chance(this.soup[what]);
  }
}
