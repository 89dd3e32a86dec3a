// What the flow needs of the world, on one page: adapters and storage implement these, nobody else is called.
import type { ChatCard } from './core/chat-card.js';
import type { GoneListing, LintFinding, ListSnapshot } from './core/listing.js';
import type { Ticket } from './core/ticket.js';
import type { OutgoingFile } from './ports/files.js';

export type { Finding, Probe } from './probe.js';

/** How an attempt to write ended. Classified once, at the adapter, by status or type (research 2.2), never by reading prose. */
export type Outcome =
  /** The far side said yes and echoed what was asked; `warning` names what it silently left out. */
  | { kind: 'done'; receipt: Record<string, string>; warning?: string }
  /** A definite no that repeating will not change. `code` is stable: `401`, `channel_not_found`, … */
  | { kind: 'refused'; code: string; reason: string }
  /** Definitely not sent: try again, not before `retryAfterMs` where given. */
  | { kind: 'not-sent'; code: string; reason: string; retryAfterMs?: number }
  /** A conditional write found the ticket moved: look for our mark, then decide again. */
  | { kind: 'conflict'; reason: string }
  /** Sent or not, nobody knows: look before repeating. */
  | { kind: 'unknown'; reason: string };

/** Whether our mark stands at the far side. `cannot-tell` when it cannot be read or has no such thing. */
export type Lookup =
  | { kind: 'found'; receipt: Record<string, string> }
  | { kind: 'absent' }
  | { kind: 'cannot-tell'; reason: string };

/** Something that happened to a ticket after a given time. */
export interface TicketChange {
  id: string;
  at: string;
  by: 'usher' | 'agent' | 'requester' | 'automation';
  comment: 'public' | 'internal' | null;
  /** Field names changed, help desk's own words: `status`, `assignee_id`, … */
  fields: string[];
  mark: string | null;
}

/** A ticket read again right before writing. */
export interface Inspection {
  /** What a conditional write must carry. */
  version: string;
  status: string;
  assignee: string | null;
  /** The help desk's own time of the reading where it says so; changes of that second may be missing. */
  readAt?: string;
  changes: TicketChange[];
}

/** Content of one ticket write; absent members stay as they are. */
export interface TicketWrite {
  comment?: { public: boolean; text: string; html: string; attachments?: OutgoingFile[] };
  /** By field title and option title, as in the directory and rules. */
  fields?: Record<string, string | number | boolean>;
  addTags?: string[];
  removeTags?: string[];
  /** Agent id or e-mail of this help desk. */
  assignee?: string;
  /** Id of a group of agents. */
  group?: string;
  status?: 'open' | 'pending' | 'hold' | 'solved';
}

/** A sighting of a ticket by polling: a hint that it is new or changed. */
export interface Sighting {
  ticketId: string;
  updatedAt: string;
  createdAt: string;
  deleted: boolean;
}

/** An attached image as fetched; `content` is null when it cannot be had or is too large. `name` and `bytes` as in the ticket. */
export interface AttachedImage {
  name: string;
  bytes: number;
  content: Uint8Array | null;
}

export interface HelpdeskReader {
  readonly name: string;
  /**
   * The ticket with messages, requester and organization; null when it is deleted or was never there. `known`: as it was read before, when its
   * last change was over; what cannot have changed since then may be taken from there. Throws ProblemError (network or admin).
   */
  fetchTicket(id: string, known?: Ticket | null): Promise<Ticket | null>;
  /**
   * Tickets changed since a cursor; a null cursor starts at `since`. Call again while `more`. Rows may repeat. `isWalk`: over a
   * long time and beside polling, so it waits behind everything else and nothing is read twice on purpose.
   */
  changedSince(
    cursor: string | null,
    since: Date,
    walk?: { isWalk?: boolean },
  ): Promise<{ sightings: Sighting[]; cursor: string; more: boolean }>;
  /** Mail that the help desk holds back and that never became a ticket; null where that cannot be known. Throws ProblemError. */
  suspendedCount(): Promise<number | null>;
  /** What happened to the ticket after `since` (ISO), and its version now. null when the ticket is gone. */
  inspect(id: string, since: string): Promise<Inspection | null>;
  /** Looks for a mark of ours in the ticket's history back to `notBefore` (ISO). Only marks written by our own account count. */
  findMark(id: string, mark: string, notBefore: string): Promise<Lookup>;
  /** The images attached to a ticket, oldest first, at most five; absent where attachments cannot be fetched. Throws ProblemError. */
  images?(ticketId: string): Promise<AttachedImage[]>;
  /** Who an agent is, where the help desk says it; null when it does not know them. */
  agent?(id: string): Promise<{ name: string; email: string } | null>;
}

export interface HelpdeskWriter {
  /** One conditional write carrying our mark. `version` is the stamp stored with the claim, never refreshed by the adapter. */
  update(id: string, write: TicketWrite, options: { mark: string; version: string }): Promise<Outcome>;
}

