// A task that is run again and again, one at a time, and waits longer when it is asked to.
import { ProblemError, retryAfterOf } from '../problem.js';
import type { FlowDeps } from './deps.js';

/** Calls `task` after so many milliseconds; the answer takes it back. */
export function after(deps: Pick<FlowDeps, 'after'>, ms: number, task: () => void): () => void {
  if (deps.after) return deps.after(ms, task);
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
}

export interface Repeating {
  stop(): Promise<void>;
}

/**
 * Runs `task` at once (or after `firstMs`) and then again `ms` after each end, or later when the far side asked to come again
 * later. A failure is told of and does not end it.
 */
export function everyMs(
  deps: Pick<FlowDeps, 'log' | 'after'>,
  what: string,
  ms: number,
  task: () => Promise<unknown>,
  firstMs = 0,
): Repeating {
  let cancel = () => {};
  let isStopped = false;
  const turn = async (): Promise<void> => {
    let waitMs = ms;
    try {
      await task();
    } catch (error) {
      waitMs = Math.max(ms, retryAfterOf(error) ?? 0);
      tell(deps, what, error, waitMs);
    }
    if (!isStopped) cancel = after(deps, waitMs, () => (running = turn()));
  };
  let running: Promise<void> = Promise.resolve();
  if (firstMs > 0) cancel = after(deps, firstMs, () => (running = turn()));
  else running = running.then(turn);
  return {
    async stop() {
      isStopped = true;
      cancel();
      await running;
    },
  };
}

function tell({ log }: Pick<FlowDeps, 'log'>, what: string, error: unknown, waitMs: number): void {
  // A Problem says all there is; a stack is for what nobody foresaw.
  const problem = error instanceof ProblemError ? error.problems[0] : undefined;
  const fields = problem ? { code: problem.code, says: problem.message } : { err: error };
  log.warn({ ...fields, againInSeconds: Math.round(waitMs / 1000) }, `${what} failed; it is tried again`);
}
