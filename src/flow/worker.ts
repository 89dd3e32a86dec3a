// The worker: takes cases from the queue, refills it from the ledger, polls the help desk, and stops without dropping anything.
import { ProblemError } from '../problem.js';
import type { FlowDeps } from './deps.js';
import { handleCase } from './handle-case.js';
import { pollOnce } from './intake.js';

/** What the worker needs of a queue. The ledger decides, the queue only carries. */
export interface CaseCarrier {
  add(caseId: string, wakeUp?: { delayMs?: number; wake?: string | number }): Promise<void>;
  work(handler: (caseId: string) => Promise<void>): Promise<void>;
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
  /** After each visit to a case. */
  onVisited: (caseId: string) => Promise<void>;
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
  await queue.work(async (caseId) => {
    await handleCase(deps, caseId);
    await options.onVisited(caseId);
  });
  const refill = everyMs(options.refillMs, async () => {
    for (const caseId of await deps.ledger.dueCases(REFILL_MOST)) await queue.add(caseId, { wake: 'due' });
  });
  const poll = everyMs(options.pollMs, async () => {
    await pollOnce(deps, options.since);
  });
  const onError = (what: string) => (error: unknown) => {
    // A Problem says all there is; a stack is for what nobody foresaw.
    const problem = error instanceof ProblemError ? error.problems[0] : undefined;
    deps.log.warn(
      problem ? { code: problem.code, says: problem.message } : { err: error },
      `${what} failed; it is tried again`,
    );
  };
  refill.onError = onError('looking for due cases');
  poll.onError = onError('asking the help desk for changes');
  return {
    async stop(deadlineMs) {
      stopping.abort();
      // A poll that hangs must not eat the time that running cases have.
      const [ended] = await Promise.all([queue.stop(deadlineMs), refill.stop(), poll.stop()]);
      return ended;
    },
  };
}

interface Repeating {
  onError: (error: unknown) => void;
  stop(): Promise<void>;
}

/** Runs `task` at once and then again so long after each end; one at a time. */
function everyMs(ms: number, task: () => Promise<void>): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const repeating: Repeating = {
    onError: () => {},
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
  const turn = async () => {
    await task().catch((error) => repeating.onError(error));
    if (!isStopped) timer = setTimeout(() => (running = turn()), ms);
  };
  let running = Promise.resolve().then(turn);
  return repeating;
}
