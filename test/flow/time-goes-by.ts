// Lets the time of a running wait pass in the ledger, so that no test waits for it.
import { sql } from 'kysely';
import { caseIdOf, type Stage } from './journey.js';

/** So much of the running wait is over, and the case is due. */
export async function timeGoesBy({ db }: Stage, ticketId: string, ms: number): Promise<void> {
  const earlier = (path: string) =>
    sql.raw(
      `to_char((${path})::timestamptz at time zone 'utc' - interval '${ms} milliseconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    );
  await sql`update usher.cases set wake_at = now(), wait = wait || jsonb_build_object('until', ${earlier("wait ->> 'until'")},
      'followUps', (select coalesce(jsonb_agg(f || jsonb_build_object('at', ${earlier("f ->> 'at'")})), '[]')
        from jsonb_array_elements(wait -> 'followUps') f))
    where id = ${caseIdOf(ticketId)}`.execute(db.kysely<unknown>());
}
