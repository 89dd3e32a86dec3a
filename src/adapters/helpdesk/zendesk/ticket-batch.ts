// Tickets' own records, many in one request, with the people and organizations that come along.
import { z } from 'zod';
import { gathered } from '../../../gather.js';
import { PAGE_SIZE } from './options.js';
import { bodyOf, type Get, parse } from './read.js';
import { organizationAnswer, type TicketAnswer, ticketAnswer, type UserAnswer, userAnswer } from './shapes.js';

/** A ticket's own record with those that came along (the vendor's page "Side-loading": `/tickets/1.json?include=users,groups`). */
export interface TicketRecord {
  ticket: TicketAnswer;
  /** Absent when it did not come along. */
  requester: UserAnswer | undefined;
  /** Absent when it did not come along, or without the fields of the account's own. */
  organization: z.output<typeof organizationAnswer> | undefined;
}

/** While thousands wake, so long passes from one request to the next: they share what there is. */
const PACE_MS = 15;

/** undefined for a ticket that the list leaves out: it may be deleted, and only reading it by itself can tell. Throws ProblemError. */
export type TicketBatch = (id: string) => Promise<TicketRecord | undefined>;

export function ticketBatch(get: Get): TicketBatch {
  return gathered((ids) => readMany(get, ids), { most: PAGE_SIZE, paceMs: PACE_MS });
}

/** Up to 100 at once. Throws ProblemError. */
async function readMany(get: Get, ids: string[]): Promise<Map<string, TicketRecord>> {
  const path = '/tickets/show_many';
  const body = bodyOf(await get(path, { ids: ids.join(','), include: 'users,organizations' }), path);
  const aside = recordsAside(body, path);
  const tickets = parse(z.array(ticketAnswer), body.tickets, path);
  return new Map(tickets.map((ticket) => [ticket.id, aside(ticket)]));
}

/** What came along with tickets, for one of them. Throws ProblemError naming what does not fit. */
export function recordsAside(body: Record<string, unknown>, path: string): (ticket: TicketAnswer) => TicketRecord {
  const users = byId(parse(z.array(userAnswer), body.users ?? [], path));
  const organizations = byId(parse(z.array(organizationAnswer), body.organizations ?? [], path));
  return (ticket) => {
    const organization = organizations.get(ticket.organization_id);
    return {
      ticket,
      requester: users.get(ticket.requester_id),
      organization: organization?.organization_fields ? organization : undefined,
    };
  };
}

const byId = <T extends { id: string }>(rows: T[]): Map<string | null, T> => new Map(rows.map((row) => [row.id, row]));
