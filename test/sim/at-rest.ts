// Whether a run has come to rest: nothing is left to do but by a person, and what last changed has been looked at.
import type { Tables } from './ledger/tables.js';

/** `seenMs`: a poll that ended by then has seen the latest change. */
export function isAtRest(tables: Tables, { now, seenMs }: { now: number; seenMs: number }): boolean {
  const polledMs = tables.meta.get('polled-sandbox')?.at ?? 0;
  if (polledMs < seenMs || tables.triggers.some((t) => t.handledAt === null)) return false;
  for (const c of tables.cases.values()) {
    if (c.leaseUntil !== null || !['done', 'held', 'not-for-usher'].includes(c.state)) return false;
    if (c.wakeAt !== null && c.wakeAt <= now) return false;
  }
  const isPaused = tables.isPaused(null) || [...tables.meta.keys()].some((key) => key.startsWith('pause:'));
  if (tables.writes.some((w) => w.state === 'claimed' && !(isPaused && w.sends === 0))) return false;
  if (isPaused) return true;
  // A subscriber that is told nothing for now is told when a person says so.
  const isTelling = tables.outgoing.some((d) => d.state === 'waiting' && !tables.deafSubscribers.has(d.subscriber));
  return !isTelling && tables.caseEvents.every((e) => e.isSpread);
}
