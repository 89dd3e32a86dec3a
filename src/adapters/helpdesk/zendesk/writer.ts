// The Zendesk adapter that writes: one conditional PUT with our mark, and nothing besides.
import type { HelpdeskWriter, Outcome, TicketWrite } from '../../../ports.js';
import { ProblemError } from '../../../problem.js';
import { classifyUpdate, type UpdateBody } from './classify-update.js';
import { type FieldAnswer, type FieldWrite, fieldCatalogs } from './field-catalog.js';
import { type Haste, zendeskHttp } from './http.js';
import { MARK_KEY, WRITE_WAIT_MAX_MS, type ZendeskOptions } from './options.js';
import { type Get, readOne } from './read.js';
import { type TicketAnswer, ticketAnswer } from './shapes.js';
import { uploadAll } from './uploads.js';

/** A catalogue this young is believed when it lacks a field. */
const MISSING_FIELD_MAX_AGE_MS = 30_000;
const NO_FIELDS: FieldWrite = { custom_fields: [], system: {}, addTags: [], removeTags: [] };

type Step<T> = { value: T } | { outcome: Outcome };

/** A writer for one account. Throws ProblemError when the address may not be spoken to; asks nothing until used. */
export function zendeskWriter(options: ZendeskOptions): HelpdeskWriter {
  const http = zendeskHttp(options);
  const catalogs = fieldCatalogs(http.get, options);
  const now = options.now ?? Date.now;

  async function fieldsOf(values: Record<string, string | number | boolean>): Promise<FieldAnswer> {
    const answer = (await catalogs()).toWrite(values);
    return 'refused' in answer ? (await catalogs(MISSING_FIELD_MAX_AGE_MS)).toWrite(values) : answer;
  }

  /** What is needed to write, all of it reading only; an outcome here means that nothing was sent. */
  async function prepare(
    id: string,
    write: TicketWrite,
    { mark, version, get }: { mark: string; version: string; get: Get },
  ): Promise<Step<UpdateBody>> {
    const fields: FieldAnswer = write.fields ? await fieldsOf(write.fields) : { write: NO_FIELDS };
    if ('refused' in fields) return { outcome: { kind: 'refused', ...fields.refused } };
    const assignee = assigneeOf(write.assignee);
    if (assignee === null) {
      const reason = 'An assignee is a Zendesk agent id or an e-mail address';
      return { outcome: { kind: 'refused', code: 'assignee', reason } };
    }
    if (write.group !== undefined && !/^\d{1,15}$/.test(write.group))
      return { outcome: { kind: 'refused', code: 'group', reason: 'A group is named by its Zendesk id' } };
    const tags = await wantedTags(get, id, write, { fields: fields.write, version });
    if ('outcome' in tags) return tags;
    return {
      value: {
        ticket: {
          // Always say whether it is public: the value of the ticket's creation persists otherwise.
          ...(write.comment ? { comment: { html_body: write.comment.html, public: write.comment.public } } : {}),
          ...(write.status ? { status: write.status } : {}),
          ...assignee,
          ...(write.group ? { group_id: Number(write.group) } : {}),
          ...fields.write.system,
          ...(fields.write.custom_fields.length > 0 ? { custom_fields: fields.write.custom_fields } : {}),
          ...(tags.value ? { tags: tags.value } : {}),
          metadata: { [MARK_KEY]: mark },
          safe_update: true,
          updated_stamp: version,
        },
      },
    };
  }

  return {
    async update(id, write, { mark, version }) {
      if (!/^\d{1,19}$/.test(id)) return { kind: 'refused', code: '404', reason: 'Not the id of a Zendesk ticket' };
      // `closed` is final on Zendesk; `solved` is what closing means.
      if ((write.status as string | undefined) === 'closed') {
        return { kind: 'refused', code: 'closed', reason: 'Usher never closes for good' };
      }
      const haste = patience();
      const get: Get = (path, params) => http.get(path, params, haste());
      let ready: Step<UpdateBody>;
      try {
        ready = await prepare(id, write, { mark, version, get });
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const first = error.problems[0];
        const reason = first?.message ?? error.message;
        return { kind: 'not-sent', code: first?.code ?? 'read-failed', reason, retryAfterMs: first?.retryAfterMs };
      }
      if ('outcome' in ready) return ready.outcome;
      const uploaded = await uploadAll(http, write.comment?.attachments ?? [], { haste, nowMs: now() });
      if ('outcome' in uploaded) return uploaded.outcome;
      const { comment } = ready.value.ticket;
      if (comment && uploaded.value.length > 0) Object.assign(comment, { uploads: uploaded.value });
      const reply = await http.put(`/tickets/${id}`, ready.value, haste());
      return classifyUpdate(reply, id, ready.value, now());
    },
  };
}

/** All requests of one write together wait no longer than a write may, by the clock of this machine. */
function patience(): () => Haste {
  const until = performance.now() + WRITE_WAIT_MAX_MS;
  return () => ({ rank: 'write', waitMaxMs: Math.max(0, until - performance.now()) });
}

/** null when it is neither an id nor an address. */
function assigneeOf(assignee: string | undefined): { assignee_id?: number; assignee_email?: string } | null {
  if (assignee === undefined) return {};
  if (/^\d{1,15}$/.test(assignee)) return { assignee_id: Number(assignee) };
  return /^[^\s@]+@[^\s@]+$/.test(assignee) ? { assignee_email: assignee } : null;
}

/**
 * The full set of tags, or undefined when they stay as they are. Tags in an update replace the set, and the separate tags call applies even when
 * the update conflicts: so the set as of the claimed version goes into the same conditional PUT. A drop-down's value is a tag too.
 */
async function wantedTags(
  get: Get,
  id: string,
  write: TicketWrite,
  claim: { fields: FieldWrite; version: string },
): Promise<Step<string[] | undefined>> {
  const { fields, version } = claim;
  if (!write.addTags?.length && !write.removeTags?.length) return { value: undefined };
  const ticket: TicketAnswer | null = await readOne(get, `/tickets/${id}`, 'ticket', ticketAnswer);
  if (ticket === null) return { outcome: { kind: 'refused', code: '404', reason: 'The ticket is gone' } };
  if (Date.parse(ticket.updated_at) !== Date.parse(version)) {
    return { outcome: { kind: 'conflict', reason: 'The ticket has moved on' } };
  }
  const before = new Set(ticket.tags);
  const after = new Set(before);
  for (const tag of [...fields.removeTags, ...(write.removeTags ?? [])]) after.delete(tag);
  for (const tag of [...fields.addTags, ...(write.addTags ?? [])]) after.add(tag);
  const isSame = before.size === after.size && [...after].every((tag) => before.has(tag));
  return { value: isSame ? undefined : [...after] };
}
