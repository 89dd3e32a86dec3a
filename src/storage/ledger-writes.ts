// Writes in the ledger: claimed with a fence and committed before the first byte leaves, then settled by what is known.

import { type RawBuilder, sql } from 'kysely';
import { type Caps, type ClaimAnswer, type Lease, LeaseLost, type Ledger } from '../ledger.js';
import { toJsonb } from './jsonb.js';
import { type Db, heldBy, type Tx, timelineLine, underLease } from './rows.js';

type WritePart = Pick<Ledger, 'claimWrite' | 'beginSend' | 'markDot' | 'postpone' | 'settle' | 'dropReplaced'>;

export function writeLedger(db: Db): WritePart {
  return {
    claimWrite(lease, writeId, claim, caps) {
      if (claim.requester === null && claim.handoffKey === null) return claimed(db, lease, writeId, claim, caps);
      // One counter at a time, or two claims at once would both see room for one; and two cases of one organization claim
      // one after the other. The locks come first and alone: what is counted after them is seen as it is then.
      return db.transaction().execute(async (tx) => {
        if (claim.handoffKey !== null)
          await sql`select pg_advisory_xact_lock(7202602, hashtext(${claim.handoffKey}))`.execute(tx);
        if (claim.requester !== null) await sql`select pg_advisory_xact_lock(7202601)`.execute(tx);
        return claimed(tx, lease, writeId, claim, caps);
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
      await underLease(db, lease, [
        sql`update usher.writes w set at_dot = true, sends = sends + 1 from held where w.id = ${writeId}`,
      ]);
    },

    async postpone(lease, writeId, wait) {
      await underLease(db, lease, [
        sql`update usher.writes w set not_sent = ${wait.notSent}, sends = greatest(0, sends - case when ${wait.notSent} and (target <> 'mail' or at_dot) then 1 else 0 end), lookups = lookups + ${wait.lookedUp ? 1 : 0}::int, reason = ${wait.reason},
            not_before = now() + ${wait.ms}::float8 * interval '1 millisecond' from held where w.id = ${writeId}`,
      ]);
    },

    async settle(lease, writeId, settlement) {
      const receipt = settlement.receipt === undefined ? null : toJsonb(settlement.receipt);
      await underLease(db, lease, [
        sql`update usher.writes w set state = ${settlement.state}, reason = ${settlement.reason}, settled_at = now(), not_before = null,
            receipt = ${receipt}::jsonb from held where w.id = ${writeId}`,
        sql`update usher.cases c set updated_at = now() from held where c.id = held.id`,
        ...(settlement.timeline ? [timelineLine(settlement.state, settlement.timeline)] : []),
      ]);
    },

    async dropReplaced(lease, writeId, reason) {
      await underLease(db, lease, [
        sql`update usher.writes w set state = 'dropped', reason = ${reason}, settled_at = now() from held where w.id = ${writeId}`,
        sql`update usher.steps s set replaced = true from held where s.write_id = ${writeId}`,
        timelineLine('dropped', reason),
      ]);
    },
  };
}

async function isPaused(db: Db, caseId: string): Promise<boolean> {
  const found = await sql`select 1 from usher.meta m join usher.cases c on c.id = ${caseId}
    where m.key = 'pause:*' or m.key = 'pause:' || c.programme limit 1`.execute(db);
  return found.rows.length > 0;
}

type Claim = Parameters<Ledger['claimWrite']>[2];

interface Counted {
  claimed: boolean;
  planned: boolean;
  paused: boolean;
  handed_off: boolean;
  breaker: string | null;
  answered: boolean;
  day: number;
  hour: number;
  minute: number;
  ten: number;
  maybe_sent: boolean;
}

/** Counts and claims in one statement. Caps that no rule can lift are counted in the database over claims, each no further than to its end. */
async function claimed(tx: Tx, lease: Lease, writeId: string, claim: Claim, caps: Caps): Promise<ClaimAnswer> {
  const counts = sql`usher.writes w where w.to_customer and (w.state in ('claimed','done','unsure') or w.sends > 0)`;
  const upTo = (most: number, condition: RawBuilder<unknown>) =>
    sql`case when mine.to_customer then (select count(*) from (select 1 from ${counts} and ${condition} limit ${most}::int) w) else 0 end::int`;
  const found = await sql<Counted>`with ${heldBy(lease)},
    mine as materialized (select w.id, w.case_id, w.message_id, w.to_customer from usher.writes w, held where w.id = ${writeId} and w.state = 'planned'),
    n as materialized (select
      exists (select 1 from usher.meta m join usher.cases c on c.id = mine.case_id
        where m.key = 'pause:*' or m.key = 'pause:' || c.programme) as paused,
      exists (select 1 from usher.writes w where w.handoff_key = ${claim.handoffKey}::text and w.case_id <> mine.case_id
        and w.state in ('claimed','done','unsure') and w.claimed_at > now() - interval '30 days') as handed_off,
      (select value ->> 'reason' from usher.meta where key = 'breaker') as breaker,
      -- A mail or post that a backup knew as planned may have gone out between the backup and its restore; tickets are looked at anyway.
      exists (select 1 from usher.writes w, usher.meta m where w.id = mine.id and m.key = 'restored'
        and w.target <> 'ticket' and w.mark is null and w.planned_at < m.at) as maybe_sent,
      mine.to_customer and exists (select 1 from usher.writes w where w.case_id = mine.case_id and w.to_customer and w.id <> mine.id
        and w.message_id is not distinct from mine.message_id and w.state in ('claimed','done','unsure')) as answered,
      ${upTo(caps.repliesPerRequesterDay, sql`w.requester = ${claim.requester} and w.claimed_at > now() - interval '1 day'`)} as day,
      ${upTo(caps.repliesPerDomainHour, sql`w.requester_domain = ${claim.requesterDomain} and w.claimed_at > now() - interval '1 hour'`)} as hour,
      ${upTo(caps.repliesPerMinute, sql`w.claimed_at > now() - interval '1 minute'`)} as minute,
      ${upTo(caps.breakerPerTenMinutes, sql`w.claimed_at > greatest(now() - interval '10 minutes', (select at from usher.meta where key = 'breaker-reset'))`)} as ten
      from mine),
    claimed as (update usher.writes w set state = 'claimed', mark = ${claim.mark}, content_hash = ${claim.contentHash}, version = ${claim.version}, thread = ${toJsonb(claim.thread)}::jsonb,
        handoff_key = ${claim.handoffKey}, requester = ${claim.requester}, requester_domain = ${claim.requesterDomain}, not_before = null,
        claimed_at = case when n.maybe_sent then w.planned_at else now() end, attempts = 0, sends = case when n.maybe_sent then 1 else 0 end, lookups = 0, at_dot = false, not_sent = false, reason = null
      from n where w.id = ${writeId} and w.state = 'planned' and not n.paused and not n.handed_off and n.breaker is null and not n.answered and n.day < ${caps.repliesPerRequesterDay}::int
        and n.hour < ${caps.repliesPerDomainHour}::int and n.minute < ${caps.repliesPerMinute}::int and n.ten < ${caps.breakerPerTenMinutes}::int returning w.id)
    select exists (select 1 from claimed) as claimed, n.day is not null as planned, n.* from held left join n on true`.execute(
    tx,
  );
  const counted = found.rows[0];
  if (!counted) throw new LeaseLost(lease.caseId);
  if (counted.claimed) return { kind: 'claimed', maybeSent: counted.maybe_sent };
  if (!counted.planned) return { kind: 'lost' };
  if (counted.paused) return { kind: 'paused' };
  if (counted.handed_off) return { kind: 'handed-off' };
  return capReached(tx, counted, caps);
}

/** Which of the caps it was; a rate beyond the breaker's stops all sending. */
async function capReached(tx: Tx, n: Counted, caps: Caps): Promise<ClaimAnswer> {
  const cap = (name: string, reason: string): ClaimAnswer => ({ kind: 'cap', cap: name, reason });
  if (n.breaker !== null) return cap('breaker', `All sending is stopped: ${n.breaker}`);
  if (n.answered) return cap('trigger', 'This message of the requester was answered before');
  if (n.ten >= caps.breakerPerTenMinutes) {
    const reason = `${n.ten} customer messages within ten minutes (CAPS_BREAKER_PER_10_MINUTES)`;
    await sql`insert into usher.meta (key, value) values ('breaker', ${toJsonb({ reason })}::jsonb) on conflict (key) do nothing`.execute(
      tx,
    );
    return cap('breaker', `All sending is stopped: ${reason}`);
  }
  if (n.day >= caps.repliesPerRequesterDay)
    return cap('requester-day', `This requester got ${n.day} messages within a day (CAPS_REPLIES_PER_REQUESTER_DAY)`);
  if (n.hour >= caps.repliesPerDomainHour)
    return cap('domain-hour', `This mail domain got ${n.hour} messages within an hour (CAPS_REPLIES_PER_DOMAIN_HOUR)`);
  if (n.minute >= caps.repliesPerMinute)
    return cap('minute', `${n.minute} customer messages within a minute (CAPS_REPLIES_PER_MINUTE)`);
  return { kind: 'lost' };
}
