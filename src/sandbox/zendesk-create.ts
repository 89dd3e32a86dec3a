// Files a ticket in the sandbox Zendesk: the first comment, the first audit, and the event that goes out.

import { shownFile } from './zendesk-files.js';
import type { NewFile } from './zendesk-sandbox.js';
import { htmlFromText } from './zendesk-text.js';
import type {
  FieldValue,
  ZendeskAudit,
  ZendeskFile,
  ZendeskStatus,
  ZendeskTicket,
  ZendeskUser,
  ZendeskVia,
} from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

export interface Creation {
  requester: ZendeskUser;
  /** Who files it; the requester unless an API client does. */
  submitterId: number;
  subject: string;
  body: string;
  public: boolean;
  via: ZendeskVia;
  fields: Record<string, FieldValue>;
  tags: string[];
  status: ZendeskStatus;
  assigneeId: number | null;
  externalId: string | null;
  metadata: Record<string, unknown>;
  attachments: NewFile[];
  flags: number[];
}

/** Where a mail came from and went to, as `via` tells it. */
export function viaMail(requester: ZendeskUser): ZendeskVia {
  return {
    channel: 'email',
    source: {
      from: { address: requester.email, name: requester.name, original_recipients: [supportAddress] },
      to: { name: 'EverBright Support', address: supportAddress },
      rel: null,
    },
  };
}

const supportAddress = 'support@everbright-support.example';

export function createTicket(world: ZendeskWorld, creation: Creation): { ticket: ZendeskTicket; audit: ZendeskAudit } {
  const at = world.iso();
  const { requester } = creation;
  const ticket: ZendeskTicket = {
    id: world.state.nextTicketId++,
    subject: creation.subject,
    description: creation.body,
    status: creation.status,
    priority: 'normal',
    type: null,
    requester_id: requester.id,
    submitter_id: creation.submitterId,
    assignee_id: creation.assigneeId,
    organization_id: requester.organization_id,
    group_id: 98,
    external_id: creation.externalId,
    tags: [],
    fields: creation.fields,
    via: creation.via,
    created_at: at,
    updated_at: at,
    generated_timestamp: Math.floor(Date.parse(at) / 1000),
    comments: [],
    audits: [],
  };
  ticket.tags = [...new Set([...creation.tags, ...dropDownTags(world, creation.fields)])].sort();
  const audit = firstAudit(world, ticket, creation);
  ticket.audits.push(audit);
  world.state.tickets.push(ticket);
  world.record(ticket, creation.submitterId, { kind: 'created', text: ticket.subject, metadata: creation.metadata });
  world.record(ticket, creation.submitterId, {
    kind: creation.public ? 'public-comment' : 'internal-note',
    text: creation.body,
    metadata: creation.metadata,
  });
  world.emit('created', ticket, creation.submitterId, {});
  return { ticket, audit };
}

function firstAudit(world: ZendeskWorld, ticket: ZendeskTicket, creation: Creation): ZendeskAudit {
  const { via, metadata, submitterId } = creation;
  const system: Record<string, unknown> =
    via.channel === 'email'
      ? { message_id: `<ticket-${ticket.id}@mail.example>`, email_id: `01HS${ticket.id}`, eml_redacted: false }
      : { client: 'sandbox', ip_address: '127.0.0.1' };
  const audit: ZendeskAudit = {
    id: world.id(),
    ticket_id: ticket.id,
    author_id: submitterId,
    created_at: ticket.created_at,
    metadata: { custom: metadata, system, ...flagged(creation.flags) },
    via,
    events: [],
  };
  const comment = {
    id: world.id(),
    audit_id: audit.id,
    author_id: submitterId,
    public: creation.public,
    body: creation.body,
    html_body: `<div class="zd-comment" dir="auto">${htmlFromText(creation.body)}</div>`,
    created_at: ticket.created_at,
    via,
    attachments: creation.attachments.map((file) => attachment(world, file)),
  };
  ticket.comments.push(comment);
  const { via: _via, created_at: _at, ...event } = comment;
  audit.events.push({
    ...event,
    attachments: event.attachments.map(shownFile),
    type: 'Comment',
    plain_body: comment.body,
  });
  const created: [string, unknown][] = [
    ['subject', ticket.subject],
    ['status', ticket.status],
    ['requester_id', String(ticket.requester_id)],
    ...Object.entries(ticket.fields).map(([id, value]): [string, unknown] => [id, value]),
  ];
  if (ticket.assignee_id !== null) created.push(['assignee_id', String(ticket.assignee_id)]);
  if (ticket.tags.length > 0) created.push(['tags', ticket.tags]);
  for (const [field_name, value] of created) audit.events.push({ id: world.id(), type: 'Create', field_name, value });
  return audit;
}

/** Metadata of a comment that carries flags; nothing for others. */
function flagged(flags: number[]): Pick<ZendeskAudit['metadata'], 'flags' | 'flags_options' | 'trusted'> {
  if (flags.length === 0) return {};
  const trusted = !flags.includes(0);
  return { flags, flags_options: Object.fromEntries(flags.map((f) => [String(f), { trusted }])), trusted };
}

function dropDownTags(world: ZendeskWorld, fields: Record<string, FieldValue>): string[] {
  return Object.entries(fields).flatMap(([id, value]) =>
    world.field(Number(id))?.type === 'tagger' && typeof value === 'string' ? [value] : [],
  );
}

function attachment(world: ZendeskWorld, { name, type, bytes, width, height }: NewFile): ZendeskFile {
  const id = world.id();
  const pixels = width !== undefined && height !== undefined ? { pixels: { width, height } } : {};
  // As the vendor's addresses: the name is only for people.
  const content_url = `${world.url}/attachments/${id}?name=${encodeURIComponent(name)}`;
  return { id, file_name: name, content_type: type, size: bytes, content_url, ...pixels };
}
