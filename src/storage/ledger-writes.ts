// Writes in the ledger: claimed with a fence and committed before the first byte leaves, then settled by what is known.
import { sql } from 'kysely';
import { type Caps, type ClaimAnswer, LeaseLost, type Ledger } from '../ledger.js';
import { toJsonb } from './jsonb.js';
import { type Db, timelineLine, underLease } from './rows.js';

type WritePart = Pick<Ledger, 'claimWrite' | 'beginSend' | 'markDot' | 'postpone' | 'settle' | 'dropReplaced'>;

export function writeLedger(db: Db): WritePart {
  return {
    async claimWrite(lease, writeId, claim, caps) {
      const found = await sql<{
        counted: Counted | null;
      }>`select usher.claim_write(${lease.caseId}, ${lease.fence}::bigint, ${lease.owner},
        ${writeId}::bigint, ${toJsonb(claim)}::jsonb, ${toJsonb(caps)}::jsonb) as counted`.execute(db);
      const { counted } = found.rows[0]!;
      if (!counted) throw new LeaseLost(lease.caseId);
      if (counted.claimed) return { kind: 'claimed', maybeSent: counted.maybe_sent };
      if (!counted.planned) return { kind: 'lost' };
      if (counted.paused) return { kind: 'paused' };
      if (counted.handed_off) return { kind: 'handed-off' };
      return capReached(db, counted, caps);
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

/** What the database counted for a claim: caps that no rule can lift, over claims, each no further than to its end. */
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

/** Which of the caps it was; a rate beyond the breaker's stops all sending. */
async function capReached(db: Db, n: Counted, caps: Caps): Promise<ClaimAnswer> {
  const cap = (name: string, reason: string): ClaimAnswer => ({ kind: 'cap', cap: name, reason });
  if (n.breaker !== null) return cap('breaker', `All sending is stopped: ${n.breaker}`);
  if (n.answered) return cap('trigger', 'This message of the requester was answered before');
  if (n.ten >= caps.breakerPerTenMinutes) {
    const reason = `${n.ten} customer messages within ten minutes (CAPS_BREAKER_PER_10_MINUTES)`;
    await sql`insert into usher.meta (key, value) values ('breaker', ${toJsonb({ reason })}::jsonb) on conflict (key) do nothing`.execute(
      db,
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
