// Commands that read or change cases: through the running bot, or on the database itself when no bot runs.
import { callRunning } from '../commands/control-client.js';
import { TIMING } from '../flow/deps.js';
import type { ControlHandlers } from '../http/control-socket.js';
import { ProblemError, problem } from '../problem.js';
import type { Settings } from '../settings.js';
import { lockDataDir } from '../storage/data-lock.js';
import { openLedger } from '../storage/ledger.js';
import { migrate } from '../storage/migrate.js';
import { migrations } from '../storage/migrations.js';
import { openDatabase } from '../storage/pool.js';
import { snapshotStore } from '../storage/snapshots.js';
import { caseViews } from '../storage/views.js';
import { controlHandlers } from './control-handlers.js';
import { openKnowledge } from './knowledge.js';

export type AskName = 'cases' | 'settle' | 'resume' | 'resumeAll' | 'lists' | 'accept' | 'match';

/** Runs one command. Throws ProblemError; what is changed without a bot is carried out at the next start. */
export async function ask<T>(settings: Settings, command: AskName, args: unknown = {}): Promise<T> {
  const running = await callRunning<T>(settings.DATA_DIR, command, args);
  if (running) return running.result;
  return withStore(settings, async (handlers) => (await handlers[command]!(args)) as T);
}

async function withStore<T>(settings: Settings, work: (handlers: ControlHandlers) => Promise<T>): Promise<T> {
  const lock = await lockDataDir(settings.DATA_DIR);
  try {
    const db = await openDatabase({ databaseUrl: settings.DATABASE_URL, dataDir: settings.DATA_DIR });
    try {
      await migrate(db, migrations);
      const kysely = db.kysely<unknown>();
      const ledger = openLedger(kysely);
      const snapshots = snapshotStore(kysely);
      const knowledge = await openKnowledge({
        source: { rulesDir: settings.RULES_DIR, templatesDir: settings.TEMPLATES_DIR, programmes: settings.PROGRAMMES },
        dataDir: settings.DATA_DIR,
        snapshots,
        clock: { now: () => new Date() },
        quietMs: (settings.LIST_QUIET_SECONDS ?? 120) * 1000,
        lookMs: TIMING.leaseMs,
        onChange: () => {},
        onProblems: () => {},
      });
      try {
        return await work(controlHandlers({ ledger, views: caseViews(kysely), snapshots, knowledge }));
      } finally {
        await knowledge.stop();
      }
    } finally {
      await db.close();
    }
  } finally {
    await lock.release();
  }
}

/** The id of a step as typed, `3` of `settle CASE 3`. */
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
