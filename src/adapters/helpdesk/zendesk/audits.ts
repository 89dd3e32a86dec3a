// A ticket's history, newest first: what happened after a moment, and whether a mark of ours stands in it.
import { z } from 'zod';
import type { Inspection, Lookup, TicketChange } from '../../../ports.js';
import { ProblemError, problem } from '../../../problem.js';
import { authorKind, CHANGE_AUTHORS } from './authors.js';
import type { Reply } from './http.js';
import { AUDIT_PAGES_MAX, LOOK_BACK_MS, MARK_KEY } from './options.js';
import type { People } from './people.js';
import { bodyOf, type Get, isMissing, pages, parse } from './read.js';
import { type AuditAnswer, auditAnswer, ticketAnswer, UNREADABLE } from './shapes.js';

export interface HistorySources {
  get: Get;
  people: People;
  /** Our clock, milliseconds since the epoch. */
  now: () => number;
  /** Whether the `Date` of answers belongs to the clock by which the ticket is stamped. */
  hasServerTime: boolean;
}

/**
 * Audits from the newest back to `fromMs` (epoch milliseconds), newest first. Whether the account sorts audits on demand is not
 * promised, so pages that come oldest first are read to the end. Throws ProblemError, also when there are too many pages.
 */
async function auditsSince(get: Get, id: string, fromMs: number): Promise<AuditAnswer[]> {
  const path = `/tickets/${id}/audits`;
  const found = new Map<string, AuditAnswer>();
  let count = 0;
  for await (const page of pages(get, path, 'audits', { sort: '-created_at' })) {
    const rows = parse(z.array(auditAnswer), page.rows, path);
    for (const row of rows) found.set(row.id, row);
    const first = rows[0];
    const last = rows.at(-1);
    const isNewestFirst = first !== undefined && last !== undefined && newestFirst(first, last) <= 0;
    if (isNewestFirst && Date.parse(last.created_at) < fromMs) break;
    count += 1;
    if (page.more && count >= AUDIT_PAGES_MAX) {
      throw new ProblemError(
        problem(
          'helpdesk-history-too-long',
          `Ticket ${id} has more history than Usher reads`,
          'Handle this ticket by hand',
        ),
      );
    }
  }
  return [...found.values()].filter((audit) => Date.parse(audit.created_at) >= fromMs).sort(newestFirst);
}

const newestFirst = (a: AuditAnswer, b: AuditAnswer) =>
  Date.parse(b.created_at) - Date.parse(a.created_at) || Number(b.id) - Number(a.id);

/** The mark an update carried in its metadata; null when it carried none, or none that can be read. */
export function markOf(audit: AuditAnswer): string | null {
  const mark = rawMark(audit);
  return typeof mark === 'string' ? mark : null;
}

/** Whether the metadata says for certain which mark the update carried, or that it carried none. */
function isMarkReadable(audit: AuditAnswer): boolean {
  const mark = rawMark(audit);
  return audit.metadata !== UNREADABLE && (mark === undefined || typeof mark === 'string');
}

function rawMark({ metadata }: AuditAnswer): unknown {
  const custom = metadata === UNREADABLE ? null : metadata?.custom;
  return custom && Object.hasOwn(custom, MARK_KEY) ? custom[MARK_KEY] : undefined;
}

/** What happened after `since` and the version now; null when the ticket is gone. Throws ProblemError. */
export async function inspect(sources: HistorySources, id: string, since: string): Promise<Inspection | null> {
  const { get, people } = sources;
  const path = `/tickets/${id}`;
  const askedAtMs = sources.now();
  // The ticket first: a change that comes between the two reads is then listed, and the version is older than it and conflicts.
  const reply = await get(path);
  if (isMissing(reply)) return null;
  const ticket = parse(ticketAnswer, bodyOf(reply, path).ticket, path);
  if (ticket.status === 'deleted') return null;
  const sinceMs = Date.parse(since);
  const audits = (await auditsSince(get, id, sinceMs)).filter((audit) => Date.parse(audit.created_at) > sinceMs);
  const botId = await people.botId();
  const users = await people.users(audits.map((audit) => audit.author_id));
  const cast = { botId, requesterId: ticket.requester_id, users };
  return {
    version: ticket.updated_at,
    status: ticket.status,
    assignee: ticket.assignee_id,
    readAt: new Date((sources.hasServerTime ? serverTimeMs(reply) : null) ?? askedAtMs).toISOString(),
    changes: audits.map((audit) => change(audit, CHANGE_AUTHORS[authorKind(audit, cast)])),
  };
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** When the far side answered, by its own clock: the header `Date` (RFC 9110, 6.6.1), whole seconds rounded down. */
function serverTimeMs(reply: Reply): number | null {
  const date = reply.kind === 'answer' ? reply.headers.date : undefined;
  if (typeof date !== 'string' || !HTTP_DATE.test(date)) return null;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? null : ms;
}

function change(audit: AuditAnswer, by: TicketChange['by']): TicketChange {
  const comment = audit.events.find((event) => event.type === 'Comment' || event.type === 'VoiceComment');
  const fields = audit.events
    .filter((event) => event.type === 'Change' || event.type === 'Create')
    .flatMap((event) => (event.field_name ? [event.field_name] : []));
  return {
    id: audit.id,
    at: audit.created_at,
    by,
    comment: comment === undefined ? null : comment.public === false ? 'internal' : 'public',
    fields: [...new Set(fields)],
    mark: markOf(audit),
  };
}

/** Looks for a mark written by our own account. Never throws: what cannot be read cannot be told. `notBefore` is an ISO time. */
export async function findMark(sources: HistorySources, id: string, mark: string, notBefore: string): Promise<Lookup> {
  try {
    const botId = await sources.people.botId();
    const audits = await auditsSince(sources.get, id, Date.parse(notBefore) - LOOK_BACK_MS);
    // Anyone who may update tickets can write metadata: only our own author counts.
    const own = audits.filter((audit) => audit.author_id === botId);
    const found = own.find((audit) => markOf(audit) === mark);
    if (found) return { kind: 'found', receipt: { ticketId: id, auditId: found.id, at: found.created_at } };
    const unclear = own.find((audit) => !isMarkReadable(audit));
    if (unclear) return { kind: 'cannot-tell', reason: `the metadata of our own update ${unclear.id} cannot be read` };
    return { kind: 'absent' };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { kind: 'cannot-tell', reason: error.problems[0]?.message ?? error.message };
  }
}
