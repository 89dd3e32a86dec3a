// Timers that look after the process itself: the clocks agree, the embedded database is tidied, old contents are erased.
import type { Log } from '../ports.js';
import { checkClockSkew } from '../storage/clock-skew.js';
import type { Database } from '../storage/pool.js';
import { eraseOld } from '../storage/retention.js';
import type { Duty } from './duty.js';

const SKEW_CHECK_MS = 60_000;
const TIDY_MS = 10 * 60_000;
const RETENTION_MS = 60 * 60_000;

/** Each process checks its own clock; `retention` is the duty of one of them. */
export function startCare(
  db: Database,
  log: Log,
  { retentionDays, retention }: { retentionDays: number; retention: Duty },
): { stop(): Promise<void> } {
  let busy: Promise<unknown> = Promise.resolve();
  const skew = setInterval(() => {
    busy = checkClockSkew(db).then(
      () => {},
      (error) => {
        log.error({ err: error }, 'the clocks of this machine and of the database disagree');
      },
    );
  }, SKEW_CHECK_MS);
  const tidy = setInterval(() => {
    busy = busy.then(() => db.maintain()).catch((error) => log.warn({ err: error }, 'tidying the database failed'));
  }, TIDY_MS);
  const erasing = setInterval(() => {
    busy = busy
      .then(async () => {
        if (await retention.hold()) await eraseOld(db.kysely(), retentionDays);
      })
      .catch((error) => log.warn({ err: error }, 'erasing old contents failed'));
  }, RETENTION_MS);
  return {
    async stop() {
      clearInterval(skew);
      clearInterval(erasing);
      clearInterval(tidy);
      await busy;
      await retention.release();
    },
  };
}
