// The sandbox Slack's people heard by a desk, as the running bot hears them: signed, by the door, on the real ledger.
import { expect } from 'vitest';
import { slackDoor } from '../../src/adapters/slack/slack-door.js';
import { openSlackSocket } from '../../src/adapters/slack/slack-socket.js';
import { sendingOf } from '../../src/app/sending.js';
import { chatDesk } from '../../src/flow/chat-desk.js';
import type { FlowDeps } from '../../src/flow/deps.js';
import type { SlackMessage } from '../../src/sandbox/slack-types.js';
import { caseViews } from '../../src/storage/views.js';
import { tinyServer } from '../adapters/tiny-server.js';
import type { Stage } from './journey.js';

export interface Hearing {
  close(): Promise<void>;
}

/** What stands at the top of a card. */
export const headingOf = (card: SlackMessage) => (card.blocks as { text: { text: string } }[])[0]!.text.text;

/** With `socket` by Socket Mode, else signed, at an address. */
export async function hearSlack(
  { world, db }: Stage,
  deps: FlowDeps,
  way: 'door' | 'socket' = 'door',
): Promise<Hearing> {
  const { slack } = world;
  const sending = sendingOf(deps.ledger, ['everbright-api-access']);
  const options = {
    botToken: slack.botToken,
    apiUrl: slack.url,
    allowPrivateNetwork: true,
    now: () => deps.clock.now().getTime(),
    log: deps.log,
    desk: chatDesk({ ...deps, views: caseViews(db.kysely<unknown>()), sending, helpdesk: 'sandbox' }),
  };
  if (way === 'socket') {
    const socket = openSlackSocket({ ...options, appToken: slack.appToken });
    await expect.poll(() => slack.link.count, { timeout: 20_000 }).toBe(1);
    return socket;
  }
  const door = slackDoor({ ...options, signingSecret: slack.signingSecret });
  const server = await tinyServer((asked, out) => {
    door({ headers: asked.headers, rawBody: Buffer.from(asked.body) }).then(
      ({ status, body }) => out.writeHead(status).end(body),
      () => out.writeHead(503).end(),
    );
  });
  slack.setEvents(server.url);
  return server;
}
