// One lane a case inside this process: never two handlers of one case at a time, and no wake-up between them lost.

interface Lane {
  /** Woken while it ran: it must run once more. */
  again: boolean;
}

export class CaseLanes {
  readonly #lanes = new Map<string, Lane>();
  #onIdle: (() => void)[] = [];

  /**
   * Runs `task` for the case; where it runs already, it is run once more afterwards and this call returns at once.
   * `task` answers whether it may be repeated; returns true when a repetition is owed that was not allowed.
   */
  async run(caseId: string, task: () => Promise<boolean>): Promise<boolean> {
    const busy = this.#lanes.get(caseId);
    if (busy) {
      busy.again = true;
      return false;
    }
    const lane: Lane = { again: false };
    this.#lanes.set(caseId, lane);
    try {
      for (;;) {
        lane.again = false;
        const mayRepeat = await task();
        if (!lane.again) return false;
        if (!mayRepeat) return true;
      }
    } finally {
      this.#lanes.delete(caseId);
      if (this.#lanes.size === 0) for (const tell of this.#onIdle.splice(0)) tell();
    }
  }

  running(): string[] {
    return [...this.#lanes.keys()];
  }

  /** Resolves to true as soon as nothing runs, or to false after `deadlineMs`. */
  async idle(deadlineMs: number): Promise<boolean> {
    if (this.#lanes.size === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), deadlineMs);
    });
    const done = new Promise<true>((resolve) => this.#onIdle.push(() => resolve(true)));
    const answer = await Promise.race([done, late]);
    clearTimeout(timer);
    return answer;
  }
}
