// Approvals as the ledger keeps them, and as screens and people who were asked see them.
import type { ApprovalDraft } from '../core/approval-draft.js';
import type { ApprovalState } from '../core/wait.js';

/** What those who may approve are shown. */
export type ApprovalContents = Pick<
  ApprovalDraft,
  'approvers' | 'via' | 'channel' | 'asks' | 'consequence' | 'items'
> & {
  /** What it counts for (`aboutOf`); absent: nothing in particular. */
  about?: string;
};

export interface NewApproval {
  id: string;
  /** Its key: the name, and the item where several are asked for. */
  name: string;
  contents: ApprovalContents;
}

export interface ShownApproval {
  id: string;
  caseId: string;
  /** Its key. */
  name: string;
  subject: string;
  contents: ApprovalContents;
  /** `closed`: withdrawn, or the wait for it is over. `changing`: something on the case waits to be looked at first. */
  state: ApprovalState['state'] | 'closed' | 'changing';
  by: string;
  /** When it was answered, ISO; null while it was not. */
  answeredAt: string | null;
}

/** An open approval as the page of somebody who may answer it lists it. */
export interface OpenApproval extends ShownApproval {
  ticketId: string;
  /** When the wait for it ends, ISO; null while it has not begun. */
  until: string | null;
}

export interface ApprovalAnswer {
  state: 'approved' | 'refused';
  /** Name of who answers. */
  by: string;
  /** `e-mail`, `Slack`, `internal note`, … */
  via: string;
}
