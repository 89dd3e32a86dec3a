// What screens and `usher cases` read: summaries, counts and the whole story of one case.
import { sql } from 'kysely';
import type { CaseFacts, RenderedEffect, Triage } from '../core/decision.js';
import { type LinkedRecord, linksByKind } from '../core/event.js';
import type { Ticket } from '../core/ticket.js';
import type { CaseWait } from '../core/wait.js';
import type { WriteState } from '../core/write.js';
import type { Mode } from '../ledger.js';
import type { CaseDetail, CaseFilter, CaseState, CaseViews, ListedCase } from '../ports.js';
import { type Db, LINKS } from './rows.js';

interface SummaryRow {
  id: string;
  helpdesk: string;
  ticket_id: string;
  subject: string;
  state: CaseState;
  programme: string | null;
  rule: string | null;
  outcome: string | null;
  reason: string | null;
  mode: Mode;
  opened_at: Date;
  updated_at: Date;
  steps: { id: string; type: string; state: WriteState }[] | null;
}

const SUMMARY = sql`c.id, c.helpdesk, c.ticket_id, c.subject, c.state, c.programme, c.rule, c.outcome, c.reason, c.mode, c.opened_at, c.updated_at,
  (select json_agg(json_build_object('id', s.number::text, 'type', s.type, 'state', w.state) order by s.number)
     from usher.steps s join usher.writes w on w.id = s.write_id where s.case_id = c.id and not s.replaced) as steps`;

export function caseViews(db: Db): CaseViews {
  return {
    async list(filter) {
      const found = await sql<SummaryRow>`select ${SUMMARY} from usher.cases c where ${condition(filter)}
        order by c.updated_at desc, c.id limit ${filter.limit} offset ${filter.offset}`.execute(db);
      return found.rows.map(toSummary);
    },
    async counts() {
      const found = await sql<{
        state: CaseState;
        n: number;
      }>`select state, count(*)::int as n from usher.cases group by state`.execute(db);
      const counts: Record<CaseState, number> = { new: 0, waiting: 0, acting: 0, held: 0, done: 0, 'not-for-usher': 0 };
      for (const row of found.rows) counts[row.state] = row.n;
      return counts;
    },
    detail: async (id) => (await caseDetails(db, [id], 50))[0] ?? null,
    details: (ids, decisionsMost) => caseDetails(db, ids, decisionsMost),
    async latest(id) {
      const found = await sql<{ ticket: Ticket | null; facts: CaseFacts | null }>`select ticket, case_facts as facts
        from usher.decisions where case_id = ${id} order by id desc limit 1`.execute(db);
      const { ticket, facts } = found.rows[0] ?? {};
      return ticket && facts ? { ticket, caseFacts: facts } : null;
    },
  };
}

function condition(filter: CaseFilter) {
  const like = filter.search ? `%${filter.search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%` : null;
  return sql`(${filter.state ?? null}::text is null or c.state = ${filter.state ?? null}::text)
    and (${filter.programme ?? null}::text is null or c.programme = ${filter.programme ?? null}::text)
    and (${like}::text is null or lower(c.subject) like ${like}::text or lower(c.requester_name) like ${like}::text
      or c.requester_email like ${like}::text or c.ticket_id like ${like}::text)`;
}

function toSummary(row: SummaryRow): ListedCase {
  return {
    id: row.id,
    helpdesk: row.helpdesk,
    ticketId: row.ticket_id,
    subject: row.subject,
    state: row.state,
    programme: row.programme,
    rule: row.rule,
    outcome: row.outcome,
    reason: row.reason,
    mode: row.mode,
    openedAt: row.opened_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    steps: row.steps ?? [],
  };
}

interface DetailRow extends SummaryRow {
  url: string;
  requester_name: string;
  requester_email: string;
  episode: number;
  stage: string;
  links: LinkedRecord[];
  fired_rules: string[];
  wait: CaseWait | null;
  timeline: { at: string; kind: string; text: string }[];
  decisions: { at: string; episode: number; trigger: string; triage: Triage }[];
  details: StepRow[];
}

interface StepRow {
  number: number;
  write_id: string;
  type: string;
  state: WriteState;
  effect: RenderedEffect;
  sends: number;
  notice: boolean;
  reason: string | null;
  at: string | null;
  episode: number;
}

/** JSON brings times as texts, with microseconds. */
const iso = (at: string): string => new Date(at).toISOString();

/** One statement: it is asked for after every visit. */
async function caseDetails(db: Db, ids: string[], decisionsMost: number): Promise<CaseDetail[]> {
  const found =
    await sql<DetailRow>`select ${SUMMARY}, c.url, c.requester_name, c.requester_email, c.episode, c.stage, c.fired_rules, c.wait, ${LINKS},
      (select coalesce(json_agg(json_build_object('at', t.at, 'kind', t.kind, 'text', t.text) order by t.id), '[]'::json)
         from usher.timeline t where t.case_id = c.id) as timeline,
      (select coalesce(json_agg(json_build_object('at', d.at, 'episode', d.episode, 'trigger', d.trigger, 'triage', d.triage) order by d.id desc), '[]'::json)
         from (select * from usher.decisions where case_id = c.id and triage is not null order by id desc limit ${decisionsMost}) d) as decisions,
      (select coalesce(json_agg(json_build_object('number', s.number, 'write_id', s.write_id::text, 'type', s.type, 'state', w.state, 'effect', s.effect,
          'sends', w.sends, 'notice', w.notice, 'reason', w.reason, 'episode', w.episode, 'at', coalesce(w.settled_at, w.claimed_at, w.planned_at)) order by s.number), '[]'::json)
         from usher.steps s join usher.writes w on w.id = s.write_id where s.case_id = c.id) as details
    from usher.cases c where c.id = any(${ids}::text[])`.execute(db);
  return found.rows.map(toDetail);
}

function toDetail(row: DetailRow): CaseDetail {
  return {
    ...toSummary(row),
    url: row.url,
    requester: { name: row.requester_name, email: row.requester_email },
    episode: row.episode,
    stage: row.stage,
    links: linksByKind(row.links),
    firedRules: row.fired_rules,
    wait: row.wait,
    timeline: row.timeline.map((t) => ({ ...t, at: iso(t.at) })),
    decisions: row.decisions.map((d) => ({ ...d, at: iso(d.at) })),
    stepDetails: row.details.map((s) => ({
      id: String(s.number),
      write: s.write_id,
      type: s.type,
      state: s.state,
      effect: s.effect,
      sends: s.sends,
      isNotice: s.notice,
      reason: s.reason,
      at: s.at === null ? null : iso(s.at),
      episode: s.episode,
    })),
  };
}
