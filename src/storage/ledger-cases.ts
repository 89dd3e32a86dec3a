// Cases in the ledger: opening, leasing with a growing fence, triggers, and which cases want a worker now.
import { sql } from 'kysely';
import type { Ledger, Trigger } from '../ledger.js';
import { replaceUnclaimed } from './ledger-decisions.js';
import { addTimeline, type Db, guard, heldAt, readCase, type Tx } from './rows.js';

type CasePart = Pick<
  Ledger,
  | 'openCase'
  | 'lease'
  | 'renew'
  | 'read'
  | 'release'
  | 'spendTriggers'
  | 'setState'
  | 'abandon'
  | 'addTrigger'
  | 'dueCases'
  | 'clearLeases'
  | 'wakeHeld'
  | 'startGrace'
  | 'wake'
>;

/**
 * Puts a trigger on a case once and makes the case due; the same key or `proof` again changes nothing (false). Call inside a
 * transaction: the case's row is locked first, so that a visit that is just ending either sees the trigger or leaves the row for us to poke.
 */
export async function putTrigger(
  tx: Tx,
  caseId: string,
  trigger: Trigger,
  proof: string | null = null,
): Promise<boolean> {
  await lockCase(tx, caseId);
  const known = {
    ...(proof === null ? {} : { proof }),
    ...(trigger.outcome === undefined ? {} : { outcome: trigger.outcome }),
  };
  const data = Object.keys(known).length === 0 ? null : JSON.stringify(known);
  const put = await sql`insert into usher.triggers (case_id, key, kind, at, data)
    select ${caseId}, ${trigger.key}, ${trigger.kind}, clock_timestamp(), ${data}::jsonb
      where not exists (select 1 from usher.triggers where case_id = ${caseId} and data ->> 'proof' = ${proof})
    on conflict (case_id, key) do nothing returning id`.execute(tx);
  if (put.rows.length > 0)
    await sql`update usher.cases set wake_at = now() where id = ${caseId} and lease_until is null`.execute(tx);
  return put.rows.length > 0;
}

/** Opens the case of a ticket or adds a trigger to it; `isNews` when that changed anything. Call inside a transaction. */
export async function openIn(
  tx: Tx,
  ticket: { helpdesk: string; ticketId: string; version: string | null },
  trigger: Trigger,
  proof: string | null = null,
): Promise<{ caseId: string; isNews: boolean }> {
  const caseId = `${ticket.helpdesk}-${ticket.ticketId}`;
  const opened =
    await sql`insert into usher.cases (id, helpdesk, ticket_id) values (${caseId}, ${ticket.helpdesk}, ${ticket.ticketId})
    on conflict (helpdesk, ticket_id) do nothing returning id`.execute(tx);
  if (opened.rows.length > 0) await addTimeline(tx, caseId, 'opened', 'The ticket was seen for the first time.');
  else if (ticket.version !== null) {
    // What was decided upon is no news. Our own update is looked at again: stamps count whole seconds, and the requester
    // may have written in the same one.
    const known =
      await sql`select 1 from usher.cases where id = ${caseId} and decided_ticket_at >= ${ticket.version}`.execute(tx);
    if (known.rows.length > 0) return { caseId, isNews: false };
  }
  return { caseId, isNews: await putTrigger(tx, caseId, trigger, proof) };
}

export async function lockCase(tx: Tx, caseId: string): Promise<void> {
  await sql`select 1 from usher.cases where id = ${caseId} for update`.execute(tx);
}

