// Writes: rendered effects grouped into what is claimed, marked and retried as one, each with its slot keys.
import type { RenderedEffect } from './decision.js';

/** Life of a write, DESIGN section 6. */
export type WriteState = 'planned' | 'claimed' | 'done' | 'refused' | 'unsure' | 'dropped';

/** The outside system a write goes to. */
export type WriteTarget = 'ticket' | 'mail' | 'slack' | 'http';

export interface PlannedStep {
  /** `kind|target|template`; with case and episode in front of it this is the slot key. */
  slot: string;
  effect: RenderedEffect;
}

/** One write: ticket effects that stand together with at most one comment, or one mail, or one post. */
export interface PlannedWrite {
  target: WriteTarget;
  steps: PlannedStep[];
}

/** The slot key (case, episode, kind, target, template): no attempt, job id, rule version or text in it. */
export function slotKey(caseId: string, episode: number, slot: string): string {
  return `${caseId}|${episode}|${slot}`;
}

/** What one ticket write changes; absent members stay as they are. The port's `TicketWrite` has the same shape. */
export interface TicketContent {
  comment?: { public: boolean; text: string; html: string };
  fields?: Record<string, string | number | boolean>;
  addTags?: string[];
  removeTags?: string[];
  assignee?: string;
  group?: string;
  status?: 'open' | 'pending' | 'hold' | 'solved';
}
