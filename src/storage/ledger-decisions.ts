// Committing a decision: facts, trace and plan become durable in one statement, before anything is sent.

import { type RawBuilder, sql } from 'kysely';
import type { Triage } from '../core/decision.js';
import { isToCustomer } from '../core/event-address.js';
import { type Command, commandLine } from '../core/steering.js';
import { type PlannedWrite, slotKey } from '../core/write.js';
import type { DecisionCommit, Lease, Ledger } from '../ledger.js';
import { decisionEvents } from './case-events.js';
import { toJsonb } from './jsonb.js';
import { approvalParts, stageLine } from './ledger-waits.js';
import { cameMeanwhile } from './poke.js';
import { type Db, heldAt, timelineLine, underLease } from './rows.js';

export function decisionLedger(db: Db): Pick<Ledger, 'commitDecision' | 'planNotice' | 'steer' | 'latestTriage'> {
  return {
    planNotice: (lease, writes) => addNotices(db, lease, writes, []),

    steer: (lease, { commands, answers }, ticketAt) =>
      addNotices(db, lease, answers, [
        sql`update usher.cases c set decided_ticket_at = ${ticketAt} from held where c.id = held.id`,
        ...takeCommands(commands),
      ]),

    async latestTriage(caseId) {
      const latest = await sql<{ triage: Triage | null }>`select triage from usher.decisions
        where case_id = ${caseId} order by id desc limit 1`.execute(db);
      return latest.rows[0]?.triage ?? null;
    },

    async commitDecision(lease, commit, givesBack = false) {
      const before = [
        ...replaceUnclaimed(commit.retriesRefused),
        insertDecision(commit),
        ...insertWrites(lease.caseId, [...commit.writes, ...asNotices(commit.steered.answers)], commit),
        ...takeCommands(commit.steered.commands),
      ];
      const after = [
        ...approvalParts(commit),
        spent(commit.triggerIds),
        ...commit.timeline.map((line) => timelineLine(line.kind, line.text)),
        ...stageLine(commit.stage),
        ...decisionEvents(commit),
      ];
      const wakes = sql`(select wakes from ${sql.raw(`part${before.length}`)})`;
      const isDue = await underLease<boolean>(db, lease, [...before, updateCase(commit, givesBack), ...after], wakes);
      return { pending: givesBack && isDue };
    },
  };
}

/** A newer decision replaces every write that has certainly not left us: planned, or claimed and never sent. Their slots become free. First parts of `underLease`. */
export function replaceUnclaimed(refusedToo = false): RawBuilder<unknown>[] {
  return [
    sql`update usher.writes w set state = 'dropped', reason = 'replaced by a newer decision', settled_at = now() from held
      where w.case_id = held.id and (w.state = 'planned' or (w.state = 'claimed' and w.sends = 0)
        or (${refusedToo}::boolean and w.state = 'refused')) returning w.id`,
    sql`update usher.steps set replaced = true where write_id in (select id from part0) returning number`,
  ];
}

/** These triggers had their look. */
export function spent(triggerIds: string[]): RawBuilder<unknown> {
  return sql`update usher.triggers t set handled_at = now() from held where t.case_id = held.id and t.id = any(${triggerIds}::bigint[])`;
}

/** The third part: `part2` is the new decision's id. */
function insertDecision(commit: DecisionCommit): RawBuilder<unknown> {
  return sql`insert into usher.decisions (case_id, episode, trigger, ticket, case_facts, triage, knowledge)
    select id, ${commit.episode}::int, ${commit.caseFacts.trigger}::text, ${toJsonb(commit.ticket)}::jsonb,
      ${toJsonb(commit.caseFacts)}::jsonb, ${toJsonb(commit.triage)}::jsonb, ${toJsonb(commit.knowledge)}::jsonb
    from held returning id`;
}

interface PlanPlace {
  episode: number;
  answers: string | null;
}

type MarkedWrite = PlannedWrite & { isNotice?: true };

const asNotices = (writes: PlannedWrite[]): MarkedWrite[] => writes.map((w) => ({ ...w, isNotice: true }));

/** Notes of the running episode that are no step of a rule; `more` are further parts of the same statement. */
async function addNotices(db: Db, lease: Lease, writes: PlannedWrite[], more: RawBuilder<unknown>[]): Promise<void> {
  const newest = sql`select d.id, c.episode from usher.decisions d join usher.cases c on c.id = d.case_id
    join held on held.id = c.id order by d.id desc limit 1`;
  const latest = await sql<{ episode: number }>`select episode from usher.cases where id = ${lease.caseId}`.execute(db);
  const episode = latest.rows[0]?.episode ?? 1;
  await underLease(db, lease, [
    sql`select 1 from held`,
    sql`select 1 from held`,
    newest,
    ...insertWrites(lease.caseId, asNotices(writes), { episode, answers: null }),
    ...more,
  ]);
}

