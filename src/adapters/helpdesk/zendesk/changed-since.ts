// Polling: the cursor export, or a search by time where the account's role may not export.
import { z } from 'zod';
import type { Sighting } from '../../../ports.js';
import { type Problem, problem } from '../../../problem.js';
import { apiError, strangeAnswer } from './errors.js';
import type { Haste, Params, Reply } from './http.js';
import { EXPORT_ASKED_AGAIN_MS, OVERLAP_MS, PAGE_SIZE } from './options.js';
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
  /** Told of a row that is passed over, and of an account that may not export. */
  onProblem?: (problem: Problem) => void;
  memory: PollMemory;
}

/** What one process remembers from poll to poll; nothing is lost with it. */
export interface PollMemory {
  /** When an export was last refused; null: not yet, or it is allowed. */
  forbiddenAt: number | null;
  /** When the newest minutes were last read again. */
  overlapAt: number | null;
}

/** A walk over a long time, beside polling: it waits behind everything else and reads nothing twice. */
export interface Walk {
  isWalk?: boolean;
}

/** Only the id is needed: one row that cannot be read must not keep all others from being seen. */
const row = z.object({
  id: z
    .union([z.int(), z.string()])
    .transform(String)
    .pipe(z.string().regex(/^[1-9]\d{0,18}$/)),
  created_at: time.nullable().catch(null),
  updated_at: time.nullable().catch(null),
  /** Unix seconds: by this the export is ordered. */
  generated_timestamp: z.int().nullable().catch(null),
  status: z.string().catch(''),
});
/** Search answers at most this many pages (1000 rows); beyond it 422. */
const SEARCH_PAGES_MAX = 10;
const EXPORT_WINDOW_MS = 61_000;

/**
 * One page of changed tickets. The cursor remembers which way is used: `export:CURSOR|NEWEST` or `search:FROM|PAGE|START`. Rows may
 * repeat: deduplicate by ticket and time of update. The export leaves out the newest minute. Throws ProblemError.
 */
export async function changedSince(
  sources: PollSources,
  cursor: string | null,
  since: Date,
  walk: Walk = {},
): Promise<Changes> {
  const haste: Haste = { rank: walk.isWalk ? 'background' : 'read' };
  const search = cursor?.startsWith('search:') ? readSearchCursor(cursor) : null;
  const start = search ?? { fromMs: since.getTime(), page: 1, startMs: since.getTime() };
  // In the middle of a search, go on; at its beginning the right to export may have been given meanwhile.
  const isBeginning = start.page === 1 && start.fromMs === start.startMs;
  if (isSearchDue(sources, search !== null && !isBeginning)) return searched(sources, start, haste);
  const reply = await exportPage(sources, { cursor: search ? null : cursor, sinceMs: start.fromMs, walk, haste });
  if (reply.kind === 'page') return reply.changes;
  if (isForbidden(reply.reply)) {
    if (sources.memory.forbiddenAt === null) sources.onProblem?.(noExport());
    sources.memory.forbiddenAt = sources.now();
    return searched(sources, start, haste);
  }
  // Asked on the chance only: whatever else went wrong, searching still works.
  if (search) return searched(sources, start, haste);
  throw reply.error;
}

function isSearchDue({ memory, now }: PollSources, isAmidSearch: boolean): boolean {
  return isAmidSearch || (memory.forbiddenAt !== null && now() - memory.forbiddenAt < EXPORT_ASKED_AGAIN_MS);
}

type ExportAnswer = { kind: 'page'; changes: Changes } | { kind: 'no'; reply: Reply; error: unknown };

/** One page of the export: from its cursor, or from a while before the newest row seen, now and then. */
async function exportPage(
  sources: PollSources,
  { cursor, sinceMs, walk, haste }: { cursor: string | null; sinceMs: number; walk: Walk; haste: Haste },
): Promise<ExportAnswer> {
  const [stored, newest] = readExportCursor(cursor);
  const startMs = startOf(sources, { stored, newest, sinceMs, walk });
  const asked: Params = startMs === null ? { cursor: stored! } : { start_time: Math.floor(startMs / 1000) };
  const what = 'the ticket export';
  const reply = await sources.get('/incremental/tickets/cursor', { ...asked, per_page: 1000 }, haste);
  let body: Record<string, unknown>;
  try {
    body = bodyOf(reply, what);
  } catch (error) {
    return { kind: 'no', reply, error };
  }
  sources.memory.forbiddenAt = null;
  const after = typeof body.after_cursor === 'string' && body.after_cursor !== '' ? body.after_cursor : stored;
  const isEnd = body.end_of_stream !== false;
  const { sightings, newestSecond } = readRows(sources, body.tickets);
  if (startMs !== null && !walk.isWalk) sources.memory.overlapAt = sources.now();
  // Nothing yet and no cursor: ask again from the same moment.
  if (after === null) return { kind: 'page', changes: { sightings, cursor: 'export:', more: false } };
  if (!isEnd && after === stored && startMs === null)
    throw strangeAnswer(what, 'it goes on, yet its cursor does not move');
  const seconds = Math.max(newest ?? 0, newestSecond ?? 0);
  const next = `export:${after}${seconds > 0 ? `|${seconds}` : ''}`;
  return { kind: 'page', changes: { sightings, cursor: next, more: !isEnd } };
}

