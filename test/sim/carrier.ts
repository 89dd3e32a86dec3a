// A queue for the simulator: one visit a case at a time, none lost while its process lives, all lost when it dies.
import type { CaseCarrier } from '../../src/flow/worker.js';
import { CaseLanes } from '../../src/storage/case-lanes.js';
import { type BotProcess, isExpected } from './process.js';

type Handler = Parameters<CaseCarrier['work']>[0];

export class Carrier implements CaseCarrier {
  readonly #process: BotProcess;
  readonly #lanes = new CaseLanes();
  readonly #onTheWay = new Set<string>();
  #handle: Handler = async () => {};
  #isStopped = false;

  constructor(process: BotProcess) {
    this.#process = process;
  }

  async add(caseId: string, { delayMs }: { delayMs?: number } = {}): Promise<void> {
    this.#later(caseId, delayMs, false);
  }

  due(caseIds: string[]): void {
    // Whoever is on the way comes anyway.
    for (const caseId of caseIds) if (!this.#onTheWay.has(caseId)) this.#later(caseId, undefined, true);
  }

  async work(handler: Handler): Promise<void> {
    this.#handle = handler;
  }

  #later(caseId: string, delayMs: number | undefined, isDue: boolean): void {
    if (this.#isOver()) return;
    if (delayMs === undefined) this.#onTheWay.add(caseId);
    const { scheduler, random } = this.#process.parts.outside;
    scheduler.after((delayMs ?? 0) + random.int(1, 20), () => {
      if (delayMs === undefined) this.#onTheWay.delete(caseId);
      if (!this.#isOver()) void this.#visit(caseId, isDue);
    });
  }

  async stop(deadlineMs: number): Promise<{ unfinished: string[] }> {
    this.#isStopped = true;
    const { scheduler } = this.#process.parts.outside;
    const until = scheduler.now() + deadlineMs;
    while (this.#lanes.running().length > 0 && scheduler.now() < until) await scheduler.turn(100);
    return { unfinished: this.#lanes.running() };
  }

  #isOver(): boolean {
    return this.#isStopped || this.#process.isDead;
  }

  async #visit(caseId: string, isDue: boolean): Promise<void> {
    await this.#lanes.run(caseId, async () => {
      await this.#handle(caseId, { isDue }).catch((error: unknown) => {
        if (!isExpected(error)) this.#process.parts.onBug(error);
      });
      return !this.#isOver();
    });
  }
}
