// A help desk with Zendesk's semantics: stamps of whole seconds, conditional updates, audits with marks, people who act.
import type { Ticket, TicketMessage } from '../../src/core/ticket.js';
import type { TicketChange, TicketWrite } from '../../src/ports.js';
import type { Scheduler } from './scheduler.js';
import type { Actor, WorldLog } from './world-log.js';

/** Zendesk's id of the bot: who solves a ticket that nobody has is given it. */
export const BOT = '9000';
export const AGENT = '9002';
/** Whose notes count as commands: the directory names this agent. */
const STEERER = '9001';

export interface Requester {
  name: string;
  email: string;
  organization: { id: string; name: string; domains: string[] } | null;
  fields: Record<string, string>;
}

export interface DeskTicket {
  ticket: Ticket;
  /** Newest last; `atMs` is when it happened, to the millisecond. */
  audits: (TicketChange & { atMs: number })[];
  /** By this the export is ordered. */
  generatedMs: number;
}

interface Change extends TicketWrite {
  closed?: boolean;
  merged?: boolean;
}

export class Desk {
  readonly tickets = new Map<string, DeskTicket>();
  /** Told of every change, as webhooks are. */
  onChange: (ticketId: string) => void = () => {};
  #ids = 100;

  constructor(
    readonly scheduler: Scheduler,
    readonly log: WorldLog,
  ) {}

  file(requester: Requester, subject: string, body: string, followUpOf: string | null = null): string {
    const id = this.#nextId();
    const at = this.#stamp();
    const { name, email, organization, fields } = requester;
    const message = this.#message('requester', email, body);
    const ticket: Ticket = {
      id,
      helpdesk: 'sandbox',
      subject,
      body,
      channel: 'web',
      url: `https://desk.example/agent/tickets/${id}`,
      status: 'new',
      assignee: null,
      tags: [],
      fields: { ...fields },
      createdAt: at,
      updatedAt: at,
      version: at,
      requester: { name, email, isOrgAdmin: null },
      organization: organization && { ...organization, fields: {} },
      messages: [message],
      authentication: { spf: 'unknown', dkim: 'unknown', dmarc: 'unknown' },
      attachments: [],
      followUpOf,
      locale: '',
    };
    this.tickets.set(id, { ticket, audits: [], generatedMs: this.scheduler.now() });
    this.#audit(id, 'requester', { comment: { public: true, text: body, html: '' } }, null);
    this.#tell(id, 'requester', 'files', email);
    return id;
  }

  /** A requester's answer: a solved ticket is opened by it, a closed one followed up by another. */
  customerReplies(id: string, body: string): void {
    const { ticket } = this.#get(id);
    if (ticket.status === 'deleted') return;
    if (ticket.status === 'closed') {
      const { name, email } = ticket.requester;
      const fields = ticket.fields as Record<string, string>;
      this.file({ name, email, organization: ticket.organization, fields }, `Re: ${ticket.subject}`, body, id);
      return;
    }
    const status = ['solved', 'pending', 'hold'].includes(ticket.status) ? 'open' : undefined;
    this.#change(id, 'requester', { comment: { public: true, text: body, html: '' }, status }, null);
    this.#tell(id, 'requester', 'writes', '');
  }

