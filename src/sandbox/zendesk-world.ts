// The sandbox Zendesk's memory: finds and adds users, organizations and tickets, and keeps the log of what people saw.
import { randomUUID } from 'node:crypto';
import { agents } from './sample-people.js';
import { freshDesk } from './zendesk-desk.js';
import { webhookBody } from './zendesk-events.js';
import type { ZendeskOptions } from './zendesk-sandbox.js';
import { freshZendeskState } from './zendesk-seed.js';
import type {
  WorldEntry,
  ZendeskDesk,
  ZendeskField,
  ZendeskOrganization,
  ZendeskState,
  ZendeskTicket,
  ZendeskUser,
} from './zendesk-types.js';

/** Author id of what triggers and the system do. */
export const systemAuthor = -1;

export class ZendeskWorld {
  state: ZendeskState;
  readonly now: () => Date;
  url = '';
  webhookUrl: string | null;
  triggerTag: string | null;
  readonly #style: 'events' | 'trigger';

  constructor(options: ZendeskOptions) {
    this.now = options.now ?? (() => new Date());
    this.state = options.state ?? freshZendeskState(options.botRole ?? 'admin', this.iso());
    this.state.desk ??= freshDesk();
    this.webhookUrl = options.webhookUrl ?? null;
    this.triggerTag = options.triggerTag ?? null;
    this.#style = options.webhookStyle ?? 'events';
  }

  get desk(): ZendeskDesk {
    return this.state.desk!;
  }

  /** Now, in the one-second resolution of the vendor. */
  iso(plusSeconds = 0): string {
    return `${new Date(this.now().getTime() + plusSeconds * 1000).toISOString().slice(0, 19)}Z`;
  }

  id(): number {
    this.state.nextId += 1;
    return this.state.nextId - 1;
  }

  user(id: number | null): ZendeskUser | null {
    return this.state.users.find((u) => u.id === id) ?? null;
  }

  userByEmail(email: string): ZendeskUser | null {
    return this.state.users.find((u) => u.email?.toLowerCase() === email.toLowerCase()) ?? null;
  }

  organization(id: number | null): ZendeskOrganization | null {
    return this.state.organizations.find((o) => o.id === id) ?? null;
  }

  field(id: number): ZendeskField | null {
    return this.state.fields.find((f) => f.id === id) ?? null;
  }

  /** The ticket, deleted ones too; null when there never was one. */
  findTicket(id: number | string): ZendeskTicket | null {
    return this.state.tickets.find((t) => t.id === Number(id)) ?? null;
  }

  /** The ticket; throws when there is none (a mistake of the test, not of the bot). */
  ticket(id: number | string): ZendeskTicket {
    const ticket = this.findTicket(id);
    if (!ticket) throw new Error(`the sandbox has no ticket ${id}`);
    return ticket;
  }

  by(authorId: number): WorldEntry['by'] {
    if (authorId === systemAuthor) return 'automation';
    if (authorId === agents.usher.id) return 'usher';
    return this.user(authorId)?.role === 'end-user' ? 'requester' : 'agent';
  }

  /** Finds the end user by address or makes one; a new one joins the organization that has its mail domain. */
  ensureEndUser(name: string, email: string, locale = 'en-US'): ZendeskUser {
    const known = this.userByEmail(email);
    if (known) return known;
    const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
    const organization = this.state.organizations.find((o) => o.domain_names.includes(domain)) ?? null;
    const at = this.iso();
    const user: ZendeskUser = {
      id: this.id(),
      name,
      email,
      role: 'end-user',
      organization_id: organization?.id ?? null,
      locale,
      phone: null,
      suspended: false,
      tags: [],
      user_fields: {},
      created_at: at,
      updated_at: at,
    };
    this.state.users.push(user);
    if (organization) {
      this.state.memberships.push({
        id: this.id(),
        user_id: user.id,
        organization_id: organization.id,
        default: true,
      });
    }
    return user;
  }

  record(
    ticket: ZendeskTicket,
    authorId: number,
    entry: Pick<WorldEntry, 'kind' | 'text'> & Partial<WorldEntry>,
  ): void {
    this.state.log.push({
      at: ticket.updated_at,
      ticketId: String(ticket.id),
      by: this.by(authorId),
      byName: this.user(authorId)?.name ?? 'Trigger',
      field: null,
      metadata: {},
      ...entry,
    });
  }

  /** Puts a webhook event into the outbox where a webhook is set up. */
  emit(type: string, ticket: ZendeskTicket, actorId: number, event: Record<string, unknown>): void {
    if (!this.webhookUrl) return;
    const id = randomUUID();
    const body =
      this.#style === 'events'
        ? webhookBody({ id, type, at: this.now().toISOString(), ticket, actorId, event })
        : JSON.stringify({ ticket_id: String(ticket.id), event: type });
    this.state.outbox.push({ id, type, ticketId: ticket.id, body });
  }
}
