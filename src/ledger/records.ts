// What the ledger keeps of cases and writes, as the flow reads it.
import type { CaseFacts, RenderedEffect } from '../core/decision.js';
import type { RuleOccasion } from '../core/rulebook.js';
import type { Command } from '../core/steering.js';
import type { Ticket } from '../core/ticket.js';
import type { AfterSteps, ApprovalState, CaseWait } from '../core/wait.js';
import type { WriteState, WriteTarget } from '../core/write.js';
import type { CaseState } from '../ports.js';

/** An approval that was asked for. */
export interface ApprovalRecord {
  /** Keyed hash of what is to be approved: with the same content it is the same approval. */
  id: string;
  /** Its key: the name, and the item where several are asked for. */
  name: string;
  state: ApprovalState['state'];
  /** Name of who answered; '' while nobody has. */
  by: string;
  /** When it was asked for, ISO. */
  at: string;
  /** What it counts for; absent: nothing in particular. */
  about?: string;
}

/** Why a case is looked at; `key` makes a repeated trigger the same trigger. */
export interface Trigger {
  key: string;
  kind: CaseFacts['trigger'];
  /** `correction`: the outcome that would have been right. */
  outcome?: string;
  /** `event`: its name, as rules know it. */
  event?: string;
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
  /** What the running episode is about, and for a correction the outcome that a person named. */
  on: RuleOccasion;
  correction: string | null;
  /** The mode of the latest decision: in shadow and propose nothing of it reached the customer. */
  mode: Mode;
  /** The requester's message the latest decision answered. */
  decidedMessageId: string | null;
  /** `updatedAt` of the ticket the latest decision saw; what happened later is new. */
  decidedTicketAt: string | null;
  /** When that message was written. */
  decidedMessageAt: string | null;
  /** `updatedAt` of the ticket at the first decision of the episode. */
  episodeTicketAt: string | null;
  /** Where agents see the ticket; '' before the first decision. */
  ticketUrl: string;
  requesterEmail: string;
  organizationKey: string | null;
  /** true when an announced grace period is over, false while it runs or is yet to be announced, null when there is none. */
  graceOver: boolean | null;
  /** Seconds of grace left; null before its announcement is done, or when there is none. */
  graceSeconds: number | null;
  /** What other systems answered to steps of this case, by the name that a rule gave it; the latest of each. */
  values: Record<string, string>;
  /** Records elsewhere that belong to this case, by kind, in the order in which they came. */
  links: Record<string, string[]>;
  /** The stage that the case has come to; '' before the first. */
  stage: string;
  /** Rules of the running episode whose wait has begun. */
  firedRules: string[];
  /** The latest wait of the running episode. */
  wait: CaseWait | null;
  /** What comes about when all steps of the latest decision are done. */
  afterSteps: AfterSteps | null;
  /** Approvals asked for in this episode and not withdrawn, oldest first. */
  approvals: ApprovalRecord[];
  /** When this was read, by the database's clock. */
  readAt: string;
  /** How long it has needed a person; null when it does not. */
  heldSeconds: number | null;
  /** What only the record that came with the lease has; null when it was read again since. */
  atLease: {
    /** The ticket as the newest decision saw it; null when a trigger says that it changed since. */
    knownTicket: Ticket | null;
    /** Days since another case handed `organizationKey` to sales. */
    handoffDaysAgo: number | null;
  } | null;
  /** Attempts at this case that failed one after another. */
  failures: number;
  /** Unhandled triggers, oldest first. */
  triggers: { id: string; kind: CaseFacts['trigger']; key: string; outcome: string | null; event: string | null }[];
  /** What agents told by internal notes, oldest first. `answered`: its note is planned, may have left, or does not stand anywhere. */
  commands: (Command & { answered: 'no' | 'planned' | 'sent' })[];
  cards: CardRecord[];
  /** The newest decision; null: none yet. */
  decisionId: string | null;
  /** Writes of the running episode, in order. */
  writes: WriteRecord[];
  /** What the running episode tells agents about a ticket that needs a person; in order. */
  notices: WriteRecord[];
  /** Notices of earlier episodes of which it is not known yet whether they arrived. */
  leftNotices: WriteRecord[];
}

/** A post about a case that is changed in place as the case goes on. */
export interface CardRecord {
  /** Which card of the case. */
  slot: string;
  channelId: string;
  mark: string;
  /** `claimed`: it may have been posted; `gone`: it was taken away, or nobody could ever tell. */
  state: 'claimed' | 'standing' | 'gone';
  sends: number;
  /** Where it stands. */
  ts: string | null;
  /** Hash of what it shows; null: it is to be drawn again. */
  shown: string | null;
  claimedAt: string;
  claimAgeSeconds: number;
}

/** What may be written: nothing, one internal note that proposes, or what the rules say. */
export type Mode = 'shadow' | 'propose' | 'live';

export interface Pause {
  /** null: everything. */
  programme: string | null;
  by: string;
  since: string;
}

export interface WaitingStep {
  caseId: string;
  ticketId: string;
  subject: string;
  step: string;
  effect: RenderedEffect;
}

export interface FinishedCase {
  caseId: string;
  programme: string;
  outcome: string;
  rule: string | null;
  ticket: Ticket;
}
