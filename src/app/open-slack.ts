// What people ask of Usher from Slack: the door for signed requests, and the socket where there is an app token.
import type { SlackDeskOptions } from '../adapters/slack/slack-app.js';
import { slackDoor } from '../adapters/slack/slack-door.js';
import { openSlackSocket } from '../adapters/slack/slack-socket.js';
import { chatDesk } from '../flow/chat-desk.js';
import type { FlowDeps } from '../flow/deps.js';
import type { WebhookDoor } from '../http/http-options.js';
import type { Log } from '../ports.js';
import type { Settings } from '../settings.js';
import { markOf } from './flow-deps.js';
import type { KnowledgeBase } from './knowledge.js';
import { sendingOf } from './sending.js';
import type { Opened, Store } from './store.js';

export interface SlackParts extends Pick<Store, 'ledger' | 'views'>, Pick<FlowDeps, 'caseUrl' | 'enqueue'> {
  /** By which Slack is reached. */
  reach: Settings;
  helpdesk: string;
  programmes: string[];
  knowledge: KnowledgeBase;
  log: Log;
}

/** The door, or undefined without a signing secret; with an app token the socket is opened too. Nothing without a bot token. */
export async function openSlack(parts: SlackParts, opened: Opened): Promise<WebhookDoor | undefined> {
  const { reach, ledger, knowledge, log } = parts;
  const { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret, SLACK_APP_TOKEN: appToken } = reach;
  if (!botToken || (!signingSecret && !appToken)) return undefined;
  const desk = chatDesk({
    ...parts,
    knowledge: () => knowledge.current(),
    mark: await markOf(ledger),
    clock: { now: () => new Date() },
    sending: sendingOf(ledger, parts.programmes),
  });
  const options: SlackDeskOptions = {
    botToken,
    apiUrl: reach.SLACK_API_URL,
    allowPrivateNetwork: reach.ALLOW_PRIVATE_NETWORK,
    desk,
    log,
  };
  if (appToken) {
    const socket = openSlackSocket({ ...options, appToken });
    opened.push(() => socket.close());
  }
  return signingSecret ? slackDoor({ ...options, signingSecret }) : undefined;
}
