// What was said on a ticket: its comments as messages, whether their sender is doubted, and the files that came with them.
import { z } from 'zod';
import type { Ticket } from '../../../core/ticket.js';
import { authorKind, type Cast, MESSAGE_AUTHORS } from './authors.js';
import { COMMENTS_MAX } from './options.js';
import type { People } from './people.js';
import { type Get, pages, parse } from './read.js';
import { type CommentAnswer, commentAnswer, type TicketAnswer, type UserAnswer, userAnswer } from './shapes.js';

/** The longest text that is taken over. */
const TEXT_MOST = 1_000_000;

export type Conversation = Pick<Ticket, 'body' | 'messages' | 'authentication' | 'attachments'>;

/** Reads it, and who took part. Throws ProblemError. */
export async function readConversation(
  { get, people }: { get: Get; people: People },
  ticket: TicketAnswer,
): Promise<{ said: Conversation; writers: Map<string, UserAnswer> }> {
  const { comments, users } = await readComments(get, ticket.id);
  const requesterId = ticket.requester_id;
  const botId = await people.botId();
  const writers = await people.users([requesterId, ...comments.map((comment) => comment.author_id)], users);
  const messages = comments.map((comment) => message(comment, { botId, requesterId, users: writers }));
  const attachments = comments.flatMap((comment) =>
    comment.attachments.map((file) => ({ name: file.file_name, type: file.content_type, bytes: file.size ?? 0 })),
  );
  const body = (ticket.description || messages[0]?.body || '').slice(0, TEXT_MOST);
  return { said: { body, messages, authentication: authentication(comments, requesterId), attachments }, writers };
}

/** As it was read before. What was masked then may have become longer than what may be taken over. */
export function conversationIn({ body, messages, authentication, attachments }: Ticket): Conversation {
  const bounded = messages.map((one) => ({ ...one, body: one.body.slice(0, TEXT_MOST) }));
  return { body: body.slice(0, TEXT_MOST), messages: bounded, authentication, attachments };
}

/** The newest comments up to a limit, oldest first, and the users that came along. */
export async function readComments(get: Get, id: string): Promise<{ comments: CommentAnswer[]; users: UserAnswer[] }> {
  const path = `/tickets/${id}/comments`;
  const comments = new Map<string, CommentAnswer>();
  const users: UserAnswer[] = [];
  for await (const page of pages(get, path, 'comments', { sort: '-created_at', include: 'users' })) {
    for (const comment of parse(z.array(commentAnswer), page.rows, path)) comments.set(comment.id, comment);
    if (Array.isArray(page.body.users)) users.push(...parse(z.array(userAnswer), page.body.users, path));
    if (comments.size >= COMMENTS_MAX) break;
  }
  const order = (a: CommentAnswer, b: CommentAnswer) =>
    Date.parse(a.created_at) - Date.parse(b.created_at) || Number(a.id) - Number(b.id);
  return { comments: [...comments.values()].sort(order), users };
}

function message(comment: CommentAnswer, cast: Cast) {
  const user = comment.author_id === null ? undefined : cast.users.get(comment.author_id);
  const author = MESSAGE_AUTHORS[authorKind(comment, cast)];
  // What came by mail only says who sent it.
  const isSignedIn = author === 'agent' && comment.via?.channel !== 'email';
  return {
    id: comment.id,
    at: comment.created_at,
    from: user?.email || comment.via?.source?.from?.address || user?.name || '',
    author,
    ...(isSignedIn && comment.author_id !== null ? { authorId: comment.author_id } : {}),
    public: comment.public,
    body: (comment.plain_body || comment.body).slice(0, TEXT_MOST),
    headers: (comment.metadata?.flags ?? []).includes(FLAG_AUTOMATIC)
      ? { 'auto-submitted': 'auto-generated' }
      : ({} as Record<string, string>),
  };
}

// Comment flags as the vendor's reference page lists them: 0 "unsure the comment should be trusted", 2 "author was not part of the
// conversation", 3 "author was not signed in", so the address is only typed; 4 "automatically generated".
// The API description only says that flags exist; a wrong reading here costs a hold, never a reply.
const FLAGS_OF_DOUBT = [0, 2, 3];
const FLAG_AUTOMATIC = 4;

/** Zendesk gives no SPF, DKIM or DMARC result; it marks comments whose sender it doubts. Everything else is not known. */
function authentication(comments: CommentAnswer[], requesterId: string | null) {
  const doubted = comments.some((comment) => {
    if (comment.author_id !== requesterId) return false;
    const { flags, trusted, flags_options: notes } = comment.metadata ?? {};
    const byMail = comment.via?.channel === 'email';
    const named = JSON.stringify(notes ?? {}).includes('POTENTIAL_MESSAGE_SPOOFING');
    return named || (flags ?? []).some((flag) => FLAGS_OF_DOUBT.includes(flag)) || (byMail && trusted === false);
  });
  const verdict = doubted ? ('fail' as const) : ('unknown' as const);
  return { spf: verdict, dkim: verdict, dmarc: verdict };
}
