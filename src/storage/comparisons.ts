// What agents did on tickets that Usher only decided about: which to look at next, what was found, and the report over it.

import { sql } from 'kysely';
import type { Comparison } from '../core/comparison.js';
import type { Triage } from '../core/decision.js';
import type { ReportedTicket } from '../core/shadow-report.js';
import type { Ticket } from '../core/ticket.js';
import type { Comparisons } from '../ledger/comparisons.js';
import { toJsonb } from './jsonb.js';
import type { Db } from './rows.js';

/**
 * The decision that is compared: the newest that says more than "not for Usher". What is decided after an agent took the ticket
 * only says that an agent has it.
 */
const DECISION = sql`join lateral (select id, at, ticket, triage from usher.decisions
    where case_id = c.id and triage is not null
    order by (triage -> 'decision' ->> 'kind') = 'ignore', id desc limit 1) d on true`;

export function comparisonStore(db: Db): Comparisons {
  return {
    async due(limit, { firstLookMs, lateMs }) {
      const found = await sql<{
        id: string;
        helpdesk: string;
        ticket_id: string;
        ticket: Ticket;
        triage: Triage;
        is_late: boolean;
      }>`select c.id, c.helpdesk, c.ticket_id, d.ticket, d.triage,
          d.at < now() - ${lateMs}::float8 * interval '1 millisecond' as is_late
        from usher.cases c left join usher.comparisons p on p.case_id = c.id ${DECISION}
        where c.mode in ('shadow','propose') and c.erased_at is null
          -- Before any decision is unpacked: what is finished and was not touched since needs no look.
          and (p.case_id is null or p.at < c.updated_at or not (p.agent ->> 'isFinal')::boolean)
          and d.at <= now() - ${firstLookMs}::float8 * interval '1 millisecond'
          and (p.case_id is null or p.at < d.at or (not (p.agent ->> 'isFinal')::boolean
            and p.at <= now() - greatest(${firstLookMs}::float8 * interval '1 millisecond', (now() - d.at) / 6)))
        order by p.at nulls first, c.id limit ${sql.lit(limit)}`.execute(db);
      return found.rows.map((row) => ({
        caseId: row.id,
        helpdesk: row.helpdesk,
        ticketId: row.ticket_id,
        ticket: row.ticket,
        triage: row.triage,
        isLate: row.is_late,
      }));
    },

    async save(caseId, { verdict, isFinal, agentsDid, differences }) {
      await sql`insert into usher.comparisons (case_id, agent, verdict, differences)
        values (${caseId}, ${toJsonb({ isFinal, did: agentsDid })}::jsonb, ${verdict}, ${toJsonb(differences)}::jsonb)
        on conflict (case_id) do update set at = now(), agent = excluded.agent, verdict = excluded.verdict,
          differences = excluded.differences`.execute(db);
    },

    async tickets(days) {
      const found = await sql<ReportRow>`select c.id, c.helpdesk, c.ticket_id, c.subject, c.url, d.at,
          d.triage -> 'decision' ->> 'programme' as programme, d.triage -> 'decision' ->> 'rule' as rule,
          d.triage -> 'decision' ->> 'kind' as kind, d.triage -> 'decision' ->> 'outcome' as outcome,
          p.verdict, p.agent ->> 'did' as did, p.differences
        from usher.cases c left join usher.comparisons p on p.case_id = c.id ${DECISION}
        where c.mode in ('shadow','propose') and c.erased_at is null
          and d.at > now() - ${days}::float8 * interval '1 day'
        order by d.at desc, c.id`.execute(db);
      return found.rows.map(toTicket);
    },
  };
}

interface ReportRow {
  id: string;
  helpdesk: string;
  ticket_id: string;
  subject: string;
  url: string;
  at: Date;
  programme: string | null;
  rule: string | null;
  kind: ReportedTicket['kind'];
  outcome: string | null;
  verdict: Comparison['verdict'] | null;
  did: string | null;
  differences: string[] | null;
}

function toTicket(row: ReportRow): ReportedTicket {
  return {
    caseId: row.id,
    helpdesk: row.helpdesk,
    ticketId: row.ticket_id,
    subject: row.subject,
    url: row.url,
    programme: row.programme,
    rule: row.rule,
    kind: row.kind,
    outcome: row.outcome,
    decidedAt: row.at.toISOString(),
    verdict: row.verdict ?? 'open',
    agentsDid: row.did ?? '',
    differences: row.differences ?? [],
  };
}
