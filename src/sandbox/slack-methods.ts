// The Web API methods of the sandbox Slack: arguments in, answer out; a refusal is `{ok: false, error}`.
import { slackIds, slackPeople } from './sample-people.js';
import { complaintOfContent, readMetadata, structured } from './slack-checks.js';
import type { SlackChannel, SlackMessage } from './slack-types.js';
import { compareTs, type SlackWorld } from './slack-world.js';

export type SlackArguments = Record<string, unknown>;
export type SlackAnswer = { ok: boolean } & Record<string, unknown>;

const refused = (error: string, more: object = {}): SlackAnswer => ({ ok: false, error, ...more });
const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === '1' || value === 1;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const slackMethods: Record<string, (world: SlackWorld, args: SlackArguments) => SlackAnswer> = {
  'auth.test': () => ({
    ok: true,
    url: 'https://everbright.slack.example/',
    team: 'EverBright',
    user: 'usher',
    team_id: slackIds.team,
    user_id: slackPeople.usher.id,
    bot_id: slackIds.bot,
    is_enterprise_install: false,
  }),
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.postEphemeral': (world, args) => {
    const channel = readable(world, args);
    if (typeof channel === 'string') return refused(channel);
    const content = readContent(args);
    if (typeof content === 'string') return refused(content);
    const { text: said, blocks } = content;
    return { ok: true, message_ts: world.whisper({ user: text(args.user), text: said, blocks: blocks ?? [] }) };
  },
  'views.publish': (world, args) => {
    const view = structured(args.view) as { type?: string; blocks?: unknown } | undefined;
    if (view?.type !== 'home' || complaintOfContent('home', view.blocks)) return refused('invalid_arguments');
    world.state.homes = { ...world.state.homes, [text(args.user_id)]: view.blocks as unknown[] };
    return { ok: true, view: { id: 'V0HOME', type: 'home', hash: world.nextTs() } };
  },
  'conversations.list': listChannels,
  'conversations.info': (world, args) => {
    const channel = world.channelById(text(args.channel));
    if (!channel || (channel.is_private && !channel.is_member)) return refused('channel_not_found');
    return { ok: true, channel: channelJson(channel) };
  },
  'conversations.open': (world, args) => {
    const user = world.state.users.find((u) => u.id === text(args.users));
    if (!user) return refused('user_not_found');
    return user.deleted ? refused('user_disabled') : { ok: true, channel: { id: world.direct(user).id } };
  },
  'conversations.history': history,
  'conversations.replies': replies,
  'users.lookupByEmail': (world, args) => {
    const user = world.state.users.find((u) => u.email !== null && u.email === text(args.email).toLowerCase());
    if (!user || user.deleted) return refused('users_not_found');
    const { id, team_id, name, deleted, is_bot, email } = user;
    return { ok: true, user: { id, team_id, name, deleted, is_bot, profile: { email, real_name: name } } };
  },
};

/** Methods that read their arguments from the query or a form, never from a JSON body. */
export const formOnlyMethods = new Set(['users.lookupByEmail']);

function postMessage(world: SlackWorld, args: SlackArguments): SlackAnswer {
  const channel = world.channelById(text(args.channel));
  if (!channel || (channel.is_private && !channel.is_member)) return refused('channel_not_found');
  if (channel.is_archived) return refused('is_archived');
  if (!channel.is_member) return refused('not_in_channel');
  const content = readContent(args);
  if (typeof content === 'string') return refused(content);
  const message = world.add(channel, {
    user: slackPeople.usher.id,
    bot_id: slackIds.bot,
    app_id: slackIds.app,
    thread_ts: text(args.thread_ts) || null,
    ...content,
  });
  return { ok: true, channel: channel.id, ts: message.ts, message: messageJson(message, true) };
}

function readContent(args: SlackArguments): Pick<SlackMessage, 'text' | 'blocks' | 'metadata'> | string {
  const blocks = args.blocks === undefined ? null : structured(args.blocks);
  const wrong = complaintOfContent(text(args.text), blocks);
  if (wrong) return wrong;
  const metadata = readMetadata(args.metadata);
  if (typeof metadata === 'string') return metadata;
  return { text: text(args.text), blocks: blocks as unknown[] | null, metadata };
}

