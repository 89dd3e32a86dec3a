// Compares this machine's clock with the database's: leases and the queue's locks go wrong when they differ.
import { ProblemError, problem } from '../problem.js';
import type { Database } from './pool.js';

/** Refuse from here on: the queue computes lock expiry on each worker's own clock, so that skew runs a live job twice. */
export const CLOCK_SKEW_MAX_MS = 2_000;
const SAMPLES = 3;

/**
 * Returns host minus database in milliseconds, from the quickest of three round trips. Throws ProblemError
 * `clock-skew` above two seconds. `now` is the host's clock in milliseconds since 1970.
 */
export async function checkClockSkew(db: Database, now: () => number = Date.now): Promise<number> {
  let best = { roundTripMs: Number.POSITIVE_INFINITY, skewMs: 0 };
  for (let i = 0; i < SAMPLES; i++) {
    const asked = now();
    const { rows } = await db.pool.query<{ ms: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
    );
    const answered = now();
    const roundTripMs = answered - asked;
    if (roundTripMs < best.roundTripMs) best = { roundTripMs, skewMs: asked + roundTripMs / 2 - (rows[0]?.ms ?? 0) };
  }
  const skewMs = Math.round(best.skewMs);
  // Half a round trip is what the measurement cannot know: a slow link is not a wrong clock.
  if (Math.abs(skewMs) - best.roundTripMs / 2 > CLOCK_SKEW_MAX_MS) {
    throw new ProblemError(
      problem(
        'clock-skew',
        `This machine's clock is ${Math.abs(skewMs / 1000).toFixed(1)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the database's`,
        'Set both clocks by NTP (timedatectl set-ntp true), then start again',
        { family: 'network' },
      ),
    );
  }
  return skewMs;
}
