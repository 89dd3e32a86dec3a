// Who polls and keeps the timers: a lease a duty, by the database's clock, so that one process at a time has it.
import { sql } from 'kysely';
import type { IntakeLedger } from '../ledger/intake.js';
import type { Db } from './rows.js';

type DutyPart = Pick<IntakeLedger, 'holdDuty' | 'releaseDuty'>;

export function dutyLedger(db: Db): DutyPart {
  return {
    async holdDuty(name, owner, ms) {
      const held = await sql`insert into usher.duties (name, owner, until)
          values (${name}, ${owner}, now() + ${ms}::float8 * interval '1 millisecond')
        on conflict (name) do update set owner = excluded.owner, until = excluded.until
          where duties.owner = excluded.owner or duties.until <= now() returning name`.execute(db);
      return held.rows.length > 0;
    },

    async releaseDuty(name, owner) {
      await sql`delete from usher.duties where name = ${name} and owner = ${owner}`.execute(db);
    },
  };
}
