// Retention: after RETENTION_DAYS the contents and personal data of finished cases go; keys, slots, states and hashes stay.
import { sql } from 'kysely';
import type { Db } from './rows.js';

/** Cases erased in one go, so that nothing is held up for long. */
const BATCH = 200;

/**
 * Erases up to one batch of cases that were finished and untouched for so many days; answers how many. What proves that a
 * slot was filled is kept for good, so that no message can go out again. A case that went on after it was erased is erased again.
 * Old snapshots of lists go too, the live one never.
 */
export async function eraseOld(db: Db, days: number): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const old = await sql<{ id: string }>`select id from usher.cases
      where state in ('done','not-for-usher','held') and (erased_at is null or erased_at < updated_at) and updated_at < now() - ${days}::float8 * interval '1 day'
      order by updated_at limit ${sql.lit(BATCH)} for update skip locked`.execute(tx);
    const ids = old.rows.map((r) => r.id);
    await sql`delete from usher.snapshots where state = 'old' and read_at < now() - ${days}::float8 * interval '1 day'`.execute(
      tx,
    );
    await sql`delete from usher.deliveries where settled_at < now() - ${days}::float8 * interval '1 day'`.execute(tx);
    await sql`delete from usher.case_events e where e.spread_at < now() - ${days}::float8 * interval '1 day'
      and not exists (select 1 from usher.deliveries d where d.event_id = e.id)`.execute(tx);
    // The key stays: nobody is told twice that the same approval ends.
    await sql`update usher.ending_approvals set line = '', reason = null, receipt = null
      where line <> '' and state not in ('planned','claimed') and at < now() - ${days}::float8 * interval '1 day'`.execute(
      tx,
    );
    if (ids.length === 0) return 0;
    await sql`update usher.cases set subject = '', url = '', requester_name = '', requester_email = '', reason = null, wait = null, after_steps = null, erased_at = now()
      where id = any(${ids}::text[])`.execute(tx);
    await sql`update usher.events set fields = '{}', links = '[]' where case_id = any(${ids}::text[])`.execute(tx);
    await sql`update usher.decisions set ticket = 'null', case_facts = 'null', triage = null where case_id = any(${ids}::text[])`.execute(
      tx,
    );
    await sql`update usher.commands set by = 'An agent', name = null, answer = null where case_id = any(${ids}::text[])`.execute(
      tx,
    );
    await sql`update usher.approvals set contents = 'null', answered_by = '' where case_id = any(${ids}::text[])`.execute(
      tx,
    );
    await sql`delete from usher.comparisons where case_id = any(${ids}::text[])`.execute(tx);
    await sql`delete from usher.timeline where case_id = any(${ids}::text[])`.execute(tx);
    await sql`update usher.writes set requester = null, requester_domain = null, reason = null,
      receipt = case when target = 'http' then null else receipt end where case_id = any(${ids}::text[])`.execute(tx);
    // Texts and addresses become empty; what kind of step it was, and where it went, stays.
    await sql`update usher.steps set effect = (select jsonb_object_agg(key, case
          when key = 'headers' then '{}'::jsonb
          when key in ('key','method') or key in ('type','template','to','channel','channelId','channelName','locale') or jsonb_typeof(value) <> 'string' then value
          else '""'::jsonb end) from jsonb_each(effect))
      where case_id = any(${ids}::text[])`.execute(tx);
    return ids.length;
  });
}
