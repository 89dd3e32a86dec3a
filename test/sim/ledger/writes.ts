// The ledger's stand-in, writes: claimed with a fence and within the caps, counted before they are sent, then settled.
import type { Caps, ClaimAnswer, Ledger } from '../../../src/ledger.js';
import type { Tables, WriteRow } from './tables.js';

type WritePart = Pick<Ledger, 'claimWrite' | 'beginSend' | 'markDot' | 'postpone' | 'settle' | 'dropReplaced'>;

const DAY_MS = 86_400_000;
const OUT = ['claimed', 'done', 'unsure'];

export function memoryWrites(t: Tables): WritePart {
  return {
    async claimWrite(lease, writeId, { leaseMs, ...claim }, caps) {
      const row = t.held(lease);
      t.prolong(row, leaseMs);
      const write = t.writes.find((w) => String(w.id) === writeId && w.state === 'planned');
      if (!write) return { kind: 'lost' };
      if (t.isPaused(row.programme)) return { kind: 'paused' };
      if (claim.handoffKey !== null && isHandedOff(t, write, claim.handoffKey)) return { kind: 'handed-off' };
      const cap = write.toCustomer ? capReached(t, write, claim, caps) : breakerOf(t);
      if (cap) return cap;
      Object.assign(write, claim, {
        thread: [...claim.thread],
        state: 'claimed',
        notBefore: null,
        claimedAt: t.now(),
        attempts: 0,
        sends: 0,
        lookups: 0,
        atDot: false,
        notSent: false,
        reason: null,
      });
      return { kind: 'claimed', maybeSent: false };
    },

    async beginSend(lease, writeId, marginMs) {
      const write = t.write(writeId);
      const programme = t.cases.get(lease.caseId)?.programme ?? null;
      if (t.isPaused(programme)) return 'paused';
      if (!t.isHeld(lease) || write.state !== 'claimed') return 'no';
      if (t.held(lease).leaseUntil! <= t.now() + marginMs) return 'no';
      Object.assign(write, { attempts: write.attempts + 1, lookups: 0, atDot: false, notSent: false });
      if (write.target !== 'mail') write.sends += 1;
      return 'yes';
    },

    async markDot(lease, writeId) {
      t.held(lease);
      const write = t.write(writeId);
      write.atDot = true;
      write.sends += 1;
    },

    async postpone(lease, writeId, wait) {
      t.held(lease);
      const write = t.write(writeId);
      const hasCounted = write.target !== 'mail' || write.atDot;
      if (wait.notSent && hasCounted) write.sends = Math.max(0, write.sends - 1);
      write.notSent = wait.notSent;
      if (wait.lookedUp) write.lookups += 1;
      write.reason = wait.reason;
      write.notBefore = t.now() + wait.ms;
    },

    async settle(lease, writeId, settlement) {
      const row = t.held(lease);
      const { state, reason, receipt = null } = settlement;
      Object.assign(t.write(writeId), { state, reason, receipt, settledAt: t.now(), notBefore: null });
      row.updatedAt = t.now();
    },

    async dropReplaced(lease, writeId, reason) {
      t.held(lease);
      const write = t.write(writeId);
      Object.assign(write, { state: 'dropped', reason, settledAt: t.now() });
      for (const s of t.stepsOf(write.id)) s.isReplaced = true;
    },
  };
}

function isHandedOff(t: Tables, write: WriteRow, handoffKey: string): boolean {
  return t.writes.some(
    (w) =>
      w.handoffKey === handoffKey &&
      w.caseId !== write.caseId &&
      OUT.includes(w.state) &&
      w.claimedAt !== null &&
      w.claimedAt > t.now() - 30 * DAY_MS,
  );
}

const cap = (name: string, reason: string): ClaimAnswer => ({ kind: 'cap', cap: name, reason });

function breakerOf(t: Tables): ClaimAnswer | null {
  const breaker = t.meta.get('breaker');
  return breaker ? cap('breaker', `All sending is stopped: ${breaker.value}`) : null;
}

type Claim = Omit<Parameters<Ledger['claimWrite']>[2], 'leaseMs'>;

/** Caps that no rule can lift, in the order in which the database looks at them. */
function capReached(t: Tables, write: WriteRow, claim: Claim, caps: Caps): ClaimAnswer | null {
  const stopped = breakerOf(t);
  if (stopped) return stopped;
  const isAnswered = t
    .writesOf(write.caseId)
    .some((w) => w.toCustomer && w.id !== write.id && w.messageId === write.messageId && OUT.includes(w.state));
  if (isAnswered) return cap('trigger', 'This message of the requester was answered before');
  const counted = t.writes.filter(
    (w) => w.toCustomer && w.claimedAt !== null && (OUT.includes(w.state) || w.sends > 0),
  );
  const since = (ms: number, fits: (w: WriteRow) => boolean = () => true) =>
    counted.filter((w) => w.claimedAt! > t.now() - ms && fits(w)).length;
  const reset = t.meta.get('breaker-reset')?.at ?? 0;
  if (since(600_000, (w) => w.claimedAt! > reset) >= caps.breakerPerTenMinutes) {
    const reason = `${caps.breakerPerTenMinutes} customer messages within ten minutes (CAPS_BREAKER_PER_10_MINUTES)`;
    t.meta.set('breaker', { value: reason, at: t.now() });
    return cap('breaker', `All sending is stopped: ${reason}`);
  }
  if (since(DAY_MS, (w) => w.requester === claim.requester) >= caps.repliesPerRequesterDay)
    return cap('requester-day', `This requester got ${caps.repliesPerRequesterDay} messages within a day`);
  if (since(3_600_000, (w) => w.requesterDomain === claim.requesterDomain) >= caps.repliesPerDomainHour)
    return cap('domain-hour', `This mail domain got ${caps.repliesPerDomainHour} messages within an hour`);
  if (since(60_000) >= caps.repliesPerMinute)
    return cap('minute', `${caps.repliesPerMinute} customer messages within a minute`);
  return null;
}
