// The timer of the shadow report: every minute a few tickets that Usher only decided about are looked at, by one process.
import type { Rulebook } from '../core/rulebook.js';
import { compareSome } from '../flow/compare.js';
import type { FlowDeps } from '../flow/deps.js';
import { everyMs } from '../flow/every.js';
import type { Comparisons } from '../ledger/comparisons.js';
import { dutyOf } from './duty.js';

const EVERY_MS = 60_000;
/** Tickets a round: four reads each, far below any help desk's limit. */
const TICKETS_MOST = 20;

export interface ComparingParts {
  comparisons: Comparisons;
  rulebook: () => Rulebook;
}

/** Starts the timer. */
export function startComparing(deps: FlowDeps, parts: ComparingParts): { stop(): Promise<void> } {
  const { reader, log } = deps;
  const duty = dutyOf(deps.ledger, 'compare', deps.owner, 3 * EVERY_MS);
  const round = async () => {
    if (await duty.hold()) await compareSome({ ...parts, reader, log }, TICKETS_MOST);
  };
  const timer = everyMs(deps, 'comparing with what agents did', EVERY_MS, round, EVERY_MS);
  return {
    async stop() {
      await timer.stop();
      await duty.release();
    },
  };
}
