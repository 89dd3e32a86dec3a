// Cases as screens and `usher cases` read them.
import type { CaseFacts, RenderedEffect, Triage } from '../core/decision.js';
import type { Ticket } from '../core/ticket.js';
import type { CaseWait } from '../core/wait.js';
import type { WriteState } from '../core/write.js';

export type CaseState = 'new' | 'waiting' | 'acting' | 'held' | 'done' | 'not-for-usher';

/** `cases --json`: a contract with users (DESIGN section 8). */
export interface CaseSummary {
  id: string;
  helpdesk: string;
  ticketId: string;
  subject: string;
  state: CaseState;
  programme: string | null;
  rule: string | null;
  outcome: string | null;
  reason: string | null;
  openedAt: string;
  updatedAt: string;
  steps: { id: string; type: string; state: WriteState }[];
}

export interface ListedCase extends CaseSummary {
  /** The mode of the latest decision: in shadow and propose nothing of it was done. */
  mode: 'shadow' | 'propose' | 'live';
}

export interface CaseDetail extends ListedCase {
  url: string;
  requester: { name: string; email: string };
  episode: number;
  /** The stage that a rule has set; '' before the first. */
  stage: string;
  /** Records elsewhere that belong to the case, by kind, in the order in which they came. */
  links: Record<string, string[]>;
  /** Rules of this episode whose wait has begun. */
  firedRules: string[];
  /** The latest wait of this episode. */
  wait: CaseWait | null;
  /** Everything that happened, oldest first; `text` is one sentence. */
  timeline: { at: string; kind: string; text: string }[];
  /** Newest first. */
  decisions: { at: string; episode: number; trigger: string; triage: Triage }[];
  /** One a rendered effect, in order. Effects of the same `write` go out together. */
  stepDetails: {
    id: string;
    write: string;
    type: string;
    state: WriteState;
    effect: RenderedEffect;
    sends: number;
    /** Told on the ticket because it needs a person; no step of a rule. */
    isNotice: boolean;
    reason: string | null;
    at: string | null;
    episode: number;
  }[];
}

export interface CaseFilter {
  state?: CaseState;
  programme?: string;
  /** Part of the subject, requester or ticket id. */
  search?: string;
  limit: number;
  offset: number;
}

/** What screens and `usher cases` read. */
export interface CaseViews {
  list(filter: CaseFilter): Promise<ListedCase[]>;
  counts(): Promise<Record<CaseState, number>>;
  /** With its newest 50 decisions. */
  detail(id: string): Promise<CaseDetail | null>;
  /** Those of them that there are, in no order, with so many of their newest decisions. */
  details(ids: string[], decisionsMost: number): Promise<CaseDetail[]>;
  /** What the latest decision was made upon; null before the first, and once it is erased. */
  latest(id: string): Promise<{ ticket: Ticket; caseFacts: CaseFacts } | null>;
}