/** The vendor's cursor, and the second of the newest row that was read with it. */
function readExportCursor(cursor: string | null): [stored: string | null, newest: number | null] {
  const [stored = '', newest = ''] = cursor?.startsWith('export:') ? cursor.slice('export:'.length).split('|') : [];
  return [stored || null, /^\d+$/.test(newest) ? Number(newest) : null];
}

/** Where to start by time, or null to go on by the cursor. Never later than what was read: nothing can be skipped. */
function startOf(
  { memory, now }: PollSources,
  { stored, newest, sinceMs, walk }: { stored: string | null; newest: number | null; sinceMs: number; walk: Walk },
): number | null {
  // `start_time` less than a minute old is refused (contract 2.1).
  const latest = now() - EXPORT_WINDOW_MS;
  if (stored === null) return Math.max(0, Math.min(sinceMs, latest));
  const isOverlapDue = memory.overlapAt === null || now() - memory.overlapAt >= OVERLAP_MS / 2;
  if (walk.isWalk || newest === null || !isOverlapDue) return null;
  return Math.max(0, Math.min(Math.max(sinceMs, newest * 1000 - OVERLAP_MS), latest));
}

function noExport(): Problem {
  return problem(
    'helpdesk-no-export',
    'Our account may not export tickets; Usher searches for changes instead, which finds them later',
    'Nothing must be done; with the role of an admin the export is used by itself',
    { severity: 'warning' },
  );
}

function isForbidden(reply: Reply): boolean {
  return reply.kind === 'answer' && reply.status === 403 && apiError(reply.json) !== null;
}

/** `START` is where the whole poll began; the time of its first page. */
const searchCursor = (fromMs: number, page: number, startMs: number) =>
  `search:${seconds(fromMs)}|${page}|${seconds(startMs)}`;
const seconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

interface SearchPlace {
  fromMs: number;
  page: number;
  startMs: number;
}

function readSearchCursor(cursor: string): SearchPlace {
  // A cursor of an older release has no start.
  const [from = '', page = '1', start = from] = cursor.slice('search:'.length).split('|');
  const read = { fromMs: Date.parse(from), page: Number(page), startMs: Date.parse(start) };
  if (Number.isNaN(read.fromMs) || Number.isNaN(read.startMs) || !Number.isInteger(read.page))
    throw strangeAnswer('polling', 'the cursor is torn');
  return read;
}

async function searched(sources: PollSources, place: SearchPlace, haste: Haste): Promise<Changes> {
  const { fromMs, page, startMs } = place;
  const query = `type:ticket updated>=${seconds(fromMs)}`;
  const asked = { query, sort_by: 'updated_at', sort_order: 'asc', page, per_page: PAGE_SIZE };
  const reply = await sources.get('/search', asked, haste);
  const body = bodyOf(reply, 'the ticket search');
  const { sightings, updatedMs } = readRows(sources, body.results);
  const newestMs = Math.max(fromMs, ...updatedMs);
  const isFull = Array.isArray(body.results) && body.results.length >= PAGE_SIZE;
  if (!isFull) {
    // Search lags behind writes: the next poll looks back behind the newest of all pages, but not behind where this one began.
    const again = Math.max(startMs, newestMs - OVERLAP_MS);
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
function readRows(
  sources: PollSources,
  rows: unknown,
): { sightings: Sighting[]; updatedMs: number[]; newestSecond: number | null } {
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
    newestSecond: read.reduce<number | null>((newest, { generated_timestamp: at }) => at ?? newest, null),
    // A made-up time must not move the cursor.
    updatedMs: read.flatMap((ticket) => (ticket.updated_at === null ? [] : [Date.parse(ticket.updated_at)])),
  };
}
