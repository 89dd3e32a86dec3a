// A task that is run again and again, one at a time, and waits longer when it is asked to.
import { ProblemError, retryAfterOf } from '../problem.js';
import type { FlowDeps } from './deps.js';

export interface Repeating {
  stop(): Promise<void>;
}

/**
 * Runs `task` at once (or after `firstMs`) and then again `ms` after each end, or later when the far side asked to come again
 * later. A failure is told of and does not end it.
 */
export function everyMs(
  deps: Pick<FlowDeps, 'log'>,
  what: string,
  ms: number,
  task: () => Promise<unknown>,
  firstMs = 0,
): Repeating {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const turn = async (): Promise<void> => {
    let waitMs = ms;
    try {
      await task();
    } catch (error) {
      waitMs = Math.max(ms, retryAfterOf(error) ?? 0);
      tell(deps, what, error, waitMs);
    }
    if (!isStopped) timer = setTimeout(() => (running = turn()), waitMs);
  };
  let running: Promise<void> = Promise.resolve();
  if (firstMs > 0) timer = setTimeout(() => (running = turn()), firstMs);
  else running = running.then(turn);
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
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
