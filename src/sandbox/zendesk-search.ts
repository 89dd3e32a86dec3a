// GET /search: the part of Zendesk's query language that a poller needs, by offset, at most 1,000 rows, behind the writes.
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.js';
import { errorAnswer } from './zendesk-errors.js';
import { ticketJson } from './zendesk-json.js';
import type { ZendeskTicket } from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

const rowsMax = 1000;
const statusOrder = ['new', 'open', 'pending', 'hold', 'solved', 'closed'];

export function searchTickets(world: ZendeskWorld, request: LoopbackRequest, lagSeconds: number): LoopbackAnswer {
  const { query } = request;
  const text = query.get('query') ?? '';
  if (!text.trim()) return errorAnswer(422, 'invalid', 'Invalid search: query is missing');
  const size = Math.min(Math.max(Number(query.get('per_page') ?? 100) || 100, 1), 100);
  const page = Math.max(Number(query.get('page') ?? 1) || 1, 1);
  if (page * size > rowsMax) {
    return errorAnswer(
      422,
      'invalid',
      'Invalid search: Requested response size was greater than Search Response Limits',
    );
  }
  const indexedUntil = world.now().getTime() - lagSeconds * 1000;
  const terms = [...text.matchAll(/(\w+)(:|<=|>=|<|>)("[^"]*"|\S+)|"([^"]*)"|(\S+)/g)];
  const rows = world.state.tickets
    .filter((t) => t.status !== 'deleted' && Date.parse(t.updated_at) <= indexedUntil)
    .filter((t) => terms.every((term) => fits(world, t, term)));
  rows.sort(comparison(query.get('sort_by'), query.get('sort_order')));
  const shown = rows.slice((page - 1) * size, page * size);
  const at = (n: number) => {
    const url = new URL(request.path, world.url);
    url.searchParams.set('page', String(n));
    return url.href;
  };
  return {
    status: 200,
    body: {
      results: shown.map((t) => ({ ...ticketJson(world, t), result_type: 'ticket' })),
      facets: null,
      next_page: page * size < rows.length ? at(page + 1) : null,
      previous_page: page > 1 ? at(page - 1) : null,
      count: rows.length,
    },
  };
}

function fits(world: ZendeskWorld, ticket: ZendeskTicket, term: RegExpExecArray): boolean {
  const [, name, operator, quoted, phrase, word] = term;
  if (!name) {
    const wanted = (phrase ?? word ?? '').toLowerCase();
    return `${ticket.subject} ${ticket.description}`.toLowerCase().includes(wanted);
  }
  const value = (quoted ?? '').replace(/^"|"$/g, '');
  switch (name) {
    case 'type':
      return value === 'ticket';
    case 'status':
      return compare(statusOrder.indexOf(ticket.status), statusOrder.indexOf(value), operator!);
    case 'created':
      return compareTimes(ticket.created_at, value, operator!);
    case 'updated':
      return compareTimes(ticket.updated_at, value, operator!);
    case 'tags':
      return ticket.tags.includes(value);
    case 'assignee':
      return value === 'none' ? ticket.assignee_id === null : isPerson(world, ticket.assignee_id, value);
    case 'requester':
      return isPerson(world, ticket.requester_id, value);
    default:
      return false;
  }
}

function isPerson(world: ZendeskWorld, id: number | null, value: string): boolean {
  const user = world.user(id);
  return (
    user !== null && [String(user.id), user.email?.toLowerCase(), user.name.toLowerCase()].includes(value.toLowerCase())
  );
}

/** A date without a time stands for its whole day. */
function compareTimes(time: string, value: string, operator: string): boolean {
  if (value.length === 10) return compare(Date.parse(time.slice(0, 10)), Date.parse(value), operator);
  return compare(Date.parse(time), Date.parse(value), operator);
}

function compare(a: number, b: number, operator: string): boolean {
  if (Number.isNaN(b)) return false;
  if (operator === ':') return a === b;
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}

function comparison(by: string | null, order: string | null): (a: ZendeskTicket, b: ZendeskTicket) => number {
  const name = by === 'created_at' ? 'created_at' : 'updated_at';
  const sign = order === 'asc' ? 1 : -1;
  return (a, b) => sign * (a[name].localeCompare(b[name]) || a.id - b.id);
}
