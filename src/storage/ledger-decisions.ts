// Committing a decision: facts, trace and plan become durable in one transaction, before anything is sent.
import { sql } from 'kysely';
import type { Triage } from '../core/decision.js';
import { type PlannedWrite, slotKey } from '../core/write.js';
import type { DecisionCommit, Lease, Ledger } from '../ledger.js';
import { addTimeline, type Db, guard, heldAt, type Tx } from './rows.js';

export function decisionLedger(db: Db): Pick<Ledger, 'commitDecision' | 'planNotice' | 'latestTriage'> {
  return {
    async planNotice(lease, writes) {
      await db.transaction().execute(async (tx) => {
        await guard(tx, lease);
        const latest = await sql<{ id: string; episode: number }>`select d.id, c.episode from usher.decisions d
          join usher.cases c on c.id = d.case_id where c.id = ${lease.caseId} order by d.id desc limit 1`.execute(tx);
        const decision = latest.rows[0];
        if (!decision) return;
        const { id, episode } = decision;
        await insertWrites(tx, lease.caseId, writes, { decisionId: id, episode, answers: null, isNotice: true });
      });
    },

    async latestTriage(caseId) {
      const latest = await sql<{ triage: Triage | null }>`select triage from usher.decisions
        where case_id = ${caseId} order by id desc limit 1`.execute(db);
      return latest.rows[0]?.triage ?? null;
    },

    async commitDecision(lease, commit) {
      await db.transaction().execute(async (tx) => {
        await guard(tx, lease);
        const decisionId = await insertDecision(tx, lease, commit);
        await replaceUnclaimed(tx, lease.caseId);
        const { episode, answers } = commit;
        await insertWrites(tx, lease.caseId, commit.writes, { decisionId, episode, answers, isNotice: false });
        await updateCase(tx, lease, commit);
        if (commit.triggerIds.length > 0)
          await sql`update usher.triggers set handled_at = now()
            where case_id = ${lease.caseId} and id = any(${commit.triggerIds}::bigint[])`.execute(tx);
        for (const line of commit.timeline) await addTimeline(tx, lease.caseId, line.kind, line.text);
      });
    },
  };
}

async function insertDecision(tx: Tx, lease: Lease, commit: DecisionCommit): Promise<string> {
  const done = await sql<{
    id: string;
  }>`insert into usher.decisions (case_id, episode, trigger, ticket, case_facts, triage, knowledge)
    values (${lease.caseId}, ${commit.episode}, ${commit.caseFacts.trigger}, ${JSON.stringify(commit.ticket)}::jsonb,
      ${JSON.stringify(commit.caseFacts)}::jsonb, ${JSON.stringify(commit.triage)}::jsonb, ${JSON.stringify(commit.knowledge)}::jsonb) returning id`.execute(
    tx,
  );
  return done.rows[0]!.id;
}

/** A newer decision replaces every write that has certainly not left us: planned, or claimed and never sent. Their slots become free. */
export async function replaceUnclaimed(tx: Tx, caseId: string): Promise<void> {
  await sql`with gone as (
      update usher.writes set state = 'dropped', reason = 'replaced by a newer decision', settled_at = now()
      where case_id = ${caseId} and (state = 'planned' or (state = 'claimed' and sends = 0)) returning id)
    update usher.steps set replaced = true where write_id in (select id from gone)`.execute(tx);
}

interface PlanPlace {
  decisionId: string;
  episode: number;
  answers: string | null;
  isNotice: boolean;
}

async function insertWrites(tx: Tx, caseId: string, writes: PlannedWrite[], plan: PlanPlace): Promise<void> {
  if (writes.length === 0) return;
  const last = await sql<{ seq: number; number: number }>`select
      (select coalesce(max(seq), 0) from usher.writes where case_id = ${caseId})::int as seq,
      (select coalesce(max(number), 0) from usher.steps where case_id = ${caseId})::int as number`.execute(tx);
  let { seq, number } = last.rows[0]!;
  for (const write of writes) {
    seq += 1;
    const toCustomer = write.steps.some((s) => s.effect.type === 'reply');
    const done = await sql<{
      id: string;
    }>`insert into usher.writes (case_id, decision_id, episode, seq, target, to_customer, message_id, notice)
      values (${caseId}, ${plan.decisionId}, ${plan.episode}, ${seq}, ${write.target}, ${toCustomer}, ${plan.answers}, ${plan.isNotice}) returning id`.execute(
      tx,
    );
    for (const step of write.steps) {
      number += 1;
      const slot = slotKey(caseId, plan.episode, step.slot);
      await sql`insert into usher.steps (case_id, number, write_id, slot, type, effect)
        values (${caseId}, ${number}, ${done.rows[0]!.id}, ${slot}, ${step.effect.type}, ${JSON.stringify(step.effect)}::jsonb)`.execute(
        tx,
      );
    }
  }
}

async function updateCase(tx: Tx, lease: Lease, commit: DecisionCommit): Promise<void> {
  const { decision } = commit.triage;
  await sql`update usher.cases set state = ${commit.state}, episode = ${commit.episode},
      programme = ${decision.programme}, rule = ${decision.rule}, outcome = ${decision.outcome}, reason = ${decision.reason},
      previous_outcome = ${commit.previous.outcome}, previous_rule = ${commit.previous.rule},
      decided_message_id = ${commit.messageId}, decided_ticket_at = ${commit.ticket.updatedAt},
      organization_key = coalesce(${commit.organizationKey}, organization_key),
      subject = ${commit.ticket.subject}, url = ${commit.ticket.url},
      requester_name = ${commit.ticket.requester.name}, requester_email = ${commit.ticket.requester.email.toLowerCase()},
      grace_ms = case when ${commit.graceMs}::float8 is null then grace_ms when ${commit.graceMs}::float8 > 0 then ${commit.graceMs}::float8 end,
      grace_until = case when ${commit.graceMs}::float8 is null then grace_until end,
      episode_ticket_at = case when episode = ${commit.episode} then coalesce(episode_ticket_at, ${commit.ticket.updatedAt}) else ${commit.ticket.updatedAt} end,
      decided_message_at = ${commit.messageAt}, held_at = ${heldAt(commit.state)},
      episode_on = ${commit.on}, correction = ${commit.correction}, mode = ${commit.mode},
      updated_at = now()
    where id = ${lease.caseId}`.execute(tx);
}
