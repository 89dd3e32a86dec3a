// Commands that read or change cases: through the running bot, or on the database itself when no bot runs.
import { callRunning } from '../commands/control-client.js';
import { ProblemError, problem } from '../problem.js';
import type { Settings } from '../settings.js';

export type AskName =
  | 'cases'
  | 'settle'
  | 'resume'
  | 'correct'
  | 'pause'
  | 'sending'
  | 'resumeAll'
  | 'report'
  | 'lists'
  | 'accept'
  | 'match'
  | 'simulate'
  | 'auditVerify'
  | 'auditExport';

/**
 * Runs one command; a running bot has `timeoutMs` milliseconds to answer. Throws ProblemError; what is changed without a bot is
 * carried out at the next start.
 */
export async function ask<T>(settings: Settings, command: AskName, args: unknown = {}, timeoutMs?: number): Promise<T> {
  const running = await callRunning<T>(settings.DATA_DIR, command, args, timeoutMs);
  if (running) return running.result;
  // Only now what opens a database is loaded: a command that has nothing to open answers at once.
  const { withStore } = await import('./with-store.js');
  return withStore(settings, async (handlers) => (await handlers[command]!(args)) as T);
}

/** Which of the three ways to settle was asked for. Throws ProblemError unless it is exactly one. */
export function howOf(options: { done?: boolean; again?: boolean; drop?: boolean }): 'done' | 'again' | 'drop' {
  const chosen = (['done', 'again', 'drop'] as const).filter((how) => options[how]);
  if (chosen.length !== 1)
    throw new ProblemError(
      problem(
        'settle-how',
        'settle needs exactly one of --done, --again, --drop',
        '--done: it arrived; --again: it did not, send it again; --drop: do not send it',
      ),
    );
  return chosen[0]!;
}
