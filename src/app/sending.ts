// Stopping and going on, for commands and the status page alike: over the ledger's pauses, its breaker and what waits.
import { stepLine } from '../core/explain.js';
import type { Ledger } from '../ledger.js';
import type { Sending, Stop } from '../ports/sending.js';
import { didYouMean, ProblemError, problem, suggestion } from '../problem.js';

/** Steps listed at most; more than a person reads. */
const LISTED_MOST = 500;

/** `programmes` are the names of the active ones. */
export function sendingOf(ledger: Ledger, programmes: string[]): Sending {
  return {
    async state(always = false) {
      const [pauses, breaker] = await Promise.all([ledger.pauses(), ledger.breaker()]);
      const stops: Stop[] = pauses.map((p) => ({ ...p, reason: null }));
      if (breaker) stops.push({ programme: null, by: 'Usher itself', ...breaker });
      const steps = stops.length > 0 || always ? await ledger.waitingSteps(LISTED_MOST + 1) : [];
      return {
        stops: stops.sort((a, b) => a.since.localeCompare(b.since)),
        waiting: steps.slice(0, LISTED_MOST).map(({ effect, ...step }) => ({ ...step, says: stepLine(effect) })),
        hasMore: steps.length > LISTED_MOST,
      };
    },
    async pause(programme, by) {
      if (programme !== null && !programmes.includes(programme)) {
        const near = suggestion(programme, programmes);
        throw new ProblemError(
          problem(
            'programme-not-active',
            `There is no active programme "${programme}"${didYouMean(near)}`,
            `Active: ${programmes.join(', ')}. Without a name everything is stopped`,
          ),
        );
      }
      await ledger.pause(programme, by);
    },
    goOn: (by) => ledger.resumeAll(by),
  };
}
