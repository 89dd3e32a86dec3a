// What an app must be granted for which method, as the sandbox Slack asks for it.
import type { SlackChannel } from './slack-types.js';

export const usualScopes = [
  'commands',
  'chat:write',
  'channels:history',
  'groups:history',
  'channels:read',
  'groups:read',
  'im:write',
  'im:history',
];

const byMethod: Record<string, 'write' | 'history' | 'read' | 'open'> = {
  'chat.postMessage': 'write',
  'chat.update': 'write',
  'chat.postEphemeral': 'write',
  'conversations.history': 'history',
  'conversations.replies': 'history',
  'conversations.info': 'read',
  'conversations.open': 'open',
};

/** The scope that a call needs, or null; for channels nobody may know of, that of public ones. */
export function neededScope(method: string, channel: SlackChannel | null): string | null {
  const kind = byMethod[method];
  if (kind === undefined) return null;
  if (kind === 'write') return 'chat:write';
  if (kind === 'open') return 'im:write';
  return `${channel?.user ? 'im' : channel?.is_private ? 'groups' : 'channels'}:${kind}`;
}
