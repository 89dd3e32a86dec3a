// Polling: the cursor export, or a search by time where the account's role may not export.
import { z } from 'zod';
import type { Sighting } from '../../../ports.js';
import { apiError, strangeAnswer } from './errors.js';
import type { Reply } from './http.js';
import { LOOK_BACK_MS, PAGE_SIZE } from './options.js';
import { bodyOf, type Get, parse } from './read.js';
import { idShape } from './shapes.js';

export interface Changes {
  sightings: Sighting[];
  cursor: string;
  more: boolean;
}

const row = z.object({ id: idShape, created_at: z.string(), updated_at: z.string(), status: z.string() });
/** Search answers at most this many pages (1000 rows); beyond it 422. */
const SEARCH_PAGES_MAX = 10;
const EXPORT_WINDOW_MS = 61_000;

/**
 * One page of changed tickets. The cursor remembers which way is used: `export:…` or `search:FROM:PAGE`. Rows may repeat: deduplicate by
 * ticket and time of update. The export leaves out the newest minute. Throws ProblemError.
 */
export async function changedSince(get: Get, cursor: string | null, since: Date, nowMs: number): Promise<Changes> {
  if (cursor?.startsWith('search:')) return searched(get, cursor);
  const stored = cursor?.startsWith('export:') ? cursor.slice('export:'.length) || null : null;
  // `start_time` less than a minute old is refused (contract 2.1).
  const startTime = Math.max(0, Math.floor(Math.min(since.getTime(), nowMs - EXPORT_WINDOW_MS) / 1000));
  const reply = await get(
    '/incremental/tickets/cursor',
    stored === null ? { start_time: startTime, per_page: 1000 } : { cursor: stored, per_page: 1000 },
  );
  if (isForbidden(reply)) return searched(get, searchCursor(since, 1));
  const body = bodyOf(reply, 'the ticket export');
  const after = typeof body.after_cursor === 'string' && body.after_cursor !== '' ? body.after_cursor : stored;
  const isEnd = body.end_of_stream !== false;
  if (after === null) {
    // Nothing yet and no cursor: ask again from the same moment.
    return { sightings: sightings(body.tickets), cursor: 'export:', more: false };
  }
  if (!isEnd && after === stored) throw strangeAnswer('the ticket export', 'it goes on, yet its cursor does not move');
  return { sightings: sightings(body.tickets), cursor: `export:${after}`, more: !isEnd };
}

function isForbidden(reply: Reply): boolean {
  return reply.kind === 'answer' && reply.status === 403 && apiError(reply.json) !== null;
}

const searchCursor = (from: Date, page: number) => `search:${seconds(from)}|${page}`;
const seconds = (at: Date) => at.toISOString().replace(/\.\d+Z$/, 'Z');

async function searched(get: Get, cursor: string): Promise<Changes> {
  const [from = '', page = '1'] = cursor.slice('search:'.length).split('|');
  const pageNumber = Number(page);
  if (Number.isNaN(Date.parse(from)) || !Number.isInteger(pageNumber))
    throw strangeAnswer('polling', 'the cursor is torn');
  const reply = await get('/search', {
    query: `type:ticket updated>=${from}`,
    sort_by: 'updated_at',
    sort_order: 'asc',
    page: pageNumber,
    per_page: PAGE_SIZE,
  });
  const body = bodyOf(reply, 'the ticket search');
  const found = sightings(body.results);
  const fromMs = Date.parse(from);
  const newestMs = Math.max(fromMs, ...found.map((sighting) => Date.parse(sighting.updatedAt)));
  const isFull = Array.isArray(body.results) && body.results.length >= PAGE_SIZE;
  if (!isFull) {
    // Search lags behind writes: the next poll looks a while back again.
    const again = Math.max(Math.min(fromMs, newestMs), newestMs - LOOK_BACK_MS);
    return { sightings: found, cursor: searchCursor(new Date(again), 1), more: false };
  }
  // Going on from the newest row, not by page number: rows move while they are paged, and only 1000 can be paged.
  if (newestMs > fromMs) return { sightings: found, cursor: searchCursor(new Date(newestMs), 1), more: true };
  if (pageNumber >= SEARCH_PAGES_MAX) {
    throw strangeAnswer('the ticket search', `more than 1000 tickets were changed within the second ${from}`);
  }
  return { sightings: found, cursor: searchCursor(new Date(fromMs), pageNumber + 1), more: true };
}

function sightings(rows: unknown): Sighting[] {
  return parse(z.array(row), rows, 'polling').map((ticket) => ({
    ticketId: ticket.id,
    updatedAt: ticket.updated_at,
    createdAt: ticket.created_at,
    deleted: ticket.status.toLowerCase() === 'deleted',
  }));
}
