// What other cases tell: how one ended, what sales were told of the same organization, and in which thread.
import { sql } from 'kysely';
import type { Ticket } from '../core/ticket.js';
import type { Ledger } from '../ledger.js';
import { type Db, handoffDays } from './rows.js';

type RelatedPart = Pick<Ledger, 'endOf' | 'threadOf' | 'handoffDaysAgo' | 'finishedByOrganization'>;

export function relatedLedger(db: Db): RelatedPart {
  return {
    async endOf(caseId) {
      const found = await sql<{ outcome: string | null; rule: string | null }>`select outcome, rule from usher.cases
        where id = ${caseId} and outcome is not null and state in ('done','not-for-usher')`.execute(db);
      return found.rows[0] ?? null;
    },

    async threadOf(record, place) {
      const key = place.target === 'mail' ? 'messageId' : 'ts';
      // From the few cases to their writes: what Usher has ever sent is long.
      const found = await sql<{ id: string | null; root: string | null }>`
        with related as materialized (select ${record.id}::text as id, true as own
            union all select id, false from usher.cases where organization_key = ${record.organizationKey}::text and id <> ${record.id}::text),
          sent as materialized (select w.id, w.receipt ->> ${key}::text as said, w.thread ->> 0 as root from related r
            join usher.writes w on w.case_id = r.id join usher.steps s on s.write_id = w.id
            where w.target = ${place.target} and w.state = 'done' and (s.effect ->> 'to' = ${place.to} or s.effect ->> 'channelId' = ${place.to})
              and (r.own or w.settled_at > now() - interval '30 days'))
        select said as id, root from sent order by sent.id desc limit 20`.execute(db);
      const ids = found.rows.map((r) => r.id).filter((id): id is string => Boolean(id));
      if (place.target === 'mail') return ids.reverse();
      // Slack threads have one level: an answer belongs to the post that began it.
      const newest = found.rows[0];
      return newest?.root ? [newest.root] : ids.slice(0, 1);
    },

    async handoffDaysAgo(organizationKey, exceptCase) {
      const days = handoffDays(sql`${organizationKey}::text`, sql`${exceptCase}::text`);
      const found = await sql<{ days: number | null }>`select ${days} as days`.execute(db);
      return found.rows[0]?.days ?? null;
    },

    async finishedByOrganization(days, programmes) {
      const found = await sql<{ id: string; programme: string; outcome: string; rule: string | null; ticket: Ticket }>`
        select distinct on (c.organization_key) c.id, c.programme, c.outcome, c.rule, d.ticket from usher.cases c
          join lateral (select ticket from usher.decisions where case_id = c.id order by id desc limit 1) d on true
        where c.state = 'done' and c.mode = 'live' and c.outcome is not null and c.organization_key is not null
          and c.programme = any(${programmes}) and c.erased_at is null and c.updated_at > now() - ${days}::int * interval '1 day'
        order by c.organization_key, c.updated_at desc`.execute(db);
      return found.rows.map(({ id, ...rest }) => ({ caseId: id, ...rest }));
    },
  };
}
