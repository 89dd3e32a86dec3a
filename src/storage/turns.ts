// So many at a time in this process: who asks while all turns are taken waits in one of two lines, first come first served in each.

/** `called`: somebody asks for it now; `due`: its time has come, as it may have for thousands at once. */
export type Line = 'called' | 'due';

export class Turns {
  readonly #most: number;
  #taken = 0;
  readonly #waiting: Record<Line, (() => void)[]> = { called: [], due: [] };
  #latest: Line = 'due';

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the next one begins at once. */
  get isFree(): boolean {
    return this.#taken < this.#most;
  }

  /** Runs `task` when it is its turn; with a free one it begins within this call. While both lines wait, they go turn about: neither starves the other. */
  async run<T>(task: () => Promise<T>, line: Line = 'called'): Promise<T> {
    // Whoever is let in takes over the turn of the one that ends: nobody slips in between.
    if (this.isFree) this.#taken += 1;
    else await new Promise<void>((resolve) => this.#waiting[line].push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#next();
      if (next) next();
      else this.#taken -= 1;
    }
  }

  #next(): (() => void) | undefined {
    const { called, due } = this.#waiting;
    const other: Line = this.#latest === 'due' ? 'called' : 'due';
    this.#latest = called.length > 0 && due.length > 0 ? other : called.length > 0 ? 'called' : 'due';
    return this.#waiting[this.#latest].shift();
  }
}
