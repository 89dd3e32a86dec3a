// What /metrics shows of the ledger.

export interface LedgerNumbers {
  /** By programme, state and outcome. */
  cases: { programme: string; state: string; outcome: string; count: number }[];
  /** By what was written where and how it ended. */
  writes: { target: string; state: string; count: number }[];
  /** Seconds since the oldest case came into needing a person, or began; 0 without one. */
  oldestHeldSeconds: number;
  oldestOpenSeconds: number;
  /** Seconds for which the oldest decision has waited to be sealed into the audit chain; 0 without one. */
  unsealedSeconds: number;
  /** Cases that want a worker now, and the longest wait for one. */
  due: number;
  longestDueSeconds: number;
  paused: boolean;
  breaker: boolean;
}
