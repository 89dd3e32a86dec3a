// A ticket's history, newest first: what happened after a moment, and whether a mark of ours stands in it.
import { z } from 'zod';
import type { Inspection, Lookup, TicketChange } from '../../../ports.js';
import { ProblemError, problem } from '../../../problem.js';
import { AUDIT_PAGES_MAX, LOOK_BACK_MS, MARK_KEY } from './options.js';
import type { People } from './people.js';
import { type Get, pages, parse, readOne } from './read.js';
import { type AuditAnswer, auditAnswer, ticketAnswer } from './shapes.js';

/** Via channels of updates that no person made. */
const AUTOMATIC_CHANNELS = new Set(['rule', 'automation', 'trigger', 'system', 'sla_target']);

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

/** The mark an update carried in its metadata, or null. */
export function markOf(audit: AuditAnswer): string | null {
  const mark = audit.metadata?.custom?.[MARK_KEY];
  return typeof mark === 'string' ? mark : null;
}

/** What happened after `since` and the version now; null when the ticket is gone. Throws ProblemError. */
export async function inspect(get: Get, people: People, id: string, since: string): Promise<Inspection | null> {
  // The ticket first: a change that comes between the two reads is then listed, and the version is older than it and conflicts.
  const ticket = await readOne(get, `/tickets/${id}`, 'ticket', ticketAnswer);
  if (ticket === null || ticket.status === 'deleted') return null;
  const sinceMs = Date.parse(since);
  const audits = (await auditsSince(get, id, sinceMs)).filter((audit) => Date.parse(audit.created_at) > sinceMs);
  const botId = await people.botId();
  const users = await people.users(audits.map((audit) => audit.author_id));
  const by = (audit: AuditAnswer): TicketChange['by'] => {
    const author = audit.author_id;
    if (author === null || !/^\d+$/.test(author) || AUTOMATIC_CHANNELS.has(audit.via?.channel ?? ''))
      return 'automation';
    if (author === botId) return 'usher';
    // An author we cannot name counts as an agent: then the bot steps back.
    return author === ticket.requester_id || users.get(author)?.role === 'end-user' ? 'requester' : 'agent';
  };
  return {
    version: ticket.updated_at,
    status: ticket.status,
    assignee: ticket.assignee_id,
    changes: audits.map((audit) => change(audit, by(audit))),
  };
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

/** Looks for a mark written by our own account. Never throws: what cannot be read cannot be told. */
export async function findMark(get: Get, people: People, id: string, mark: string, notBefore: string): Promise<Lookup> {
  try {
    const botId = await people.botId();
    const audits = await auditsSince(get, id, Date.parse(notBefore) - LOOK_BACK_MS);
    // Anyone who may update tickets can write metadata: only our own author counts.
    const found = audits.find((audit) => audit.author_id === botId && markOf(audit) === mark);
    if (!found) return { kind: 'absent' };
    return { kind: 'found', receipt: { ticketId: id, auditId: found.id, at: found.created_at } };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { kind: 'cannot-tell', reason: error.problems[0]?.message ?? error.message };
  }
}
