// Polling, back-fill and reconciliation over time: each is done by one process, and taken over when that one is gone.
import { backfill, startOfPolling } from './backfill.js';
import type { FlowDeps } from './deps.js';
import { everyMs, type Repeating } from './every.js';
import { pollOnce } from './intake.js';
import { reconcile } from './reconcile.js';

/** Names of duties: one process at a time has each of them. */
const DUTIES = ['poll', 'backfill', 'reconcile'] as const;
/** A process that is gone holds its duties no longer than this. */
const DUTY_MS = 40_000;
const HEARTBEAT_MS = 10_000;

export interface IntakeOptions {
  pollMs: number;
  /** Polling starts at tickets changed since then, when there is no cursor yet and no back-fill to do. */
  since: Date;
  /** How far a back-fill is, one line every few seconds. */
  onProgress?: (line: string) => void;
}

/** Starts all three; whether a day has passed since the last reconciliation is looked up at once and with every poll. */
export function startIntake(deps: FlowDeps, { pollMs, since, onProgress }: IntakeOptions): Repeating {
  const { ledger, owner } = deps;
  const keeper = (duty: (typeof DUTIES)[number]) => () => ledger.holdDuty(duty, owner, DUTY_MS);
  const poll = keeper('poll');
  const fill = keeper('backfill');
  const prove = keeper('reconcile');
  let start: Date | undefined;
  const timers = [
    everyMs(deps, 'keeping its duties', HEARTBEAT_MS, () => Promise.all([poll(), fill(), prove()])),
    everyMs(deps, 'asking the help desk for changes', pollMs, async () => {
      if (!(await poll())) return;
      start ??= await startOfPolling(deps, since);
      await pollOnce(deps, start, poll);
    }),
    everyMs(deps, 'the back-fill', pollMs, async () => {
      if (await fill()) await backfill(deps, { keep: fill, onProgress });
    }),
    everyMs(deps, 'the reconciliation', pollMs, async () => {
      if (await prove()) await reconcile(deps, { keep: prove });
    }),
  ];
  return {
    async stop() {
      await Promise.all(timers.map((timer) => timer.stop()));
      // Another process may go on at once; without a database it has to wait until the leases run out.
      await Promise.all(DUTIES.map((duty) => ledger.releaseDuty(duty, owner))).catch(() => {});
    },
  };
}
