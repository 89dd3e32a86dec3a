// The requester's latest message on a ticket, and whether it is news to a case.
import type { Ticket } from '../core/ticket.js';
import type { CaseRecord } from '../ledger.js';

export interface LastMessage {
  id: string;
  at: string;
}

export function lastRequesterMessage(ticket: Ticket): LastMessage {
  const own = ticket.messages.filter((m) => m.author === 'requester' && m.public).at(-1);
  return own ? { id: own.id, at: own.at } : { id: 'first', at: ticket.createdAt };
}

/** Another last message that is not older: one that was taken back leaves an older one last, and that is no news. */
export function isNews(message: LastMessage, record: CaseRecord): boolean {
  if (message.id === record.decidedMessageId) return false;
  return record.decidedMessageAt === null || Date.parse(message.at) >= Date.parse(record.decidedMessageAt);
}
