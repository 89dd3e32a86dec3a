// Commands that read or change cases: through the running bot, or on the database itself when no bot runs.
import { callRunning } from '../commands/control-client.js';
import type { ControlHandlers } from '../http/control-socket.js';
import { ProblemError, problem } from '../problem.js';
import type { Settings } from '../settings.js';
import { controlHandlers } from './control-handlers.js';
import { openKnowledge } from './knowledge.js';
import { closeAll, type Opened, openStore } from './store.js';

export type AskName = 'cases' | 'settle' | 'resume' | 'resumeAll' | 'lists' | 'accept' | 'match';

/** Runs one command. Throws ProblemError; what is changed without a bot is carried out at the next start. */
export async function ask<T>(settings: Settings, command: AskName, args: unknown = {}): Promise<T> {
  const running = await callRunning<T>(settings.DATA_DIR, command, args);
  if (running) return running.result;
  return withStore(settings, async (handlers) => (await handlers[command]!(args)) as T);
}

/** No bot runs: the command works on the store itself, which is locked meanwhile. */
async function withStore<T>(settings: Settings, work: (handlers: ControlHandlers) => Promise<T>): Promise<T> {
  const opened: Opened = [];
  try {
    const { ledger, views, snapshots } = await openStore(settings, {}, opened);
    const knowledge = await openKnowledge({
      source: { rulesDir: settings.RULES_DIR, templatesDir: settings.TEMPLATES_DIR, programmes: settings.PROGRAMMES },
      dataDir: settings.DATA_DIR,
      snapshots,
      clock: { now: () => new Date() },
      quietMs: (settings.LIST_QUIET_SECONDS ?? 120) * 1000,
      lookMs: 60_000,
      onChange: () => {},
      onProblems: () => {},
    });
    opened.push(() => knowledge.stop());
    return await work(controlHandlers({ ledger, views, snapshots, knowledge }));
  } finally {
    await closeAll(opened);
  }
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
