// Samples that programmes bring as files: their tickets filed once, and the Slack channels that their directory names.

import type { SlackSandbox } from './slack-types.js';
import type { SandboxWorld } from './world-file.js';
import type { NewTicket, ZendeskSandbox } from './zendesk-sandbox.js';

/** What the active programmes bring. */
export interface ProgrammeSamples {
  /** Programme -> its sample tickets; absent where it brings no file. */
  tickets: Record<string, NewTicket[]>;
  /** Channels of the directory, as they are to be in Slack. */
  channels: { id: string; name: string }[];
  /** Whether the tickets that the sandbox has of its own are filed, too. */
  withOwn: boolean;
}

/** Files what was not filed before; answers the ticket ids by programme, those of earlier starts too. */
export function fileProgrammeSamples(
  zendesk: ZendeskSandbox,
  { tickets }: ProgrammeSamples,
  kept: SandboxWorld['programmeSamples'] = {},
): Record<string, string[]> {
  const filed = Object.entries(tickets)
    .filter(([programme]) => !Object.hasOwn(kept, programme))
    .map(([programme, list]) => [programme, list.map((ticket) => zendesk.customerFiles(ticket))]);
  return { ...kept, ...(Object.fromEntries(filed) as Record<string, string[]>) };
}

/** Channels that are missing are made; the bot is in each. */
export function addChannels(slack: SlackSandbox, channels: ProgrammeSamples['channels']): void {
  const { state } = slack;
  for (const { id, name } of channels) {
    if (state().channels.some((channel) => channel.id === id)) continue;
    const fresh = { id, name, is_member: true, is_private: false, is_archived: false, messages: [] };
    state().channels.push(fresh);
  }
}
