// What people ask of Usher from Slack: the door for signed requests, and the socket where there is an app token.
import { createHmac, randomBytes } from 'node:crypto';
import type { SlackDeskOptions } from '../adapters/slack/slack-app.js';
import { slackDoor } from '../adapters/slack/slack-door.js';
import { openSlackSocket } from '../adapters/slack/slack-socket.js';
import { chatDesk } from '../flow/chat-desk.js';
import type { FlowDeps } from '../flow/deps.js';
import type { WebhookDoor } from '../http/http-options.js';
import type { Ledger } from '../ledger.js';
import type { Log } from '../ports.js';
import type { Settings } from '../settings.js';
import type { KnowledgeBase } from './knowledge.js';
import { sendingOf } from './sending.js';
import type { Opened, Store } from './store.js';

/** The mark of a text: a keyed hash that every process of one database makes alike, 32 hex digits. */
export async function markerOf(ledger: Ledger): Promise<FlowDeps['mark']> {
  const key = await ledger.keep('mark-key', () => randomBytes(32).toString('hex'));
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}

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
    mark: await markerOf(ledger),
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
