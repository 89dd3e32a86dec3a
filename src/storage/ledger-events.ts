// Events in the ledger: kept once, and their cases opened or woken, before the sender is answered.
import { sql } from 'kysely';
import { type EventValue, eventDesk, LINKS_MOST } from '../core/event.js';
import type { EventLedger, Woken } from '../ledger/events.js';
import { toJsonb } from './jsonb.js';
import { openIn, putTrigger } from './ledger-cases.js';
import type { Db, Tx } from './rows.js';

export function eventLedger(db: Db): EventLedger {
  return {
    async takeEvent(event, wakes) {
      return db.transaction().execute(async (tx) => {
        const { source, key, name, fields, caseKey = key, links = [] } = event;
        const known = await sql<{
          case_id: string;
        }>`select case_id from usher.events where source = ${source} and key = ${key}`.execute(tx);
        if (known.rows[0]) return { caseId: known.rows[0].case_id, isRepeat: true };
        const trigger = { key: `event:${source}:${key}`, kind: 'event' as const, event: name };
        const ticket = { helpdesk: eventDesk(source), ticketId: caseKey, version: null };
        const caseId = wakes === null ? `${ticket.helpdesk}-${caseKey}` : await findWoken(tx, wakes);
        if (caseId === null) return { caseId, isRepeat: false };
        if (links.length > 0 && (await isFull(tx, caseId, links.length)))
          return { caseId: null, isRepeat: false, isFull: true as const };
        if (wakes === null) await openIn(tx, ticket, trigger);
        else await putTrigger(tx, caseId, trigger);
        // Two deliveries at once: the second waited for the case's row or waits here, and is a repeat.
        const kept = await sql`insert into usher.events (source, key, name, fields, case_id, links)
          values (${source}, ${key}, ${name}, ${toJsonb(fields)}::jsonb, ${caseId}, ${toJsonb(links)}::jsonb) on conflict do nothing returning key`.execute(
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

async function isFull(tx: Tx, caseId: string, more: number): Promise<boolean> {
  const held = await sql<{ n: number }>`select coalesce(sum(jsonb_array_length(links)), 0)::int as n
    from usher.events where case_id = ${caseId}`.execute(tx);
  return held.rows[0]!.n + more > LINKS_MOST;
}

async function findWoken(tx: Tx, wakes: Woken): Promise<string | null> {
  const found =
    'caseId' in wakes
      ? sql<{ id: string }>`select id from usher.cases where id = ${wakes.caseId}`
      : sql<{ id: string }>`select case_id as id from usher.writes where target = 'http' and state = 'done'
          and receipt @> ${toJsonb({ [`value.${wakes.name}`]: wakes.value })}::jsonb order by id desc limit 1`;
  return (await found.execute(tx)).rows[0]?.id ?? null;
}
