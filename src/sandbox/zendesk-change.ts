// Changes a ticket as one update: tags, fields, assignee, status and at most one comment, recorded as one audit.

import { commentEvent } from './zendesk-events.js';
import { shownFile } from './zendesk-files.js';
import { htmlFromText, renderPlaceholders, textFromHtml } from './zendesk-text.js';
import type {
  FieldValue,
  ZendeskAudit,
  ZendeskComment,
  ZendeskStatus,
  ZendeskTicket,
  ZendeskVia,
} from './zendesk-types.js';
import { systemAuthor, type ZendeskWorld } from './zendesk-world.js';

export interface Change {
  comment?: { body?: string; html_body?: string; public: boolean; attachments?: ZendeskComment['attachments'] };
  status?: ZendeskStatus;
  assignee_id?: number | null;
  /** The whole set. */
  tags?: string[];
  /** By field id. */
  fields?: Record<string, FieldValue>;
  plain?: {
    subject?: string;
    priority?: string | null;
    type?: string | null;
    external_id?: string | null;
    group_id?: number;
  };
  metadata?: Record<string, unknown>;
}

export interface ChangeContext {
  actorId: number;
  via?: ZendeskVia;
  /** Seconds after now at which the change is dated; triggers use 1. */
  afterSeconds?: number;
}

export const viaApi: ZendeskVia = { channel: 'api', source: { from: {}, to: {}, rel: null } };
export const viaWeb: ZendeskVia = { channel: 'web', source: { from: {}, to: {}, rel: null } };
export const viaTrigger: ZendeskVia = {
  channel: 'rule',
  source: { from: { id: 4711, title: 'Mark what the API touched', deleted: false }, to: {}, rel: 'trigger' },
};

/** Applies the change and answers its audit. `updated_at` moves only if something happened; `generated_timestamp` always. */
export function changeTicket(
  world: ZendeskWorld,
  ticket: ZendeskTicket,
  change: Change,
  context: ChangeContext,
): ZendeskAudit {
  const at = world.iso(context.afterSeconds ?? 0);
  const audit: ZendeskAudit = {
    id: world.id(),
    ticket_id: ticket.id,
    author_id: context.actorId,
    created_at: at,
    metadata: { custom: change.metadata ?? {}, system: { client: 'sandbox', ip_address: '127.0.0.1' } },
    via: context.via ?? viaApi,
    events: [],
  };
  const update = new Update(world, ticket, audit);
  const before = { ...ticket, tags: [...ticket.tags] };
  if (change.comment) update.comment(change.comment);
  if (change.tags) update.tags(change.tags);
  for (const [id, value] of Object.entries(change.fields ?? {})) update.field(Number(id), value);
  for (const [name, value] of Object.entries(change.plain ?? {})) update.plain(name as 'subject', value ?? null);
  if (change.assignee_id !== undefined) update.assignee(change.assignee_id);
  update.status(statusAfter(world, ticket, change, context.actorId));
  if (ticket.status === 'solved' && ticket.assignee_id === null && world.by(context.actorId) !== 'requester') {
    if (context.actorId !== systemAuthor) update.assignee(context.actorId);
  }
  update.finish(before, at);
  return audit;
}

/** The vendor's own status rules: assigning opens a new ticket, a requester's reply reopens a waiting or solved one. */
function statusAfter(world: ZendeskWorld, ticket: ZendeskTicket, change: Change, actorId: number): ZendeskStatus {
  if (change.status) return change.status;
  if (ticket.status === 'new' && change.assignee_id) return 'open';
  const waiting = ['pending', 'hold', 'solved'].includes(ticket.status);
  if (waiting && change.comment?.public && world.by(actorId) === 'requester') return 'open';
  return ticket.status;
}

class Update {
  readonly #world: ZendeskWorld;
  readonly #ticket: ZendeskTicket;
  readonly #audit: ZendeskAudit;
  #comment: ZendeskComment | null = null;
  readonly #log: Parameters<ZendeskWorld['record']>[2][] = [];

  constructor(world: ZendeskWorld, ticket: ZendeskTicket, audit: ZendeskAudit) {
    this.#world = world;
    this.#ticket = ticket;
    this.#audit = audit;
  }

