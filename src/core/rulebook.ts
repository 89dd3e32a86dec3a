// The checked rulebook as the core uses it: programmes, rules, intents, templates, directory. Built by src/rulebook.
import type { Liquid, Template as LiquidTemplate } from 'liquidjs';
import type { ApprovalColumns } from './approval-dates.js';
import type { AttachSpec } from './attach-step.js';
import type { CaseEventType } from './case-events.js';
import type { EventSource } from './event.js';
import type { Hours } from './hours.js';
import type { HttpSpec } from './http-step.js';
import type { RequestSpec } from './request/request-spec.js';
import type { WaitSpec } from './wait.js';

export interface Rulebook {
  /** sha256 (hex) over the directory and all active programmes' files. */
  hash: string;
  directory: Directory;
  programmes: Programme[];
}

export interface Programme {
  /** Folder name and identifier, `everbright-api-access`. */
  name: string;
  title: string;
  hash: string;
  /** `intent` null: no tickets. `events`: names of events that open a case of this programme. */
  receives: { intent: string | null; scope: Scope; events: string[] };
  /** Default locale of templates, `en`. */
  locale: string;
  /** Whether "not an Org Admin" is only mentioned or needed. Facts: `programme.orgAdmin`. */
  orgAdmin: 'note' | 'require';
  /** Whether the person whom an event is about is written to. Facts: `programme.eventReply`. */
  eventReply: 'none' | 'mail';
  /** Titles of help desk fields to read: the claimed organization, state, phone; first filled one wins. */
  fields: { organization: string[]; state: string[]; phone: string[]; orgAdmin: string[] };
  /** What is read from subject and text into named fields; null: nothing. */
  request: RequestSpec | null;
  /** Whether the size of attached images is measured: facts `ticket.images.*`. */
  readsImages: boolean;
  /** When its people work; null: always. Governs waits, reminders and escalations. */
  hours: Hours | null;
  holds: HoldPolicy;
  /** Role of the person who keeps the programme; absent: nobody is told what concerns no ticket. */
  owner?: string;
  /** Names that steps `stage` may set. */
  stages: string[];
  lists: ListMapping[];
  /** Systems that send events to this programme. */
  sources: EventSource[];
  intents: Intent[];
  rules: Rule[];
  /** By `name.channel.locale`. */
  templates: Record<string, MessageTemplate>;
}

/** Tested before intent. An undefined member is not tested. */
export interface Scope {
  assigned?: boolean;
  status?: string[];
  channel?: string[];
  /** Tags of which at least one must be present / none may be present. */
  tags?: string[];
  withoutTags?: string[];
  helpdesk?: string[];
}

/** What becomes of a ticket that needs a person. */
export interface HoldPolicy {
  /** Role of the group of agents that gets it; null: it stays where it is. */
  group: string | null;
  /** Role of the channel that gets a card for each; absent: none does. */
  channel?: string;
  /** Working time after which the ticket is spoken of again; 0: never. */
  remindAfterMs: number;
}

/**
 * What a rule answers: the requester's messages (as most), a list that lets in somebody who was declined, a person's word
 * that an outcome was wrong, or an event that began a case of its own.
 */
export type RuleOccasion = 'message' | 'list' | 'correction' | 'event';

export interface Rule {
  id: string;
  title: string | null;
  on: RuleOccasion;
  when: Condition | null;
  /** `hold` (default): not known before any yes makes the decision a hold. `skip`: go on to the next rule. */
  whenUnknown: 'hold' | 'skip';
  outcome: string | null;
  /** Milliseconds between announcing and doing; 0 is at once. */
  graceMs: number;
  then: EffectSpec[];
  /** What it waits for when its steps are done; null: the episode ends. */
  wait: WaitSpec | null;
  /** The stage that the case has come to when its steps are done. */
  stage: string | null;
  /** Where the rule stands, for explanations. */
  place: { file: string; line: number };
}

/** A condition in normal form. `all` and `any` hold at least one. */
export type Condition =
  | { kind: 'all'; of: Condition[] }
  | { kind: 'any'; of: Condition[] }
  | { kind: 'not'; of: Condition }
  | { kind: 'test'; fact: string; op: Operator; value: unknown };

/** `is` compares scalars without regard to case of text; `matches` is re2js on at most 16 kB. */
export type Operator =
  | 'is'
  | 'oneOf'
  | 'contains'
  | 'startsWith'
  | 'endsWith'
  | 'matches'
  | 'exists'
  | 'above'
  | 'below'
  | 'atLeast'
  | 'atMost'
  | 'before'
  | 'after';

