// A case for the ledger's checks: opened, leased, decided and claimed in few words.
import type { RenderedEffect } from '../../src/core/decision.js';
import { planWrites } from '../../src/core/plan.js';
import { noProgress } from '../../src/core/wait.js';
import type { Caps, DecisionCommit, Lease, Ledger } from '../../src/ledger.js';
import { run, stranger } from '../core/everbright.js';
import { aTicket } from '../core/fixtures.js';

export interface LedgerUnderTest {
  ledger: Ledger;
  /** The database's time passes. */
  pass: (ms: number) => Promise<void>;
}

export const LEASE_MS = 60_000;
export const CAPS: Caps = {
  repliesPerRequesterDay: 1_000,
  repliesPerDomainHour: 1_000,
  repliesPerMinute: 1_000,
  breakerPerTenMinutes: 1_000,
};

export const aReply = (template: string): RenderedEffect => ({
  type: 'reply',
  template,
  locale: 'en',
  text: template,
  html: template,
});
export const anEmail = (template: string): RenderedEffect => ({
  type: 'email',
  to: 'sales-development',
  address: 'sales@x.example',
  name: 'Sales',
  template,
  subject: template,
  text: template,
  html: template,
  handoff: true,
});
export const aPost = (template: string): RenderedEffect => ({
  type: 'slack',
  channel: 'sales',
  channelId: 'C1',
  channelName: '#sales',
  template,
  text: template,
});

let stories = 0;

/** A case that was just opened. */
export async function story({ ledger }: LedgerUnderTest) {
  stories += 1;
  const ticket = { helpdesk: 'sandbox', ticketId: String(stories), version: null };
  const triage = run(stranger);
  const decidedAt = '2026-03-02T10:30:00Z';
  const caseId = await ledger.openCase(ticket, { key: 'first', kind: 'changed' });

  async function lease() {
    const got = await ledger.lease(caseId, 'one', LEASE_MS);
    if (!got) throw new Error(`${caseId} could not be leased`);
    return got;
  }
  /** A decision with these effects, whatever the rules would say. */
  async function commit(
    held: Lease,
    effects: RenderedEffect[],
    more: Partial<DecisionCommit> = {},
    givesBack = false,
  ): Promise<{ pending: boolean }> {
    const { triggers } = await ledger.read(held);
    const decided: DecisionCommit = {
      triage,
      ticket: aTicket({ id: ticket.ticketId, updatedAt: decidedAt }),
      caseFacts: {
        episode: 1,
        trigger: 'ticket',
        on: 'message',
        correction: null,
        previousProgramme: null,
        previousOutcome: null,
        previousRule: null,
        graceElapsed: false,
        handoffDaysAgo: null,
        progress: noProgress,
      },
      episode: 1,
      previous: { outcome: null, rule: null },
      state: 'acting',
      writes: planWrites(effects),
      graceMs: null,
      triggerIds: triggers.map((t) => t.id),
      messageId: 'm1',
      answers: 'm1',
      on: 'message',
      correction: null,
      mode: 'live',
      messageAt: decidedAt,
      knowledge: null,
      organizationKey: null,
      timeline: [],
      steered: { commands: [], answers: [] },
      retriesRefused: false,
      firedRules: [],
      wait: null,
      afterSteps: null,
      approvals: [],
      withdrawn: [],
      ...more,
    };
    return ledger.commitDecision(held, decided, givesBack);
  }
  const self: Claimant = {
    requester: `${caseId}@${caseId}.example`,
    handoffKey: null,
    thread: ['t'],
  };
  return {
    ...self,
    ticket,
    caseId,
    decidedAt,
    programme: triage.decision.programme!,
    outcome: triage.decision.outcome!,
    rule: triage.decision.rule,
    planned: planWrites,
    lease,
    commit,
    giveBack: (held: Lease, more: Partial<DecisionCommit>) => commit(held, [], more, true),
    async decided(effects: RenderedEffect[], more: Partial<DecisionCommit> = {}) {
      const got = await lease();
      await commit(got.lease, effects, more);
      return { lease: got.lease, record: await ledger.read(got.lease) };
    },
    claim(held: Lease, writeId: string, as = self, caps = CAPS) {
      const claim = {
        mark: `mark-${caseId}-${writeId}`,
        thread: as.thread,
        contentHash: 'hash',
        version: 'v1',
        requester: as.requester,
        requesterDomain: as.requester.split('@')[1]!,
        handoffKey: as.handoffKey,
        leaseMs: LEASE_MS,
      };
      return ledger.claimWrite(held, writeId, claim, caps);
    },
  };
}

interface Claimant {
  requester: string;
  handoffKey: string | null;
  thread: string[];
}
