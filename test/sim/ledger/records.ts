// The ledger's stand-in, records: a case with all that belongs to it, as the flow reads it.
import { linksByKind } from '../../../src/core/event.js';
import type { CaseRecord, WriteRecord } from '../../../src/ledger.js';
import { approvalRecord } from './approvals.js';
import { linksOf } from './events.js';
import type { CaseRow, Tables, WriteRow } from './tables.js';

const DAY_MS = 86_400_000;
const OUT = ['claimed', 'done', 'unsure'];

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
    atLease: null,
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

export function atLease(t: Tables, row: CaseRow): CaseRecord['atLease'] {
  const isAsleep = row.state === 'waiting' || row.state === 'held';
  const isChanged = t.triggers.some((x) => x.caseId === row.id && x.handledAt === null && x.kind === 'changed');
  const ticket = t.newestDecision(row.id)?.commit.ticket ?? null;
  return {
    knownTicket: isAsleep && !isChanged ? ticket : null,
    handoffDaysAgo: row.organizationKey === null ? null : handoffDays(t, row.organizationKey, row.id),
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

/** Days since another case handed the organization to sales. */
export function handoffDays(t: Tables, organizationKey: string, exceptCase: string): number | null {
  const at = t.writes
    .filter((w) => w.handoffKey === organizationKey && w.caseId !== exceptCase && OUT.includes(w.state))
    .map((w) => w.claimedAt ?? 0);
  return at.length > 0 ? (t.now() - Math.max(...at)) / DAY_MS : null;
}
