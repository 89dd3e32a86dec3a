// The ledger's stand-in, cases: opening, leasing with a growing fence, triggers, and which cases want a worker.
import { linksByKind } from '../../../src/core/event.js';
import type { CaseRecord, Ledger, WriteRecord } from '../../../src/ledger.js';
import type { CasePart } from '../../../src/storage/ledger-cases.js';
import { approvalRecord } from './approvals.js';
import { replaceUnclaimed } from './decisions.js';
import { tellState } from './deliveries.js';
import { linksOf } from './events.js';
import type { CaseRow, Tables, WriteRow } from './tables.js';

/** A case as it begins. */
function newCase(id: string, helpdesk: string, ticketId: string, now: number): CaseRow {
  return {
    id,
    helpdesk,
    ticketId,
    state: 'new',
    episode: 1,
    programme: null,
    rule: null,
    outcome: null,
    reason: null,
    previousOutcome: null,
    previousRule: null,
    decidedMessageId: null,
    decidedTicketAt: null,
    decidedMessageAt: null,
    episodeTicketAt: null,
    organizationKey: null,
    subject: '',
    requesterEmail: '',
    on: 'message',
    correction: null,
    mode: 'live',
    graceMs: null,
    graceUntil: null,
    wakeAt: now,
    fence: 0,
    leaseOwner: null,
    leasedAt: 0,
    leaseUntil: null,
    failures: 0,
    openedAt: now,
    updatedAt: now,
    heldAt: null,
    stage: '',
    firedRules: [],
    wait: null,
    afterSteps: null,
  };
}

/** Opens the case or adds the trigger; `isNews` when that changed anything. */
export function openIn(
  t: Tables,
  ticket: { helpdesk: string; ticketId: string; version: string | null },
  trigger: Parameters<Ledger['openCase']>[1],
  proof: string | null = null,
): { caseId: string; isNews: boolean } {
  const caseId = `${ticket.helpdesk}-${ticket.ticketId}`;
  const known = t.cases.get(caseId);
  if (!known) t.cases.set(caseId, newCase(caseId, ticket.helpdesk, ticket.ticketId, t.now()));
  const isOld =
    known !== undefined &&
    ticket.version !== null &&
    known.decidedTicketAt !== null &&
    known.decidedTicketAt >= ticket.version;
  return { caseId, isNews: !isOld && t.putTrigger(caseId, trigger, proof) };
}

