// How the ledger speaks to its tables: statements under a lease, and a case with all that belongs to it in one statement.
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { type CaseRecord, type Lease, LeaseLost } from '../ledger.js';
import type { CaseState } from '../ports.js';
import { type CaseRow, toRecord } from './case-row.js';

/** The schema is written in SQL (migrations.ts); queries name their row types where they select. */
export type Db = Kysely<unknown>;
export type Tx = Db | Transaction<unknown>;

/**
 * What is done to a case under its lease, as one statement: one way to the database instead of one for each part and for
 * begin and commit. `held` is the case's row, locked, or nothing when the lease is lost: every part must stand on it.
 * A part that waited for the lock reads other tables as they were before the wait; what must not miss anything belongs
 * into the row itself. Answers with `answer`, worked out from the parts (`part0` and so on). Throws LeaseLost.
 */
export async function underLease<T>(
  db: Tx,
  lease: Lease,
  parts: RawBuilder<unknown>[],
  answer = sql`null`,
): Promise<T> {
  const named = parts.map((part, n) => sql`${sql.raw(`part${n}`)} as (${part})`);
  const all = sql.join([heldBy(lease), ...named]);
  const found = await sql<{ answer: T }>`with ${all} select ${answer} as answer from held`.execute(db);
  if (!found.rows[0]) throw new LeaseLost(lease.caseId);
  return found.rows[0].answer;
}

/** The case's row, locked, when the lease is still the newest. */
export function heldBy(lease: Lease): RawBuilder<unknown> {
  return sql`held as materialized (select id from usher.cases
    where id = ${lease.caseId} and fence = ${lease.fence} and lease_owner = ${lease.owner} for update)`;
}

/** Adds one line to the timeline of the case that is held; for `underLease`. */
export function timelineLine(kind: string, text: string): RawBuilder<unknown> {
  return sql`insert into usher.timeline (case_id, kind, text) select id, ${kind}::text, ${text}::text from held`;
}

/** The whole record of one case in one statement. Throws when there is no such case. */
export async function readCase(tx: Tx, caseId: string): Promise<CaseRecord> {
  const found = await sql<CaseRow>`${recordOf(sql`usher.cases`)} where id = ${caseId}`.execute(tx);
  const row = found.rows[0];
  if (!row) throw new Error(`no case ${caseId}`);
  return toRecord(row);
}

/** Leases and reads in one statement; `leased` updates the case's row and returns all of it, or none when another has it. */
export async function leaseCase(
  db: Tx,
  leased: RawBuilder<unknown>,
): Promise<{ fence: string; record: CaseRecord } | null> {
  const found = await sql<CaseRow>`with leased as (${leased}) ${recordOf(sql`leased`, AT_LEASE)}`.execute(db);
  const row = found.rows[0];
  return row ? { fence: String(row.fence), record: toRecord(row) } : null;
}

/** Linked records of the case `c`, in the order in which they came. */
export const LINKS = sql`(select coalesce(json_agg(l.value order by e.at, e.key, l.ordinality), '[]'::json)
  from usher.events e, jsonb_array_elements(e.links) with ordinality l where e.case_id = c.id) as links`;

/** What only a lease brings: the ticket as it was last decided upon, unless it is told to have changed; the last hand-off of its organization. */
const AT_LEASE = sql`, case when c.state in ('waiting','held') and c.erased_at is null and not exists
      (select 1 from usher.triggers t where t.case_id = c.id and t.handled_at is null and t.kind = 'changed')
    then (select n.ticket from usher.decisions n where n.case_id = c.id order by n.id desc limit 1) end as known_ticket,
  ${handoffDays(sql`c.organization_key`, sql`c.id`)} as handoff_days_ago`;

