// Answering an approval, by whatever way the answer comes: rights are those of the moment, and the first answer counts.
import type { Approver } from '../core/approval-draft.js';
import type { Directory } from '../core/rulebook.js';
import type { ApprovalAnswer, Ledger, ShownApproval } from '../ledger.js';

export interface AnswerParts {
  ledger: Pick<Ledger, 'approval' | 'answerApproval'>;
  directory: () => Promise<Directory>;
  enqueue: (caseId: string) => Promise<void> | void;
}

/** Who answers, as the way it came by knows them. */
export type Answerer = { address: string } | { slack: string };

export type Answered =
  /** The answer counts, now or already before: `approval` says whose and which. */
  | { kind: 'shown'; approval: ShownApproval; counts: boolean }
  /** Not one of those who may, by now. */
  | { kind: 'no-right' }
  | { kind: 'unknown' };

/** The approver of that address or Slack id who was asked, and still has the role they were asked by. */
export function approverOf(approval: ShownApproval, who: Answerer, directory: Directory): Approver | null {
  const asked = approval.contents.approvers.find((a) =>
    'slack' in who ? a.slack !== null && a.slack === who.slack : a.address.toLowerCase() === who.address.toLowerCase(),
  );
  if (!asked) return null;
  // Admins of a list were read with the decision; a changed list asks anew.
  if (asked.role.startsWith('list-admin-')) return asked;
  const person = Object.hasOwn(directory.people, asked.role) ? directory.people[asked.role] : undefined;
  return person?.email === asked.address && person.slack === asked.slack ? asked : null;
}

/** Records the answer when it is the first and `who` may give it. The case decides with it at its next visit, which is asked for. */
export async function answerApproval(
  parts: AnswerParts,
  id: string,
  who: Answerer,
  answer: Omit<ApprovalAnswer, 'by'>,
): Promise<Answered> {
  const before = await parts.ledger.approval(id);
  if (!before) return { kind: 'unknown' };
  const approver = approverOf(before, who, await parts.directory());
  if (!approver) return { kind: 'no-right' };
  const counts = await parts.ledger.answerApproval(id, { ...answer, by: approver.name });
  if (counts) await parts.enqueue(before.caseId);
  return { kind: 'shown', approval: (await parts.ledger.approval(id)) ?? before, counts };
}
