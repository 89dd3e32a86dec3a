// What the stand-in for the ledger keeps, as plain rows, and the few rules by which all of its parts change them.
import type { CaseEventType } from '../../../src/core/case-events.js';
import type { RenderedEffect } from '../../../src/core/decision.js';
import type { LinkedRecord } from '../../../src/core/event.js';
import type { RuleOccasion } from '../../../src/core/rulebook.js';
import type { Command } from '../../../src/core/steering.js';
import type { AfterSteps, CaseWait } from '../../../src/core/wait.js';
import type { WriteState, WriteTarget } from '../../../src/core/write.js';
import type { Delivery, DeliveryLine } from '../../../src/ledger/deliveries.js';
import type { StoredEvent } from '../../../src/ledger/events.js';
import type { IntakeRun } from '../../../src/ledger/intake.js';
import {
  type CardRecord,
  type DecisionCommit,
  type Lease,
  LeaseLost,
  type NewApproval,
  type Trigger,
} from '../../../src/ledger.js';
import type { CaseState } from '../../../src/ports.js';

/** Times are milliseconds by the database's clock. */
export interface CaseRow {
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
  decidedMessageId: string | null;
  decidedTicketAt: string | null;
  decidedMessageAt: string | null;
  episodeTicketAt: string | null;
  organizationKey: string | null;
  subject: string;
  requesterEmail: string;
  on: RuleOccasion;
  correction: string | null;
  mode: 'shadow' | 'propose' | 'live';
  graceMs: number | null;
  graceUntil: number | null;
  wakeAt: number | null;
  fence: number;
  leaseOwner: string | null;
  leasedAt: number;
  leaseUntil: number | null;
  failures: number;
  openedAt: number;
  updatedAt: number;
  heldAt: number | null;
  stage: string;
  firedRules: string[];
  wait: CaseWait | null;
  afterSteps: AfterSteps | null;
}

export interface ApprovalRow extends NewApproval {
  caseId: string;
  episode: number;
  state: 'open' | 'approved' | 'refused' | 'withdrawn';
  askedAt: number;
  by: string;
  answeredAt: number | null;
  /** Whenever its state changed, oldest first. */
  history: { at: number; state: ApprovalRow['state'] }[];
}

export interface TriggerRow {
  id: number;
  caseId: string;
  key: string;
  kind: Trigger['kind'];
  outcome: string | null;
  event: string | null;
  proof: string | null;
  at: number;
  handledAt: number | null;
}

export interface WriteRow {
  id: number;
  caseId: string;
  decisionId: number;
  episode: number;
  seq: number;
  target: WriteTarget;
  state: WriteState;
  mark: string | null;
  contentHash: string | null;
  version: string | null;
  thread: string[];
  attempts: number;
  sends: number;
  lookups: number;
  atDot: boolean;
  notSent: boolean;
  toCustomer: boolean;
  isNotice: boolean;
  messageId: string | null;
  handoffKey: string | null;
  requester: string | null;
  requesterDomain: string | null;
  reason: string | null;
  receipt: Record<string, string> | null;
  notBefore: number | null;
  plannedAt: number;
  claimedAt: number | null;
  settledAt: number | null;
}

export interface StepRow {
  caseId: string;
  number: number;
  writeId: number;
  slot: string;
  effect: RenderedEffect;
  isReplaced: boolean;
}

export interface DecisionRow {
  id: number;
  caseId: string;
  at: number;
  commit: DecisionCommit;
}

/** What subscribers are to be told of. */
export interface CaseEventRow {
  id: number;
  caseId: string;
  type: CaseEventType;
  at: number;
  data: Delivery['data'];
  isSpread: boolean;
}

/** One case event for one subscriber. */
export interface OutgoingRow {
  id: number;
  eventId: number;
  subscriber: string;
  state: DeliveryLine['state'];
  attempts: number;
  status: string | null;
  dueAt: number;
}

export interface Meta {
  value: string;
  at: number;
}

