// One ticket with its conversation, requester and organization, in our own shape.
import { type Ticket, ticketShape } from '../../../core/ticket.js';
import { conversationIn, readConversation } from './conversation.js';
import type { FieldCatalog } from './field-catalog.js';
import type { ZendeskOptions } from './options.js';
import type { People } from './people.js';
import { bodyOf, type Get, isMissing, parse, readOne } from './read.js';
import { organizationAnswer, type TicketAnswer, ticketAnswer, type UserAnswer } from './shapes.js';
import { recordsAside, type TicketBatch, type TicketRecord } from './ticket-batch.js';

const TICKET_ID = /^\d{1,19}$/;

export interface TicketSources {
  get: Get;
  base: string;
  people: People;
  catalog: () => Promise<FieldCatalog>;
  batch: TicketBatch;
  options: ZendeskOptions;
}

/**
 * The ticket, or null when it is deleted or was never there. `known`: as it was read before, at least a whole second after its last change;
 * while its stamp is the same nobody has written on it, and its conversation is taken from there. Throws ProblemError. At most three
 * requests run at once: ten parallel comment reads were seen to break (contract section 8).
 */
export async function fetchTicket(sources: TicketSources, id: string, known?: Ticket | null): Promise<Ticket | null> {
  if (!TICKET_ID.test(id)) return null;
  const { get, people, options } = sources;
  // The ticket first: comments read later are at least as new as its version, so that a conditional write cannot overlook one.
  const [record, catalog] = await Promise.all([
    known ? sources.batch(id).then((one) => one ?? readTicket(get, id)) : readTicket(get, id),
    sources.catalog(),
    people.botId(),
  ]);
  if (record === null || record.ticket.status === 'deleted') return null;
  const { ticket } = record;
  const isSame = known?.updatedAt === ticket.updated_at;
  // Who came along need not be asked for.
  const requesters = await people.users([ticket.requester_id], record.requester ? [record.requester] : []);
  const [{ said, writers }, organization] = await Promise.all([
    isSame ? { said: conversationIn(known), writers: null } : readConversation(sources, ticket),
    record.organization ?? organizationOf(get, ticket),
  ]);
  const requester =
    ticket.requester_id === null
      ? undefined
      : (requesters.get(ticket.requester_id) ?? writers?.get(ticket.requester_id));
  return ticketShape.parse({
    ...ownMembers(ticket, sources, await people.botId()),
    ...said,
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
    locale: requester?.locale ?? '',
  });
}

async function readTicket(get: Get, id: string): Promise<TicketRecord | null> {
  const path = `/tickets/${id}`;
  const reply = await get(path, { include: 'users,organizations' });
  if (isMissing(reply)) return null;
  const body = bodyOf(reply, path);
  return recordsAside(body, path)(parse(ticketAnswer, body.ticket, path));
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
