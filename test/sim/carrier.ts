// A queue for the simulator: one visit a case at a time, none lost while its process lives, all lost when it dies.
import type { CaseCarrier } from '../../src/flow/worker.js';
import { CaseLanes } from '../../src/storage/case-lanes.js';
import { type BotProcess, isExpected } from './process.js';

export class Carrier implements CaseCarrier {
  readonly #process: BotProcess;
  readonly #lanes = new CaseLanes();
  readonly #onTheWay = new Set<string>();
  #handle: (caseId: string) => Promise<void> = async () => {};
  #isStopped = false;

  constructor(process: BotProcess) {
    this.#process = process;
  }

  async add(caseId: string, { delayMs, wake }: Parameters<CaseCarrier['add']>[1] = {}): Promise<void> {
    // A refill says only what is due; whoever is on the way comes anyway.
    if (this.#isOver() || (wake !== undefined && this.#onTheWay.has(caseId))) return;
    if (delayMs === undefined) this.#onTheWay.add(caseId);
    const { scheduler, random } = this.#process.parts.outside;
    scheduler.after((delayMs ?? 0) + random.int(1, 20), () => {
      if (delayMs === undefined) this.#onTheWay.delete(caseId);
      if (!this.#isOver()) void this.#visit(caseId);
    });
  }

  async work(handler: (caseId: string) => Promise<void>): Promise<void> {
    this.#handle = handler;
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

  async #visit(caseId: string): Promise<void> {
    await this.#lanes.run(caseId, async () => {
      await this.#handle(caseId).catch((error: unknown) => {
        if (!isExpected(error)) this.#process.parts.onBug(error);
      });
      return !this.#isOver();
    });
  }
}
