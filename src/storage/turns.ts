// So many at a time in this process: who asks while all turns are taken waits, first come first served.

export class Turns {
  readonly #most: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the next one begins at once. */
  get isFree(): boolean {
    return this.#taken < this.#most;
  }

  /** Runs `task` when it is its turn; with a free one it begins within this call. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    // Whoever is let in takes over the turn of the one that ends: nobody slips in between.
    if (this.isFree) this.#taken += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#taken -= 1;
    }
  }
}
