// POST /tickets: an API client files a ticket, with `Idempotency-Key` as the vendor keeps it for two hours.
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.js';
import { changeTicket, viaApi } from './zendesk-change.js';
import { createTicket } from './zendesk-create.js';
import { errorAnswer, recordInvalid } from './zendesk-errors.js';
import { auditJson, ticketJson } from './zendesk-json.js';
import type { ZendeskUser } from './zendesk-types.js';
import { bodyMember, isAnswer } from './zendesk-update.js';
import { readFields, understandUpdate } from './zendesk-update-input.js';
import type { ZendeskWorld } from './zendesk-world.js';

const keptMs = 2 * 3_600_000;

export function postTicket(world: ZendeskWorld, request: LoopbackRequest, actor: ZendeskUser): LoopbackAnswer {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return file(world, request, actor);
  if (key.length > 255) return errorAnswer(400, 'IdempotentRequestError', 'The idempotency key is too long');
  const known = world.state.idempotency[key];
  if (!known || world.now().getTime() - known.at > keptMs) {
    const answer = file(world, request, actor);
    const id = (answer.body as { ticket?: { id: number } }).ticket?.id;
    if (id !== undefined)
      world.state.idempotency[key] = { request: request.body, ticketId: id, at: world.now().getTime() };
    return { ...answer, headers: { ...answer.headers, 'x-idempotency-lookup': 'miss' } };
  }
  if (known.request !== request.body) {
    return errorAnswer(400, 'IdempotentRequestError', 'The request parameters differ from those of the first request');
  }
  const ticket = world.ticket(known.ticketId);
  return {
    status: 201,
    headers: { 'x-idempotency-lookup': 'hit' },
    body: { ticket: ticketJson(world, ticket), audit: auditJson(ticket.audits[0]!) },
  };
}

function file(world: ZendeskWorld, request: LoopbackRequest, actor: ZendeskUser): LoopbackAnswer {
  const input = bodyMember(request, 'ticket');
  if (isAnswer(input)) return input;
  const comment = (input.comment ?? {}) as { body?: unknown; html_body?: unknown; public?: unknown };
  const body = String(comment.body ?? comment.html_body ?? '');
  if (!body.trim()) return recordInvalid({ base: ['Description: cannot be blank'] });
  const problems: Record<string, string[]> = {};
  const fields = readFields(world, input.custom_fields, problems);
  if (Object.keys(problems).length > 0) return recordInvalid(problems);
  const given = input.requester as { name?: string; email?: string } | undefined;
  const requester = given?.email
    ? world.ensureEndUser(given.name ?? given.email, given.email)
    : (world.user(Number(input.requester_id)) ?? actor);
  const { ticket, audit } = createTicket(world, {
    requester,
    submitterId: input.requester || input.requester_id ? requester.id : actor.id,
    subject: String(input.subject ?? body.slice(0, 80)),
    body,
    public: comment.public !== false,
    via: viaApi,
    fields,
    tags: Array.isArray(input.tags) ? input.tags.map(String) : [],
    status: 'new',
    assigneeId: null,
    externalId: typeof input.external_id === 'string' ? input.external_id : null,
    metadata: (input.metadata ?? {}) as Record<string, unknown>,
    attachments: [],
    flags: [],
  });
  const later = understandUpdate(world, ticket, { status: input.status, assignee_id: input.assignee_id });
  if ('change' in later && (input.status || input.assignee_id))
    changeTicket(world, ticket, later.change, { actorId: actor.id });
  return {
    status: 201,
    headers: { location: `${world.url}/api/v2/tickets/${ticket.id}.json` },
    body: { ticket: ticketJson(world, ticket), audit: auditJson(audit) },
  };
}
