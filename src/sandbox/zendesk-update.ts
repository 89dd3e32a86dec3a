// PUT /tickets/{id}: collision protection, validation, then one change; and the calls for tags alone.
import type { LoopbackAnswer, LoopbackRequest } from './loopback-server.js';
import { type Change, changeTicket, viaApi, viaTrigger } from './zendesk-change.js';
import { errorAnswer, notFound, recordInvalid, updateConflict } from './zendesk-errors.js';
import { auditJson, ticketJson } from './zendesk-json.js';
import type { ZendeskTicket, ZendeskUser } from './zendesk-types.js';
import { understandUpdate } from './zendesk-update-input.js';
import { systemAuthor, type ZendeskWorld } from './zendesk-world.js';

/** The JSON body's member `name` as an object, or the 4xx answer. */
export function bodyMember(request: LoopbackRequest, name: string): Record<string, unknown> | LoopbackAnswer {
  if (!(request.headers['content-type'] ?? '').includes('json')) {
    return errorAnswer(415, 'UnsupportedMediaType', 'Content-Type must be application/json');
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(request.body);
  } catch {
    return errorAnswer(400, 'Unprocessable', 'The request body is not valid JSON');
  }
  const member = (parsed as Record<string, unknown> | null)?.[name];
  if (typeof member === 'object' && member !== null && !Array.isArray(member)) return member as Record<string, unknown>;
  const message = `You passed an invalid value for the ${name} attribute. Invalid parameter: ${name} must be an object`;
  return { status: 400, body: { error: { title: 'Invalid attribute', message } } };
}

export function isAnswer(value: unknown): value is LoopbackAnswer {
  return typeof value === 'object' && value !== null && 'status' in value && typeof value.status === 'number';
}

/** `safe_update` with any value, `false` too, compares the stamp; only its absence forces. */
function isOutdated(input: Record<string, unknown>, ticket: ZendeskTicket): boolean {
  if (!('safe_update' in input)) return false;
  return Date.parse(String(input.updated_stamp ?? '')) !== Date.parse(ticket.updated_at);
}

export function putTicket(
  world: ZendeskWorld,
  request: LoopbackRequest,
  ticket: ZendeskTicket,
  actor: ZendeskUser,
): LoopbackAnswer {
  const input = bodyMember(request, 'ticket');
  if (isAnswer(input)) return input;
  if (ticket.status === 'closed') return recordInvalid({ status: ['Status: closed prevents ticket update'] });
  if (isOutdated(input, ticket)) return updateConflict();
  const understood = understandUpdate(world, ticket, input);
  if ('problems' in understood) return recordInvalid(understood.problems);
  const { change } = understood;
  if (request.fault?.kind === 'fields-ignored') delete change.fields;
  const audit = changeTicket(world, ticket, change, { actorId: actor.id, via: viaApi });
  const body = { ticket: ticketJson(world, ticket), audit: auditJson(structuredClone(audit)) };
  runTrigger(world, ticket);
  return { status: 200, body };
}

/** The trigger's own update follows a second after the API's, as its audit and stamp show. */
function runTrigger(world: ZendeskWorld, ticket: ZendeskTicket): void {
  const tag = world.triggerTag;
  if (!tag || ticket.tags.includes(tag)) return;
  const change: Change = { tags: [...ticket.tags, tag] };
  changeTicket(world, ticket, change, { actorId: systemAuthor, via: viaTrigger, afterSeconds: 1 });
}

/** PUT adds, POST sets, DELETE removes. */
export function changeTags(
  world: ZendeskWorld,
  request: LoopbackRequest,
  ticket: ZendeskTicket,
  actor: ZendeskUser,
): LoopbackAnswer {
  const wrapped = { ...request, body: `{"body":${request.body || '{}'}}` };
  const input = bodyMember(wrapped, 'body');
  if (isAnswer(input)) return input;
  if (ticket.status === 'closed') return notFound();
  if (isOutdated(input, ticket)) return updateConflict();
  const given = Array.isArray(input.tags) ? input.tags.map(String) : String(input.tags ?? '').split(/[ ,]+/);
  const tags = {
    PUT: [...ticket.tags, ...given],
    POST: given,
    DELETE: ticket.tags.filter((t) => !given.includes(t)),
  }[request.method as 'PUT' | 'POST' | 'DELETE'];
  changeTicket(world, ticket, { tags }, { actorId: actor.id, via: viaApi });
  const answer = { status: request.method === 'POST' ? 201 : 200, body: { tags: [...ticket.tags] } };
  runTrigger(world, ticket);
  return answer;
}
