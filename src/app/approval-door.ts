// The door for answers by e-mail link: checks to whom a link was sent, then asks the flow.
import { timingSafeEqual } from 'node:crypto';
import { type AnswerParts, answerApproval, approverOf } from '../flow/answer-approval.js';
import { approvalPath } from '../flow/approvals.js';
import type { FlowDeps } from '../flow/deps.js';
import type { ApprovalDoor, ApprovalLink } from '../http/http-options.js';
import type { ShownApproval } from '../ledger.js';

export function approvalDoor(parts: AnswerParts & { mark: FlowDeps['mark'] }): ApprovalDoor {
  /** The approval and whose link it is; null unless the key is right and they may still answer. */
  const open = async ({ id, n, key }: ApprovalLink): Promise<{ approval: ShownApproval; address: string } | null> => {
    const right = approvalPath(parts.mark, id, n).split('/').at(-1)!;
    if (key.length !== right.length || !timingSafeEqual(Buffer.from(key), Buffer.from(right))) return null;
    const approval = await parts.ledger.approval(id);
    const address = approval?.contents.approvers[n]?.address;
    if (!approval || address === undefined) return null;
    return approverOf(approval, { address }, await parts.directory()) ? { approval, address } : null;
  };
  const nameOf = (approval: ShownApproval, n: number) => approval.contents.approvers[n]!.name;
  return {
    async show(link) {
      const found = await open(link);
      return found && { approval: found.approval, approver: nameOf(found.approval, link.n) };
    },
    async answer(link, state) {
      const found = await open(link);
      if (!found) return null;
      const { address } = found;
      const answered = await answerApproval(parts, link.id, { address }, { state, via: 'e-mail' });
      if (answered.kind !== 'shown') return null;
      const { approval, counts } = answered;
      return { approval, approver: nameOf(approval, link.n), counts };
    },
  };
}