function update(world: SlackWorld, args: SlackArguments): SlackAnswer {
  const channel = world.channelById(text(args.channel));
  if (!channel) return refused('channel_not_found');
  const message = channel.messages.find((m) => m.ts === args.ts);
  if (!message) return refused('message_not_found');
  if (message.bot_id !== slackIds.bot) return refused('cant_update_message');
  const content = readContent(args);
  if (typeof content === 'string') return refused(content);
  message.text = content.text;
  message.edited = true;
  // Left out, blocks and metadata stay as they were.
  if (args.blocks !== undefined) message.blocks = content.blocks;
  if (args.metadata !== undefined) message.metadata = content.metadata;
  return { ok: true, channel: channel.id, ts: message.ts, text: message.text, message: messageJson(message, true) };
}

function listChannels(world: SlackWorld, args: SlackArguments): SlackAnswer {
  const types = (text(args.types) || 'public_channel').split(',').map((t) => t.trim());
  const channels = world.state.channels.filter(
    (c) =>
      !c.user &&
      types.includes(c.is_private ? 'private_channel' : 'public_channel') &&
      (!c.is_private || c.is_member) &&
      !(isTrue(args.exclude_archived) && c.is_archived),
  );
  const { rows, next } = page(channels, args, 100);
  return { ok: true, channels: rows.map(channelJson), response_metadata: { next_cursor: next } };
}

function history(world: SlackWorld, args: SlackArguments): SlackAnswer {
  const channel = readable(world, args);
  if (typeof channel === 'string') return refused(channel);
  const rows = channel.messages.filter((m) => !m.thread_ts && isWithin(m, args)).reverse();
  return messagePage(rows, args);
}

function replies(world: SlackWorld, args: SlackArguments): SlackAnswer {
  const channel = readable(world, args);
  if (typeof channel === 'string') return refused(channel);
  const root = channel.messages.find((m) => m.ts === args.ts);
  if (!root) return refused('thread_not_found');
  const rows = channel.messages.filter((m) => m.thread_ts === root.ts && isWithin(m, args));
  return messagePage([root, ...rows], args);
}

function readable(world: SlackWorld, args: SlackArguments): SlackChannel | string {
  const channel = world.channelById(text(args.channel));
  if (!channel || (channel.is_private && !channel.is_member)) return 'channel_not_found';
  return channel.is_member ? channel : 'not_in_channel';
}

function isWithin(message: SlackMessage, args: SlackArguments): boolean {
  const inclusive = isTrue(args.inclusive);
  const oldest = String(args.oldest ?? '0');
  const latest = args.latest === undefined || args.latest === '' ? null : String(args.latest);
  const fromOldest = compareTs(message.ts, oldest);
  if (fromOldest < 0 || (fromOldest === 0 && !inclusive)) return false;
  if (latest === null) return true;
  const toLatest = compareTs(message.ts, latest);
  return toLatest < 0 || (toLatest === 0 && inclusive);
}

function messagePage(messages: SlackMessage[], args: SlackArguments): SlackAnswer {
  const { rows, next } = page(messages, args, 100);
  const withMetadata = isTrue(args.include_all_metadata);
  return {
    ok: true,
    messages: rows.map((m) => messageJson(m, withMetadata)),
    has_more: next !== '',
    pin_count: 0,
    channel_actions_ts: null,
    channel_actions_count: 0,
    response_metadata: { next_cursor: next },
  };
}

/** A page by cursor; the end is the empty string. */
function page<T>(rows: T[], args: SlackArguments, usual: number): { rows: T[]; next: string } {
  const limit = Math.min(Math.max(Number(args.limit ?? usual) || usual, 1), 999);
  const start = Number(Buffer.from(text(args.cursor), 'base64').toString('utf8').replace('at:', '')) || 0;
  const end = start + limit;
  return {
    rows: rows.slice(start, end),
    next: end < rows.length ? Buffer.from(`at:${end}`).toString('base64') : '',
  };
}

function messageJson(message: SlackMessage, withMetadata: boolean): Record<string, unknown> {
  const { metadata, blocks, bot_id, app_id, thread_ts, edited, ...plain } = message;
  return {
    type: 'message',
    ...plain,
    team: slackIds.team,
    ...(bot_id ? { bot_id, app_id } : {}),
    ...(blocks ? { blocks } : {}),
    ...(thread_ts ? { thread_ts } : {}),
    ...(edited ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(metadata && withMetadata ? { metadata } : {}),
  };
}

function channelJson(channel: SlackChannel): Record<string, unknown> {
  const { messages: _messages, ...plain } = channel;
  return {
    ...plain,
    is_channel: !channel.is_private,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_general: channel.name === 'general',
    is_shared: false,
    is_ext_shared: false,
    is_org_shared: false,
    is_pending_ext_shared: false,
    pending_shared: [],
    created: 1704704400,
    creator: slackPeople.mercedesDavis.id,
    name_normalized: channel.name,
    unlinked: 0,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
  };
}
