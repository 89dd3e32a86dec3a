// Tickets as the sandbox Zendesk shows them, by one or by many, with the records that may come along.
import type { LoopbackAnswer } from './loopback-server.js';
import { notFound } from './zendesk-errors.js';
import { organizationJson, ticketJson, userJson } from './zendesk-json.js';
import type { Call } from './zendesk-routes.js';
import type { ZendeskTicket } from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

export function visibleTicket({ world, id }: Call) {
  const ticket = world.findTicket(id);
  return ticket && ticket.status !== 'deleted' ? ticket : null;
}

export function showTicket(call: Call): LoopbackAnswer {
  const ticket = visibleTicket(call);
  if (!ticket) return notFound();
  return { status: 200, body: { ticket: ticketJson(call.world, ticket), ...aside(call, [ticket]) } };
}

/** Deleted and unknown ones are left out. */
export function showTickets(call: Call): LoopbackAnswer {
  const ids = (call.request.query.get('ids') ?? '').split(',').filter(Boolean).slice(0, 100);
  const tickets = ids.flatMap((id) => visibleTicket({ ...call, id }) ?? []);
  const rows = tickets.map((ticket) => ticketJson(call.world, ticket));
  const page = { next_page: null, previous_page: null, count: rows.length };
  return { status: 200, body: { tickets: rows, ...aside(call, tickets), ...page } };
}

/** Records that belong to tickets, as `include` asks for them. */
function aside({ world, request }: Call, tickets: ZendeskTicket[]): Record<string, unknown> {
  const include = (request.query.get('include') ?? '').split(',');
  const users = new Set(tickets.flatMap((t) => [t.requester_id, t.submitter_id, t.assignee_id]));
  const organizations = new Set(tickets.map((t) => world.organization(t.organization_id)));
  return {
    ...(include.includes('users') ? { users: [...users].flatMap((u) => usersJson(world, u)) } : {}),
    ...(include.includes('organizations')
      ? { organizations: [...organizations].flatMap((o) => (o ? [organizationJson(world, o)] : [])) }
      : {}),
  };
}

export const usersJson = (world: ZendeskWorld, id: number | null) => {
  const user = world.user(id);
  return user ? [userJson(world, user)] : [];
};