/** All rows of one database. What happens in one call happens at once: the stand-in's calls never wait inside. */
export class Tables {
  readonly cases = new Map<string, CaseRow>();
  readonly triggers: TriggerRow[] = [];
  readonly decisions: DecisionRow[] = [];
  readonly writes: WriteRow[] = [];
  readonly steps: StepRow[] = [];
  readonly cards: (Omit<CardRecord, 'claimAgeSeconds' | 'claimedAt'> & { caseId: string; claimedAt: number })[] = [];
  readonly deliveries = new Map<string, number>();
  readonly commands: (Command & { caseId: string })[] = [];
  readonly approvals = new Map<string, ApprovalRow>();
  readonly meta = new Map<string, Meta>();
  readonly duties = new Map<string, { owner: string; until: number }>();
  readonly cursors = new Map<string, { cursor: string; since: string }>();
  readonly runs: (Omit<IntakeRun, 'ageSeconds' | 'beganAt'> & { helpdesk: string; began: number })[] = [];
  readonly published = new Set<string>();
  readonly events = new Map<string, StoredEvent & { caseId: string; links: LinkedRecord[] }>();
  readonly caseEvents: CaseEventRow[] = [];
  readonly outgoing: OutgoingRow[] = [];
  /** Subscribers that are told nothing for now. */
  readonly deafSubscribers = new Map<string, Meta>();
  #numbers = 0;

  constructor(readonly now: () => number) {}

  nextNumber(): number {
    this.#numbers += 1;
    return this.#numbers;
  }

  /** The case, when the lease is still the newest. Throws LeaseLost. */
  held(lease: Lease): CaseRow {
    const row = this.cases.get(lease.caseId);
    if (!row || String(row.fence) !== lease.fence || row.leaseOwner !== lease.owner) throw new LeaseLost(lease.caseId);
    return row;
  }

  isHeld(lease: Lease): boolean {
    const row = this.cases.get(lease.caseId);
    return row !== undefined && String(row.fence) === lease.fence && row.leaseOwner === lease.owner;
  }

  /** The lease ends so long from now; a poke before its old end stands. */
  prolong(row: CaseRow, leaseMs: number): void {
    const isPoked = row.wakeAt !== null && row.leaseUntil !== null && row.wakeAt < row.leaseUntil;
    row.leaseUntil = this.now() + leaseMs;
    if (!isPoked) row.wakeAt = row.leaseUntil;
  }

  /** Makes the case due; while it is leased, tells the visit that is ending. */
  poke(row: CaseRow): void {
    row.wakeAt = row.leaseUntil === null ? this.now() : Math.min(this.now(), row.leaseUntil - 1);
  }

  /** Puts a trigger on a case once; false when its key, or its proof, is known, or there is no such case. */
  putTrigger(caseId: string, trigger: Trigger, proof: string | null = null): boolean {
    const row = this.cases.get(caseId);
    if (!row) return false;
    const isKnown = this.triggers.some(
      (t) => t.caseId === caseId && (t.key === trigger.key || (proof !== null && t.proof === proof)),
    );
    if (isKnown) return false;
    this.triggers.push({
      id: this.nextNumber(),
      caseId,
      key: trigger.key,
      kind: trigger.kind,
      outcome: trigger.outcome ?? null,
      event: trigger.event ?? null,
      proof,
      at: this.now(),
      handledAt: null,
    });
    this.poke(row);
    return true;
  }

  spend(caseId: string, ids: string[]): void {
    for (const t of this.triggers) if (t.caseId === caseId && ids.includes(String(t.id))) t.handledAt = this.now();
  }

  setHeldAt(row: CaseRow, state: CaseState): void {
    row.heldAt = state !== 'held' ? null : row.state === 'held' ? (row.heldAt ?? this.now()) : this.now();
  }

  writesOf(caseId: string): WriteRow[] {
    return this.writes.filter((w) => w.caseId === caseId);
  }

  write(id: string): WriteRow {
    const found = this.writes.find((w) => String(w.id) === id);
    if (!found) throw new Error(`no write ${id}`);
    return found;
  }

  stepsOf(writeId: number): StepRow[] {
    return this.steps.filter((s) => s.writeId === writeId && !s.isReplaced);
  }

  newestDecision(caseId: string): DecisionRow | null {
    return this.decisions.findLast((d) => d.caseId === caseId) ?? null;
  }

  /** Each comment once. */
  takeCommands(caseId: string, commands: Command[]): void {
    for (const c of commands)
      if (!this.commands.some((k) => k.caseId === caseId && k.commentId === c.commentId))
        this.commands.push({ ...c, caseId });
  }

  isPaused(programme: string | null): boolean {
    return this.meta.has('pause:*') || (programme !== null && this.meta.has(`pause:${programme}`));
  }
}
