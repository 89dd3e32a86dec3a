// A case with all that belongs to it as the driver returns it, and its translation into the ledger's record.
import type { RenderedEffect } from '../core/decision.js';
import { type LinkedRecord, linksByKind } from '../core/event.js';
import type { RuleOccasion } from '../core/rulebook.js';
import type { Ticket } from '../core/ticket.js';
import type { AfterSteps, CaseWait } from '../core/wait.js';
import type { WriteState, WriteTarget } from '../core/write.js';
import type { CaseRecord, Mode, WriteRecord } from '../ledger.js';
import type { CaseState } from '../ports.js';

export interface CaseRow {
  id: string;
  fence: string;
  helpdesk: string;
  ticket_id: string;
  state: CaseState;
  episode: number;
  programme: string | null;
  rule: string | null;
  outcome: string | null;
  reason: string | null;
  previous_outcome: string | null;
  previous_rule: string | null;
  decided_message_id: string | null;
  decided_ticket_at: string | null;
  organization_key: string | null;
  url: string;
  requester_email: string;
  decided_message_at: string | null;
  episode_ticket_at: string | null;
  grace_ms: number | null;
  grace_left: number | null;
  failures: number;
  episode_on: RuleOccasion;
  correction: string | null;
  mode: Mode;
  held_for: number | null;
  stage: string;
  fired_rules: string[];
  wait: CaseWait | null;
  after_steps: AfterSteps | null;
  read_at: Date;
  approvals: CaseRecord['approvals'];
  triggers: CaseRecord['triggers'];
  values: Record<string, string>;
  links: LinkedRecord[];
  commands: CaseRecord['commands'];
  cards: CaseRecord['cards'];
  decision_id: string | null;
  writes: WriteRow[];
  /** Of a lease only. */
  known_ticket?: Ticket | null;
  handoff_days_ago?: number | null;
}

/** As JSON brings it: times are texts. */
interface WriteRow {
  id: string;
  episode: number;
  seq: number;
  target: WriteTarget;
  state: WriteState;
  mark: string | null;
  version: string | null;
  thread: string[];
  attempts: number;
  sends: number;
  lookups: number;
  at_dot: boolean;
  not_sent: boolean;
  claimed_at: string | null;
  claim_age: number | null;
  wait_left: number | null;
  reason: string | null;
  content_hash: string | null;
  notice: boolean;
  steps: { number: number; slot: string; effect: RenderedEffect }[] | null;
}

export function toRecord(row: CaseRow): CaseRecord {
  // A replaced write has no steps left: its slots are free again.
  const standing = row.writes.filter((w) => w.steps !== null);
  const ofEpisode = standing.filter((w) => w.episode === row.episode);
  return {
    id: row.id,
    helpdesk: row.helpdesk,
    ticketId: row.ticket_id,
    state: row.state,
    episode: row.episode,
    programme: row.programme,
    rule: row.rule,
    outcome: row.outcome,
    reason: row.reason,
    previousOutcome: row.previous_outcome,
    previousRule: row.previous_rule,
    decidedMessageId: row.decided_message_id,
    decidedTicketAt: row.decided_ticket_at,
    ticketUrl: row.url,
    requesterEmail: row.requester_email,
    organizationKey: row.organization_key,
    decidedMessageAt: row.decided_message_at,
    episodeTicketAt: row.episode_ticket_at,
    graceOver: row.grace_ms === null ? null : row.grace_left !== null && row.grace_left <= 0,
    graceSeconds: row.grace_left === null ? null : Math.max(0, row.grace_left),
    failures: row.failures,
    triggers: row.triggers,
    commands: row.commands,
    cards: row.cards,
    decisionId: row.decision_id,
    on: row.episode_on,
    correction: row.correction,
    mode: row.mode,
    stage: row.stage,
    firedRules: row.fired_rules,
    wait: row.wait,
    afterSteps: row.after_steps,
    approvals: row.approvals.map(({ about, ...a }) => ({
      ...a,
      at: new Date(a.at).toISOString(),
      ...(about ? { about } : {}),
    })),
    readAt: row.read_at.toISOString(),
    heldSeconds: row.held_for,
    atLease:
      row.known_ticket === undefined
        ? null
        : { knownTicket: row.known_ticket, handoffDaysAgo: row.handoff_days_ago ?? null },
    values: row.values,
    links: linksByKind(row.links),
    writes: ofEpisode.filter((w) => !w.notice).map(toWrite),
    notices: ofEpisode.filter((w) => w.notice).map(toWrite),
    leftNotices: standing.filter((w) => w.episode !== row.episode).map(toWrite),
  };
}

function toWrite(row: WriteRow): WriteRecord {
  return {
    id: row.id,
    episode: row.episode,
    seq: row.seq,
    target: row.target,
    state: row.state,
    steps: (row.steps ?? []).map((s) => ({ id: String(s.number), slot: s.slot, effect: s.effect })),
    mark: row.mark,
    version: row.version,
    thread: row.thread,
    contentHash: row.content_hash,
    attempts: row.attempts,
    sends: row.sends,
    lookups: row.lookups,
    atDot: row.at_dot,
    notSent: row.not_sent,
    claimedAt: row.claimed_at === null ? null : new Date(row.claimed_at).toISOString(),
    claimAgeSeconds: row.claim_age ?? 0,
    waitSeconds: Math.max(0, row.wait_left ?? 0),
    reason: row.reason,
  };
}
