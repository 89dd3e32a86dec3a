// A sample ticket: what somebody writes, what the EverBright policy makes of it, and how somebody reacts to that.
import type { NewTicket } from './zendesk-sandbox.js';

/** The decision expected with the sample lists and rules; the rule is null where none decides. */
export interface SampleDecision {
  kind: 'act' | 'hold' | 'ignore';
  rule: string | null;
}

/** What follows, once, when Usher has done its part. */
export interface SampleReaction {
  /** The status in which Usher's part leaves the ticket: `solved` after a decline, `pending` after a question. */
  once: 'solved' | 'pending';
  /** Somebody sets a company's row in the sellers list to approved; the rest follows when Usher has told sales of it in Slack. */
  approves?: { company: string; expected: SampleDecision };
  /** The requester answers on the ticket, or somebody of the same company files one of their own. */
  act: { reply: string } | { files: NewTicket };
  /** Which branch or hold it reaches. */
  reaches: string;
  /** The decision on the ticket with the answer, or on the ticket that was filed. */
  expected: SampleDecision;
}

export interface SampleTicket extends NewTicket {
  /** Kebab-case, stable. */
  key: string;
  /** Which branch, hold or "not for Usher" it reaches. */
  reaches: string;
  expected: SampleDecision;
  reaction?: SampleReaction;
}
