// What the flow needs of the ledger: cases, leases, decisions and writes, kept in PostgreSQL and nowhere else.
import type { CaseFacts, Json, RenderedEffect, Triage } from './core/decision.js';
import type { Ticket } from './core/ticket.js';
import type { PlannedWrite, WriteState, WriteTarget } from './core/write.js';
import type { IntakeLedger } from './ledger/intake.js';
import type { CaseState } from './ports.js';

/** Why a case is looked at; `key` makes a repeated trigger the same trigger. */
export interface Trigger {
  key: string;
  kind: CaseFacts['trigger'];
}

/** The right to work on one case, with a fence number that grows at every claim. Lost when another worker took over. */
export interface Lease {
  caseId: string;
  owner: string;
  fence: string;
}

/** Thrown when another worker holds the case by now: stop at once, record nothing, send nothing. */
export class LeaseLost extends Error {
  constructor(caseId: string) {
    super(`case ${caseId} is worked on by another process by now`);
    this.name = 'LeaseLost';
  }
}

export interface StepRecord {
  id: string;
  slot: string;
  effect: RenderedEffect;
}

export interface WriteRecord {
  id: string;
  episode: number;
  seq: number;
  target: WriteTarget;
  state: WriteState;
  steps: StepRecord[];
  mark: string | null;
  /** sha256 of the content, stored with the claim: the same slot never carries other content. */
  contentHash: string | null;
  /** Stamp of the ticket stored with the claim; never refreshed. */
  version: string | null;
  /** Stored with the claim: the Slack post to answer to, or the Message-IDs of the mail thread, oldest first. */
  thread: string[];
  /** How often it was tried, for whatever end. */
  attempts: number;
  /** Attempts that may have arrived: bytes left us (mail: the final dot) and no definite "not sent" came back. */
  sends: number;
  /** Look-ups since the last send. */
  lookups: number;
  /** Mail only: the final dot of the latest attempt may have left. */
  atDot: boolean;
  /** The latest attempt ended with a definite "not sent". */
  notSent: boolean;
  claimedAt: string | null;
  /** Seconds since the claim by the database's clock; 0 when not claimed. */
  claimAgeSeconds: number;
  /** Seconds until it may be tried again; 0 when now. */
  waitSeconds: number;
  reason: string | null;
}

export interface CaseRecord {
  id: string;
  helpdesk: string;
  ticketId: string;
  state: CaseState;
  episode: number;
  programme: string | null;
  rule: string | null;
  outcome: string | null;
  reason: string | null;
  previousOutcome: string | null;
  previousRule: string | null;
  /** The requester's message the latest decision answered. */
  decidedMessageId: string | null;
  /** `updatedAt` of the ticket the latest decision saw; what happened later is new. */
  decidedTicketAt: string | null;
  /** When that message was written. */
  decidedMessageAt: string | null;
  /** `updatedAt` of the ticket at the first decision of the episode. */
  episodeTicketAt: string | null;
  requesterEmail: string;
  organizationKey: string | null;
  /** true when an announced grace period is over, false while it runs or is yet to be announced, null when there is none. */
  graceOver: boolean | null;
  /** Seconds of grace left; null before its announcement is done, or when there is none. */
  graceSeconds: number | null;
  /** Attempts at this case that failed one after another. */
  failures: number;
  /** Unhandled triggers, oldest first. */
  triggers: { id: string; kind: CaseFacts['trigger']; key: string }[];
  /** Writes of the running episode, in order. */
  writes: WriteRecord[];
}

export interface DecisionCommit {
  triage: Triage;
  ticket: Ticket;
  caseFacts: CaseFacts;
  episode: number;
  /** Previous episode's end, kept when a new one opens. */
  previous: { outcome: string | null; rule: string | null };
  state: CaseState;
  writes: PlannedWrite[];
  /** Milliseconds of grace that start once its announcement is done; 0 ends any; null keeps what runs or is over. */
  graceMs: number | null;
  triggerIds: string[];
  messageId: string | null;
  messageAt: string | null;
  /** Versions, problems and gone organizations of the lists, so that the match can be traced. */
  knowledge: Json;
  organizationKey: string | null;
  timeline: { kind: string; text: string }[];
}

export type ClaimAnswer = { kind: 'claimed' } | { kind: 'lost' } | { kind: 'cap'; cap: string; reason: string };

export interface Caps {
  repliesPerRequesterDay: number;
  repliesPerDomainHour: number;
  repliesPerMinute: number;
  /** Customer messages in ten minutes that open the breaker. */
  breakerPerTenMinutes: number;
}

