// Events in the ledger: kept once, and their cases opened or woken, before the sender is answered.
import { sql } from 'kysely';
import { type EventValue, eventDesk } from '../core/event.js';
import type { EventLedger } from '../ledger/events.js';
import { toJsonb } from './jsonb.js';
import { openIn, putTrigger } from './ledger-cases.js';
import type { Db } from './rows.js';

export function eventLedger(db: Db): EventLedger {
  return {
    async takeEvent(event, wakes) {
      return db.transaction().execute(async (tx) => {
        const { source, key, name, fields } = event;
        const known = await sql<{
          case_id: string;
        }>`select case_id from usher.events where source = ${source} and key = ${key}`.execute(tx);
        if (known.rows[0]) return { caseId: known.rows[0].case_id, isRepeat: true };
        const trigger = { key: `event:${source}:${key}`, kind: 'event' as const };
        const caseId =
          wakes ?? (await openIn(tx, { helpdesk: eventDesk(source), ticketId: key, version: null }, trigger)).caseId;
        if (wakes !== null) {
          const found = await sql`select 1 from usher.cases where id = ${wakes}`.execute(tx);
          if (found.rows.length === 0) return { caseId: null, isRepeat: false };
          await putTrigger(tx, wakes, trigger);
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
