// What intake needs of the ledger: duties of one process, sightings, and walks that can be gone on with.

/** A walk over many tickets that goes on where it was when its process ended. Times are ISO strings. */
export interface IntakeRun {
  id: string;
  kind: 'backfill' | 'reconciliation';
  beganAt: string;
  /** Since it began, by the database's clock. */
  ageSeconds: number;
  endedAt: string | null;
  /** Tickets changed since then are walked. */
  since: string;
  /** The help desk's cursor after the last page that was dealt with. */
  cursor: string | null;
  /** How far it came, as a time of change. */
  at: string | null;
  seen: number;
  missing: number;
  suspended: number | null;
}

export interface IntakeLedger {
  /** Takes or keeps for so many milliseconds what one process does at a time; false while another has it. By the database's clock. */
  holdDuty(name: string, owner: string, ms: number): Promise<boolean>;
  releaseDuty(name: string, owner: string): Promise<void>;
  /** A signed webhook: `id` names the delivery, `proof` what was signed. The same again under either changes nothing. */
  sightWebhook(
    ticket: { helpdesk: string; ticketId: string },
    delivery: { id: string; proof: string },
  ): Promise<{ caseId: string; isRepeat: boolean }>;
  /** What is known of sighted tickets; those without a case are left out. `isSeen`: this version led to a trigger or was decided upon. */
  knownOf(
    helpdesk: string,
    sightings: { ticketId: string; version: string }[],
  ): Promise<Map<string, { isDecided: boolean; isSeen: boolean; ageSeconds: number }>>;
  /** Polling has read all there was. */
  notePolled(helpdesk: string): Promise<void>;
  polledSecondsAgo(helpdesk: string): Promise<number | null>;
  latestRun(helpdesk: string, kind: IntakeRun['kind']): Promise<IntakeRun | null>;
  beginRun(helpdesk: string, kind: IntakeRun['kind'], since: Date): Promise<IntakeRun>;
  saveRun(run: IntakeRun, isEnd: boolean): Promise<void>;
}
