// Waits in the ledger: what comes about when all steps of a decision are done, by the database's clock.
import { sql } from 'kysely';
import type { AfterSteps } from '../core/wait.js';
import type { Ledger } from '../ledger.js';
import { toJsonb } from './jsonb.js';
import { type Db, timelineLine, underLease } from './rows.js';

export function waitLedger(db: Db): Pick<Ledger, 'endSteps'> {
  return {
    async endSteps(lease, begin) {
      // Only whoever holds the lease changes what is read here; the change itself is under it.
      const found = await sql<{ after: AfterSteps | null; now: Date }>`select after_steps as after, now() as now
        from usher.cases where id = ${lease.caseId}`.execute(db);
      const { after, now } = found.rows[0]!;
      const wait = after?.wait ? begin(after.wait, now) : null;
      const rules = toJsonb(wait ? [wait.rule] : []);
      await underLease(db, lease, [
        sql`update usher.cases c set state = ${wait ? 'waiting' : 'done'}, after_steps = null, updated_at = now(), held_at = null,
            stage = coalesce(${after?.stage ?? null}::text, stage), fired_rules = fired_rules || ${rules}::jsonb,
            wait = coalesce(${wait === null ? null : toJsonb(wait)}::jsonb, wait)
          from held where c.id = held.id`,
        ...(after?.stage === undefined
          ? []
          : [timelineLine('stage', `The case has come to the stage ${after.stage}.`)]),
        ...(wait ? [timelineLine('waiting', `Waiting until ${wait.until.slice(0, 16).replace('T', ' ')} UTC.`)] : []),
      ]);
    },
  };
}
