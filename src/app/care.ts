// Timers that look after the process itself: the clocks' agreement, and the embedded database's tidying when it is quiet.
import type { Log } from '../ports.js';
import { checkClockSkew } from '../storage/clock-skew.js';
import type { Database } from '../storage/pool.js';

const SKEW_CHECK_MS = 60_000;
const TIDY_MS = 10 * 60_000;

export function startCare(db: Database, log: Log): { stop(): Promise<void> } {
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
  return {
    async stop() {
      clearInterval(skew);
      clearInterval(tidy);
      await busy;
    },
  };
}
