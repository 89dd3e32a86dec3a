// A duty that one process at a time has, such as reading the lists; kept by asking for it again and again.
import type { Ledger } from '../ledger.js';

/** A process that is gone holds its duties no longer than this, unless told otherwise. */
const DUTY_MS = 40_000;
/** Having it is believed this long before the ledger is asked again. */
const FRESH_MS = 10_000;

export interface Duty {
  name: string;
  owner: string;
  /** Takes or keeps it; false while another process has it. Not called for so long as it is held, it goes to another. */
  hold(): Promise<boolean>;
  /** Another process may take it at once. */
  release(): Promise<void>;
}

/** What a process that never reads is given. */
export const noDuty: Duty = { name: '', owner: '', hold: async () => false, release: async () => {} };

export function dutyOf(
  ledger: Pick<Ledger, 'holdDuty' | 'releaseDuty'>,
  name: string,
  owner: string,
  ms = DUTY_MS,
): Duty {
  let heldAt = Number.NEGATIVE_INFINITY;
  return {
    name,
    owner,
    async hold() {
      // The monotonic clock of this process: only the distance counts.
      const asked = performance.now();
      if (asked - heldAt < FRESH_MS) return true;
      const isOurs = await ledger.holdDuty(name, owner, ms);
      heldAt = isOurs ? asked : Number.NEGATIVE_INFINITY;
      return isOurs;
    },
    async release() {
      heldAt = Number.NEGATIVE_INFINITY;
      // Without a database it is free when its time is over.
      await ledger.releaseDuty(name, owner).catch(() => {});
    },
  };
}
