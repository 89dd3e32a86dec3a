// Deliveries to subscribers in the database: spread from case events, taken by one process at a time, settled by what came back.
import { sql } from 'kysely';
import type { Deliveries, Delivery, DeliveryLine, SubscriberPause } from '../ledger/deliveries.js';
import { toJsonb } from './jsonb.js';
import type { Db } from './rows.js';

/** Case events spread in one go. */
const SPREAD_MOST = 500;

interface Row extends Omit<Delivery, 'at'> {
  at: Date;
}
interface LineRow extends Omit<DeliveryLine, 'at' | 'dueAt'> {
  at: Date;
  dueAt: Date;
}

export function deliveryStore(db: Db): Deliveries {
  return {
    async listen(isListening) {
      const word = toJsonb(isListening ? 'yes' : 'no');
      await sql`with before as materialized (select value from usher.meta where key = 'subscribers'),
        told as (insert into usher.meta (key, value) values ('subscribers', ${word}::jsonb)
          on conflict (key) do update set value = excluded.value, at = now())
        update usher.case_events set spread_at = now()
        where spread_at is null and not exists (select 1 from before where value = ${word}::jsonb)`.execute(db);
    },

    async spread(subscribers) {
      // Marked as spread in the same statement: dying in between leaves all of it to do. By place (`ctid`), which holds while the row is
      // locked: a join by key, planned while there were few events, compares each of thousands with each.
      const wanted = subscribers.flatMap(({ name, events }) => events.map((type) => ({ name, type })));
      await sql`with fresh as materialized (select ctid as place, id, type from usher.case_events where spread_at is null
          order by id limit ${sql.lit(SPREAD_MOST)} for update skip locked),
        spread as (update usher.case_events set spread_at = now() where spread_at is null and ctid = any(array(select place from fresh)))
        insert into usher.deliveries (event_id, subscriber)
          select fresh.id, w.name from fresh join jsonb_to_recordset(${toJsonb(wanted)}::jsonb) as w(name text, type text) on w.type = fresh.type
        on conflict do nothing`.execute(db);
    },

    async take(subscribers, limit, ms) {
      const taken = await sql<Row>`with due as materialized (select id from usher.deliveries
          where state = 'waiting' and due_at <= now() and subscriber = any(${subscribers}::text[])
            and subscriber not in (select subscriber from usher.subscriber_pauses)
          order by due_at limit ${sql.lit(limit)} for update skip locked)
        update usher.deliveries d set attempts = d.attempts + 1, due_at = now() + ${ms}::float8 * interval '1 millisecond'
        from due, usher.case_events e where d.id = due.id and e.id = d.event_id
        returning d.id::text as id, d.event_id::text as "eventId", d.subscriber, e.type, e.at, e.data, d.attempts`.execute(
        db,
      );
      return taken.rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },

    async putBack(ids) {
      await sql`update usher.deliveries set attempts = greatest(0, attempts - 1), due_at = now()
        where id = any(${ids}::bigint[]) and state = 'waiting'`.execute(db);
    },

    async settle(id, { state, status, waitMs = 0 }) {
      await sql`update usher.deliveries set state = ${state}, status = ${status}, due_at = now() + ${waitMs}::float8 * interval '1 millisecond',
          settled_at = case when ${state}::text = 'waiting' then null else now() end where id = ${id}::bigint`.execute(
        db,
      );
    },

    async list(limit) {
      const found =
        await sql<LineRow>`select d.id::text as id, d.event_id::text as "eventId", d.subscriber, e.type, e.at, d.attempts,
          e.case_id as "caseId", d.state, d.status, d.due_at as "dueAt"
        from usher.deliveries d join usher.case_events e on e.id = d.event_id order by d.id desc limit ${sql.lit(limit)}`.execute(
          db,
        );
      return found.rows.map((row) => ({ ...row, at: row.at.toISOString(), dueAt: row.dueAt.toISOString() }));
    },

    async replay(id) {
      const found =
        await sql`update usher.deliveries set state = 'waiting', attempts = 0, due_at = now(), settled_at = null
        where id = ${id}::bigint returning id`.execute(db);
      return found.rows.length > 0;
    },

    async pause(subscriber, reason) {
      await sql`insert into usher.subscriber_pauses (subscriber, reason) values (${subscriber}, ${reason}) on conflict do nothing`.execute(
        db,
      );
    },

    async resume(subscriber) {
      const found =
        await sql`delete from usher.subscriber_pauses where subscriber = ${subscriber} returning subscriber`.execute(
          db,
        );
      // What waited meanwhile goes out now.
      await sql`update usher.deliveries set due_at = now() where subscriber = ${subscriber} and state = 'waiting'`.execute(
        db,
      );
      return found.rows.length > 0;
    },

    async pauses() {
      const found = await sql<Omit<SubscriberPause, 'since'> & { since: Date }>`select subscriber, since, reason
        from usher.subscriber_pauses order by since`.execute(db);
      return found.rows.map((row) => ({ ...row, since: row.since.toISOString() }));
    },
  };
}
