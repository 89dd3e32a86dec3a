// Polling: the cursor export, or a search by time where the account's role may not export.
import { z } from 'zod';
import type { Sighting } from '../../../ports.js';
import type { Problem } from '../../../problem.js';
import { apiError, strangeAnswer } from './errors.js';
import type { Reply } from './http.js';
import { LOOK_BACK_MS, PAGE_SIZE } from './options.js';
import { bodyOf, type Get } from './read.js';
import { time } from './shapes.js';

export interface Changes {
  sightings: Sighting[];
  cursor: string;
  more: boolean;
}

export interface PollSources {
  get: Get;
  /** Our clock, milliseconds since the epoch. */
  now: () => number;
  /** Told of a row that is passed over. */
  onProblem?: (problem: Problem) => void;
}

/** Only the id is needed: one row that cannot be read must not keep all others from being seen. */
const row = z.object({
  id: z
    .union([z.int(), z.string()])
    .transform(String)
    .pipe(z.string().regex(/^[1-9]\d{0,18}$/)),
  created_at: time.nullable().catch(null),
  updated_at: time.nullable().catch(null),
  status: z.string().catch(''),
});
/** Search answers at most this many pages (1000 rows); beyond it 422. */
const SEARCH_PAGES_MAX = 10;
const EXPORT_WINDOW_MS = 61_000;

/**
 * One page of changed tickets. The cursor remembers which way is used: `export:…` or `search:FROM|PAGE|START`. Rows may repeat:
 * deduplicate by ticket and time of update. The export leaves out the newest minute. Throws ProblemError.
 */
export async function changedSince(sources: PollSources, cursor: string | null, since: Date): Promise<Changes> {
  if (cursor?.startsWith('search:')) return searched(sources, cursor);
  const stored = cursor?.startsWith('export:') ? cursor.slice('export:'.length) || null : null;
  // `start_time` less than a minute old is refused (contract 2.1).
  const startTime = Math.max(0, Math.floor(Math.min(since.getTime(), sources.now() - EXPORT_WINDOW_MS) / 1000));
  const reply = await sources.get(
    '/incremental/tickets/cursor',
    stored === null ? { start_time: startTime, per_page: 1000 } : { cursor: stored, per_page: 1000 },
  );
  if (isForbidden(reply)) return searched(sources, searchCursor(since.getTime(), 1, since.getTime()));
  const body = bodyOf(reply, 'the ticket export');
  const after = typeof body.after_cursor === 'string' && body.after_cursor !== '' ? body.after_cursor : stored;
  const isEnd = body.end_of_stream !== false;
  const { sightings } = readRows(sources, body.tickets);
  // Nothing yet and no cursor: ask again from the same moment.
  if (after === null) return { sightings, cursor: 'export:', more: false };
  if (!isEnd && after === stored) throw strangeAnswer('the ticket export', 'it goes on, yet its cursor does not move');
  return { sightings, cursor: `export:${after}`, more: !isEnd };
}

function isForbidden(reply: Reply): boolean {
  return reply.kind === 'answer' && reply.status === 403 && apiError(reply.json) !== null;
}

/** `START` is where the whole poll began; the time of its first page. */
const searchCursor = (fromMs: number, page: number, startMs: number) =>
  `search:${seconds(fromMs)}|${page}|${seconds(startMs)}`;
const seconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

function readSearchCursor(cursor: string): { fromMs: number; page: number; startMs: number } {
  // A cursor of an older release has no start.
  const [from = '', page = '1', start = from] = cursor.slice('search:'.length).split('|');
  const read = { fromMs: Date.parse(from), page: Number(page), startMs: Date.parse(start) };
  if (Number.isNaN(read.fromMs) || Number.isNaN(read.startMs) || !Number.isInteger(read.page))
    throw strangeAnswer('polling', 'the cursor is torn');
  return read;
}

async function searched(sources: PollSources, cursor: string): Promise<Changes> {
  const { fromMs, page, startMs } = readSearchCursor(cursor);
  const reply = await sources.get('/search', {
    query: `type:ticket updated>=${seconds(fromMs)}`,
    sort_by: 'updated_at',
    sort_order: 'asc',
    page,
    per_page: PAGE_SIZE,
  });
  const body = bodyOf(reply, 'the ticket search');
  const { sightings, updatedMs } = readRows(sources, body.results);
  const newestMs = Math.max(fromMs, ...updatedMs);
  const isFull = Array.isArray(body.results) && body.results.length >= PAGE_SIZE;
  if (!isFull) {
    // Search lags behind writes: the next poll looks back behind the newest of all pages, but not behind where this one began.
    const again = Math.max(startMs, newestMs - LOOK_BACK_MS);
    return { sightings, cursor: searchCursor(again, 1, again), more: false };
  }
  // Going on from the newest row, not by page number: rows move while they are paged, and only 1000 can be paged.
  if (newestMs > fromMs) return { sightings, cursor: searchCursor(newestMs, 1, startMs), more: true };
  if (page >= SEARCH_PAGES_MAX) {
    const second = seconds(fromMs);
    throw strangeAnswer('the ticket search', `more than 1000 tickets were changed within the second ${second}`);
  }
  return { sightings, cursor: searchCursor(fromMs, page + 1, startMs), more: true };
}

/** The rows one by one. Without a time a ticket is taken as changed now, so that it is looked at; without an id it is reported. */
function readRows(sources: PollSources, rows: unknown): { sightings: Sighting[]; updatedMs: number[] } {
  if (!Array.isArray(rows)) throw strangeAnswer('polling', 'the tickets are no list');
  const now = new Date(sources.now()).toISOString();
  const read = rows.flatMap((one) => row.safeParse(one).data ?? []);
  if (read.length < rows.length) {
    const count = rows.length - read.length;
    const what = strangeAnswer('polling', `passed over ${count} of ${rows.length} tickets: they have no id`);
    for (const problem of what.problems) sources.onProblem?.({ ...problem, severity: 'warning' });
  }
  return {
    sightings: read.map((ticket) => ({
      ticketId: ticket.id,
      updatedAt: ticket.updated_at ?? now,
      createdAt: ticket.created_at ?? now,
      deleted: ticket.status.toLowerCase() === 'deleted',
    })),
    // A made-up time must not move the cursor.
    updatedMs: read.flatMap((ticket) => (ticket.updated_at === null ? [] : [Date.parse(ticket.updated_at)])),
  };
}