/** Days since an organization was handed to sales by another case; null when it never was. */
export function handoffDays(key: RawBuilder<unknown>, exceptCase: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select extract(epoch from now() - max(h.claimed_at))::float8 / 86400 from usher.writes h
    where h.handoff_key = ${key} and h.case_id <> ${exceptCase} and h.state in ('claimed','done','unsure'))`;
}

/** Selects records from `cases`, with their open triggers, the episode's writes, and notices left unknown before it. */
function recordOf(cases: RawBuilder<unknown>, more = sql``): RawBuilder<CaseRow> {
  return sql`select id, fence, helpdesk, ticket_id, state, episode, programme, rule, outcome, reason,
      previous_outcome, previous_rule, decided_message_id, decided_ticket_at, organization_key, url, requester_email, failures, decided_message_at, episode_ticket_at, grace_ms,
      (select coalesce(json_agg(json_build_object('id', a.id, 'name', a.name, 'state', a.state, 'by', a.answered_by, 'at', a.asked_at, 'about', a.contents ->> 'about') order by a.asked_at, a.id), '[]'::json)
         from usher.approvals a where a.case_id = c.id and a.episode = c.episode and a.state <> 'withdrawn') as approvals,
      stage, fired_rules, wait, after_steps, now() as read_at,
      episode_on, correction, mode, extract(epoch from now() - held_at)::float8 as held_for,
      extract(epoch from grace_until - now())::float8 as grace_left,
      (select coalesce(jsonb_object_agg(substr(v.key, 7), v.value order by w.id), '{}') from usher.writes w, jsonb_each_text(w.receipt) v
         where w.case_id = c.id and w.target = 'http' and w.state = 'done' and v.key like 'value.%') as values,
      ${LINKS},
      (select coalesce(json_agg(json_build_object('id', t.id::text, 'kind', t.kind, 'key', t.key, 'outcome', t.data ->> 'outcome', 'event', t.data ->> 'event') order by t.id), '[]'::json)
         from usher.triggers t where t.case_id = c.id and t.handled_at is null) as triggers,
      (select coalesce(json_agg(json_build_object('commentId', k.comment_id, 'by', k.by, 'at', k.at, 'verb', k.verb, 'name', k.name,
          'answer', k.answer, 'answered', coalesce((select max(case when w.state = 'planned' or (w.state = 'claimed' and w.sends = 0) then 'planned' else 'sent' end)
            from usher.steps s join usher.writes w on w.id = s.write_id where s.case_id = c.id and not s.replaced
              and s.effect ->> 'template' = 'answer-' || k.comment_id), 'no')) order by k.taken_at, k.comment_id), '[]'::json)
         from usher.commands k where k.case_id = c.id) as commands,
      (select coalesce(json_agg(json_build_object('slot', d.slot, 'channelId', d.channel_id, 'mark', d.mark, 'state', d.state, 'sends', d.sends,
          'ts', d.ts, 'shown', d.shown, 'claimedAt', d.claimed_at, 'claimAgeSeconds', extract(epoch from now() - d.claimed_at)) order by d.slot), '[]'::json)
         from usher.cards d where d.case_id = c.id) as cards,
      (select max(n.id)::text from usher.decisions n where n.case_id = c.id) as decision_id,
      (select coalesce(json_agg(row_to_json(w) order by w.seq), '[]'::json) from (
        select w.id::text as id, w.episode, w.seq, w.target, w.state, w.mark, w.version, w.thread, w.attempts, w.sends, w.lookups,
          w.at_dot, w.not_sent, w.claimed_at, w.reason, w.content_hash, w.notice,
          extract(epoch from now() - w.claimed_at)::float8 as claim_age,
          extract(epoch from w.not_before - now())::float8 as wait_left,
          (select json_agg(json_build_object('number', s.number, 'slot', s.slot, 'effect', s.effect) order by s.number)
             from usher.steps s where s.write_id = w.id and not s.replaced) as steps
        from usher.writes w where w.case_id = c.id
          and (w.episode = c.episode or (w.notice and w.state = 'claimed'))) w) as writes ${more}
    from ${cases} c`;
}

/** `held_at` of a case that comes into a state: since when it needs a person without a break. */
export function heldAt(state: CaseState) {
  return state === 'held' ? sql`case when state = 'held' then coalesce(held_at, now()) else now() end` : sql`null`;
}

/** Adds one line to the case's timeline. */
export async function addTimeline(tx: Tx, caseId: string, kind: string, text: string): Promise<void> {
  await sql`insert into usher.timeline (case_id, kind, text) values (${caseId}, ${kind}, ${text})`.execute(tx);
}
