// Cases in the ledger: opening, leasing with a growing fence, triggers, and which cases want a worker now.

import { sql } from 'kysely';
import { isEventDesk } from '../core/event.js';
import type { Ledger, Trigger } from '../ledger.js';
import { stateEvent } from './case-events.js';
import { toJsonb } from './jsonb.js';
import { replaceUnclaimed, spent } from './ledger-decisions.js';
import { cameMeanwhile, POKE } from './poke.js';
import { type Db, heldAt, leaseCase, readCase, type Tx, timelineLine, underLease } from './rows.js';

export type CasePart = Pick<
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

/** Cases woken in one statement: whoever visits one of them waits for its end. */
const WAKE_MOST = 500;

/**
 * As a condition of a statement that commits by itself: the commit does not wait for the disk. A lease or its end that is lost with the
 * database's machine was followed by no other commit, for each takes along what came before it; nothing was done under it that counts.
 */
const WITHOUT_WAITING = sql`set_config('synchronous_commit', 'off', true) is not null`;

/** What is kept with a trigger: JSON, or null. */
function dataOf({ outcome, event }: Trigger, proof: string | null = null): string | null {
  const known = {
    ...(proof === null ? {} : { proof }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(event === undefined ? {} : { event }),
  };
  return Object.keys(known).length === 0 ? null : toJsonb(known);
}

/** Puts a trigger on a case once and makes the case due; the same key again changes nothing (false). */
export async function putTrigger(tx: Tx, caseId: string, trigger: Trigger): Promise<boolean> {
  // The case's row is locked first, so that a visit that is just ending either sees the poke or has ended.
  const put = await sql`with locked as materialized (select id from usher.cases where id = ${caseId} for update),
      put as (insert into usher.triggers (case_id, key, kind, at, data)
        select id, ${trigger.key}::text, ${trigger.kind}::text, clock_timestamp(), ${dataOf(trigger)}::jsonb from locked
        on conflict (case_id, key) do nothing returning case_id)
    update usher.cases set ${POKE} where id in (select case_id from put) returning id`.execute(tx);
  return put.rows.length > 0;
}

export async function lockCase(tx: Tx, caseId: string): Promise<void> {
  await sql`select 1 from usher.cases where id = ${caseId} for update`.execute(tx);
}

type Opening = Parameters<Ledger['openCase']>[0];

/**
 * Opens the case of a ticket or adds a trigger to it; `isNews` when that changed anything. A `proof` counts once for a case,
 * whatever the trigger's key.
 */
export async function openIn(
  db: Db,
  ticket: Opening,
  trigger: Trigger,
  proof: string | null = null,
): Promise<{ caseId: string; isNews: boolean }> {
  const caseId = `${ticket.helpdesk}-${ticket.ticketId}`;
  for (;;) {
    const isNews = await openOrTrigger(db, { ...ticket, id: caseId }, trigger, proof);
    if (isNews !== null) return { caseId, isNews };
  }
}

/** null when somebody else opened the case while we waited: its row is there and not yet to be seen, a second look sees it. */
async function openOrTrigger(
  db: Db,
  ticket: Opening & { id: string },
  trigger: Trigger,
  proof: string | null,
): Promise<boolean | null> {
  const { id } = ticket;
  // What was decided upon is no news. Our own update is looked at again: stamps count whole seconds, and the requester
  // may have written in the same one.
  const done = await sql<{ seen: boolean; news: boolean }>`with opened as (
      insert into usher.cases (id, helpdesk, ticket_id, wake_at) values (${id}, ${ticket.helpdesk}, ${ticket.ticketId}, now())
        on conflict do nothing returning id),
    line as (insert into usher.timeline (case_id, kind, text)
      select id, 'opened', ${isEventDesk(ticket.helpdesk) ? 'The event came in.' : 'The ticket was seen for the first time.'}::text from opened),
    known as materialized (select id from usher.cases where id = ${id}
      and (${ticket.version}::text is null or decided_ticket_at is null or decided_ticket_at < ${ticket.version}::text) for update),
    put as (insert into usher.triggers (case_id, key, kind, at, data)
      select id, ${trigger.key}::text, ${trigger.kind}::text, clock_timestamp(), ${dataOf(trigger, proof)}::jsonb
        from (select id from opened union all select id from known) c
      on conflict do nothing returning case_id),
    poked as (update usher.cases set ${POKE} where id in (select case_id from put))
    select exists (select 1 from opened) or exists (select 1 from usher.cases where id = ${id}) as seen,
      exists (select 1 from put) as news`.execute(db);
  const { seen, news } = done.rows[0]!;
  return seen ? news : null;
}

export function caseLedger(db: Db): CasePart {
  return {
    async openCase(ticket, trigger) {
      const { caseId } = await openIn(db, ticket, trigger);
      return caseId;
    },

    async lease(caseId, owner, leaseMs, onlyDue = false) {
      const leased = sql`update usher.cases set fence = fence + 1, lease_owner = ${owner}, leased_at = clock_timestamp(),
          lease_until = now() + ${leaseMs}::float8 * interval '1 millisecond', wake_at = now() + ${leaseMs}::float8 * interval '1 millisecond'
        where id = ${caseId} and (lease_until is null or lease_until <= now()) and (not ${onlyDue}::boolean or wake_at <= now()) and ${WITHOUT_WAITING} returning *`;
      const got = await leaseCase(db, leased);
      return got && { lease: { caseId, owner, fence: got.fence }, record: got.record };
    },

    async renew(lease, leaseMs) {
      const done = await sql`update usher.cases set lease_until = now() + ${leaseMs}::float8 * interval '1 millisecond',
          wake_at = case when wake_at < lease_until then wake_at else now() + ${leaseMs}::float8 * interval '1 millisecond' end
        where id = ${lease.caseId} and fence = ${lease.fence} and lease_owner = ${lease.owner} returning id`.execute(
        db,
      );
      return done.rows.length > 0;
    },

    read: (lease) => readCase(db, lease.caseId),

    async release(lease, wakeInMs, failed) {
      // A trigger that came during the visit makes the case due at once; one that was there before had its look. A case that
      // is not at rest never sleeps without an end, whoever changed it meanwhile.
      const done = await sql<{ pending: boolean }>`with held as materialized (
          select id, ${cameMeanwhile()} as pending
          from usher.cases c where id = ${lease.caseId} and fence = ${lease.fence} and lease_owner = ${lease.owner} and ${WITHOUT_WAITING} for update)
        update usher.cases c set lease_owner = null, lease_until = null,
          failures = case when ${failed} then failures + 1 else 0 end,
          wake_at = case when held.pending and not ${failed} then now()
            when ${wakeInMs}::float8 is null then case when state in ('new','acting','waiting') then now() + interval '1 second' end
            else now() + ${wakeInMs}::float8 * interval '1 millisecond' end
        from held where c.id = held.id returning held.pending`.execute(db);
      return { pending: done.rows[0]?.pending ?? false };
    },

    async spendTriggers(lease, triggerIds) {
      if (triggerIds.length === 0) return;
      await underLease(db, lease, [spent(triggerIds)]);
    },

    async abandon(lease, reason, triggerIds) {
      await underLease(db, lease, [
        ...replaceUnclaimed(),
        spent(triggerIds),
        sql`update usher.cases c set state = 'not-for-usher', reason = ${reason}, held_at = null, updated_at = now() from held where c.id = held.id`,
        timelineLine('not-for-usher', reason),
      ]);
    },

    async setState(lease, state, reason) {
      await underLease(db, lease, [
        sql`update usher.cases c set state = ${state}::text, reason = coalesce(${reason}::text, reason), updated_at = now(), held_at = ${heldAt(state)} from held
          where c.id = held.id and (state <> ${state}::text or reason is distinct from coalesce(${reason}::text, reason)) returning c.id`,
        ...(reason === null
          ? []
          : [
              sql`insert into usher.timeline (case_id, kind, text) select id, ${state}::text, ${reason}::text from part0`,
            ]),
        ...stateEvent(state, sql`part0`),
      ]);
    },

    async addTrigger(lease, trigger) {
      await putTrigger(db, lease.caseId, trigger);
    },

    async wake(caseId, trigger) {
      await putTrigger(db, caseId, trigger);
    },

    async dueCases(limit) {
      const due = await sql<{ id: string }>`select id from usher.cases
        where wake_at <= now() and (lease_until is null or lease_until <= now()) order by wake_at limit ${sql.lit(limit)}`.execute(
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
      let woken = 0;
      let after = '';
      for (;;) {
        // As `putTrigger`, for many at a time: each row is locked first.
        const batch = await sql<{ n: number; last: string | null }>`with sleeping as materialized (
            select id from usher.cases where state in ('held','waiting') and id > ${after}
              and (${programme}::text is null or programme = ${programme}::text or programme is null)
            order by id limit ${sql.lit(WAKE_MOST)} for update),
          put as (insert into usher.triggers (case_id, key, kind, at)
            select id, ${key}::text, 'list', clock_timestamp() from sleeping on conflict (case_id, key) do nothing returning case_id),
          poked as (update usher.cases set ${POKE} where id in (select case_id from put))
          select count(*)::int as n, max(id) as last from sleeping`.execute(db);
        const { n, last } = batch.rows[0]!;
        woken += n;
        if (n < WAKE_MOST || last === null) return woken;
        after = last;
      }
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
