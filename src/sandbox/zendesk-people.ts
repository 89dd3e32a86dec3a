// What people do in the sandbox Zendesk: customers write, agents answer, assign, merge and delete.
import { agents } from './sample-people.js';
import { changeTicket, viaWeb } from './zendesk-change.js';
import { createTicket, viaMail } from './zendesk-create.js';
import type { NewTicket, ZendeskSandbox } from './zendesk-sandbox.js';
import type { FieldValue, ZendeskOrganization, ZendeskVia } from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

type Acts = Pick<
  ZendeskSandbox,
  | 'addOrganization'
  | 'customerFiles'
  | 'customerReplies'
  | 'agentReplies'
  | 'agentAssigns'
  | 'agentSets'
  | 'agentMerges'
  | 'agentDeletes'
  | 'systemTouches'
  | 'mailIsSuspended'
>;

/** The acts; each calls `done` when it has changed the world. */
export function peopleOf(world: ZendeskWorld, done: () => void): Acts {
  const act =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R => {
      const result = work(...args);
      done();
      return result;
    };
  return {
    addOrganization: act((organization) => addOrganization(world, organization)),
    customerFiles: act((ticket) => customerFiles(world, ticket)),
    customerReplies: act((id, text) => customerReplies(world, id, text)),
    agentReplies: act((id, text, options = {}) => {
      const change = { comment: { body: text, public: options.public ?? true }, status: options.status };
      changeTicket(world, world.ticket(id), change, { actorId: options.agentId ?? agents.samWhitaker.id, via: viaWeb });
    }),
    agentAssigns: act((id, agentId) => {
      const actorId = agentId ?? agents.samWhitaker.id;
      changeTicket(world, world.ticket(id), { assignee_id: agentId }, { actorId, via: viaWeb });
    }),
    agentSets: act((id, change) => {
      const ticket = world.ticket(id);
      const tags = ticket.tags.filter((t) => !change.removeTags?.includes(t)).concat(change.addTags ?? []);
      const { status, fields } = change;
      changeTicket(world, ticket, { status, tags, fields }, { actorId: agents.samWhitaker.id, via: viaWeb });
    }),
    agentMerges: act((source, into) => agentMerges(world, source, into)),
    agentDeletes: act((id) => agentDeletes(world, id)),
    mailIsSuspended: act((email, subject) => {
      const mail = { id: world.id(), subject, cause: 'Detected as spam', author: { email }, created_at: world.iso() };
      world.state.suspended = [...(world.state.suspended ?? []), mail];
    }),
    systemTouches: act((id) => {
      world.ticket(id).generated_timestamp = Math.floor(world.now().getTime() / 1000);
    }),
  };
}

function addOrganization(
  world: ZendeskWorld,
  given: Parameters<ZendeskSandbox['addOrganization']>[0],
): ZendeskOrganization {
  const at = world.iso();
  const organization: ZendeskOrganization = {
    id: given.id ?? world.id(),
    name: given.name,
    domain_names: (given.domains ?? []).map((d) => d.toLowerCase()),
    external_id: given.externalId ?? null,
    organization_fields: given.fields ?? {},
    tags: [],
    created_at: at,
    updated_at: at,
  };
  world.state.organizations.push(organization);
  return organization;
}

function customerFiles(world: ZendeskWorld, given: NewTicket): string {
  const requester = world.ensureEndUser(given.name, given.email, given.locale);
  const channel = given.channel ?? 'email';
  const via: ZendeskVia =
    channel === 'email' ? viaMail(requester) : { channel, source: { from: {}, to: {}, rel: null } };
  const { ticket } = createTicket(world, {
    requester,
    submitterId: requester.id,
    subject: given.subject,
    body: given.body,
    public: true,
    via,
    fields: fieldsByTitle(world, given.fields ?? {}),
    tags: given.tags ?? [],
    status: given.status ?? (given.assigneeId ? 'open' : 'new'),
    assigneeId: given.assigneeId ?? null,
    externalId: null,
    metadata: {},
    attachments: given.attachments ?? [],
    flags: given.flags ?? [],
  });
  return String(ticket.id);
}

function fieldsByTitle(world: ZendeskWorld, given: Record<string, FieldValue>): Record<string, FieldValue> {
  const fields: Record<string, FieldValue> = {};
  for (const [title, value] of Object.entries(given)) {
    const field = world.state.fields.find((f) => f.title === title);
    if (!field) throw new Error(`the sandbox has no ticket field "${title}"`);
    fields[field.id] = field.options.find((o) => o.name === value)?.value ?? value;
  }
  return fields;
}

/** A reply by mail; on a closed ticket the vendor makes a follow-up ticket of it. */
function customerReplies(world: ZendeskWorld, id: number | string, text: string): void {
  const ticket = world.ticket(id);
  const requester = world.user(ticket.requester_id)!;
  if (ticket.status !== 'closed') {
    const change = { comment: { body: text, public: true } };
    changeTicket(world, ticket, change, { actorId: requester.id, via: viaMail(requester) });
    return;
  }
  const via = viaMail(requester);
  const source = { ...via.source, from: { ...via.source.from, ticket_id: ticket.id, subject: ticket.subject } };
  createTicket(world, {
    requester,
    submitterId: requester.id,
    subject: `Re: ${ticket.subject}`,
    body: text,
    public: true,
    via: { channel: 'email', source: { ...source, rel: 'follow_up' } },
    fields: structuredClone(ticket.fields),
    tags: [...ticket.tags],
    status: 'new',
    assigneeId: null,
    externalId: null,
    metadata: {},
    attachments: [],
    flags: [],
  });
}

function agentMerges(world: ZendeskWorld, sourceId: number | string, intoId: number | string): void {
  const source = world.ticket(sourceId);
  const into = world.ticket(intoId);
  const actor = { actorId: agents.samWhitaker.id, via: viaWeb };
  const told = `Request #${source.id} "${source.subject}" was closed and merged into this request.`;
  changeTicket(world, into, { comment: { body: told, public: false } }, actor);
  const last = {
    body: `This request was closed and merged into request #${into.id} "${into.subject}".`,
    public: false,
  };
  changeTicket(world, source, { comment: last, status: 'closed', tags: [...source.tags, 'closed_by_merge'] }, actor);
  world.record(source, actor.actorId, { kind: 'merged', text: String(into.id) });
  world.emit('merged', source, actor.actorId, { target_ticket_id: String(into.id) });
}

function agentDeletes(world: ZendeskWorld, id: number | string): void {
  const ticket = world.ticket(id);
  ticket.status = 'deleted';
  ticket.updated_at = world.iso();
  ticket.generated_timestamp = Math.floor(Date.parse(ticket.updated_at) / 1000);
  world.record(ticket, agents.samWhitaker.id, { kind: 'deleted', text: '' });
  world.emit('soft_deleted', ticket, agents.samWhitaker.id, {});
}
