// What people do in the sandbox Slack: click buttons, type the command, open the app's home page; each reaches the bot as Slack's does.
import { createHmac, randomUUID } from 'node:crypto';
import { slackIds, slackPeople } from './sample-people.js';
import type { EnvelopeType, SlackLink } from './slack-link.js';
import type { SlackBlock, SlackReaction } from './slack-types.js';
import type { SlackWorld } from './slack-world.js';

/** More patient than Slack, so that a machine that stood still is no failure of the bot. */
const TIMEOUT_MS = 20_000;

export interface SlackPeople {
  /** Somebody clicks the button with this action id on a post. Throws when there is no such button. */
  clicks(channel: string, ts: string, actionId: string, userId?: string): Promise<SlackReaction>;
  /** Somebody clicks, on their page of the app, the button with this action id and value. Throws when there is no such button. */
  clicksHome(button: { actionId: string; value: string }, userId?: string): Promise<SlackReaction>;
  /** Somebody types `/usher TEXT`. */
  types(text: string, userId?: string, channel?: string): Promise<SlackReaction>;
  opensHome(userId?: string): Promise<SlackReaction>;
}

interface Way {
  secret: string;
  /** Where the bot listens; null: nobody does. */
  url: () => string | null;
  link: SlackLink;
}

/** By the socket where the bot has opened one, else signed to its address. */
export function slackPeopleOf(world: SlackWorld, way: Way): SlackPeople {
  const deliver = (type: EnvelopeType, payload: object) =>
    way.link.count > 0 ? way.link.deliver(type, payload) : sendSigned(world, way, type, payload);
  const team = { id: slackIds.team, domain: 'everbright' };
  const teamOf = (userId: string) => world.state.users.find((u) => u.id === userId)?.team_id ?? slackIds.team;
  const click = ({ element, block_id }: Button, userId: string, where: object) =>
    deliver('interactive', {
      type: 'block_actions',
      api_app_id: slackIds.app,
      team,
      user: { id: userId, username: 'person', team_id: teamOf(userId) },
      trigger_id: `${Date.now()}.1.${randomUUID()}`,
      ...where,
      state: { values: {} },
      actions: [{ ...element, block_id, action_ts: world.nextTs() }],
    });
  return {
    async clicks(channelName, ts, actionId, givenUser) {
      const channel = world.channel(channelName);
      const userId = givenUser ?? channel?.user ?? slackPeople.mercedesDavis.id;
      const message = channel?.messages.find((m) => m.ts === ts);
      const button = message && buttonsOf(message).find((b) => b.action_id === actionId);
      if (!channel || !message || !button) throw new Error(`no button ${actionId} stands in ${channelName} at ${ts}`);
      return click(button, userId, {
        container: { type: 'message', message_ts: ts, channel_id: channel.id, is_ephemeral: false },
        channel: { id: channel.id, name: channel.name },
        message: { type: 'message', ts, text: message.text },
      });
    },
    async clicksHome({ actionId, value }, userId = slackPeople.mercedesDavis.id) {
      const blocks = world.state.homes?.[userId] ?? [];
      const button = buttonsOf({ blocks }).find((b) => b.action_id === actionId && b.element.value === value);
      if (!button) throw new Error(`no button ${actionId} stands on the home page of ${userId}`);
      const view = { id: 'V0HOME', type: 'home', app_id: slackIds.app, blocks };
      return click(button, userId, { container: { type: 'view', view_id: view.id }, view });
    },
    async types(text, userId = slackPeople.mercedesDavis.id, channel = 'usher-operations') {
      const place = world.channel(channel);
      const reaction = await deliver('slash_commands', {
        team_id: teamOf(userId),
        channel_id: place?.id ?? '',
        channel_name: place?.name ?? '',
        user_id: userId,
        user_name: 'person',
        command: '/usher',
        text,
        api_app_id: slackIds.app,
        trigger_id: `${Date.now()}.2.${randomUUID()}`,
      });
      if (reaction.body) world.whisper({ user: userId, text: `/usher ${text}`, blocks: reaction.body.blocks ?? [] });
      return reaction;
    },
    opensHome(userId = slackPeople.mercedesDavis.id) {
      const event = { type: 'app_home_opened', user: userId, channel: 'D0HOME', tab: 'home', event_ts: world.nextTs() };
      return deliver('events_api', {
        type: 'event_callback',
        team_id: teamOf(userId),
        api_app_id: slackIds.app,
        event,
        event_id: `Ev${randomUUID()}`,
      });
    },
  };
}

/** What Slack posts to the address of an app: events as JSON, commands as a form, clicks as JSON in one. */
async function sendSigned(
  world: SlackWorld,
  { secret, url }: Way,
  type: EnvelopeType,
  payload: object,
): Promise<SlackReaction> {
  const to = url();
  if (!to) throw new Error('the sandbox Slack was not told where the bot listens');
  const json = JSON.stringify(payload);
  const fields = type === 'interactive' ? { payload: json } : (payload as Record<string, string>);
  const body = type === 'events_api' ? json : new URLSearchParams(fields).toString();
  const timestamp = String(Math.floor(world.now().getTime() / 1000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const answer = await fetch(to, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      'content-type': type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
    },
    body,
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}

interface Button {
  action_id: string;
  block_id: string;
  element: Record<string, unknown>;
}

/** All buttons of a post or page, with the block they stand in. */
export function buttonsOf({ blocks }: { blocks: unknown[] | null }): Button[] {
  return ((blocks ?? []) as SlackBlock[]).flatMap((block) =>
    [...(block.elements ?? []), ...(block.accessory ? [block.accessory] : [])]
      .filter((element) => element.type === 'button')
      .map((element) => ({
        action_id: String(element.action_id),
        block_id: block.block_id ?? 'b',
        element: { ...element },
      })),
  );
}
