// Lets tests wait for things to have happened, without looking at the clock.

/** Lets a test wait for the n-th thing, without looking at the clock. */
export class Tally {
  readonly seen: string[] = [];
  #waiting: { n: number; tell: () => void }[] = [];
  add(what: string): void {
    this.seen.push(what);
    this.#waiting = this.#waiting.filter((w) => (this.seen.length >= w.n ? w.tell() : true));
  }
  reach(n: number): Promise<void> {
    if (this.seen.length >= n) return Promise.resolve();
    return new Promise((tell) => this.#waiting.push({ n, tell }));
  }
}

/** A door that handlers wait at until the test opens it. */
export function gate(): { open: () => void; passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}
