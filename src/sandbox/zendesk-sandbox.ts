// What a started sandbox Zendesk is: its options, what can be done to it, and what can be asked of it.
import type { FaultKind, FaultOptions } from './faults.js';
import type { ReceivedRequest } from './received-request.js';
import type {
  FieldValue,
  WorldEntry,
  ZendeskOrganization,
  ZendeskState,
  ZendeskStatus,
  ZendeskTicket,
} from './zendesk-types.js';

export interface NewFile {
  name: string;
  type: string;
  bytes: number;
  width?: number;
  height?: number;
}

/** A ticket written by an end user, as mail or form would bring it. */
export interface NewTicket {
  name: string;
  email: string;
  subject: string;
  body: string;
  channel?: 'email' | 'web' | 'api';
  /** By field title; a drop-down takes its option's title. */
  fields?: Record<string, FieldValue>;
  tags?: string[];
  /** Agent id, for tickets that are already assigned. */
  assigneeId?: number;
  status?: ZendeskStatus;
  /** BCP 47, the requester's locale; default en-US. */
  locale?: string;
  /** With a width and height in pixels, the file that is served is an image of that size. */
  attachments?: NewFile[];
  /** Comment flags of the first comment's metadata: 0 not trusted, 4 written by a machine. */
  flags?: number[];
}

export interface ZendeskLimits {
  requestsPerMinute: number;
  updatesPerMinute: number;
  updatesPerTicketPer10Minutes: number;
  exportsPerMinute: number;
  searchesPerMinute: number;
}

export interface ZendeskOptions {
  /** Default 0: any free port on 127.0.0.1. */
  port?: number;
  state?: ZendeskState;
  /** Called after every change, before it is answered. */
  onChange?: () => void;
  now?: () => Date;
  apiToken?: string;
  webhookSecret?: string;
  webhookUrl?: string;
  /** `events` (default): the event-subscription envelope; `trigger`: `{"ticket_id":"1","event":"created"}`. */
  webhookStyle?: 'events' | 'trigger';
  /** Pause between attempts of one delivery; default 1000. */
  webhookRetryMs?: number;
  /** Role of the bot's account; exports need `admin` (default). */
  botRole?: 'agent' | 'admin';
  limits?: Partial<ZendeskLimits>;
  /** A trigger that runs after a write through the API by adding this tag, once a ticket: a second update a second later. */
  triggerTag?: string | null;
  /** How far search lags behind writes; default 5. */
  searchLagSeconds?: number;
  /** Export pages repeat the row they end with at the start of the next page; default false. */
  repeatRows?: boolean;
  /** Rows of an export page at most; default 1000. */
  exportPageMax?: number;
}

export interface WebhookDelivery {
  eventId: string;
  type: string;
  ticketId: number;
  attempt: number;
  /** HTTP status, or null when there was no answer. */
  status: number | null;
}

export interface ZendeskSandbox {
  readonly url: string;
  readonly port: number;
  /** E-mail of the bot's account. */
  readonly email: string;
  readonly apiToken: string;
  readonly webhookSecret: string;
  readonly botId: number;
  /** Every request received, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  readonly deliveries: readonly WebhookDelivery[];
  /** How many answers of status 429 the limits led to. */
  tooMany(): number;
  state(): ZendeskState;
  /** What people saw; a copy. */
  world(): WorldEntry[];
  ticket(id: number | string): ZendeskTicket;
  addOrganization(organization: {
    id?: number;
    name: string;
    domains?: string[];
    externalId?: string;
    fields?: Record<string, FieldValue>;
  }): ZendeskOrganization;
  /** Finds or makes the end user; the organization is taken from the mail domain as Zendesk does. */
  customerFiles(ticket: NewTicket): string;
  customerReplies(id: number | string, text: string): void;
  agentReplies(
    id: number | string,
    text: string,
    options?: { agentId?: number; public?: boolean; status?: ZendeskStatus },
  ): void;
  agentAssigns(id: number | string, agentId: number | null): void;
  agentSets(
    id: number | string,
    /** `fields` by field id; of a drop-down the option's value. */
    change: { status?: ZendeskStatus; addTags?: string[]; removeTags?: string[]; fields?: Record<number, string> },
  ): void;
  agentMerges(sourceId: number | string, intoId: number | string): void;
  agentDeletes(id: number | string): void;
  /** A mail is held back as spam or the like: it never becomes a ticket. */
  mailIsSuspended(from: string, subject: string): void;
  /** A system change that shows in `generated_timestamp` only (a recalculated metric, a renamed group). */
  systemTouches(id: number | string): void;
  setWebhook(url: string | null): void;
  setTrigger(tag: string | null): void;
  /** Resolves when no webhook delivery is under way or waiting to be repeated. */
  webhooksSettled(): Promise<void>;
  fault(kind: FaultKind, options?: FaultOptions): void;
  clearFaults(): void;
  /** true: connections are refused until false is set again (same port). */
  refuse(on: boolean): Promise<void>;
  close(): Promise<void>;
}
