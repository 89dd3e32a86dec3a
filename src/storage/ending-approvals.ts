// Approvals that end soon, in the ledger: planned once a listing and last day, claimed before the mail leaves, settled by what is known.

import { sql } from 'kysely';
import type { EndingApprovals } from '../ledger/ending-approvals.js';
import { toJsonb } from './jsonb.js';
import type { Db } from './rows.js';

/** A claim without an end for so long belongs to nobody any more. */
const LEFT_BEHIND = sql`state = 'claimed' and claimed_at < now() - interval '2 minutes'`;
const DUE = sql`state = 'planned' and (not_before is null or not_before <= now())`;

export function endingApprovals(db: Db): EndingApprovals {
  return {
    async plan(endings) {
      for (const { key, programme, line } of endings)
        await sql`insert into usher.ending_approvals (key, programme, line) values (${key}, ${programme}, ${line})
          on conflict (key) do nothing`.execute(db);
    },

    async open() {
      const found = await sql<{
        programme: string;
        batch: string;
        sends: number;
      }>`select programme, coalesce(batch, min(key)) as batch, max(sends) as sends from usher.ending_approvals
        where (${DUE}) or (${LEFT_BEHIND}) group by programme, ending_approvals.batch order by min(at)`.execute(db);
      return found.rows;
    },

    async claim({ programme, batch, sends }) {
      // What was begun before is repeated as it was; what is new goes into a mail of its own.
      const which =
        sends > 0 ? sql`batch = ${batch} and ((${LEFT_BEHIND}) or (${DUE}))` : sql`batch is null and ${DUE}`;
      const claimed = await sql<{ key: string; line: string }>`update usher.ending_approvals
        set state = 'claimed', batch = ${batch}, sends = sends + 1, claimed_at = now()
        where programme = ${programme} and ${which} returning key, line`.execute(db);
      return claimed.rows.sort((a, b) => (a.key < b.key ? -1 : 1)).map((row) => row.line);
    },

    async settle(batch, { state, reason, receipt, waitMs }) {
      await sql`update usher.ending_approvals set state = ${state}, reason = ${reason},
          receipt = ${receipt ? toJsonb(receipt) : null}::jsonb,
          batch = case when ${state} = 'planned' and sends <= 1 then null else batch end,
          sends = case when ${state} = 'planned' then greatest(0, sends - 1) else sends end,
          not_before = now() + ${waitMs ?? 0}::float8 * interval '1 millisecond'
        where batch = ${batch} and state = 'claimed'`.execute(db);
    },
  };
}
