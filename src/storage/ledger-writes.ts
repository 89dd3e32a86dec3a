// Writes in the ledger: claimed with a fence and committed before the first byte leaves, then settled by what is known.
import { sql } from 'kysely';
import type { Caps, ClaimAnswer, Ledger } from '../ledger.js';
import { addTimeline, type Db, guard, type Tx } from './rows.js';

type WritePart = Pick<Ledger, 'claimWrite' | 'beginSend' | 'markDot' | 'postpone' | 'settle' | 'dropReplaced'>;

export function writeLedger(db: Db): WritePart {
  return {
    claimWrite(lease, writeId, claim, caps) {
      return db.transaction().execute(async (tx): Promise<ClaimAnswer> => {
        await guard(tx, lease);
        const kind = await sql<{
          to_customer: boolean;
        }>`select to_customer from usher.writes where id = ${writeId} and state = 'planned'`.execute(tx);
        if (!kind.rows[0]) return { kind: 'lost' };
        if (await isPaused(tx, lease.caseId)) return { kind: 'paused' };
        if (claim.handoffKey !== null && (await isHandedOff(tx, lease.caseId, claim.handoffKey)))
          return { kind: 'handed-off' };
        const refused = await capReached(tx, { id: writeId, toCustomer: kind.rows[0].to_customer, ...claim }, caps);
        if (refused) return { kind: 'cap', ...refused };
        // Claim before sending: a second reply is worse than a late one.
        await sql`update usher.writes set state = 'claimed', mark = ${claim.mark}, content_hash = ${claim.contentHash}, version = ${claim.version}, thread = ${JSON.stringify(claim.thread)}::jsonb,
            handoff_key = ${claim.handoffKey},
            requester = ${claim.requester}, requester_domain = ${claim.requesterDomain}, claimed_at = now(), not_before = null,
            attempts = 0, sends = 0, lookups = 0, at_dot = false, not_sent = false, reason = null
          where id = ${writeId}`.execute(tx);
        return { kind: 'claimed' };
      });
    },

    async beginSend(lease, writeId, marginMs) {
      const done =
        await sql`update usher.writes w set attempts = attempts + 1, lookups = 0, at_dot = false, not_sent = false,
            sends = sends + case when w.target = 'mail' then 0 else 1 end
        from usher.cases c where w.id = ${writeId} and w.state = 'claimed' and c.id = w.case_id
          and c.fence = ${lease.fence} and c.lease_owner = ${lease.owner}
          and c.lease_until > now() + ${marginMs}::float8 * interval '1 millisecond'
          and not exists (select 1 from usher.meta m where m.key = 'pause:*' or m.key = 'pause:' || c.programme)
        returning w.id`.execute(db);
      if (done.rows.length > 0) return 'yes';
      return (await isPaused(db, lease.caseId)) ? 'paused' : 'no';
    },

    async markDot(lease, writeId) {
      await db.transaction().execute(async (tx) => {
        await guard(tx, lease);
        await sql`update usher.writes set at_dot = true, sends = sends + 1 where id = ${writeId}`.execute(tx);
      });
    },

    async postpone(lease, writeId, wait) {
      await db.transaction().execute(async (tx) => {
        await guard(tx, lease);
        await sql`update usher.writes set not_sent = ${wait.notSent}, sends = greatest(0, sends - case when ${wait.notSent} and (target <> 'mail' or at_dot) then 1 else 0 end), lookups = lookups + ${wait.lookedUp ? 1 : 0}, reason = ${wait.reason},
            not_before = now() + ${wait.ms}::float8 * interval '1 millisecond' where id = ${writeId}`.execute(tx);
      });
    },

    async settle(lease, writeId, settlement) {
      await db.transaction().execute(async (tx) => {
        await guard(tx, lease);
        const receipt = settlement.receipt ?? null;
        await sql`update usher.writes set state = ${settlement.state}, reason = ${settlement.reason}, settled_at = now(), not_before = null,
            receipt = ${receipt === null ? null : JSON.stringify(receipt)}::jsonb where id = ${writeId}`.execute(tx);
        await sql`update usher.cases set updated_at = now()
          where id = ${lease.caseId}`.execute(tx);
        if (settlement.timeline) await addTimeline(tx, lease.caseId, settlement.state, settlement.timeline);
      });
    },

    async dropReplaced(lease, writeId, reason) {
      await db.transaction().execute(async (tx) => {
        await guard(tx, lease);
        await sql`update usher.writes set state = 'dropped', reason = ${reason}, settled_at = now() where id = ${writeId}`.execute(
          tx,
        );
        await sql`update usher.steps set replaced = true where write_id = ${writeId}`.execute(tx);
        await addTimeline(tx, lease.caseId, 'dropped', reason);
      });
    },
  };
}

