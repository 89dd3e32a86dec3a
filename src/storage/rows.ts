// Rows of the ledger's tables as the driver returns them, and their translation into records.
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { RenderedEffect } from '../core/decision.js';
import { type LinkedRecord, linksByKind } from '../core/event.js';
import type { RuleOccasion } from '../core/rulebook.js';
import type { AfterSteps, CaseWait } from '../core/wait.js';
import type { WriteState, WriteTarget } from '../core/write.js';
import { type CaseRecord, type Lease, LeaseLost, type Mode, type WriteRecord } from '../ledger.js';
import type { CaseState } from '../ports.js';

/** The schema is written in SQL (migrations.ts); queries name their row types where they select. */
export type Db = Kysely<unknown>;
export type Tx = Db | Transaction<unknown>;

/**
 * What is done to a case under its lease, as one statement: one way to the database instead of one for each part and for
 * begin and commit. `held` is the case's row, locked, or nothing when the lease is lost: every part must stand on it.
 * A part that waited for the lock reads other tables as they were before the wait; what must not miss anything belongs
 * into the row itself. Throws LeaseLost.
 */
export async function underLease(db: Tx, lease: Lease, parts: RawBuilder<unknown>[]): Promise<void> {
  const named = parts.map((part, n) => sql`${sql.raw(`part${n}`)} as (${part})`);
  const found = await sql`with ${sql.join([heldBy(lease), ...named])} select 1 from held`.execute(db);
  if (found.rows.length === 0) throw new LeaseLost(lease.caseId);
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

interface CaseRow {
  id: string;
  fence: string;
  helpdesk: string;
  ticket_id: string;
  state: CaseState;
  episode: number;
  programme: string | null;
  rule: string | null;
  outcome: string | null;
  reason: string | null;
  previous_outcome: string | null;
  previous_rule: string | null;
  decided_message_id: string | null;
  decided_ticket_at: string | null;
  organization_key: string | null;
  url: string;
  requester_email: string;
  decided_message_at: string | null;
  episode_ticket_at: string | null;
  grace_ms: number | null;
  grace_left: number | null;
  failures: number;
  episode_on: RuleOccasion;
  correction: string | null;
  mode: Mode;
  held_for: number | null;
  stage: string;
  fired_rules: string[];
  wait: CaseWait | null;
  after_steps: AfterSteps | null;
  read_at: Date;
  approvals: CaseRecord['approvals'];
  triggers: CaseRecord['triggers'];
  values: Record<string, string>;
  links: LinkedRecord[];
  commands: CaseRecord['commands'];
  cards: CaseRecord['cards'];
  decision_id: string | null;
  writes: WriteRow[];
}

/** As JSON brings it: times are texts. */
interface WriteRow {
  id: string;
  episode: number;
  seq: number;
  target: WriteTarget;
  state: WriteState;
  mark: string | null;
  version: string | null;
  thread: string[];
  attempts: number;
  sends: number;
  lookups: number;
  at_dot: boolean;
  not_sent: boolean;
  claimed_at: string | null;
  claim_age: number | null;
  wait_left: number | null;
  reason: string | null;
  content_hash: string | null;
  notice: boolean;
  steps: { number: number; slot: string; effect: RenderedEffect }[] | null;
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
  const found = await sql<CaseRow>`with leased as (${leased}) ${recordOf(sql`leased`)}`.execute(db);
  const row = found.rows[0];
  return row ? { fence: String(row.fence), record: toRecord(row) } : null;
}

/** Linked records of the case `c`, in the order in which they came. */
export const LINKS = sql`(select coalesce(json_agg(l.value order by e.at, e.key, l.ordinality), '[]'::json)
  from usher.events e, jsonb_array_elements(e.links) with ordinality l where e.case_id = c.id) as links`;

/** Selects records from `cases`, with their open triggers, the episode's writes, and notices left unknown before it. */
function recordOf(cases: RawBuilder<unknown>): RawBuilder<CaseRow> {
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
          and (w.episode = c.episode or (w.notice and w.state = 'claimed'))) w) as writes
    from ${cases} c`;
}

function toRecord(row: CaseRow): CaseRecord {
  // A replaced write has no steps left: its slots are free again.
  const standing = row.writes.filter((w) => w.steps !== null);
  const ofEpisode = standing.filter((w) => w.episode === row.episode);
  return {
    id: row.id,
    helpdesk: row.helpdesk,
    ticketId: row.ticket_id,
    state: row.state,
    episode: row.episode,
    programme: row.programme,
    rule: row.rule,
    outcome: row.outcome,
    reason: row.reason,
    previousOutcome: row.previous_outcome,
    previousRule: row.previous_rule,
    decidedMessageId: row.decided_message_id,
    decidedTicketAt: row.decided_ticket_at,
    ticketUrl: row.url,
    requesterEmail: row.requester_email,
    organizationKey: row.organization_key,
    decidedMessageAt: row.decided_message_at,
    episodeTicketAt: row.episode_ticket_at,
    graceOver: row.grace_ms === null ? null : row.grace_left !== null && row.grace_left <= 0,
    graceSeconds: row.grace_left === null ? null : Math.max(0, row.grace_left),
    failures: row.failures,
    triggers: row.triggers,
    commands: row.commands,
    cards: row.cards,
    decisionId: row.decision_id,
    on: row.episode_on,
    correction: row.correction,
    mode: row.mode,
    stage: row.stage,
    firedRules: row.fired_rules,
    wait: row.wait,
    afterSteps: row.after_steps,
    approvals: row.approvals.map(({ about, ...a }) => ({
      ...a,
      at: new Date(a.at).toISOString(),
      ...(about ? { about } : {}),
    })),
    readAt: row.read_at.toISOString(),
    heldSeconds: row.held_for,
    values: row.values,
    links: linksByKind(row.links),
    writes: ofEpisode.filter((w) => !w.notice).map(toWrite),
    notices: ofEpisode.filter((w) => w.notice).map(toWrite),
    leftNotices: standing.filter((w) => w.episode !== row.episode).map(toWrite),
  };
}

function toWrite(row: WriteRow): WriteRecord {
  return {
    id: row.id,
    episode: row.episode,
    seq: row.seq,
    target: row.target,
    state: row.state,
    steps: (row.steps ?? []).map((s) => ({ id: String(s.number), slot: s.slot, effect: s.effect })),
    mark: row.mark,
    version: row.version,
    thread: row.thread,
    contentHash: row.content_hash,
    attempts: row.attempts,
    sends: row.sends,
    lookups: row.lookups,
    atDot: row.at_dot,
    notSent: row.not_sent,
    claimedAt: row.claimed_at === null ? null : new Date(row.claimed_at).toISOString(),
    claimAgeSeconds: row.claim_age ?? 0,
    waitSeconds: Math.max(0, row.wait_left ?? 0),
    reason: row.reason,
  };
}

/** `held_at` of a case that comes into a state: since when it needs a person without a break. */
export function heldAt(state: CaseState) {
  return state === 'held' ? sql`case when state = 'held' then coalesce(held_at, now()) else now() end` : sql`null`;
}

/** Adds one line to the case's timeline. */
export async function addTimeline(tx: Tx, caseId: string, kind: string, text: string): Promise<void> {
  await sql`insert into usher.timeline (case_id, kind, text) values (${caseId}, ${kind}, ${text})`.execute(tx);
}
