// A sample ticket: what somebody writes, and what the EverBright policy makes of it.
import type { NewTicket } from './zendesk-sandbox.js';

export interface SampleTicket extends NewTicket {
  /** Kebab-case, stable. */
  key: string;
  /** Which branch, hold or "not for Usher" it reaches. */
  reaches: string;
  /** The decision expected with the sample lists and rules; the rule is null where none decides. */
  expected: { kind: 'act' | 'hold' | 'ignore'; rule: string | null };
}