async function isPaused(tx: Tx, caseId: string): Promise<boolean> {
  const found = await sql`select 1 from usher.meta m join usher.cases c on c.id = ${caseId}
    where m.key = 'pause:*' or m.key = 'pause:' || c.programme limit 1`.execute(tx);
  return found.rows.length > 0;
}

/** Two cases of one organization claim one after the other: only the first hands it over. */
async function isHandedOff(tx: Tx, caseId: string, handoffKey: string): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(7202602, hashtext(${handoffKey}))`.execute(tx);
  const found = await sql`select 1 from usher.writes where handoff_key = ${handoffKey} and case_id <> ${caseId}
    and state in ('claimed','done','unsure') and claimed_at > now() - interval '30 days' limit 1`.execute(tx);
  return found.rows.length > 0;
}

/** Caps that no rule can lift, counted in the database over claims; a rate beyond the breaker's stops all sending. */
async function capReached(
  tx: Tx,
  write: { id: string; toCustomer: boolean; requester: string | null; requesterDomain: string | null },
  caps: Caps,
): Promise<{ cap: string; reason: string } | null> {
  const breaker = await sql<{ value: { reason: string } }>`select value from usher.meta where key = 'breaker'`.execute(
    tx,
  );
  if (breaker.rows[0]) return { cap: 'breaker', reason: `All sending is stopped: ${breaker.rows[0].value.reason}` };
  if (!write.toCustomer) return null;
  const answered = await sql`select 1 from usher.writes w join usher.writes mine on mine.id = ${write.id}
    where w.case_id = mine.case_id and w.to_customer and w.id <> mine.id and w.message_id is not distinct from mine.message_id
      and w.state in ('claimed','done','unsure') limit 1`.execute(tx);
  if (answered.rows.length > 0) return { cap: 'trigger', reason: 'This message of the requester was answered before' };
  // One counter at a time, or two claims at once would both see room for one.
  await sql`select pg_advisory_xact_lock(7202601)`.execute(tx);
  const counted = await sql<{ day: number; hour: number; minute: number; ten: number }>`select
      count(*) filter (where requester = ${write.requester} and claimed_at > now() - interval '1 day')::int as day,
      count(*) filter (where requester_domain = ${write.requesterDomain} and claimed_at > now() - interval '1 hour')::int as hour,
      count(*) filter (where claimed_at > now() - interval '1 minute')::int as minute,
      count(*) filter (where claimed_at > now() - interval '10 minutes'
        and claimed_at > coalesce((select at from usher.meta where key = 'breaker-reset'), '-infinity'))::int as ten
    from usher.writes where to_customer and (state in ('claimed','done','unsure') or sends > 0) and claimed_at > now() - interval '1 day'`.execute(
    tx,
  );
  const n = counted.rows[0]!;
  if (n.ten >= caps.breakerPerTenMinutes) {
    const reason = `${n.ten} customer messages within ten minutes (CAPS_BREAKER_PER_10_MINUTES)`;
    await sql`insert into usher.meta (key, value) values ('breaker', ${JSON.stringify({ reason })}::jsonb) on conflict (key) do nothing`.execute(
      tx,
    );
    return { cap: 'breaker', reason: `All sending is stopped: ${reason}` };
  }
  if (n.day >= caps.repliesPerRequesterDay)
    return {
      cap: 'requester-day',
      reason: `This requester got ${n.day} messages within a day (CAPS_REPLIES_PER_REQUESTER_DAY)`,
    };
  if (n.hour >= caps.repliesPerDomainHour)
    return {
      cap: 'domain-hour',
      reason: `This mail domain got ${n.hour} messages within an hour (CAPS_REPLIES_PER_DOMAIN_HOUR)`,
    };
  if (n.minute >= caps.repliesPerMinute)
    return { cap: 'minute', reason: `${n.minute} customer messages within a minute (CAPS_REPLIES_PER_MINUTE)` };
  return null;
}