  agentReplies(id: string): void {
    this.#people(id, 'replies', { comment: { public: true, text: 'I have this one.', html: '' } });
  }
  agentNotes(id: string): void {
    this.#people(id, 'notes', { comment: { public: false, text: 'Looking at it.', html: '' } });
  }
  /** An internal note to Usher, by an agent of the directory. */
  agentSteers(id: string, text: string): void {
    this.#people(id, 'steers', { comment: { public: false, text, html: '' } });
  }
  agentAssigns(id: string): void {
    this.#people(id, 'assigns', { assignee: AGENT });
  }
  agentSolves(id: string): void {
    this.#people(id, 'solves', { assignee: AGENT, status: 'solved' });
  }
  agentCloses(id: string): void {
    this.#people(id, 'closes', { closed: true });
  }
  agentMerges(id: string): void {
    this.#people(id, 'merges', { comment: { public: false, text: 'Merged.', html: '' }, closed: true, merged: true });
  }
  agentDeletes(id: string): void {
    const { ticket } = this.#get(id);
    if (ticket.status === 'deleted') return;
    ticket.status = 'deleted';
    ticket.updatedAt = this.#stamp();
    this.#tell(id, 'agent', 'deletes', '');
  }
  automationTags(id: string): void {
    if (this.#isFinal(id)) return;
    this.#change(id, 'automation', { addTags: ['touched'] }, null);
    this.#tell(id, 'automation', 'tags', '');
  }

  /** An update in the bot's name; the caller has looked at its version. Answers the audit. */
  applyOurs(id: string, write: TicketWrite, mark: string, isEcho = false): TicketChange {
    const { ticket } = this.#get(id);
    const audit = this.#change(id, 'usher', write, mark);
    if (write.status === 'solved' && ticket.assignee === null) ticket.assignee = BOT;
    const what = !write.comment ? 'update' : write.comment.public ? 'reply' : 'note';
    const details = `${write.status ?? ''} ${write.assignee ?? ''} ${write.comment?.text ?? ''}`.replace(/\s+/g, ' ');
    this.#tell(id, 'usher', what, details, { mark, isEcho });
    return audit;
  }

  #people(id: string, what: string, change: Change): void {
    if (this.#isFinal(id)) return;
    this.#change(id, 'agent', change, null);
    this.#tell(id, 'agent', what, '');
  }

  #isFinal(id: string): boolean {
    return ['closed', 'deleted'].includes(this.#get(id).ticket.status);
  }

  #change(id: string, by: TicketChange['by'], change: Change, mark: string | null): TicketChange {
    const { ticket } = this.#get(id);
    const { comment, status, assignee, fields, addTags = [], removeTags = [] } = change;
    if (comment) {
      const from = by === 'requester' ? ticket.requester.email : by;
      const author = by === 'requester' ? 'requester' : by === 'agent' ? 'agent' : 'bot';
      ticket.messages = [...ticket.messages, { ...this.#message(author, from, comment.text), public: comment.public }];
    }
    if (status) ticket.status = status;
    if (change.closed) ticket.status = 'closed';
    if (assignee) ticket.assignee = assignee;
    if (assignee && ticket.status === 'new') ticket.status = 'open';
    if (fields) ticket.fields = { ...ticket.fields, ...fields };
    const more = change.merged ? ['closed_by_merge'] : [];
    ticket.tags = [...new Set([...ticket.tags.filter((t) => !removeTags.includes(t)), ...addTags, ...more])];
    ticket.updatedAt = this.#stamp();
    ticket.version = ticket.updatedAt;
    return this.#audit(id, by, change, mark);
  }

  #audit(id: string, by: TicketChange['by'], change: Change, mark: string | null): TicketChange {
    const { comment, status, assignee, fields, addTags } = change;
    const audit = {
      id: this.#nextId(),
      at: this.#stamp(),
      atMs: this.scheduler.now(),
      by,
      comment: comment ? (comment.public ? ('public' as const) : ('internal' as const)) : null,
      fields: [
        ...(status || change.closed ? ['status'] : []),
        ...(assignee ? ['assignee_id'] : []),
        ...(addTags ? ['tags'] : []),
        ...Object.keys(fields ?? {}),
      ],
      mark,
    };
    this.#get(id).audits.push(audit);
    return audit;
  }

  #tell(ticketId: string, by: Actor, what: string, details: string, more: { mark?: string; isEcho?: boolean } = {}) {
    this.#get(ticketId).generatedMs = this.scheduler.now();
    this.log.append({ at: this.scheduler.now(), by, what, ticketId, details, ...more });
    this.onChange(ticketId);
  }

  #message(author: TicketMessage['author'], from: string, body: string): TicketMessage {
    const known = author === 'agent' ? { authorId: STEERER } : {};
    return { id: this.#nextId(), at: this.#stamp(), from, author, ...known, public: true, body, headers: {} };
  }

  #get(id: string): DeskTicket {
    const found = this.tickets.get(id);
    if (!found) throw new Error(`no ticket ${id}`);
    return found;
  }

  #stamp(): string {
    return `${this.scheduler.iso().slice(0, 19)}Z`;
  }

  #nextId(): string {
    this.#ids += 1;
    return String(this.#ids);
  }
}
