// Shapes of the sandbox Slack: its state, and what can be done to it.
import type { FaultKind, FaultOptions } from './faults.js';
import type { ReceivedRequest } from './received-request.js';
import type { SlackLink } from './slack-link.js';
import type { SlackPeople } from './slack-people.js';

export interface SlackMessage {
  ts: string;
  /** Bot user or person. */
  user: string;
  bot_id: string | null;
  app_id: string | null;
  text: string;
  blocks: unknown[] | null;
  metadata: { event_type: string; event_payload: Record<string, unknown> } | null;
  thread_ts: string | null;
  edited: boolean;
}

export interface SlackChannel {
  id: string;
  name: string;
  is_member: boolean;
  is_private: boolean;
  is_archived: boolean;
  /** Direct messages: with whom. */
  user?: string;
  messages: SlackMessage[];
}

export interface SlackUser {
  id: string;
  team_id: string;
  name: string;
  email: string | null;
  is_bot: boolean;
  deleted: boolean;
}

/** The parts of a block that the sandbox looks at. */
export interface SlackBlock {
  type: string;
  block_id?: string;
  text?: { type: string; text: string };
  elements?: { type: string; action_id?: string; text?: unknown; value?: string; url?: string }[];
  accessory?: { type: string; action_id?: string; text?: unknown; value?: string; url?: string };
}

/** What one person alone was shown: an answer to a command or a click. */
export interface SlackWhisper {
  ts: string;
  user: string;
  text: string;
  blocks: unknown[];
}

/** How the bot answered a signed request. */
export interface SlackReaction {
  status: number;
  body: { response_type?: string; text?: string; blocks?: unknown[]; challenge?: string } | null;
}

/** All that a sandbox Slack remembers; plain JSON. */
export interface SlackState {
  lastTs: string;
  /** Oldest first; absent in worlds that were kept before there were any. */
  whispers?: SlackWhisper[];
  /** User id -> blocks of the app's home page. */
  homes?: Record<string, unknown[]>;
  channels: SlackChannel[];
  users: SlackUser[];
}

export interface SlackOptions {
  port?: number;
  state?: SlackState;
  onChange?: () => void;
  now?: () => Date;
  botToken?: string;
  signingSecret?: string;
  appToken?: string;
  /** What the app was granted; default what Usher needs, and what `usher doctor` likes to have. */
  scopes?: string[];
  /** One message a second a channel, as the vendor; default true. */
  rateLimit?: boolean;
}

export interface SlackSandbox {
  /** Ends in `/api/`. */
  readonly url: string;
  readonly port: number;
  readonly botToken: string;
  readonly signingSecret: string;
  /** For Socket Mode. */
  readonly appToken: string;
  /** The bot's connections by Socket Mode; while there are some, all clicks and commands go there. */
  readonly link: Pick<SlackLink, 'count' | 'askToReconnect' | 'drop'>;
  readonly requests: readonly ReceivedRequest[];
  state(): SlackState;
  /** Top-level posts and replies of one channel, oldest first; a copy. Takes the id or the name. */
  posts(channel: string): SlackMessage[];
  /** Somebody else's message. Answers its ts. */
  personPosts(channel: string, text: string, options?: { userId?: string; threadTs?: string }): string;
  /** Where the bot listens for clicks and commands. */
  setEvents(url: string): void;
  readonly people: SlackPeople;
  /** Changes a channel: archived, the bot removed, gone. */
  setChannel(channel: string, change: { is_member?: boolean; is_archived?: boolean; gone?: boolean }): void;
  fault(kind: FaultKind, options?: FaultOptions): void;
  clearFaults(): void;
  refuse(on: boolean): Promise<void>;
  close(): Promise<void>;
}