/** What a rule asks for, before rendering. `template` without channel and locale. */
export type EffectSpec = EffectStep & {
  /** A follow-up of a wait, `rule#1`; none: a step of the rule. */
  followUp?: string;
};

type EffectStep =
  | { type: 'reply'; template: string }
  | { type: 'note'; template: string }
  | { type: 'set'; fields: Record<string, string | number | boolean> }
  | { type: 'tag'; add: string[]; remove: string[] }
  | { type: 'assign'; to: string }
  | { type: 'status'; status: 'open' | 'pending' | 'hold' }
  | { type: 'close'; resolution: string | null; fields: Record<string, string | number | boolean> }
  | { type: 'email'; to: string; template: string; handoff: boolean }
  | { type: 'slack'; channel: string; template: string }
  | HttpSpec
  | AttachSpec
  | { type: 'hold'; reason: string };

/** Phrases are literal, compared after folding case, white space and punctuation; weights add up. */
export interface Intent {
  name: string;
  /** Score from which the intent is taken as given; below it and above `unsure` a person is asked. */
  threshold: number;
  unsure: number;
  phrases: { text: string; weight: number; where: 'subject' | 'body' | 'both'; locale: string | null }[];
  tags: Record<string, number>;
  /** Field title -> value -> weight (ticket form, request type). */
  fields: Record<string, Record<string, number>>;
  channels: Record<string, number>;
}

export interface MessageTemplate {
  name: string;
  channel: 'reply' | 'note' | 'email' | 'slack';
  locale: string;
  draft: boolean;
  file: string;
  /** Parsed subject line, for e-mail. */
  subject: LiquidTemplate[] | null;
  body: LiquidTemplate[];
  engine: Liquid;
  /** The source text of both, for snapshots and hashes. */
  source: string;
}

/** One column mapping a list: header texts are compared exactly after trimming and folding inner white space. */
export interface ListMapping {
  name: string;
  title: string;
  programme: string;
  /** Path as written; relative paths are taken from DATA_DIR. */
  file: string;
  sheet: string;
  columns: {
    name: string;
    status: string | null;
    aliases: string[];
    domains: string[];
    admins: string[];
    organizationId: string | null;
    /** key -> header text, for `values`. */
    values: Record<string, string>;
  };
  /** Status word -> exact cell texts (compared trimmed, white space folded, case ignored). */
  statuses: Record<string, string[]>;
  /** Words that let somebody in: more than 10 new ones wait for a person. */
  approving: string[];
  /** Columns with the days on which an approval holds; absent where the list has none. */
  approvalDates?: ApprovalColumns;
  maxAgeMs: number;
  maxRows: number;
  place: { file: string; line: number };
}

export interface Directory {
  sample: boolean;
  people: Record<string, Person>;
  /** Groups of agents: role -> name, and id on each help desk. */
  groups: Record<string, { name: string; helpdesk: Record<string, string> }>;
  channels: Record<string, { name: string; id: string }>;
  /** Systems that steps of the kind `http` may speak to. */
  endpoints: Record<string, Endpoint>;
  /** Who is told of case events. */
  subscribers: Record<string, Subscriber>;
  intermediaries: { name: string; domains: string[] }[];
  /** Mail addresses and domains that are our own: never a customer, never answered. */
  own: { addresses: string[]; domains: string[] };
  /** Roles of people who may steer Usher by internal notes; absent: everybody with an id on the help desk. */
  steering?: string[];
  /** Free-mail domains besides the built-in ones. */
  freeMail: string[];
}

export interface Person {
  name: string;
  email: string | null;
  /** help desk name -> agent id or e-mail there. */
  helpdesk: Record<string, string>;
  slack: string | null;
}

/** A system that is spoken to over HTTP, named once: no rule or template decides a host. */
export interface Endpoint {
  /** Begins every request's address; without a slash at the end. */
  url: string;
  /** Name of the secret in RULE_SECRETS; null: none is sent. */
  secret: string | null;
  /** The header that carries it; `Authorization` carries it as a bearer token. */
  header: string;
  /** It takes a request with the same Idempotency-Key once, and a repetition for that one. */
  isIdempotent: boolean;
}

/** A system that is told what becomes of cases, by signed webhooks. */
export interface Subscriber {
  url: string;
  /** Name of the secret in RULE_SECRETS that signs. */
  secret: string;
  events: CaseEventType[];
}
