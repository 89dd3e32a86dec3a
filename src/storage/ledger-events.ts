// Events in the ledger: kept once, and their cases opened or woken, before the sender is answered.
import { sql } from 'kysely';
import { type EventValue, eventDesk } from '../core/event.js';
import type { EventLedger, Woken } from '../ledger/events.js';
import { toJsonb } from './jsonb.js';
import { openIn, putTrigger } from './ledger-cases.js';
import type { Db, Tx } from './rows.js';

export function eventLedger(db: Db): EventLedger {
  return {
    async takeEvent(event, wakes) {
      return db.transaction().execute(async (tx) => {
        const { source, key, name, fields } = event;
        const known = await sql<{
          case_id: string;
        }>`select case_id from usher.events where source = ${source} and key = ${key}`.execute(tx);
        if (known.rows[0]) return { caseId: known.rows[0].case_id, isRepeat: true };
        const trigger = { key: `event:${source}:${key}`, kind: 'event' as const, event: name };
        let caseId: string;
        if (wakes === null) {
          const ticket = { helpdesk: eventDesk(source), ticketId: key, version: null };
          caseId = (await openIn(tx, ticket, trigger)).caseId;
        } else {
          const found = await findWoken(tx, wakes);
          if (found === null) return { caseId: null, isRepeat: false };
          caseId = found;
          await putTrigger(tx, caseId, trigger);
        }
        // Two deliveries at once: the second waited for the case's row or waits here, and is a repeat.
        const kept = await sql`insert into usher.events (source, key, name, fields, case_id)
          values (${source}, ${key}, ${name}, ${toJsonb(fields)}::jsonb, ${caseId}) on conflict do nothing returning key`.execute(
          tx,
        );
        return { caseId, isRepeat: kept.rows.length === 0 };
      });
    },

    async eventOf(source, key) {
      const found = await sql<{
        name: string;
        fields: Record<string, EventValue>;
        at: Date;
      }>`select name, fields, at from usher.events where source = ${source} and key = ${key}`.execute(db);
      const row = found.rows[0];
      return row ? { source, key, name: row.name, fields: row.fields, at: row.at.toISOString() } : null;
    },
  };
}

async function findWoken(tx: Tx, wakes: Woken): Promise<string | null> {
  const found =
    'caseId' in wakes
      ? sql<{ id: string }>`select id from usher.cases where id = ${wakes.caseId}`
      : sql<{ id: string }>`select case_id as id from usher.writes where target = 'http' and state = 'done'
          and receipt @> ${toJsonb({ [`value.${wakes.name}`]: wakes.value })}::jsonb order by id desc limit 1`;
  return (await found.execute(tx)).rows[0]?.id ?? null;
}
