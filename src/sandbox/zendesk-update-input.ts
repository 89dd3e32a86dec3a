// Reads what an API client asks of a ticket and finds what Zendesk would refuse.

import { groups } from './sample-people.js';
import type { Change } from './zendesk-change.js';
import { isCustomField } from './zendesk-seed.js';
import type { FieldValue, ZendeskField, ZendeskStatus, ZendeskTicket } from './zendesk-types.js';
import { attachedBy } from './zendesk-uploads.js';
import type { ZendeskWorld } from './zendesk-world.js';

type Problems = Record<string, string[]>;
type Input = Record<string, unknown>;

const statuses = ['new', 'open', 'pending', 'hold', 'solved', 'closed'];
const priorities = ['urgent', 'high', 'normal', 'low'];
const types = ['problem', 'incident', 'question', 'task'];

export function understandUpdate(
  world: ZendeskWorld,
  ticket: ZendeskTicket,
  input: Input,
): { change: Change } | { problems: Problems } {
  const problems: Problems = {};
  const change: Change = {
    ...comment(world, input, problems),
    ...status(input, ticket, problems),
    ...assignee(world, input, problems),
    ...tags(input),
    ...plain(input, problems),
  };
  const fields = readFields(world, input.custom_fields ?? input.fields, problems);
  if (Object.keys(fields).length > 0) change.fields = fields;
  if (typeof input.metadata === 'object' && input.metadata !== null) change.metadata = input.metadata as Input;
  if (change.status === 'solved') needFields(world, ticket, change, problems);
  return Object.keys(problems).length > 0 ? { problems } : { change };
}

function comment(world: ZendeskWorld, input: Input, problems: Problems): Pick<Change, 'comment'> {
  if (input.comment === undefined || input.comment === null) return {};
  const given = (typeof input.comment === 'string' ? { body: input.comment } : input.comment) as Input;
  const body = typeof given.body === 'string' ? given.body : undefined;
  const html = typeof given.html_body === 'string' ? given.html_body : undefined;
  if (!(html ?? body ?? '').trim()) problems.comment = ['Comment: cannot be blank'];
  if ((html ?? body ?? '').length > 65_535) problems.comment = ['Comment: is too long (maximum is 65535 characters)'];
  const attachments = attachedBy(world, given.uploads);
  if (!attachments) problems.comment = ['Comment: Uploads: a token is not known'];
  const isPublic = given.public !== false && given.public !== 'false';
  return { comment: { body, html_body: html, public: isPublic, attachments: attachments ?? [] } };
}

function status(input: Input, ticket: ZendeskTicket, problems: Problems): Pick<Change, 'status'> {
  if (input.status === undefined) return {};
  const wanted = String(input.status);
  if (!statuses.includes(wanted)) problems.status = [`Status: ${wanted} is not valid`];
  if (wanted === 'new' && ticket.status !== 'new') problems.status = ['Status: cannot be set back to new'];
  return { status: wanted as ZendeskStatus };
}

function assignee(world: ZendeskWorld, input: Input, problems: Problems): Pick<Change, 'assignee_id'> {
  if (typeof input.assignee_email === 'string') {
    const user = world.userByEmail(input.assignee_email);
    if (user && user.role !== 'end-user') return { assignee_id: user.id };
    problems.assignee = [`Assignee: ${input.assignee_email} is not an agent`];
    return {};
  }
  if (input.assignee_id === undefined) return {};
  if (input.assignee_id === null) return { assignee_id: null };
  const user = world.user(Number(input.assignee_id));
  if (!user || user.role === 'end-user' || user.suspended) problems.assignee = ['Assignee: is invalid'];
  return { assignee_id: Number(input.assignee_id) };
}

function tags(input: Input): Pick<Change, 'tags'> {
  if (input.tags === undefined) return {};
  return { tags: Array.isArray(input.tags) ? input.tags.map(String) : String(input.tags).split(/[ ,]+/) };
}

function plain(input: Input, problems: Problems): Pick<Change, 'plain'> {
  const found: Change['plain'] = {};
  const oneOf = (name: 'priority' | 'type', allowed: string[]) => {
    const value = input[name];
    if (value === undefined) return;
    if (value !== null && !allowed.includes(String(value))) problems[name] = [`${name}: ${String(value)} is not valid`];
    found[name] = value === null ? null : String(value);
  };
  oneOf('priority', priorities);
  oneOf('type', types);
  if (input.group_id !== undefined) {
    found.group_id = Number(input.group_id);
    if (!groups.some((group) => group.id === found.group_id)) problems.group = ['Group: is invalid'];
  }
  if (typeof input.subject === 'string') found.subject = input.subject;
  if (input.external_id !== undefined)
    found.external_id = input.external_id === null ? null : String(input.external_id);
  return { plain: found };
}

/** Reads `[{id, value}]` or `{id: value}`; unknown and inactive fields are left out without a word. */
export function readFields(world: ZendeskWorld, given: unknown, problems: Problems): Record<string, FieldValue> {
  const pairs: [number, unknown][] = Array.isArray(given)
    ? given.map((f: Input) => [Number(f.id), f.value])
    : Object.entries((given ?? {}) as Input).map(([id, value]) => [Number(id), value]);
  const fields: Record<string, FieldValue> = {};
  for (const [id, value] of pairs) {
    const field = world.field(id);
    if (!field?.active || !isCustomField(field)) continue;
    const wrong = complaint(field, value);
    if (wrong) problems.base = [...(problems.base ?? []), `${field.title}: ${wrong}`];
    else fields[id] = value === '' ? null : ((value ?? null) as FieldValue);
  }
  return fields;
}

function complaint(field: ZendeskField, value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  switch (field.type) {
    case 'tagger':
      // The option's value is wanted; its title is refused like any other unknown word.
      return field.options.some((o) => o.value === value) ? null : `${String(value)} is not a valid option`;
    case 'checkbox':
      return typeof value === 'boolean' || ['0', '1', 'true', 'false', 0, 1].includes(value as string)
        ? null
        : 'is not valid';
    case 'integer':
      return Number.isInteger(Number(value)) ? null : 'must be an integer';
    case 'text':
      return typeof value === 'object' ? 'is not valid' : null;
    default:
      return null;
  }
}

function needFields(world: ZendeskWorld, ticket: ZendeskTicket, change: Change, problems: Problems): void {
  for (const field of world.state.fields) {
    const value = change.fields?.[field.id] !== undefined ? change.fields[field.id] : ticket.fields[field.id];
    if (!field.required || !field.active || (value !== null && value !== undefined && value !== '')) continue;
    problems.base = [...(problems.base ?? []), `${field.title}: is required when solving a ticket`];
  }
}
