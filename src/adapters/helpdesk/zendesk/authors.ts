// Who did something on a ticket: one answer for its messages and for its history.
import type { TicketMessage } from '../../../core/ticket.js';
import type { TicketChange } from '../../../ports.js';
import type { UserAnswer, ViaAnswer } from './shapes.js';

/** `other` is an end user who is not the requester, a CC'd person say; `unknown` an account that nobody can name any more. */
export type AuthorKind = 'usher' | 'requester' | 'other' | 'agent' | 'automation' | 'unknown';

/** The people of one ticket. */
export interface Cast {
  botId: string;
  requesterId: string | null;
  users: Map<string, UserAnswer>;
}

const USER_ID = /^[1-9]\d*$/;
/** Via channels of updates that no person made. */
const AUTOMATIC_CHANNELS = new Set(['rule', 'automation', 'trigger', 'system', 'sla_target']);

/** Names the author of a comment or an audit. Authors that are no user at all (none, -1, a word) are the system. */
export function authorKind(act: { author_id: string | null; via?: ViaAnswer }, cast: Cast): AuthorKind {
  const id = act.author_id;
  if (id === null || !USER_ID.test(id) || isAutomatic(act.via)) return 'automation';
  if (id === cast.botId) return 'usher';
  if (id === cast.requesterId) return 'requester';
  const role = cast.users.get(id)?.role;
  if (role === 'end-user') return 'other';
  return role === 'agent' || role === 'admin' ? 'agent' : 'unknown';
}

/** What the system writes for a person who merges or follows up a ticket is that person's; it names the other ticket. */
function isAutomatic(via: ViaAnswer | undefined): boolean {
  const channel = via?.channel ?? '';
  if (channel === 'system' && via?.source?.rel) return false;
  return AUTOMATIC_CHANNELS.has(channel);
}

/** In the conversation: somebody whom nobody can name is no agent who answered, nor the requester. */
export const MESSAGE_AUTHORS: Record<AuthorKind, TicketMessage['author']> = {
  usher: 'bot',
  requester: 'requester',
  other: 'other',
  agent: 'agent',
  automation: 'bot',
  unknown: 'other',
};

/** In the history: whoever cannot be named counts as an agent, then the bot steps back. All end users are on the requester's side. */
export const CHANGE_AUTHORS: Record<AuthorKind, TicketChange['by']> = {
  usher: 'usher',
  requester: 'requester',
  other: 'requester',
  agent: 'agent',
  automation: 'automation',
  unknown: 'agent',
};
