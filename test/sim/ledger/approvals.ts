// The ledger's stand-in, approvals: asked for with a decision, answered once, and only while they are waited for.
import { nameOfKey } from '../../../src/core/approval-items.js';
import type { ApprovalRecord, DecisionCommit, Ledger, ShownApproval } from '../../../src/ledger.js';
import type { ApprovalRow, CaseRow, Tables } from './tables.js';

export function memoryApprovals(t: Tables): Pick<Ledger, 'approval' | 'openApprovals' | 'answerApproval'> {
  const shownOf = (row: ApprovalRow): ShownApproval => {
    const { id, caseId, name, contents, by, answeredAt } = row;
    const at = answeredAt === null ? null : new Date(answeredAt).toISOString();
    return {
      id,
      caseId,
      name,
      subject: t.cases.get(caseId)!.subject,
      contents,
      by,
      state: shown(t, row),
      answeredAt: at,
    };
  };
  return {
    async approval(id) {
      const row = t.approvals.get(id);
      return row ? shownOf(row) : null;
    },
    async openApprovals(slack, limit) {
      const named = [...t.approvals.values()].filter(
        (row) =>
          row.state === 'open' &&
          row.contents.approvers.some((a) => a.slack === slack) &&
          isWaitedFor(t, row, t.cases.get(row.caseId)!),
      );
      const rows = named.sort((a, b) => a.askedAt - b.askedAt).slice(0, limit);
      return rows.map((row) => {
        const { ticketId, wait } = t.cases.get(row.caseId)!;
        return { ...shownOf(row), ticketId, until: wait?.approval === nameOfKey(row.name) ? wait.until : null };
      });
    },
    async answerApproval(id, { state, by }, lease) {
      const row = t.approvals.get(id);
      if (!row || (lease && !t.isHeld(lease))) return false;
      const stands = shown(t, row);
      if (stands !== 'open' && !(lease && stands === 'changing')) return false;
      Object.assign(row, { by, answeredAt: t.now() });
      turn(t, row, state);
      return t.putTrigger(row.caseId, { key: `approval:${id}:${t.nextNumber()}`, kind: 'approval' });
    },
  };
}

function shown(t: Tables, row: ApprovalRow): ShownApproval['state'] {
  const isOpen = row.state === 'open';
  if (row.state === 'withdrawn' || (isOpen && !isWaitedFor(t, row, t.cases.get(row.caseId)!))) return 'closed';
  const isChanging = t.triggers.some((x) => x.caseId === row.caseId && x.handledAt === null);
  return isOpen && isChanging ? 'changing' : (row.state as ShownApproval['state']);
}

function isWaitedFor(t: Tables, { name: key, episode }: ApprovalRow, c: CaseRow): boolean {
  const { wait, afterSteps } = c;
  const name = nameOfKey(key);
  const isRunning =
    c.state === 'waiting' && wait?.approval === name && wait.endedBy === null && Date.parse(wait.until) > t.now();
  return c.episode === episode && (isRunning || afterSteps?.wait?.approval?.name === name);
}

/** What a commit asks for, and what no longer counts. */
export function askApprovals(t: Tables, caseId: string, { approvals, withdrawn, episode }: DecisionCommit): void {
  for (const id of withdrawn) {
    const row = t.approvals.get(id);
    if (row) turn(t, row, 'withdrawn');
  }
  for (const approval of approvals) {
    const known = t.approvals.get(approval.id);
    if (known && known.state !== 'withdrawn') continue;
    const fresh = { state: 'open' as const, by: '', answeredAt: null };
    const history = known?.history ?? [];
    t.approvals.set(approval.id, { ...approval, caseId, episode, askedAt: t.now(), ...known, ...fresh, history });
  }
}

function turn(t: Tables, row: ApprovalRow, state: ApprovalRow['state']): void {
  row.state = state;
  row.history.push({ at: t.now(), state });
}

/** The row as a case's record has it. */
export function approvalRecord({ id, name, state, by, askedAt, contents }: ApprovalRow): ApprovalRecord {
  const { about } = contents;
  const kept = { id, name, by, at: new Date(askedAt).toISOString() };
  return { ...kept, state: state as ApprovalRecord['state'], ...(about ? { about } : {}) };
}
