// One ticket with its conversation, requester and organization, in our own shape.
import { z } from 'zod';
import { type Ticket, ticketShape } from '../../../core/ticket.js';
import { authorKind, type Cast, MESSAGE_AUTHORS } from './authors.js';
import type { FieldCatalog } from './field-catalog.js';
import { COMMENTS_MAX, type ZendeskOptions } from './options.js';
import type { People } from './people.js';
import { bodyOf, type Get, isMissing, pages, parse, readOne } from './read.js';
import {
  type CommentAnswer,
  commentAnswer,
  organizationAnswer,
  type TicketAnswer,
  ticketAnswer,
  type UserAnswer,
  userAnswer,
} from './shapes.js';

const TICKET_ID = /^\d{1,19}$/;

export interface TicketSources {
  get: Get;
  base: string;
  people: People;
  catalog: () => Promise<FieldCatalog>;
  options: ZendeskOptions;
}

/**
 * The ticket, or null when it is deleted or was never there. Throws ProblemError. At most three requests run at once: ten parallel comment
 * reads were seen to break (contract section 8).
 */
export async function fetchTicket(sources: TicketSources, id: string): Promise<Ticket | null> {
  if (!TICKET_ID.test(id)) return null;
  const { get, people, options } = sources;
  // The ticket first: comments read later are at least as new as its version, so that a conditional write cannot overlook one.
  const [answer, catalog] = await Promise.all([readTicket(get, id), sources.catalog(), people.botId()]);
  if (answer === null || answer.ticket.status === 'deleted') return null;
  const { ticket } = answer;
  const [conversation, organization, requesters] = await Promise.all([
    readComments(get, id),
    answer.organization ?? organizationOf(get, ticket),
    people.users([ticket.requester_id], answer.users),
  ]);
  const botId = await people.botId();
  const users = await people.users(
    [ticket.requester_id, ...conversation.comments.map((comment) => comment.author_id)],
    conversation.users,
  );
  const requester =
    ticket.requester_id === null ? undefined : (requesters.get(ticket.requester_id) ?? users.get(ticket.requester_id));
  const cast = { botId, requesterId: ticket.requester_id, users };
  const messages = conversation.comments.map((comment) => message(comment, cast));
  return ticketShape.parse({
    ...ownMembers(ticket, sources, botId),
    body: (ticket.description || messages[0]?.body || '').slice(0, 1_000_000),
    fields: catalog.titled(ticket),
    requester: {
      name: requester?.name ?? '',
      email: requester?.email ?? '',
      isOrgAdmin: orgAdmin(requester, options.orgAdminUserField),
    },
    organization: organization && {
      id: organization.id,
      name: organization.name,
      domains: organization.domain_names,
      fields: scalars(organization.organization_fields ?? {}),
    },
    messages,
    authentication: authentication(conversation.comments, ticket.requester_id),
    attachments: conversation.comments.flatMap((comment) =>
      comment.attachments.map((file) => ({ name: file.file_name, type: file.content_type, bytes: file.size ?? 0 })),
    ),
    locale: requester?.locale ?? '',
  });
}

/**
 * The ticket with what comes along with it (the vendor's page "Side-loading": `/tickets/1.json?include=users,groups`). Records without the
 * fields of the account's own, and those that did not come along, are read by themselves.
 */
async function readTicket(get: Get, id: string) {
  const path = `/tickets/${id}`;
  const reply = await get(path, { include: 'users,organizations' });
  if (isMissing(reply)) return null;
  const body = bodyOf(reply, path);
  const ticket = parse(ticketAnswer, body.ticket, path);
  const users = parse(z.array(userAnswer), body.users ?? [], path);
  const organizations = parse(z.array(organizationAnswer), body.organizations ?? [], path);
  return {
    ticket,
    users,
    organization: organizations.find((one) => one.id === ticket.organization_id && one.organization_fields),
  };
}

async function organizationOf(get: Get, { organization_id: id }: TicketAnswer) {
  return id === null ? null : readOne(get, `/organizations/${id}`, 'organization', organizationAnswer);
}

