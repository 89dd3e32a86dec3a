// Makes a case due, also one that is being visited: what is put on a case wakes it up.
import { sql } from 'kysely';

/** Makes the case due. While it is leased, a `wake_at` before the lease's end tells the visit that is ending: the row itself carries it. */
export const POKE = sql`wake_at = case when lease_until is null then now() else least(now(), lease_until - interval '1 millisecond') end`;
