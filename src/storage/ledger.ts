// The ledger over one PostgreSQL dialect, embedded or server: put together from its parts.

import { sql } from 'kysely';
import type { Ledger } from '../ledger.js';
import { dutyLedger } from './duties.js';
import { intakeLedger } from './intake-runs.js';
import { toJsonb } from './jsonb.js';
import { cardLedger } from './ledger-cards.js';
import { caseLedger } from './ledger-cases.js';
import { decisionLedger } from './ledger-decisions.js';
import { eventLedger } from './ledger-events.js';
import { pauseLedger } from './ledger-pause.js';
import { peopleLedger } from './ledger-people.js';
import { relatedLedger } from './ledger-related.js';
import { waitLedger } from './ledger-waits.js';
import { writeLedger } from './ledger-writes.js';
import type { Db } from './rows.js';

/** All of the ledger's calls; each is one transaction, and times come from the database. */
export function openLedger(db: Db): Ledger {
  return {
    ...caseLedger(db),
    ...decisionLedger(db),
    ...writeLedger(db),
    ...peopleLedger(db),
    ...cardLedger(db),
    ...pauseLedger(db),
    ...relatedLedger(db),
    ...waitLedger(db),
    ...dutyLedger(db),
    ...intakeLedger(db),
    ...eventLedger(db),

    async cursor(helpdesk) {
      const found = await sql<{
        cursor: string | null;
        since: string | null;
      }>`select cursor, since from usher.cursors where helpdesk = ${helpdesk}`.execute(db);
      return found.rows[0] ?? { cursor: null, since: null };
    },

    async saveCursor(helpdesk, cursor, since) {
      await sql`insert into usher.cursors (helpdesk, cursor, since) values (${helpdesk}, ${cursor}, ${since})
        on conflict (helpdesk) do update set cursor = excluded.cursor, since = excluded.since, at = now()`.execute(db);
    },

    async publish(kind, hash, content) {
      await sql`insert into usher.published (kind, hash, content) values (${kind}, ${hash}, ${toJsonb(content)}::jsonb)
        on conflict (kind, hash) do nothing`.execute(db);
    },

    async swap(key, value) {
      const done = await sql<{ before: string | null }>`with before as (select value from usher.meta where key = ${key})
        insert into usher.meta (key, value) values (${key}, ${toJsonb(value)}::jsonb)
        on conflict (key) do update set value = excluded.value, at = now() returning (select value from before) as before`.execute(
        db,
      );
      return done.rows[0]?.before ?? null;
    },

    async keep(key, make) {
      await sql`insert into usher.meta (key, value) values (${key}, ${toJsonb(make())}::jsonb) on conflict (key) do nothing`.execute(
        db,
      );
      const kept = await sql<{ value: string }>`select value from usher.meta where key = ${key}`.execute(db);
      return kept.rows[0]!.value;
    },
  };
}
