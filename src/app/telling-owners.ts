// The timer that tells programmes' owners of approvals that end soon.
import type { FlowDeps } from '../flow/deps.js';
import { tellOwners } from '../flow/ending-approvals.js';
import { everyMs } from '../flow/every.js';
import type { EndingApprovals } from '../ledger/ending-approvals.js';
import { dutyOf } from './duty.js';

const TURN_MS = 60_000;

/** Starts the timer; nobody is told where no mail may be sent. One process at a time does it. */
export function startTellingOwners(deps: FlowDeps, endings: EndingApprovals): { stop(): Promise<void> } {
  const mail = deps.hands?.mail ?? null;
  if (!mail) return { stop: async () => {} };
  const duty = dutyOf(deps.ledger, 'telling-owners', deps.owner, 3 * TURN_MS);
  const timer = everyMs(deps, 'telling of approvals that end soon', TURN_MS, async () => {
    if (await duty.hold()) await tellOwners({ ...deps, endings, mail });
  });
  return {
    async stop() {
      await timer.stop();
      await duty.release();
    },
  };
}