/** What stands in the ticket's own record. */
function ownMembers(ticket: TicketAnswer, sources: TicketSources, botId: string) {
  return {
    id: ticket.id,
    helpdesk: sources.options.name,
    subject: ticket.subject,
    channel: ticket.via?.channel || 'unknown',
    url: `${sources.base}/agent/tickets/${ticket.id}`,
    status: ticket.status,
    // A ticket that was solved while nobody had it is given to whoever solved it: us. That is nobody's, still.
    assignee: ticket.assignee_id === botId ? null : ticket.assignee_id,
    tags: ticket.tags,
    createdAt: ticket.created_at,
    updatedAt: ticket.updated_at,
    version: ticket.updated_at,
    followUpOf: followUpOf(ticket),
  };
}

/** A reply to a closed ticket becomes a ticket of its own, which names the closed one. */
function followUpOf({ via }: TicketAnswer): string | null {
  const id = via?.source?.from?.ticket_id ?? '';
  return via?.source?.rel?.toLowerCase() === 'follow_up' && TICKET_ID.test(id) ? id : null;
}

/** The newest comments up to a limit, oldest first, and the users that came along. */
export async function readComments(get: Get, id: string): Promise<{ comments: CommentAnswer[]; users: UserAnswer[] }> {
  const path = `/tickets/${id}/comments`;
  const comments = new Map<string, CommentAnswer>();
  const users: UserAnswer[] = [];
  for await (const page of pages(get, path, 'comments', { sort: '-created_at', include: 'users' })) {
    for (const comment of parse(z.array(commentAnswer), page.rows, path)) comments.set(comment.id, comment);
    if (Array.isArray(page.body.users)) users.push(...parse(z.array(userAnswer), page.body.users, path));
    if (comments.size >= COMMENTS_MAX) break;
  }
  const order = (a: CommentAnswer, b: CommentAnswer) =>
    Date.parse(a.created_at) - Date.parse(b.created_at) || Number(a.id) - Number(b.id);
  return { comments: [...comments.values()].sort(order), users };
}

function message(comment: CommentAnswer, cast: Cast) {
  const user = comment.author_id === null ? undefined : cast.users.get(comment.author_id);
  const author = MESSAGE_AUTHORS[authorKind(comment, cast)];
  // What came by mail only says who sent it.
  const isSignedIn = author === 'agent' && comment.via?.channel !== 'email';
  return {
    id: comment.id,
    at: comment.created_at,
    from: user?.email || comment.via?.source?.from?.address || user?.name || '',
    author,
    ...(isSignedIn && comment.author_id !== null ? { authorId: comment.author_id } : {}),
    public: comment.public,
    body: (comment.plain_body || comment.body).slice(0, 1_000_000),
    headers: (comment.metadata?.flags ?? []).includes(FLAG_AUTOMATIC)
      ? { 'auto-submitted': 'auto-generated' }
      : ({} as Record<string, string>),
  };
}

// Comment flags as the vendor's reference page lists them: 0 "unsure the comment should be trusted", 2 "author was not part of the
// conversation", 3 "author was not signed in", so the address is only typed; 4 "automatically generated".
// The API description only says that flags exist; a wrong reading here costs a hold, never a reply.
const FLAGS_OF_DOUBT = [0, 2, 3];
const FLAG_AUTOMATIC = 4;

/** Zendesk gives no SPF, DKIM or DMARC result; it marks comments whose sender it doubts. Everything else is not known. */
function authentication(comments: CommentAnswer[], requesterId: string | null) {
  const doubted = comments.some((comment) => {
    if (comment.author_id !== requesterId) return false;
    const { flags, trusted, flags_options: notes } = comment.metadata ?? {};
    const byMail = comment.via?.channel === 'email';
    const named = JSON.stringify(notes ?? {}).includes('POTENTIAL_MESSAGE_SPOOFING');
    return named || (flags ?? []).some((flag) => FLAGS_OF_DOUBT.includes(flag)) || (byMail && trusted === false);
  });
  const verdict = doubted ? ('fail' as const) : ('unknown' as const);
  return { spf: verdict, dkim: verdict, dmarc: verdict };
}

function orgAdmin(user: UserAnswer | undefined, key: string | undefined): boolean | null {
  const value = key === undefined ? undefined : user?.user_fields?.[key];
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  const word = value.trim().toLowerCase();
  return ['true', 'yes', '1'].includes(word) ? true : ['false', 'no', '0'].includes(word) ? false : null;
}

function scalars(fields: Record<string, unknown>): Record<string, string | number | boolean | null> {
  const pairs = Object.entries(fields).flatMap(([key, value]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[key, value] as const] : [],
  );
  return Object.fromEntries(pairs);
}
