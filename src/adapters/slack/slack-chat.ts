// The Slack adapter: one post with our mark in its metadata, and a look for that mark in the channel's history.
import type { Chat, ChatPost, Lookup, Outcome } from '../../ports.js';
import { classifyFailure, lookupFailure } from './classify-failure.js';
import { type SlackOptions, slackClient } from './client.js';
import { EVENT_TYPE, messageOf } from './message.js';

const HISTORY_PAGES_MAX = 20;
const HISTORY_PAGE = 100;
/** Their clock and ours may differ. */
const LOOK_BACK_SECONDS = 60;

/** A chat over one bot token. Throws ProblemError when the address may not be spoken to; asks nothing until used. */
export function slackChat(options: SlackOptions): Chat {
  const client = slackClient(options);
  let self: Promise<{ botId: string; appUser: string }> | null = null;

  /** Our own bot and user id, asked once. */
  function whoAmI(): Promise<{ botId: string; appUser: string }> {
    self ??= client.auth.test().then((answer) => ({ botId: answer.bot_id ?? '', appUser: answer.user_id ?? '' }));
    self.catch(() => {
      self = null;
    });
    return self;
  }

  async function post(post: ChatPost): Promise<Outcome> {
    try {
      const answer = await client.chat.postMessage(messageOf(post));
      if (typeof answer.ts !== 'string' || answer.ts === '') return { kind: 'unknown', reason: 'ok without a ts' };
      if (answer.channel !== post.channelId)
        return { kind: 'unknown', reason: `ok for another channel (${answer.channel})` };
      return { kind: 'done', receipt: { channel: answer.channel, ts: answer.ts } };
    } catch (error) {
      return classifyFailure(error);
    }
  }

  async function update({ ts, ...post }: Parameters<Chat['update']>[0]): Promise<Outcome> {
    try {
      const { channel, text, blocks, metadata, link_names, parse } = messageOf(post);
      const answer = await client.chat.update({ channel, ts, text, blocks, metadata, link_names, parse });
      return answer.ts === ts
        ? { kind: 'done', receipt: { channel, ts } }
        : { kind: 'unknown', reason: 'ok for another post' };
    } catch (error) {
      return classifyFailure(error);
    }
  }

  async function direct(userId: string): Promise<Outcome> {
    try {
      const answer = await client.conversations.open({ users: userId });
      const id = answer.channel?.id;
      return id ? { kind: 'done', receipt: { channel: id } } : { kind: 'unknown', reason: 'ok without a channel' };
    } catch (error) {
      return classifyFailure(error);
    }
  }

  async function findMark(channelId: string, mark: string, notBefore: string, threadTs?: string): Promise<Lookup> {
    try {
      const { botId, appUser } = await whoAmI();
      const oldest = String(Math.floor(Date.parse(notBefore) / 1000) - LOOK_BACK_SECONDS);
      let cursor: string | undefined;
      for (let page = 0; page < HISTORY_PAGES_MAX; page += 1) {
        const asked = {
          channel: channelId,
          oldest,
          limit: HISTORY_PAGE,
          include_all_metadata: true,
          ...(cursor ? { cursor } : {}),
        };
        // A channel's history leaves the answers in threads out.
        const answer = threadTs
          ? await client.conversations.replies({ ...asked, ts: threadTs })
          : await client.conversations.history(asked);
        if (!Array.isArray(answer.messages)) return { kind: 'cannot-tell', reason: 'history without messages' };
        for (const message of answer.messages) {
          const isOwn = (botId !== '' && message.bot_id === botId) || (appUser !== '' && message.user === appUser);
          const { event_type: type, event_payload: payload } = message.metadata ?? {};
          if (isOwn && type === EVENT_TYPE && (payload as { mark?: unknown } | undefined)?.mark === mark) {
            return { kind: 'found', receipt: { channel: channelId, ts: message.ts ?? '' } };
          }
        }
        cursor = answer.response_metadata?.next_cursor || undefined;
        if (cursor === undefined)
          return answer.has_more ? { kind: 'cannot-tell', reason: 'history was cut off' } : { kind: 'absent' };
      }
      return { kind: 'cannot-tell', reason: 'too much history since then' };
    } catch (error) {
      return lookupFailure(error);
    }
  }

  return { post, update, direct, findMark };
}
