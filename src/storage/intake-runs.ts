// How far intake is: which sightings are known, when polling last caught up, reconciliations and back-fills, and a read model of it all.
import { sql } from 'kysely';
import type { IntakeLedger, IntakeRun } from '../ledger/intake.js';
import type { IntakeStatus } from '../ports.js';
import { openIn } from './ledger-cases.js';
import type { Db } from './rows.js';

type IntakePart = Omit<IntakeLedger, 'holdDuty' | 'releaseDuty'>;

/** Where a run stands, in its column `cursor`. */
interface Place {
  since: string;
  cursor: string | null;
  at: string | null;
}

interface RunRow {
  id: string;
  kind: IntakeRun['kind'];
  began_at: Date;
  ended_at: Date | null;
  age: number;
  cursor: string | null;
  seen: number;
  missing: number;
  suspended: number | null;
}

const polledKey = (helpdesk: string) => `polled-${helpdesk}`;

export function intakeLedger(db: Db): IntakePart {
  return {
    async sightWebhook(ticket, delivery) {
      const trigger = { key: `hook:${delivery.id}`, kind: 'changed' as const };
      const { caseId, isNews } = await openIn(db, { ...ticket, version: null }, trigger, delivery.proof);
      return { caseId, isRepeat: !isNews };
    },

    async knownOf(helpdesk, sightings) {
      const known = await sql<{ id: string; decided: boolean; seen: boolean; age: number }>`
        select s.id, c.state <> 'new' or c.decided_ticket_at is not null as decided,
          coalesce(c.decided_ticket_at >= s.version, false)
            or exists (select 1 from usher.triggers t where t.case_id = c.id and t.key = 'seen:' || s.version) as seen,
          extract(epoch from now() - c.opened_at)::float8 as age
        from unnest(${sightings.map((s) => s.ticketId)}::text[], ${sightings.map((s) => s.version)}::text[]) as s (id, version)
          join usher.cases c on c.helpdesk = ${helpdesk} and c.ticket_id = s.id`.execute(db);
      // A ticket may stand there twice, with two versions: unseen in one of them is unseen.
      const found = new Map<string, { isDecided: boolean; isSeen: boolean; ageSeconds: number }>();
      for (const row of known.rows) {
        const isSeen = row.seen && (found.get(row.id)?.isSeen ?? true);
        found.set(row.id, { isDecided: row.decided, isSeen, ageSeconds: row.age });
      }
      return found;
    },

    async notePolled(helpdesk) {
      await sql`insert into usher.meta (key, value) values (${polledKey(helpdesk)}, 'true')
        on conflict (key) do update set at = now()`.execute(db);
    },

    async polledSecondsAgo(helpdesk) {
      const found = await sql<{ age: number }>`select extract(epoch from now() - at)::float8 as age
        from usher.meta where key = ${polledKey(helpdesk)}`.execute(db);
      return found.rows[0]?.age ?? null;
    },

    async latestRun(helpdesk, kind) {
      const found = await runs(db, helpdesk, kind);
      return found[0] ?? null;
    },

    async beginRun(helpdesk, kind, since) {
      const place: Place = { since: since.toISOString(), cursor: null, at: null };
      await sql`insert into usher.intake_runs (helpdesk, kind, cursor) values (${helpdesk}, ${kind}, ${JSON.stringify(place)})`.execute(
        db,
      );
      return (await runs(db, helpdesk, kind))[0]!;
    },

    async saveRun(run, isEnd) {
      const place: Place = { since: run.since, cursor: run.cursor, at: run.at };
      await sql`update usher.intake_runs set cursor = ${JSON.stringify(place)}, seen = ${run.seen}, missing = ${run.missing},
          suspended = ${run.suspended}, ended_at = case when ${isEnd} then now() end where id = ${run.id}::bigint`.execute(
        db,
      );
    },
  };
}

async function runs(db: Db, helpdesk: string, kind: IntakeRun['kind'], isEnded = false): Promise<IntakeRun[]> {
  const found = await sql<RunRow>`select id::text, kind, began_at, ended_at, cursor, seen, missing, suspended,
      extract(epoch from now() - began_at)::float8 as age from usher.intake_runs
    where helpdesk = ${helpdesk} and kind = ${kind} and (not ${isEnded} or ended_at is not null) order by id desc limit 1`.execute(
    db,
  );
  return found.rows.map(({ began_at, ended_at, age, ...row }) => {
    const place = row.cursor ? (JSON.parse(row.cursor) as Place) : { since: '', cursor: null, at: null };
    return {
      ...row,
      ...place,
      beganAt: began_at.toISOString(),
      endedAt: ended_at?.toISOString() ?? null,
      ageSeconds: age,
    };
  });
}

/** What screens and metrics show of intake. */
export async function intakeStatus(db: Db, helpdesk: string): Promise<IntakeStatus> {
  const polled = await sql<{ at: Date }>`select at from usher.meta where key = ${polledKey(helpdesk)}`.execute(db);
  const [ended] = await runs(db, helpdesk, 'reconciliation', true);
  const [backfill] = await runs(db, helpdesk, 'backfill');
  return {
    lastPollAt: polled.rows[0]?.at.toISOString() ?? null,
    reconciliation: ended?.endedAt
      ? {
          beganAt: ended.beganAt,
          endedAt: ended.endedAt,
          seen: ended.seen,
          missing: ended.missing,
          suspended: ended.suspended,
        }
      : null,
    backfill: backfill
      ? { beganAt: backfill.beganAt, endedAt: backfill.endedAt, seen: backfill.seen, at: backfill.at }
      : null,
  };
}
