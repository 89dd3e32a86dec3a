// Webhook bodies in the event-subscription shape: ids as strings, missing ids as the empty string, enums in upper case.
import type { ZendeskComment, ZendeskTicket, ZendeskUser } from './zendesk-types.js';

const text = (id: number | null): string => (id === null ? '' : String(id));

/** The fixed envelope (developer.zendesk.com, event types: ticket events, version 2022-06-20). */
export function webhookBody(what: {
  id: string;
  type: string;
  at: string;
  ticket: ZendeskTicket;
  actorId: number;
  event: Record<string, unknown>;
}): string {
  const { ticket } = what;
  return JSON.stringify({
    account_id: 22129848,
    id: what.id,
    subject: `zen:ticket:${ticket.id}`,
    time: what.at,
    type: `zen:event-type:ticket.${what.type}`,
    zendesk_event_version: '2022-06-20',
    detail: {
      id: String(ticket.id),
      status: ticket.status.toUpperCase(),
      priority: ticket.priority?.toUpperCase() ?? null,
      type: ticket.type?.toUpperCase() ?? null,
      subject: ticket.subject,
      description: ticket.description,
      actor_id: String(what.actorId),
      requester_id: text(ticket.requester_id),
      assignee_id: text(ticket.assignee_id),
      group_id: text(ticket.group_id),
      organization_id: text(ticket.organization_id),
      brand_id: '5',
      form_id: '6',
      submitter_id: text(ticket.submitter_id),
      external_id: ticket.external_id,
      custom_status: '4',
      is_public: true,
      tags: ticket.tags,
      created_at: ticket.created_at,
      updated_at: ticket.updated_at,
      via: { channel: ticket.via.channel === 'api' ? 'web_service' : ticket.via.channel },
    },
    event: what.event,
  });
}

/** The `event` member of `comment_added`. */
export function commentEvent(comment: ZendeskComment, author: ZendeskUser | null): Record<string, unknown> {
  return {
    comment: {
      id: String(comment.id),
      body: comment.body,
      is_public: comment.public,
      author: {
        id: String(comment.author_id),
        is_staff: author !== null && author.role !== 'end-user',
        name: author?.name ?? '',
      },
    },
  };
}
