// Makes a case due, also one that is being visited: what is put on a case wakes it up, and whoever gives it back sees that.
import { type RawBuilder, sql } from 'kysely';

/** Makes the case due. While it is leased, a `wake_at` before the lease's end tells the visit that is ending: the row itself carries it. */
export const POKE = sql`wake_at = case when lease_until is null then now() else least(now(), lease_until - interval '1 millisecond') end`;

/**
 * Whether anything came to the case `c` during its visit: the row itself tells of it, or a trigger that stands open. Those of `handled`
 * are being handled in the same statement.
 */
export function cameMeanwhile(handled: string[] = []): RawBuilder<unknown> {
  return sql`(coalesce(c.wake_at < c.lease_until, false) or exists (select 1 from usher.triggers t
    where t.case_id = c.id and t.handled_at is null and t.at >= c.leased_at and t.id <> all(${handled}::bigint[])))`;
}