/** Each comment once; told in the timeline. */
function takeCommands(commands: Command[]): RawBuilder<unknown>[] {
  if (commands.length === 0) return [];
  const rows = commands.map(({ commentId, ...c }) => ({ comment_id: commentId, ...c }));
  return [
    sql`insert into usher.commands (case_id, comment_id, by, at, verb, name, answer)
      select held.id, v.* from held, jsonb_to_recordset(${toJsonb(rows)}::jsonb)
        as v(comment_id text, by text, at text, verb text, name text, answer text)
      on conflict do nothing`,
    ...commands.map((c) => timelineLine('steered', commandLine(c))),
  ];
}

/** The fourth and fifth part, numbered on from what the case has; `part1` is what was replaced, `part2` the decision. */
function insertWrites(caseId: string, planned: MarkedWrite[], plan: PlanPlace): RawBuilder<unknown>[] {
  if (planned.length === 0) return [];
  const writes = planned.map((write, n) => ({
    n: n + 1,
    target: write.target,
    to_customer: write.steps.some((s) => isToCustomer(s.effect)),
    notice: write.isNotice === true,
  }));
  const steps = planned.flatMap((write, n) => write.steps.map((step) => ({ write: n + 1, step })));
  const rows = steps.map(({ write, step }, n) => ({
    n: n + 1,
    write,
    slot: slotKey(caseId, plan.episode, step.slot),
    type: step.effect.type,
    effect: step.effect,
  }));
  return [
    sql`insert into usher.writes (case_id, decision_id, episode, seq, target, to_customer, message_id, notice)
      select ${caseId}::text, part2.id, ${plan.episode}::int,
        v.n + (select coalesce(max(seq), 0) from usher.writes where case_id = ${caseId}), v.target, v.to_customer, ${plan.answers}::text, v.notice
      from part2, jsonb_to_recordset(${toJsonb(writes)}::jsonb) as v(n int, target text, to_customer boolean, notice boolean) returning id, seq`,
    // Counting what was replaced makes the slots free before they are taken again.
    sql`insert into usher.steps (case_id, number, write_id, slot, type, effect)
      select ${caseId}::text, v.n + (select coalesce(max(number), 0) from usher.steps where case_id = ${caseId}), part3.id, v.slot, v.type, v.effect
      from jsonb_to_recordset(${toJsonb(rows)}::jsonb) as v(n int, write int, slot text, type text, effect jsonb)
        join part3 on part3.seq = v.write + (select coalesce(max(seq), 0) from usher.writes where case_id = ${caseId})
      where (select count(*) from part1) >= 0`,
  ];
}

const orNull = (value: object | null) => (value === null ? null : toJsonb(value));

/** As `release` does: what came while the visit lasted makes the case due, and what was there before had its look. */
const givenBack = ({ triggerIds }: DecisionCommit) =>
  sql`, lease_owner = null, lease_until = null, failures = 0, wake_at = case when ${cameMeanwhile(triggerIds)} then now() end`;

function updateCase(commit: DecisionCommit, givesBack: boolean): RawBuilder<unknown> {
  const { decision } = commit.triage;
  return sql`update usher.cases c set state = ${commit.state}, episode = ${commit.episode}::int,
      programme = ${decision.programme}, rule = ${decision.rule}, outcome = ${decision.outcome}, reason = ${decision.reason},
      previous_outcome = ${commit.previous.outcome}, previous_rule = ${commit.previous.rule},
      decided_message_id = ${commit.messageId}, decided_ticket_at = ${commit.ticket.updatedAt},
      organization_key = coalesce(${commit.organizationKey}, organization_key),
      subject = ${commit.ticket.subject}, url = ${commit.ticket.url},
      requester_name = ${commit.ticket.requester.name}, requester_email = ${commit.ticket.requester.email.toLowerCase()},
      grace_ms = case when ${commit.graceMs}::float8 is null then grace_ms when ${commit.graceMs}::float8 > 0 then ${commit.graceMs}::float8 end,
      grace_until = case when ${commit.graceMs}::float8 is null then grace_until end,
      episode_ticket_at = case when episode = ${commit.episode}::int then coalesce(episode_ticket_at, ${commit.ticket.updatedAt}) else ${commit.ticket.updatedAt} end,
      decided_message_at = ${commit.messageAt}, held_at = ${heldAt(commit.state)},
      fired_rules = ${toJsonb(commit.firedRules)}::jsonb, wait = ${orNull(commit.wait)}::jsonb, after_steps = ${orNull(commit.afterSteps)}::jsonb,
      stage = coalesce(${commit.stage ?? null}::text, stage),
      episode_on = ${commit.on}, correction = ${commit.correction}, mode = ${commit.mode},
      updated_at = now()${givesBack ? givenBack(commit) : sql``}
    from held where c.id = held.id returning wake_at is not null as wakes`;
}
