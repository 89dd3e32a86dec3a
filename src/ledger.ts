// What the flow needs of the ledger: cases, leases, decisions and writes, kept in PostgreSQL and nowhere else.

import type { CaseFacts, Json, Triage } from './core/decision.js';
import type { RuleOccasion } from './core/rulebook.js';
import type { Command } from './core/steering.js';
import type { Ticket } from './core/ticket.js';
import type { AfterSteps, CaseWait, WaitPlan } from './core/wait.js';
import type { PlannedWrite, WriteState } from './core/write.js';
import type { CardLedger } from './ledger/cards.js';
import type { EventLedger } from './ledger/events.js';
import type { IntakeLedger } from './ledger/intake.js';
import type { CaseRecord, FinishedCase, Mode, Pause, Trigger, WaitingStep } from './ledger/records.js';
import type { ApprovalAnswer, NewApproval, OpenApproval, ShownApproval } from './ports/approvals.js';
import type { CaseState } from './ports.js';

export type * from './ledger/records.js';
export type * from './ports/approvals.js';

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
  /** What replies of this decision answer, for the cap of one reply each; the message unless a person asked for more. */
  answers: string | null;
  on: RuleOccasion;
  correction: string | null;
  mode: Mode;
  messageAt: string | null;
  /** Versions, problems and gone organizations of the lists, so that the match can be traced. */
  knowledge: Json;
  organizationKey: string | null;
  timeline: { kind: string; text: string }[];
  /** Commands of agents that led to this decision, and the notes that answer them and earlier ones. */
  steered: Steered;
  /** Steps that were refused are tried again: they make way for this decision's. */
  retriesRefused: boolean;
  /** Rules of the episode whose wait has begun, and the latest of these waits. */
  firedRules: string[];
  wait: CaseWait | null;
  /** What comes about when all writes are done. */
  afterSteps: AfterSteps | null;
  /** The stage that the case has come to with this decision itself: nothing is left to do before. Absent: it stays in its stage. */
  stage?: string;
  /** Approvals that are asked for; one known by its id stays as it is. */
  approvals: NewApproval[];
  /** Approvals that no longer count. */
  withdrawn: string[];
}

/** Commands that were carried out now, and notes that answer commands. */
export interface Steered {
  commands: Command[];
  answers: PlannedWrite[];
}

export type ClaimAnswer =
  /** `maybeSent`: planned before a restore, so it is looked for, or marked as a possible duplicate, like a repeat. */
  | { kind: 'claimed'; maybeSent: boolean }
  | { kind: 'lost' }
  | { kind: 'cap'; cap: string; reason: string }
  /** A person stopped all sending, or this programme's. */
  | { kind: 'paused' }
  /** Sales were told of this organization by another case within 30 days. */
  | { kind: 'handed-off' };

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

export interface Ledger extends IntakeLedger, EventLedger, CardLedger {
  /** Opens the case of a ticket or adds a trigger to it; safe to repeat. `version` older than what we wrote ourselves adds nothing. */
  openCase(ticket: { helpdesk: string; ticketId: string; version: string | null }, trigger: Trigger): Promise<string>;
  /** `onlyDue`: null also when it wants no worker now; whoever had it before has done what was due. */
  lease(
    caseId: string,
    owner: string,
    leaseMs: number,
    onlyDue?: boolean,
  ): Promise<{ lease: Lease; record: CaseRecord } | null>;
  /** Extends the lease when it is still ours; false when it is lost. */
  renew(lease: Lease, leaseMs: number): Promise<boolean>;
  read(lease: Lease): Promise<CaseRecord>;
  /** Gives the case back. `wakeInMs` null: nothing to wait for. `failed` counts a failure, else the count is cleared. `pending`: triggers arrived during the visit, and the case is due at once. */
  release(lease: Lease, wakeInMs: number | null, failed: boolean): Promise<{ pending: boolean }>;
  /** `givesBack`: nothing is left to do, and the case is given back as by `release`; `pending` as there. */
  commitDecision(lease: Lease, commit: DecisionCommit, givesBack?: boolean): Promise<{ pending: boolean }>;
  /** The announcement is done: the grace period begins. Answers its milliseconds. */
  startGrace(lease: Lease): Promise<number>;
  /**
   * All steps are done: the stage they lead to is kept, and the wait that follows begins at the database's time, or the episode ends.
   * Its rule has fired from then on. `after` is what the record read under this lease says.
   */
  endSteps(lease: Lease, after: AfterSteps, begin: (plan: WaitPlan, now: Date) => CaseWait): Promise<void>;
  /** An approval as its page shows it; null when there is none of that id, or its contents were erased. */
  approval(id: string): Promise<ShownApproval | null>;
  /** Open approvals that name somebody by their Slack id, the oldest first. */
  openApprovals(slack: string, limit: number): Promise<OpenApproval[]>;
  /**
   * Answers an approval, in one statement: the first answer of all counts, and only while the wait for it runs and nothing on the
   * case waits to be looked at. Whoever has read the ticket under the `lease` has looked. false: it did not count.
   */
  answerApproval(id: string, answer: ApprovalAnswer, lease?: Lease): Promise<boolean>;
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
      /** Key of the organization that this write tells sales of for the first time; null for any other write. */
      handoffKey: string | null;
      /** The claim prolongs the lease by so much from now. */
      leaseMs: number;
    },
    caps: Caps,
  ): Promise<ClaimAnswer>;
  /** Committed right before bytes may leave; `no` when the lease is lost or ends too soon. */
  beginSend(lease: Lease, writeId: string, marginMs: number): Promise<'yes' | 'no' | 'paused'>;
  /** Plans what agents are told of a held case, in the running episode; the latest decision stands. */
  planNotice(lease: Lease, writes: PlannedWrite[]): Promise<void>;
  /** Keeps commands that need no decision, and plans the notes that answer them. The ticket was seen as it was at `ticketAt`: that is no news. */
  steer(lease: Lease, steered: Steered, ticketAt: string): Promise<void>;
  /** The newest decision of a case, or null. */
  latestTriage(caseId: string): Promise<Triage | null>;
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
  /** `key`: the same asking again changes nothing. */
  resumeCase(caseId: string, by: string, key?: string): Promise<void>;
  /** A person's word that a finished case ended wrongly: opens an episode for the rules `on: correction`. Throws ProblemError. */
  correct(caseId: string, outcome: string, by: string): Promise<void>;
  /** Nothing new is sent from now on, of one programme or (null) at all. */
  pause(programme: string | null, by: string): Promise<void>;
  pauses(): Promise<Pause[]>;
  /** Steps that wait while sending is stopped, oldest first. */
  waitingSteps(limit: number): Promise<WaitingStep[]>;
  /** Ends every pause and the breaker, and wakes what waits. Answers how many cases go on. */
  resumeAll(by: string): Promise<number>;
  /** The newest finished case of each organization within so many days that ended with an outcome in live mode. */
  finishedByOrganization(days: number, programmes: string[]): Promise<FinishedCase[]>;
  /** Puts a trigger on a case from outside a visit. */
  wake(caseId: string, trigger: Trigger): Promise<void>;
  breaker(): Promise<{ reason: string; since: string } | null>;
  /** Keeps a published text (rulebook files) under its hash. */
  publish(kind: 'rulebook', hash: string, content: Json): Promise<void>;
  /** Stores a value and answers the one before; null when there was none. */
  swap(key: string, value: string): Promise<string | null>;
  /** A value made once and kept for good, such as the key that marks are made with. */
  keep(key: string, make: () => string): Promise<string>;
}