export function memoryCases(t: Tables): CasePart & Pick<Ledger, 'endSteps'> {
  return {
    openCase: async (ticket, trigger) => openIn(t, ticket, trigger).caseId,

    async lease(caseId, owner, leaseMs, onlyDue = false) {
      const row = t.cases.get(caseId);
      if (!row || (row.leaseUntil !== null && row.leaseUntil > t.now())) return null;
      if (onlyDue && (row.wakeAt === null || row.wakeAt > t.now())) return null;
      row.fence += 1;
      row.leaseOwner = owner;
      row.leasedAt = t.now();
      row.leaseUntil = t.now() + leaseMs;
      row.wakeAt = row.leaseUntil;
      return { lease: { caseId, owner, fence: String(row.fence) }, record: recordOf(t, row) };
    },

    async renew(lease, leaseMs) {
      if (!t.isHeld(lease)) return false;
      t.prolong(t.held(lease), leaseMs);
      return true;
    },

    async read(lease) {
      const row = t.cases.get(lease.caseId);
      if (!row) throw new Error(`no case ${lease.caseId}`);
      return recordOf(t, row);
    },

    async release(lease, wakeInMs, failed) {
      if (!t.isHeld(lease)) return { pending: false };
      const row = t.held(lease);
      const isPoked = row.wakeAt !== null && row.leaseUntil !== null && row.wakeAt < row.leaseUntil;
      const pending =
        isPoked || t.triggers.some((x) => x.caseId === row.id && x.handledAt === null && x.at >= row.leasedAt);
      row.leaseOwner = null;
      row.leaseUntil = null;
      row.failures = failed ? row.failures + 1 : 0;
      const isAtWork = ['new', 'acting', 'waiting'].includes(row.state);
      if (pending && !failed) row.wakeAt = t.now();
      else if (wakeInMs === null) row.wakeAt = isAtWork ? t.now() + 1_000 : null;
      else row.wakeAt = t.now() + wakeInMs;
      return { pending };
    },

    async spendTriggers(lease, triggerIds) {
      if (triggerIds.length > 0) t.spend(t.held(lease).id, triggerIds);
    },

    async abandon(lease, reason, triggerIds) {
      const row = t.held(lease);
      replaceUnclaimed(t, row.id);
      t.spend(row.id, triggerIds);
      Object.assign(row, { state: 'not-for-usher', reason, heldAt: null, updatedAt: t.now() });
    },

    async setState(lease, state, reason) {
      const row = t.held(lease);
      if (row.state === state && (reason === null || reason === row.reason)) return;
      t.setHeldAt(row, state);
      Object.assign(row, { state, reason: reason ?? row.reason, updatedAt: t.now() });
      tellState(t, row, state);
    },

    async addTrigger(lease, trigger) {
      t.putTrigger(lease.caseId, trigger);
    },

    async wake(caseId, trigger) {
      t.putTrigger(caseId, trigger);
    },

    async dueCases(limit) {
      const now = t.now();
      return [...t.cases.values()]
        .filter((c) => c.wakeAt !== null && c.wakeAt <= now && (c.leaseUntil === null || c.leaseUntil <= now))
        .sort((a, b) => a.wakeAt! - b.wakeAt!)
        .slice(0, limit)
        .map((c) => c.id);
    },

    async clearLeases() {
      for (const row of t.cases.values())
        if (row.leaseUntil !== null) Object.assign(row, { leaseOwner: null, leaseUntil: null, wakeAt: t.now() });
      t.duties.clear();
    },

    async wakeHeld(key, programme) {
      const sleeping = [...t.cases.values()].filter(
        (c) =>
          (c.state === 'held' || c.state === 'waiting') &&
          (programme === null || c.programme === programme || c.programme === null),
      );
      for (const { id } of sleeping) t.putTrigger(id, { key, kind: 'list' });
      return sleeping.length;
    },

    async endSteps(lease, begin) {
      const row = t.held(lease);
      const { wait: plan, stage } = row.afterSteps ?? {};
      const wait = plan ? begin(plan, new Date(t.now())) : null;
      Object.assign(row, { afterSteps: null, updatedAt: t.now(), heldAt: null, state: wait ? 'waiting' : 'done' });
      if (stage !== undefined) row.stage = stage;
      if (wait) Object.assign(row, { wait, firedRules: [...row.firedRules, wait.rule] });
      else tellState(t, row, 'done');
    },

    async startGrace(lease) {
      if (!t.isHeld(lease)) return 0;
      const row = t.held(lease);
      if (row.graceUntil !== null) return 0;
      row.graceUntil = row.graceMs === null ? null : t.now() + row.graceMs;
      return row.graceMs ?? 0;
    },
  };
}

