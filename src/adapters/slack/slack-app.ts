// Slack's side of the desk on Bolt: commands, clicks and the home page, whichever way they come; answers are for the asker alone.
import { App, type BlockAction, type Receiver, type webApi } from '@slack/bolt';
import type { ChatCard } from '../../core/chat-card.js';
import type { ChatDesk, ChatVisitor } from '../../ports/chat-desk.js';
import type { Log } from '../../ports.js';
import { cardBlocks } from './card-blocks.js';
import { classifyFailure } from './classify-failure.js';
import { type SlackOptions, silentLogger, slackClient } from './client.js';

export interface SlackDeskOptions extends SlackOptions {
  desk: ChatDesk;
  log: Log;
}

/** Slack waits three seconds for an answer to a command; what takes longer comes after. */
const SOON_MS = 2_000;
const COMMAND = '/usher';

/** An app that listens on a receiver. It makes no call of its own before it is first asked something. */
export function slackApp(options: SlackDeskOptions, receiver: Receiver): App {
  const { desk, log } = options;
  const client = slackClient(options);
  const isOurs = ourTeam(client);
  const app = new App({
    receiver,
    logger: silentLogger,
    // One workspace, one token: nothing is looked up for who asks, and Bolt's own client is never used.
    authorize: async () => ({ botToken: options.botToken }),
    convoStore: false,
    ignoreSelf: false,
    attachFunctionToken: false,
  });
  const visitor = async (id: string, team: string | undefined): Promise<ChatVisitor> => ({
    id,
    isOurs: await isOurs(team),
  });
  const tell = (channel: string, user: string, card: ChatCard) => {
    const post = {
      channel,
      user,
      text: textOf(card),
      blocks: cardBlocks(card),
      link_names: false,
      parse: 'none' as const,
    };
    return quietly(log, 'an answer in Slack', () => client.chat.postEphemeral(post));
  };

  app.command(COMMAND, async ({ command, ack }) => {
    const from = await visitor(command.user_id, command.team_id);
    const answer = desk.command(from, command.text);
    const soon = await within(answer, SOON_MS);
    if (soon) return ack({ response_type: 'ephemeral', text: textOf(soon), blocks: cardBlocks(soon) });
    await ack({ response_type: 'ephemeral', text: 'One moment.' });
    await tell(command.channel_id, command.user_id, await answer);
  });

  const publish = async (user: string, card: ChatCard) => {
    const view = { type: 'home' as const, blocks: cardBlocks(card) };
    await quietly(log, 'a home page in Slack', () => client.views.publish({ user_id: user, view }));
  };

  app.action<BlockAction>({ type: 'block_actions' }, async ({ body, ack }) => {
    // What a click asks for is stored before Slack hears that it was taken.
    const from = await visitor(body.user.id, body.user.team_id ?? body.team?.id);
    const answers = await Promise.all(
      body.actions.map((action) => {
        const value = 'value' in action && typeof action.value === 'string' ? action.value : '';
        return desk.click(from, { action: action.action_id.split(':')[0]!, value });
      }),
    );
    await ack();
    const channel = body.channel?.id;
    for (const answer of answers) if (answer && channel) await tell(channel, body.user.id, answer);
    // A page has no place for answers but itself.
    if (body.view?.type !== 'home') return;
    const said = answers.flatMap((answer) => answer?.parts ?? []);
    const card = await desk.home(from);
    await publish(body.user.id, { ...card, parts: [...said, ...card.parts] });
  });

  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    await publish(event.user, await desk.home(await visitor(event.user, body.team_id)));
  });

  app.error(async (error) => {
    log.error({ error: error.name, code: error.code }, 'something asked from Slack failed');
    throw error;
  });
  return app;
}

const textOf = (card: ChatCard): string => card.heading ?? 'Usher';

/** Whether a team is the one our token belongs to; asked once. */
function ourTeam(client: webApi.WebClient): (team: string | undefined) => Promise<boolean> {
  let own: Promise<string | undefined> | null = null;
  return async (team) => {
    own ??= client.auth.test().then((answer) => answer.team_id);
    own.catch(() => {
      own = null;
    });
    return team !== undefined && team === (await own);
  };
}

/** Nothing hangs on it: who does not see it asks again. */
async function quietly(log: Log, what: string, call: () => Promise<unknown>): Promise<void> {
  await call().catch((error: unknown) => {
    const failure = classifyFailure(error);
    log.warn({ code: 'code' in failure ? failure.code : failure.kind }, `${what} could not be shown`);
  });
}

/** The value, or null when it takes longer. */
async function within<T>(value: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  return Promise.race([value, late]).finally(() => clearTimeout(timer));
}
