// How an update ended, from its answer alone: done, refused, not sent, conflict or unknown (never by reading prose).
import { z } from 'zod';
import type { Outcome } from '../../../ports.js';
import { retryAfterMs } from '../../network.js';
import { markOf } from './audits.js';
import { apiError, said } from './errors.js';
import type { Reply } from './http.js';
import { MARK_KEY } from './options.js';
import { auditAnswer, ticketAnswer } from './shapes.js';

/** The body of `PUT /tickets/{id}` as Usher sends it: closed, so that a typo cannot hide. */
export interface UpdateBody {
  ticket: {
    comment?: { html_body: string; public: boolean; uploads?: string[] } | { body: string; public: boolean };
    status?: 'open' | 'pending' | 'hold' | 'solved';
    assignee_id?: number;
    assignee_email?: string;
    custom_fields?: { id: number; value: string | number | boolean | string[] }[];
    priority?: string;
    type?: string;
    subject?: string;
    tags?: string[];
    metadata: { [MARK_KEY]: string };
    safe_update: true;
    updated_stamp: string;
  };
}

/** Answers that are a definite no when the API itself gives them. */
export const REFUSALS = new Set([400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422]);

/** Classifies the answer to one update of ticket `id`. */
export function classifyUpdate(reply: Reply, id: string, asked: UpdateBody, nowMs: number): Outcome {
  if (reply.kind === 'failure') {
    return reply.sent
      ? { kind: 'unknown', reason: reply.reason }
      : { kind: 'not-sent', code: reply.code, reason: reply.reason, retryAfterMs: reply.retryAfterMs };
  }
  const { status, json } = reply;
  if (status === 200) return classifyYes(json, id, asked);
  const error = apiError(json);
  const reason = said(error, status);
  if (status === 429) {
    return { kind: 'not-sent', code: '429', reason, retryAfterMs: retryAfterMs(reply.headers['retry-after'], nowMs) };
  }
  // A database collision may have applied or not; only a stale stamp is certain.
  if (status === 409 && error?.name === 'UpdateConflict') return { kind: 'conflict', reason };
  if (error && REFUSALS.has(status)) return { kind: 'refused', code: String(status), reason };
  return { kind: 'unknown', reason: `status ${status}: ${reason}` };
}

const yes = z.object({ ticket: ticketAnswer, audit: auditAnswer });

/** A 200 counts only when it names our ticket and echoes our mark; a login page or another ticket's answer does not. */
function classifyYes(json: Record<string, unknown> | undefined, id: string, asked: UpdateBody): Outcome {
  const parsed = yes.safeParse(json);
  if (!parsed.success) return { kind: 'unknown', reason: 'status 200 without the ticket and its audit' };
  const { ticket, audit } = parsed.data;
  if (ticket.id !== id) return { kind: 'unknown', reason: `status 200 for another ticket (${ticket.id})` };
  if (markOf(audit) !== asked.ticket.metadata[MARK_KEY]) {
    return { kind: 'unknown', reason: 'status 200 without our mark' };
  }
  const missing = leftOut(ticket, audit, asked.ticket);
  const receipt = { ticketId: ticket.id, auditId: audit.id, version: ticket.updated_at };
  return missing.length === 0
    ? { kind: 'done', receipt }
    : { kind: 'done', receipt, warning: `Zendesk left out: ${missing.join(', ')}` };
}

/** Unknown ids, inactive fields and invalid options may be dropped silently: compare what came back. */
function leftOut(
  ticket: z.output<typeof ticketAnswer>,
  audit: z.output<typeof auditAnswer>,
  asked: UpdateBody['ticket'],
): string[] {
  const missing: string[] = [];
  if (asked.comment && !audit.events.some((event) => event.type === 'Comment')) missing.push('comment');
  if (asked.status && ticket.status !== asked.status) missing.push('status');
  if (asked.assignee_id !== undefined && ticket.assignee_id !== String(asked.assignee_id)) missing.push('assignee');
  for (const { id, value } of asked.custom_fields ?? []) {
    const now = ticket.custom_fields.find((field) => field.id === String(id))?.value ?? null;
    if (comparable(now) !== comparable(value)) missing.push(`field ${id}`);
  }
  const tags = new Set(ticket.tags);
  for (const tag of asked.tags ?? []) if (!tags.has(tag)) missing.push(`tag ${tag}`);
  return missing;
}

function comparable(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value.map(String).sort());
  const text = String(value);
  // Numbers come back as text, with or without trailing zeros.
  return text.trim() !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}