  comment(wanted: NonNullable<Change['comment']>): void {
    const isStaff = this.#world.by(this.#audit.author_id) !== 'requester';
    const fill = (text: string) => (isStaff ? renderPlaceholders(text, this.#ticket, this.#world) : text);
    const html = wanted.html_body === undefined ? null : fill(wanted.html_body);
    const body = html === null ? fill(wanted.body ?? '') : textFromHtml(html);
    const comment: ZendeskComment = {
      id: this.#world.id(),
      audit_id: this.#audit.id,
      author_id: this.#audit.author_id,
      public: wanted.public,
      body,
      html_body: `<div class="zd-comment" dir="auto">${html ?? htmlFromText(body)}</div>`,
      created_at: this.#audit.created_at,
      via: this.#audit.via,
      attachments: wanted.attachments ?? [],
    };
    this.#ticket.comments.push(comment);
    this.#comment = comment;
    const { id, author_id, html_body, attachments } = comment;
    this.#audit.events.push({
      id,
      type: 'Comment',
      author_id,
      body,
      html_body,
      plain_body: body,
      public: comment.public,
      attachments: attachments.map(shownFile),
      audit_id: this.#audit.id,
    });
    this.#log.push({ kind: wanted.public ? 'public-comment' : 'internal-note', text: body });
  }

  /** Sets all tags; a drop-down whose tag is gone is emptied, as the vendor does. */
  tags(wanted: string[]): void {
    const tags = [...new Set(wanted.map((t) => t.toLowerCase().trim().replace(/\s+/g, '_')).filter(Boolean))].sort();
    this.#setTags(tags);
    for (const field of this.#world.state.fields) {
      const value = this.#ticket.fields[field.id];
      if (field.type === 'tagger' && typeof value === 'string' && !tags.includes(value)) this.field(field.id, null);
    }
  }

  /** Sets a field; a drop-down's value is also a tag. */
  field(id: number, value: FieldValue): void {
    const field = this.#world.field(id);
    const previous = this.#ticket.fields[id] ?? null;
    if (!field || JSON.stringify(previous) === JSON.stringify(value)) return;
    this.#ticket.fields[id] = value;
    const told = (v: FieldValue) => (v === null || Array.isArray(v) ? v : String(v));
    this.#changed(String(id), told(value), told(previous));
    const shown = field.options.find((o) => o.value === value)?.name ?? (value === null ? '' : String(value));
    this.#log.push({ kind: 'field', text: shown, field: field.title });
    if (field.type !== 'tagger') return;
    const without = this.#ticket.tags.filter((t) => t !== previous);
    this.#setTags(typeof value === 'string' ? [...new Set([...without, value])].sort() : without);
  }

  plain(name: 'subject' | 'priority' | 'type' | 'external_id' | 'group_id', value: string | number | null): void {
    const previous = this.#ticket[name];
    if (previous === value) return;
    Object.assign(this.#ticket, { [name]: value });
    this.#changed(name, value === null ? null : String(value), previous === null ? null : String(previous));
  }

  assignee(id: number | null): void {
    const previous = this.#ticket.assignee_id;
    if (previous === id) return;
    this.#ticket.assignee_id = id;
    this.#changed('assignee_id', id === null ? null : String(id), previous === null ? null : String(previous));
    this.#log.push({ kind: 'assignee', text: this.#world.user(id)?.name ?? '' });
  }

  status(status: ZendeskStatus): void {
    const previous = this.#ticket.status;
    if (previous === status) return;
    this.#ticket.status = status;
    this.#changed('status', status, previous);
    this.#log.push({ kind: 'status', text: status });
  }

  finish(before: ZendeskTicket, at: string): void {
    const ticket = this.#ticket;
    ticket.audits.push(this.#audit);
    ticket.generated_timestamp = Math.floor(Date.parse(at) / 1000);
    if (this.#audit.events.length > 0) ticket.updated_at = at;
    const author = this.#audit.author_id;
    for (const entry of this.#log)
      this.#world.record(ticket, author, { metadata: this.#audit.metadata.custom, ...entry });
    const emit = (type: string, event: Record<string, unknown>) => this.#world.emit(type, ticket, author, event);
    if (this.#comment) emit('comment_added', commentEvent(this.#comment, this.#world.user(author)));
    if (before.status !== ticket.status) {
      emit('status_changed', { current: ticket.status.toUpperCase(), previous: before.status.toUpperCase() });
    }
    if (before.assignee_id !== ticket.assignee_id) {
      emit('agent_assignment_changed', { current: idText(ticket.assignee_id), previous: idText(before.assignee_id) });
    }
    const added = ticket.tags.filter((t) => !before.tags.includes(t));
    const removed = before.tags.filter((t) => !ticket.tags.includes(t));
    if (added.length + removed.length > 0) emit('tags_changed', { tags_added: added, tags_removed: removed });
  }

  #setTags(tags: string[]): void {
    const previous = this.#ticket.tags;
    if (previous.join(' ') === tags.join(' ')) return;
    this.#ticket.tags = tags;
    this.#changed('tags', tags, previous);
    this.#log.push({ kind: 'tags', text: tags.join(' ') });
  }

  #changed(field_name: string, value: unknown, previous_value: unknown): void {
    this.#audit.events.push({ id: this.#world.id(), type: 'Change', field_name, value, previous_value });
  }
}

const idText = (id: number | null): string => (id === null ? '' : String(id));