export interface Settlement {
  state: WriteState;
  reason: string | null;
  receipt?: Record<string, string>;
  timeline?: string;
}

export interface Ledger extends IntakeLedger {
  /** Opens the case of a ticket or adds a trigger to it; safe to repeat. `version` older than what we wrote ourselves adds nothing. */
  openCase(ticket: { helpdesk: string; ticketId: string; version: string | null }, trigger: Trigger): Promise<string>;
  lease(caseId: string, owner: string, leaseMs: number): Promise<{ lease: Lease; record: CaseRecord } | null>;
  /** Extends the lease when it is still ours; false when it is lost. */
  renew(lease: Lease, leaseMs: number): Promise<boolean>;
  read(lease: Lease): Promise<CaseRecord>;
  /** Gives the case back. `wakeInMs` null: nothing to wait for. `failed` counts a failure, else the count is cleared. `pending`: triggers arrived during the visit, and the case is due at once. */
  release(lease: Lease, wakeInMs: number | null, failed: boolean): Promise<{ pending: boolean }>;
  commitDecision(lease: Lease, commit: DecisionCommit): Promise<void>;
  /** The announcement is done: the grace period begins. Answers its milliseconds. */
  startGrace(lease: Lease): Promise<number>;
  /** How another case ended, for follow-ups; null when there is none or it has not ended. */
  endOf(caseId: string): Promise<{ outcome: string | null; rule: string | null } | null>;
  /** Nothing new to decide: the triggers are spent. */
  spendTriggers(lease: Lease, triggerIds: string[]): Promise<void>;
  /** The ticket is gone or none of ours: unclaimed writes are dropped, triggers spent. */
  abandon(lease: Lease, reason: string, triggerIds: string[]): Promise<void>;
  setState(lease: Lease, state: CaseState, reason: string | null): Promise<void>;
  addTrigger(lease: Lease, trigger: Trigger): Promise<void>;
  claimWrite(
    lease: Lease,
    writeId: string,
    claim: {
      mark: string;
      thread: string[];
      contentHash: string;
      version: string | null;
      requester: string | null;
      requesterDomain: string | null;
    },
    caps: Caps,
  ): Promise<ClaimAnswer>;
  /** Committed right before bytes may leave; false when the lease is lost. */
  beginSend(lease: Lease, writeId: string, marginMs: number): Promise<boolean>;
  markDot(lease: Lease, writeId: string): Promise<void>;
  /** Not sent or not yet known: keeps the claim, waits. */
  postpone(
    lease: Lease,
    writeId: string,
    wait: { ms: number; notSent: boolean; reason: string; lookedUp: boolean },
  ): Promise<void>;
  settle(lease: Lease, writeId: string, settlement: Settlement): Promise<void>;
  /** Proven absent and overtaken by events: the slot is free again. */
  dropReplaced(lease: Lease, writeId: string, reason: string): Promise<void>;
  /** What was sent before about the same organization (30 days) or case to the same place: Message-IDs oldest first, or the Slack post that began it. */
  threadOf(record: CaseRecord, place: { target: 'mail' | 'slack'; to: string }): Promise<string[]>;
  /** Days since the newest done hand-off (mail to a person) for this organization in another case, or null. */
  handoffDaysAgo(organizationKey: string, exceptCase: string): Promise<number | null>;
  /** Cases that want a worker now, longest due first: new triggers, waits that are over, leases that ran out. */
  dueCases(limit: number): Promise<string[]>;
  /** Every lease and duty found at the start of the only process is a dead one's. */
  clearLeases(): Promise<void>;
  /** A new list snapshot or rulebook wakes held and waiting cases. */
  wakeHeld(key: string, programme: string | null): Promise<number>;
  cursor(helpdesk: string): Promise<{ cursor: string | null; since: string | null }>;
  saveCursor(helpdesk: string, cursor: string, since: string): Promise<void>;
  /** A person's word on a step: it arrived, send it again, or do not send. Throws ProblemError when there is nothing to settle. */
  settleByPerson(caseId: string, stepId: string, how: 'done' | 'again' | 'drop', by: string): Promise<void>;
  resumeCase(caseId: string, by: string): Promise<void>;
  breaker(): Promise<{ reason: string; since: string } | null>;
  resetBreaker(by: string): Promise<number>;
  /** Keeps a published text (rulebook files) under its hash. */
  publish(kind: 'rulebook', hash: string, content: Json): Promise<void>;
  /** Stores a value and answers the one before; null when there was none. */
  swap(key: string, value: string): Promise<string | null>;
  /** A value made once and kept for good, such as the key that marks are made with. */
  keep(key: string, make: () => string): Promise<string>;
}
