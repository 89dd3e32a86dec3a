// Timers that look after the process itself: clocks agree, the embedded database is tidied, the audit chain sealed, old contents erased.
import { everyMs } from '../flow/every.js';
import type { Log } from '../ports.js';
import { sealAll } from '../storage/audit-seal.js';
import { checkClockSkew } from '../storage/clock-skew.js';
import type { Database } from '../storage/pool.js';
import { eraseOld } from '../storage/retention.js';
import type { Duty } from './duty.js';

const SKEW_CHECK_MS = 60_000;
const TIDY_MS = 10 * 60_000;
/** Below a duty's length, so that one process keeps it. */
const SEAL_MS = 15_000;
const RETENTION_MS = 60 * 60_000;

/** Each process checks its own clock; `retention`, which seals and then erases, is the duty of one of them. */
export function startCare(
  db: Database,
  log: Log,
  { retentionDays, retention }: { retentionDays: number; retention: Duty },
): { stop(): Promise<void> } {
  const every = (what: string, ms: number, task: () => Promise<unknown>) => everyMs({ log }, what, ms, task, ms);
  let erasedAt = performance.now();
  const timers = [
    every('checking the clocks', SKEW_CHECK_MS, async () => {
      await checkClockSkew(db).catch((error) =>
        log.error({ err: error }, 'the clocks of this machine and of the database disagree'),
      );
    }),
    every('tidying the database', TIDY_MS, () => db.maintain()),
    every('sealing the audit chain', SEAL_MS, async () => {
      if (!(await retention.hold())) return;
      await sealAll(db.kysely(), { goOn: () => retention.hold() });
      if (performance.now() - erasedAt < RETENTION_MS) return;
      erasedAt = performance.now();
      // What is erased was sealed before: only its hash is left to tell.
      while ((await retention.hold()) && (await eraseOld(db.kysely(), retentionDays)) > 0);
    }),
  ];
  return {
    async stop() {
      await Promise.all(timers.map((timer) => timer.stop()));
      await retention.release();
    },
  };
}