export function caseLedger(db: Db): CasePart {
  return {
    async openCase(ticket, trigger) {
      const { caseId } = await db.transaction().execute((tx) => openIn(tx, ticket, trigger));
      return caseId;
    },

    async lease(caseId, owner, leaseMs) {
      const got = await sql<{
        fence: string;
      }>`update usher.cases set fence = fence + 1, lease_owner = ${owner}, leased_at = clock_timestamp(),
          lease_until = now() + ${leaseMs}::float8 * interval '1 millisecond', wake_at = now() + ${leaseMs}::float8 * interval '1 millisecond'
        where id = ${caseId} and (lease_until is null or lease_until <= now()) returning fence`.execute(db);
      const fence = got.rows[0]?.fence;
      if (fence === undefined) return null;
      return { lease: { caseId, owner, fence: String(fence) }, record: await readCase(db, caseId) };
    },

    async renew(lease, leaseMs) {
      const done = await sql`update usher.cases set lease_until = now() + ${leaseMs}::float8 * interval '1 millisecond',
          wake_at = now() + ${leaseMs}::float8 * interval '1 millisecond'
        where id = ${lease.caseId} and fence = ${lease.fence} and lease_owner = ${lease.owner} returning id`.execute(
        db,
      );
      return done.rows.length > 0;
    },

    read: (lease) => readCase(db, lease.caseId),

    async release(lease, wakeInMs, failed) {
      return db.transaction().execute(async (tx) => {
        await lockCase(tx, lease.caseId);
        // A trigger that came during the visit makes the case due at once; one that was there before had its look. A case that
        // is not at rest never sleeps without an end, whoever changed it meanwhile.
        const arrived = sql`exists (select 1 from usher.triggers t where t.case_id = cases.id and t.handled_at is null and t.at >= cases.leased_at)`;
        const done = await sql<{ pending: boolean }>`update usher.cases set lease_owner = null, lease_until = null,
            failures = case when ${failed} then failures + 1 else 0 end,
            wake_at = case when ${arrived} and not ${failed} then now() when ${wakeInMs}::float8 is null then case when state in ('new','acting','waiting') then now() + interval '1 second' end
              else now() + ${wakeInMs}::float8 * interval '1 millisecond' end
          where id = ${lease.caseId} and fence = ${lease.fence} and lease_owner = ${lease.owner} returning ${arrived} as pending`.execute(
          tx,
        );
        return { pending: done.rows[0]?.pending ?? false };
      });
    },

    async spendTriggers(lease, triggerIds) {
      if (triggerIds.length === 0) return;
      await db.transaction().execute(async (tx) => {
        await guard(tx, lease);
        await sql`update usher.triggers set handled_at = now() where case_id = ${lease.caseId} and id = any(${triggerIds}::bigint[])`.execute(
          tx,
        );
      });
    },

    async abandon(lease, reason, triggerIds) {
      await db.transaction().execute(async (tx) => {
        await guard(tx, lease);
        await replaceUnclaimed(tx, lease.caseId);
        await sql`update usher.triggers set handled_at = now() where case_id = ${lease.caseId} and id = any(${triggerIds}::bigint[])`.execute(
          tx,
        );
        await sql`update usher.cases set state = 'not-for-usher', reason = ${reason}, held_at = null, updated_at = now() where id = ${lease.caseId}`.execute(
          tx,
        );
        await addTimeline(tx, lease.caseId, 'not-for-usher', reason);
      });
    },

    async setState(lease, state, reason) {
      await db.transaction().execute(async (tx) => {
        await guard(tx, lease);
        const changed =
          await sql`update usher.cases set state = ${state}, reason = coalesce(${reason}, reason), updated_at = now(), held_at = ${heldAt(state)}
          where id = ${lease.caseId} and (state <> ${state} or reason is distinct from coalesce(${reason}, reason)) returning id`.execute(
            tx,
          );
        if (changed.rows.length > 0 && reason !== null) await addTimeline(tx, lease.caseId, state, reason);
      });
    },

    async addTrigger(lease, trigger) {
      await db.transaction().execute((tx) => putTrigger(tx, lease.caseId, trigger));
    },

    async wake(caseId, trigger) {
      await db.transaction().execute((tx) => putTrigger(tx, caseId, trigger));
    },

    async dueCases(limit) {
      const due = await sql<{ id: string }>`select id from usher.cases
        where wake_at <= now() and (lease_until is null or lease_until <= now()) order by wake_at limit ${limit}`.execute(
        db,
      );
      return due.rows.map((r) => r.id);
    },

    async clearLeases() {
      await sql`update usher.cases set lease_owner = null, lease_until = null, wake_at = now() where lease_until is not null`.execute(
        db,
      );
      await sql`delete from usher.duties`.execute(db);
    },

    async wakeHeld(key, programme) {
      const sleeping = await sql<{ id: string }>`select id from usher.cases where state in ('held','waiting')
        and (${programme}::text is null or programme = ${programme}::text or programme is null)`.execute(db);
      for (const { id } of sleeping.rows)
        await db.transaction().execute((tx) => putTrigger(tx, id, { key, kind: 'list' }));
      return sleeping.rows.length;
    },

    async startGrace(lease) {
      const begun = await sql<{
        ms: number | null;
      }>`update usher.cases set grace_until = now() + grace_ms * interval '1 millisecond'
        where id = ${lease.caseId} and fence = ${lease.fence} and lease_owner = ${lease.owner} and grace_until is null returning grace_ms as ms`.execute(
        db,
      );
      return begun.rows[0]?.ms ?? 0;
    },
  };
}
