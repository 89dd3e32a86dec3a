// GET /incremental/tickets/cursor: changed tickets by `generated_timestamp`, never fresher than a minute.
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.js';
import { errorAnswer } from './zendesk-errors.js';
import { ticketJson } from './zendesk-json.js';
import type { ZendeskTicket } from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

const lagSeconds = 60;
export const perPageMax = 1000;

/** A place in the stream: after this second and ticket id. */
interface Place {
  second: number;
  id: number;
}

export function exportTickets(
  world: ZendeskWorld,
  request: LoopbackRequest,
  { repeatRows, exportPageMax }: { repeatRows: boolean; exportPageMax: number },
): LoopbackAnswer {
  const { query } = request;
  const newest = Math.floor(world.now().getTime() / 1000) - lagSeconds;
  const place = query.has('cursor') ? placeOf(query.get('cursor') ?? '') : startOf(query.get('start_time'), newest);
  if (!('second' in place)) return place;
  const size = Math.min(Math.max(Number(query.get('per_page') ?? perPageMax) || perPageMax, 1), exportPageMax);
  const changed = world.state.tickets
    .filter((t) => t.generated_timestamp < newest && isAfter(t, place))
    .filter((t) => query.get('exclude_deleted') !== 'true' || t.status !== 'deleted')
    .sort((a, b) => a.generated_timestamp - b.generated_timestamp || a.id - b.id);
  let rows = changed.slice(0, size);
  const last = rows.at(-1);
  const after = last ? { second: last.generated_timestamp, id: last.id } : place;
  if (request.fault?.kind === 'repeat-rows') rows = rows.flatMap((t) => [t, t]);
  if (repeatRows && query.has('cursor')) {
    const before = world.state.tickets.find((t) => t.id === place.id && t.generated_timestamp === place.second);
    if (before) rows = [before, ...rows];
  }
  const cursor = Buffer.from(`${after.second}.0||${after.id}|`).toString('base64');
  return {
    status: 200,
    body: {
      tickets: rows.map((t) => ticketJson(world, t)),
      after_url: `${world.url}/api/v2/incremental/tickets/cursor.json?cursor=${encodeURIComponent(cursor)}`,
      after_cursor: cursor,
      before_url: null,
      before_cursor: null,
      end_of_stream: changed.length <= size,
    },
  };
}

function isAfter(ticket: ZendeskTicket, place: Place): boolean {
  const { generated_timestamp: second } = ticket;
  return second > place.second || (second === place.second && ticket.id > place.id);
}

function placeOf(cursor: string): Place | LoopbackAnswer {
  const match = /^(\d+)\.0\|\|(-?\d+)\|$/.exec(Buffer.from(cursor, 'base64').toString('utf8'));
  if (!match) return errorAnswer(400, 'InvalidValue', 'Invalid cursor');
  return { second: Number(match[1]), id: Number(match[2]) };
}

function startOf(startTime: string | null, newest: number): Place | LoopbackAnswer {
  const second = Number(startTime);
  if (startTime === null || !Number.isInteger(second)) {
    return errorAnswer(400, 'InvalidValue', 'Missing or invalid start_time');
  }
  if (second > newest) {
    return errorAnswer(400, 'InvalidValue', 'Too recent start_time. Use a start_time older than 60 seconds');
  }
  // Inclusive: rows of the very second count.
  return { second, id: -1 };
}
