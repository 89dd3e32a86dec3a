// Stopping all sending and going on: pauses by people, the breaker, and what waits meanwhile.

import { sql } from 'kysely';
import type { RenderedEffect } from '../core/decision.js';
import type { Ledger } from '../ledger.js';
import { toJsonb } from './jsonb.js';
import { addTimeline, type Db } from './rows.js';

type PausePart = Pick<Ledger, 'pause' | 'pauses' | 'waitingSteps' | 'resumeAll' | 'breaker'>;

const PAUSE = 'pause:';

export function pauseLedger(db: Db): PausePart {
  return {
    async pause(programme, by) {
      await sql`insert into usher.meta (key, value) values (${PAUSE + (programme ?? '*')}, ${toJsonb({ by })}::jsonb)
        on conflict (key) do nothing`.execute(db);
    },

    async pauses() {
      const found = await sql<{ key: string; value: { by: string }; at: Date }>`select key, value, at from usher.meta
        where starts_with(key, ${PAUSE}) order by at`.execute(db);
      return found.rows.map(({ key, value, at }) => ({
        programme: key === `${PAUSE}*` ? null : key.slice(PAUSE.length),
        by: value.by,
        since: at.toISOString(),
      }));
    },

    async waitingSteps(limit) {
      const found = await sql<{
        case_id: string;
        ticket_id: string;
        subject: string;
        number: number;
        effect: RenderedEffect;
      }>`select c.id as case_id, c.ticket_id, c.subject, s.number, s.effect from usher.writes w
          join usher.cases c on c.id = w.case_id join usher.steps s on s.write_id = w.id and not s.replaced
        where w.state in ('planned','claimed') and c.state in ('acting','waiting','held') and w.episode = c.episode
          and not exists (select 1 from usher.writes b where b.case_id = w.case_id and b.episode = w.episode
            and b.seq < w.seq and b.state in ('refused','unsure'))
        order by w.planned_at, w.id, s.number limit ${sql.lit(limit)}`.execute(db);
      return found.rows.map((row) => ({
        caseId: row.case_id,
        ticketId: row.ticket_id,
        subject: row.subject,
        step: String(row.number),
        effect: row.effect,
      }));
    },

    async resumeAll(by) {
      return db.transaction().execute(async (tx) => {
        const ended = await sql<{ key: string }>`delete from usher.meta
          where key = 'breaker' or starts_with(key, ${PAUSE}) returning key`.execute(tx);
        const wasPaused = ended.rows.some((row) => row.key.startsWith(PAUSE));
        // What was sent before is known and judged: the count begins anew, or the very next message would stop all again.
        if (ended.rows.some((row) => row.key === 'breaker'))
          await sql`insert into usher.meta (key, value) values ('breaker-reset', ${toJsonb({ by })}::jsonb)
            on conflict (key) do update set value = excluded.value, at = now()`.execute(tx);
        const waiting = await sql<{ id: string }>`update usher.cases set wake_at = now(), held_at = null,
            state = case when state = 'held' then 'acting' else state end
          where lease_until is null and exists (select 1 from usher.writes w
            where w.case_id = cases.id and w.episode = cases.episode and not w.notice
              and (w.state = 'planned' or (w.state = 'claimed' and cases.state <> 'held')))
          and (state = 'held' or (${wasPaused} and state in ('acting','waiting'))) returning id`.execute(tx);
        for (const row of waiting.rows) await addTimeline(tx, row.id, 'resumed', `${by} let Usher go on.`);
        return waiting.rows.length;
      });
    },

    async breaker() {
      const found = await sql<{
        value: { reason: string };
        at: Date;
      }>`select value, at from usher.meta where key = 'breaker'`.execute(db);
      const row = found.rows[0];
      return row ? { reason: row.value.reason, since: row.at.toISOString() } : null;
    },
  };
}
