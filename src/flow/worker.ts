// The worker: takes cases from the queue, refills it from the ledger, polls the help desk, and stops without dropping anything.
import type { FlowDeps } from './deps.js';
import { everyMs } from './every.js';
import { handleCase } from './handle-case.js';
import { startIntake } from './intake-timers.js';

/** What the worker needs of a queue. The ledger decides, the queue only carries. */
export interface CaseCarrier {
  /** What is due, longest first; asked again and again until it is not. */
  due(caseIds: string[]): void;
  work(handler: (caseId: string, how: { isDue: boolean }) => Promise<void>): Promise<void>;
  stop(deadlineMs: number): Promise<{ unfinished: string[] }>;
}

export interface WorkerOptions {
  deps: FlowDeps;
  queue: CaseCarrier;
  pollMs: number;
  /** Milliseconds between looks at the ledger for what is due. */
  refillMs: number;
  /** Polling starts at tickets changed since then, when there is no cursor yet. */
  since: Date;
  /** How far a back-fill is, one line every few seconds. */
  onProgress?: (line: string) => void;
  /** After each visit to a case. */
  onVisited: (caseId: string) => void;
}

export interface Worker {
  /** Begins nothing new and waits for what runs, at most so many milliseconds. */
  stop(deadlineMs: number): Promise<{ unfinished: string[] }>;
}

/** How many due cases one look at the ledger takes up. */
const REFILL_MOST = 500;

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { queue } = options;
  const stopping = new AbortController();
  const deps = { ...options.deps, stopping: stopping.signal };
  await queue.work(async (caseId, how) => {
    if (await handleCase(deps, caseId, how)) options.onVisited(caseId);
  });
  const refill = everyMs(deps, 'looking for due cases', options.refillMs, async () => {
    const due = await deps.ledger.dueCases(REFILL_MOST);
    if (!stopping.signal.aborted) queue.due(due);
  });
  const intake = startIntake(deps, options);
  return {
    async stop(deadlineMs) {
      stopping.abort();
      // First: what is added to a queue that is closing is never answered.
      await refill.stop();
      // A poll that hangs must not eat the time that running cases have.
      const [ended] = await Promise.all([queue.stop(deadlineMs), intake.stop()]);
      return ended;
    },
  };
}
