// Facts and decisions: what a decision may look at, what it answers, and how it is explained.
import type { ApprovalDraft } from './approval-draft.js';
import type { AttachSpec } from './attach-step.js';
import type { RenderedHttp } from './http-step.js';
import type { Match } from './match-result.js';
import type { EffectSpec, RuleOccasion } from './rulebook.js';
import type { Steering } from './steering.js';
import type { Progress, WaitPlan } from './wait.js';

/** A JSON value; facts hold nothing else, so that they can be stored and decided upon again. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * All that a decision may look at, by root (DESIGN section 1). A missing leaf or null means *not known*.
 * The table of facts in docs/facts.md is generated from `factTable` in facts.ts.
 */
export interface Facts {
  now: string;
  ticket: { [key: string]: Json };
  message: { [key: string]: Json };
  /** What another system sent; each member null where no event is about. */
  event: { [key: string]: Json };
  requester: { [key: string]: Json };
  organization: { [key: string]: Json };
  /** The programme's request fields as read from the ticket. */
  request: { [key: string]: Json };
  intent: { [key: string]: Json };
  match: { [key: string]: Json };
  /** list name -> status word, `absent`, or null for not known. */
  lists: { [list: string]: string | null };
  case: { [key: string]: Json };
  programme: { [key: string]: Json };
}

/** What Usher knows of the case besides the ticket; all optional in scenarios. */
export interface CaseFacts {
  episode: number;
  /** Why we look now. */
  trigger:
    | 'ticket'
    | 'reply'
    | 'reopened'
    | 'changed'
    | 'timer'
    | 'list'
    | 'person'
    | 'correction'
    | 'event'
    | 'approval';
  /** What this episode is about. On `list` and `correction` only the rules for that occasion are asked. */
  on: RuleOccasion;
  /** The outcome that a person says would have been right; null unless `on` is `correction`. */
  correction: string | null;
  /** The programme of the episode before; goes on deciding on `list` and `correction`, whatever the scope. */
  previousProgramme: string | null;
  previousOutcome: string | null;
  previousRule: string | null;
  /** true once the announced grace period of this episode is over. */
  graceElapsed: boolean;
  /** Days since the last hand-off to sales for the same organization, or null. */
  handoffDaysAgo: number | null;
  /** What other systems answered to steps of this case, by the name that a rule gave it. */
  values?: Record<string, string>;
  /** Names of records elsewhere that belong to this case, by kind. */
  links?: Record<string, string[]>;
  /** What agents said of the case by internal notes; absent when nothing. */
  steering?: Steering;
  progress: Progress;
}

export interface TraceLine {
  programme: string;
  rule: string;
  answer: 'yes' | 'no' | 'not-known';
  /** `lists.api-tracker is "in-progress"? not known: Tracker!E14 is struck through` */
  why: string;
}

export interface Decision extends Untraced {
  /** How each rule answered that was asked, in order. */
  trace: TraceLine[];
}

/** What is decided, without how the rules answered. */
export interface Untraced {
  kind: 'act' | 'hold' | 'ignore';
  programme: string | null;
  rule: string | null;
  outcome: string | null;
  /** One sentence for a person. */
  reason: string;
  graceMs: number;
  effects: EffectSpec[];
  /** What begins when the steps are done. */
  wait?: WaitPlan;
  /** The stage that the case has come to when the steps are done. */
  stage?: string;
  /** The rule's wait runs already and goes on: the effects are the follow-ups that are due by now. */
  isWaiting?: true;
}

/** An effect with its final content: what `try` prints, a person approves and `perform` sends. */
export type RenderedEffect = EffectContent & {
  /** Tells a follow-up of a wait from a step of the rule: `rule#1`. */
  followUp?: string;
};

type EffectContent =
  | { type: 'reply'; template: string; locale: string; text: string; html: string }
  | { type: 'note'; template: string; text: string; html: string }
  | { type: 'set'; fields: Record<string, string | number | boolean> }
  | { type: 'tag'; add: string[]; remove: string[] }
  | { type: 'assign'; to: string; agent: string; name: string }
  | { type: 'group'; to: string; group: string; name: string }
  | { type: 'status'; status: 'open' | 'pending' | 'hold' }
  | { type: 'close'; resolution: string | null; fields: Record<string, string | number | boolean> }
  | {
      type: 'email';
      to: string;
      address: string;
      name: string;
      template: string;
      subject: string;
      text: string;
      html: string;
      /** Tells them of an organization for the first time in 30 days. */
      handoff: boolean;
    }
  | { type: 'slack'; channel: string; channelId: string; channelName: string; template: string; text: string }
  | RenderedHttp
  | AttachSpec;

/** Everything that `try` shows and the ledger stores of one deciding. */
export interface Triage {
  facts: Facts;
  match: Match;
  decision: Decision;
  /** Rendered effects when decision.kind is `act`; empty otherwise. */
  effects: RenderedEffect[];
  versions: { rulebook: string; lists: Record<string, string> };
  /** What the rule wants approved; its mails are no part of `effects`. */
  approval?: ApprovalDraft;
}
