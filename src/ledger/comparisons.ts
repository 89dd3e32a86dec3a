// What the shadow report needs of the store.
import type { Comparison } from '../core/comparison.js';
import type { Triage } from '../core/decision.js';
import type { ReportedTicket } from '../core/shadow-report.js';
import type { Ticket } from '../core/ticket.js';

/** A ticket that was only decided about, and is to be looked at for what agents did. */
export interface DueComparison {
  caseId: string;
  helpdesk: string;
  ticketId: string;
  /** As the decision saw it. */
  ticket: Ticket;
  triage: Triage;
  /** So long after the decision that the ticket is judged as it is. */
  isLate: boolean;
}

/** What agents did on tickets that Usher only decided about (shadow, propose). */
export interface Comparisons {
  due(limit: number, timing: { firstLookMs: number; lateMs: number }): Promise<DueComparison[]>;
  save(caseId: string, comparison: Comparison): Promise<void>;
  /** Everything decided so in the last days, newest first. */
  tickets(days: number): Promise<ReportedTicket[]>;
}
