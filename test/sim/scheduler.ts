// Virtual time: what waits is called in the order of its time, and between two calls everything that can go on has gone on.

interface Event {
  at: number;
  /** Breaks ties in the order in which they were asked for. */
  seq: number;
  run: (() => void) | null;
}

/** One clock for the bot, the database and the world; milliseconds since 1970. It moves only from one event to the next. */
export class Scheduler {
  #now: number;
  #seq = 0;
  /** A binary heap, the earliest first. */
  readonly #events: Event[] = [];

  constructor(startMs: number) {
    this.#now = startMs;
  }

  readonly now = (): number => this.#now;

  iso(): string {
    return new Date(this.#now).toISOString();
  }

  /** Calls `run` after so many milliseconds; the answer takes it back. */
  readonly after = (ms: number, run: () => void): (() => void) => {
    this.#seq += 1;
    const event: Event = { at: this.#now + Math.max(0, ms), seq: this.#seq, run };
    this.#push(event);
    return () => {
      event.run = null;
    };
  };

  /** Resolves after so many milliseconds. */
  turn(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lets time pass until `isOver`, or `deadlineMs` has come; answers whether it was over. */
  async run(isOver: () => boolean, deadlineMs: number): Promise<boolean> {
    await settled();
    for (;;) {
      if (isOver()) return true;
      const event = this.#pop();
      if (!event) return isOver();
      if (event.at > deadlineMs) {
        this.#push(event);
        return false;
      }
      this.#now = event.at;
      if (!event.run) continue;
      event.run();
      await settled();
    }
  }

  #push(event: Event): void {
    const heap = this.#events;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!isBefore(event, heap[up]!)) break;
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#events;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && isBefore(heap[down + 1]!, heap[down]!)) down += 1;
      if (!isBefore(heap[down]!, last)) break;
      heap[at] = heap[down]!;
      at = down;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.seq < b.seq);

/** Everything that waits for nothing but its turn has gone on: no promise of the simulated bot is kept by anything real. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