export interface ChatPost {
  channelId: string;
  /** Already escaped mrkdwn (core/render). */
  text: string;
  /** Shown in place of the text, which then is what notifications say. */
  card?: ChatCard;
  mark: string;
  /** The post to answer to; without it, a post of its own. */
  threadTs?: string;
}
export interface Chat {
  post(post: ChatPost): Promise<Outcome>;
  /** Changes a post of ours in place; safe to repeat. */
  update(post: Omit<ChatPost, 'threadTs'> & { ts: string }): Promise<Outcome>;
  /** The place of direct messages to somebody, by their id: `channel` of the receipt. Safe to repeat. */
  direct(userId: string): Promise<Outcome>;
  /** Looks for a message of our own app carrying the mark, in the channel or (`threadTs`) among the answers to a post. */
  findMark(channelId: string, mark: string, notBefore: string, threadTs?: string): Promise<Lookup>;
}

export interface OutgoingMail {
  to: { name: string; address: string };
  subject: string;
  text: string;
  html: string;
  /** Local part of the Message-ID; the adapter adds the domain. The same on every attempt. */
  mark: string;
  /** Message-IDs of the thread, oldest first. */
  references: string[];
}
export interface Mail {
  /**
   * Sends one mail to one recipient. `beforeDot` runs (and must settle) before the final dot leaves: what fails earlier is
   * `not-sent`, what fails later without an answer is `unknown`.
   */
  send(mail: OutgoingMail, beforeDot: () => Promise<void>): Promise<Outcome>;
}

export interface HttpCall {
  /** Name of an endpoint of the directory. */
  to: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** With the query; begins with a slash. */
  path: string;
  headers: Record<string, string>;
  /** JSON, or ''. */
  body: string;
  /** The Idempotency-Key: the same on every attempt. */
  mark: string;
  /** Values to take from the answer: name, then JSON pointer. They come as `value.<name>` in the receipt. */
  response: Record<string, string>;
}
export interface Http {
  send(call: HttpCall): Promise<Outcome>;
}

/** How telling a subscriber ended; `status` is the answer's, or the network's word. */
export type WebhookOutcome =
  | { kind: 'delivered'; status: string }
  | { kind: 'failed'; status: string; retryAfterMs?: number }
  /** It asked to be told nothing more (410). */
  | { kind: 'gone'; status: string };
export interface Webhooks {
  /** One attempt; `id` is the same on every one of them, `at` its time. */
  send(message: { subscriber: string; id: string; body: string; at: Date }): Promise<WebhookOutcome>;
}

export interface Clock {
  /** Wall clock for facts and screens only; leases and caps use the database's time. */
  now(): Date;
}

/** A logger that masks personal data and secrets at the sink. Fields are ids and numbers, never bodies. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Where snapshots of lists are kept and published for all processes. Times are ISO strings. */
export interface Snapshots {
  live(list: string): Promise<{ snapshot: ListSnapshot; readAt: string } | null>;
  /** A snapshot that waits for a person's `lists accept`. */
  waiting(list: string): Promise<{ snapshot: ListSnapshot; why: string; since: string } | null>;
  publish(snapshot: ListSnapshot, readAt: string): Promise<void>;
  holdBack(snapshot: ListSnapshot, why: string, readAt: string): Promise<void>;
  /** The live content was read again unchanged. */
  seen(list: string, hash: string, readAt: string): Promise<void>;
  /** The last read failed; the live snapshot stays. null clears it. */
  failed(list: string, problem: string | null, at: string): Promise<void>;
  lastFailure(list: string): Promise<string | null>;
  /** Publishes a waiting snapshot; null when no such hash waits. */
  accept(hash: string): Promise<ListSnapshot | null>;
  /** Listings that stood in a live snapshot of the last `days` and do not stand in the live one now. */
  gone(list: string, days: number): Promise<GoneListing[]>;
}

export type * from './ports/case-views.js';

/** How intake stands, for screens and metrics. Times are ISO strings by the database's clock. */
export interface IntakeStatus {
  /** When polling last read all there was; null: not yet. */
  lastPollAt: string | null;
  /** The latest one that ended. `missing`: tickets found without a decision, and opened by it. `suspended`: mail held back, null when unknown. */
  reconciliation: { beganAt: string; endedAt: string; seen: number; missing: number; suspended: number | null } | null;
  /** The latest one; `at`: how far it came, as a time of change. */
  backfill: { beganAt: string; endedAt: string | null; seen: number; at: string | null } | null;
}

/** One list as `usher lists` and the console show it. */
export interface ListStatus {
  list: string;
  programme: string;
  title: string;
  file: string;
  hash: string | null;
  rows: number;
  readAt: string | null;
  /** Why nothing may be concluded from it now, or null. */
  problem: string | null;
  waiting: { hash: string; why: string; since: string } | null;
  lint: LintFinding[];
  /** Where the list has days of approvals, as they stand today; `until` like `2026-11-30`. */
  approvals?: { notYet: number; ended: number; endSoon: { name: string; cell: string; until: string }[] };
}
