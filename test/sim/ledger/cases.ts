// The ledger's stand-in, cases: opening, leasing with a growing fence, triggers, and which cases want a worker.
import type { Ledger } from '../../../src/ledger.js';
import type { CasePart } from '../../../src/storage/ledger-cases.js';
import { replaceUnclaimed } from './decisions.js';
import { tellState } from './deliveries.js';
import { giveBack } from './give-back.js';
import { atLease, recordOf } from './records.js';
import type { CaseRow, Tables } from './tables.js';

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
      const record = { ...recordOf(t, row), atLease: atLease(t, row) };
      return { lease: { caseId, owner, fence: String(row.fence) }, record };
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
      return giveBack(t, row, { wakeInMs, failed });
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

    async endSteps(lease, { wait: plan, stage }, begin) {
      const row = t.held(lease);
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
