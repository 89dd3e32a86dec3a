// The timer of the shadow report: every minute a few tickets that Usher only decided about are looked at, by one process.
import type { Rulebook } from '../core/rulebook.js';
import { compareSome } from '../flow/compare.js';
import type { FlowDeps } from '../flow/deps.js';
import type { Comparisons } from '../ledger/comparisons.js';

const EVERY_MS = 60_000;
const DUTY = 'compare';
const DUTY_MS = 3 * EVERY_MS;
/** Tickets a round: four reads each, far below any help desk's limit. */
const TICKETS_MOST = 20;

export interface ComparingParts {
  comparisons: Comparisons;
  rulebook: () => Rulebook;
}

/** Starts the timer; a round that takes longer than its time is waited for. */
export function startComparing(deps: FlowDeps, parts: ComparingParts): { stop(): Promise<void> } {
  const { ledger, owner, reader, log } = deps;
  let running: Promise<void> | null = null;
  const round = async () => {
    if (await ledger.holdDuty(DUTY, owner, DUTY_MS)) await compareSome({ ...parts, reader, log }, TICKETS_MOST);
  };
  const timer = setInterval(() => {
    running ??= round()
      .catch((error) => log.warn({ err: error }, 'comparing with what agents did failed; it is tried again'))
      .finally(() => {
        running = null;
      });
  }, EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await running;
      await ledger.releaseDuty(DUTY, owner).catch(() => {});
    },
  };
}
