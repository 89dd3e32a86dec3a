// The ledger's stand-in, decisions: facts, trace and plan become durable at once, and every slot is filled once.
import { isToCustomer } from '../../../src/core/event-address.js';
import { type PlannedWrite, slotKey } from '../../../src/core/write.js';
import type { DecisionCommit, Ledger } from '../../../src/ledger.js';
import { askApprovals } from './approvals.js';
import { tellDecision } from './deliveries.js';
import { giveBack } from './give-back.js';
import type { CaseRow, Tables } from './tables.js';

export function memoryDecisions(t: Tables): Pick<Ledger, 'commitDecision' | 'planNotice' | 'steer' | 'latestTriage'> {
  return {
    async planNotice(lease, writes) {
      const row = t.held(lease);
      const newest = t.newestDecision(row.id);
      if (newest) insertWrites(t, row.id, writes, { decisionId: newest.id, episode: row.episode, isNotice: true });
    },

    async steer(lease, { commands, answers }, ticketAt) {
      const row = t.held(lease);
      row.decidedTicketAt = ticketAt;
      t.takeCommands(row.id, commands);
      const newest = t.newestDecision(row.id);
      if (newest) insertWrites(t, row.id, answers, { decisionId: newest.id, episode: row.episode, isNotice: true });
    },

    latestTriage: async (caseId) => t.newestDecision(caseId)?.commit.triage ?? null,

    async commitDecision(lease, commit, givesBack = false) {
      const row = t.held(lease);
      expectFree(t, row.id, commit);
      replaceUnclaimed(t, row.id, commit.retriesRefused);
      tellDecision(t, row, commit);
      const decisionId = t.nextNumber();
      t.decisions.push({ id: decisionId, caseId: row.id, at: t.now(), commit });
      const { episode, answers } = commit;
      insertWrites(t, row.id, commit.writes, { decisionId, episode, answers, isNotice: false });
      insertWrites(t, row.id, commit.steered.answers, { decisionId, episode, isNotice: true });
      t.takeCommands(row.id, commit.steered.commands);
      updateCase(t, row, commit);
      askApprovals(t, row.id, commit);
      t.spend(row.id, commit.triggerIds);
      return givesBack ? giveBack(t, row, { wakeInMs: null, failed: false }) : { pending: false };
    },
  };
}

/** What has certainly not left us makes way for a newer decision, and its slots become free. */
export function replaceUnclaimed(t: Tables, caseId: string, refusedToo = false): void {
  for (const w of t.writesOf(caseId)) {
    if (!isUnclaimed(w) && !(refusedToo && w.state === 'refused')) continue;
    Object.assign(w, { state: 'dropped', reason: 'replaced by a newer decision', settledAt: t.now() });
    for (const s of t.stepsOf(w.id)) s.isReplaced = true;
  }
}

const isUnclaimed = (w: { state: string; sends: number }) =>
  w.state === 'planned' || (w.state === 'claimed' && w.sends === 0);

/** Before anything is changed: the whole commit fails, or none of it. */
function expectFree(t: Tables, caseId: string, commit: DecisionCommit): void {
  const going = new Set(
    t
      .writesOf(caseId)
      .filter((w) => isUnclaimed(w) || (commit.retriesRefused && w.state === 'refused'))
      .map((w) => w.id),
  );
  const kept = t.steps.filter((s) => s.caseId === caseId && !s.isReplaced && !going.has(s.writeId)).map((s) => s.slot);
  refuseTaken(new Set(kept), slotsOf(caseId, commit.episode, commit.writes));
}

function slotsOf(caseId: string, episode: number, writes: PlannedWrite[]): string[] {
  return writes.flatMap((w) => w.steps.map((s) => slotKey(caseId, episode, s.slot)));
}

/** The unique index of the slots. */
function refuseTaken(taken: Set<string>, slots: string[]): void {
  for (const slot of slots) {
    if (taken.has(slot)) throw new Error(`duplicate key value violates unique constraint "steps_slot": ${slot}`);
    taken.add(slot);
  }
}

interface PlanPlace {
  decisionId: number;
  episode: number;
  answers?: string | null;
  isNotice: boolean;
}

function insertWrites(t: Tables, caseId: string, planned: PlannedWrite[], plan: PlanPlace): void {
  const standing = t.steps.filter((s) => s.caseId === caseId && !s.isReplaced).map((s) => s.slot);
  refuseTaken(new Set(standing), slotsOf(caseId, plan.episode, planned));
  let seq = Math.max(0, ...t.writesOf(caseId).map((w) => w.seq));
  let number = Math.max(0, ...t.steps.filter((s) => s.caseId === caseId).map((s) => s.number));
  for (const { target, steps } of planned) {
    const writeId = t.nextNumber();
    seq += 1;
    t.writes.push({
      id: writeId,
      caseId,
      decisionId: plan.decisionId,
      episode: plan.episode,
      seq,
      target,
      state: 'planned',
      mark: null,
      contentHash: null,
      version: null,
      thread: [],
      attempts: 0,
      sends: 0,
      lookups: 0,
      atDot: false,
      notSent: false,
      toCustomer: steps.some((s) => isToCustomer(s.effect)),
      isNotice: plan.isNotice,
      messageId: plan.answers ?? null,
      handoffKey: null,
      requester: null,
      requesterDomain: null,
      reason: null,
      receipt: null,
      notBefore: null,
      plannedAt: t.now(),
      claimedAt: null,
      settledAt: null,
    });
    for (const { slot, effect } of steps) {
      number += 1;
      const key = slotKey(caseId, plan.episode, slot);
      t.steps.push({ caseId, number, writeId, slot: key, effect, isReplaced: false });
    }
  }
}

function updateCase(t: Tables, row: CaseRow, commit: DecisionCommit): void {
  const { decision } = commit.triage;
  t.setHeldAt(row, commit.state);
  const isSameEpisode = row.episode === commit.episode;
  const grace =
    commit.graceMs === null ? {} : { graceMs: commit.graceMs > 0 ? commit.graceMs : null, graceUntil: null };
  const { programme, rule, outcome, reason } = decision;
  Object.assign(row, grace, {
    ...{ programme, rule, outcome, reason },
    state: commit.state,
    episode: commit.episode,
    previousOutcome: commit.previous.outcome,
    previousRule: commit.previous.rule,
    decidedMessageId: commit.messageId,
    decidedTicketAt: commit.ticket.updatedAt,
    decidedMessageAt: commit.messageAt,
    organizationKey: commit.organizationKey ?? row.organizationKey,
    subject: commit.ticket.subject,
    requesterEmail: commit.ticket.requester.email.toLowerCase(),
    episodeTicketAt: isSameEpisode ? (row.episodeTicketAt ?? commit.ticket.updatedAt) : commit.ticket.updatedAt,
    on: commit.on,
    correction: commit.correction,
    mode: commit.mode,
    firedRules: commit.firedRules,
    wait: commit.wait,
    afterSteps: commit.afterSteps,
    stage: commit.stage ?? row.stage,
    updatedAt: t.now(),
  });
}
