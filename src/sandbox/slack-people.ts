// What people do in the sandbox Slack: click buttons, type the command, open the app's home page; each a signed request to the bot.
import { createHmac, randomUUID } from 'node:crypto';
import { slackIds, slackPeople } from './sample-people.js';
import type { SlackBlock, SlackMessage, SlackReaction } from './slack-types.js';
import type { SlackWorld } from './slack-world.js';

/** More patient than Slack, so that a machine that stood still is no failure of the bot. */
const TIMEOUT_MS = 20_000;

export interface SlackPeople {
  /** Somebody clicks the button with this action id on a post. Throws when there is no such button. */
  clicks(channel: string, ts: string, actionId: string, userId?: string): Promise<SlackReaction>;
  /** Somebody types `/usher TEXT`. */
  types(text: string, userId?: string, channel?: string): Promise<SlackReaction>;
  opensHome(userId?: string): Promise<SlackReaction>;
}

/** `url` is where the bot listens; null: nobody does. */
export function slackPeopleOf(
  world: SlackWorld,
  { secret, url }: { secret: string; url: () => string | null },
): SlackPeople {
  const send = async (body: string, type: string): Promise<SlackReaction> => {
    const to = url();
    if (!to) throw new Error('the sandbox Slack was not told where the bot listens');
    const timestamp = String(Math.floor(world.now().getTime() / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const answer = await fetch(to, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { 'content-type': type, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature },
      body,
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  };
  const form = (fields: Record<string, string>) =>
    send(new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded');
  const team = { id: slackIds.team, domain: 'everbright' };
  const teamOf = (userId: string) => world.state.users.find((u) => u.id === userId)?.team_id ?? slackIds.team;
  return {
    async clicks(channelName, ts, actionId, givenUser) {
      const channel = world.channel(channelName);
      const userId = givenUser ?? channel?.user ?? slackPeople.mercedesDavis.id;
      const message = channel?.messages.find((m) => m.ts === ts);
      const button = message && buttonsOf(message).find((b) => b.action_id === actionId);
      if (!channel || !message || !button) throw new Error(`no button ${actionId} stands in ${channelName} at ${ts}`);
      const { element, block_id } = button;
      const payload = {
        type: 'block_actions',
        api_app_id: slackIds.app,
        team,
        user: { id: userId, username: 'person', team_id: teamOf(userId) },
        container: { type: 'message', message_ts: ts, channel_id: channel.id, is_ephemeral: false },
        trigger_id: `${Date.now()}.1.${randomUUID()}`,
        channel: { id: channel.id, name: channel.name },
        message: { type: 'message', ts, text: message.text },
        state: { values: {} },
        actions: [{ ...element, block_id, action_ts: world.nextTs() }],
      };
      return form({ payload: JSON.stringify(payload) });
    },
    async types(text, userId = slackPeople.mercedesDavis.id, channel = 'usher-operations') {
      const place = world.channel(channel);
      const reaction = await form({
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
      const body = {
        type: 'event_callback',
        team_id: teamOf(userId),
        api_app_id: slackIds.app,
        event,
        event_id: `Ev${randomUUID()}`,
      };
      return send(JSON.stringify(body), 'application/json');
    },
  };
}

/** All buttons of a post, with the block they stand in. */
export function buttonsOf({
  blocks,
}: SlackMessage): { action_id: string; block_id: string; element: Record<string, unknown> }[] {
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