/** The whole record of one case, as the flow reads it. */
export function recordOf(t: Tables, row: CaseRow): CaseRecord {
  const standing = t
    .writesOf(row.id)
    .filter((w) => t.stepsOf(w.id).length > 0)
    .sort((a, b) => a.seq - b.seq);
  const writes = standing.filter((w) => w.episode === row.episode);
  const leftMs = row.graceUntil === null ? null : row.graceUntil - t.now();
  const { id, helpdesk, ticketId, state, episode, programme, rule, outcome, reason } = row;
  return {
    ...{ id, helpdesk, ticketId, state, episode, programme, rule, outcome, reason },
    previousOutcome: row.previousOutcome,
    previousRule: row.previousRule,
    on: row.on,
    correction: row.correction,
    mode: row.mode,
    decidedMessageId: row.decidedMessageId,
    decidedTicketAt: row.decidedTicketAt,
    decidedMessageAt: row.decidedMessageAt,
    episodeTicketAt: row.episodeTicketAt,
    ticketUrl: t.newestDecision(id)?.commit.ticket.url ?? '',
    requesterEmail: row.requesterEmail,
    organizationKey: row.organizationKey,
    graceOver: row.graceMs === null ? null : leftMs !== null && leftMs <= 0,
    graceSeconds: leftMs === null ? null : Math.max(0, leftMs / 1000),
    values: Object.assign({}, ...t.writesOf(row.id).map(valuesOf)),
    links: linksByKind(linksOf(t, row.id)),
    heldSeconds: row.heldAt === null ? null : (t.now() - row.heldAt) / 1000,
    failures: row.failures,
    stage: row.stage,
    firedRules: [...row.firedRules],
    wait: row.wait,
    afterSteps: row.afterSteps,
    approvals: [...t.approvals.values()].flatMap((a) =>
      a.caseId === id && a.episode === episode && a.state !== 'withdrawn' ? [approvalRecord(a)] : [],
    ),
    readAt: new Date(t.now()).toISOString(),
    triggers: t.triggers
      .filter((x) => x.caseId === id && x.handledAt === null)
      .map((x) => ({ id: String(x.id), kind: x.kind, key: x.key, outcome: x.outcome, event: x.event })),
    commands: t.commands
      .filter((c) => c.caseId === id)
      .map(({ caseId: _, ...c }) => ({ ...c, answered: answeredBy(t, id, `answer-${c.commentId}`) })),
    cards: t.cards
      .filter((c) => c.caseId === id)
      .map(({ caseId: _, claimedAt, ...c }) => ({
        ...c,
        claimedAt: new Date(claimedAt).toISOString(),
        claimAgeSeconds: (t.now() - claimedAt) / 1000,
      })),
    decisionId: t.newestDecision(id) ? String(t.newestDecision(id)!.id) : null,
    writes: writes.filter((w) => !w.isNotice).map((w) => writeOf(t, w)),
    notices: writes.filter((w) => w.isNotice).map((w) => writeOf(t, w)),
    leftNotices: standing
      .filter((w) => w.episode !== row.episode && w.isNotice && w.state === 'claimed')
      .map((w) => writeOf(t, w)),
  };
}

function answeredBy(t: Tables, caseId: string, template: string): CaseRecord['commands'][number]['answered'] {
  const step = t.steps.find(
    (s) => s.caseId === caseId && !s.isReplaced && s.effect.type === 'note' && s.effect.template === template,
  );
  if (!step) return 'no';
  const { state, sends } = t.write(String(step.writeId));
  return state === 'planned' || (state === 'claimed' && sends === 0) ? 'planned' : 'sent';
}

function writeOf(t: Tables, w: WriteRow): WriteRecord {
  const { episode, seq, target, state, mark, contentHash, version, attempts, sends, lookups, atDot, notSent } = w;
  return {
    id: String(w.id),
    ...{ episode, seq, target, state, mark, contentHash, version, attempts, sends, lookups, atDot, notSent },
    thread: [...w.thread],
    steps: t.stepsOf(w.id).map((s) => ({ id: String(s.number), slot: s.slot, effect: s.effect })),
    claimedAt: w.claimedAt === null ? null : new Date(w.claimedAt).toISOString(),
    claimAgeSeconds: w.claimedAt === null ? 0 : (t.now() - w.claimedAt) / 1000,
    waitSeconds: w.notBefore === null ? 0 : Math.max(0, (w.notBefore - t.now()) / 1000),
    reason: w.reason,
  };
}

/** What another system answered to a step. */
function valuesOf({ target, state, receipt }: WriteRow): Record<string, string> {
  if (target !== 'http' || state !== 'done') return {};
  const values = Object.entries(receipt ?? {}).filter(([key]) => key.startsWith('value.'));
  return Object.fromEntries(values.map(([key, value]) => [key.slice('value.'.length), value]));
}
