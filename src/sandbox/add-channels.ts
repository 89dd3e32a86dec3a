// Slack channels that the directory names, made in the sandbox's Slack so that rules can post to them.
import type { SlackSandbox } from './slack-types.js';

/** What is missing is made; the bot is in each. */
export function addChannels(slack: SlackSandbox, channels: { id: string; name: string }[]): void {
  const { state } = slack;
  for (const { id, name } of channels) {
    if (state().channels.some((channel) => channel.id === id)) continue;
    state().channels.push({ id, name, is_member: true, is_private: false, is_archived: false, messages: [] });
  }
}
