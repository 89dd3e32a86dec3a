// Socket Mode: what people do in Slack comes over the socket that the bot opened, is acknowledged, and goes on after the socket died.
import { request } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSlackSocket } from '../../src/adapters/slack/slack-socket.js';
import type { ChatCard } from '../../src/core/chat-card.js';
import { slackChannels } from '../../src/sandbox/sample-people.js';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack-server.js';
import { notingDesk } from './noting-desk.js';

const PATIENCE = { timeout: 15_000 };
const said = (text: string): ChatCard => ({
  heading: null,
  parts: [{ label: null, text, buttons: [{ action: 'approve', label: 'Approve', value: 'abc' }] }],
  buttons: [{ action: 'look-again', label: 'Look again', value: 'c 1' }],
  footer: null,
});

let slack: SlackSandbox;
let asked: string[];
let warned: number;
let socket: { close(): Promise<void> };
beforeEach(async () => {
  slack = await startSlackSandbox({ rateLimit: false });
  asked = [];
  warned = 0;
  socket = open();
});
afterEach(async () => {
  await socket.close();
  await slack.close();
});

function open(appToken = slack.appToken) {
  return openSlackSocket({
    appToken,
    botToken: slack.botToken,
    apiUrl: slack.url,
    allowPrivateNetwork: true,
    log: { debug() {}, info() {}, warn: () => void warned++, error() {} },
    desk: notingDesk(asked, said),
  });
}
const isOpen = () => expect.poll(() => slack.link.count, PATIENCE).toBe(1);

it('brings a command, a home opening and clicks, each acknowledged', async () => {
  await isOpen();
  const command = await slack.people.types('why 1004');
  expect(JSON.stringify(command.body)).toContain('answer to why 1004');
  expect((await slack.people.opensHome()).status).toBe(200);
  await expect.poll(() => JSON.stringify(slack.state().homes?.U0MERCEDES ?? ''), PATIENCE).toContain('home');
  expect((await slack.people.clicksHome({ actionId: 'approve:Approve', value: 'abc' })).status).toBe(200);
  // The answer to a click on that page stands on it.
  await expect.poll(() => JSON.stringify(slack.state().homes?.U0MERCEDES), PATIENCE).toContain('clicked');
  expect((await slack.people.types('match X', 'U0FOREIGN0')).status).toBe(200);
  expect(asked).toEqual([
    'U0MERCEDES asks why 1004',
    'U0MERCEDES comes home',
    'U0MERCEDES clicks approve abc',
    'U0MERCEDES comes home',
    'U0FOREIGN0 (foreign) asks match X',
  ]);
  const home = slack.state().homes!.U0MERCEDES as { type: string; block_id?: string }[];
  expect(home.filter((b) => b.type === 'actions').map((b) => b.block_id)).toEqual(['part-0', 'part-1', 'usher']);
});

it('brings the click on a post, and whispers the answer', async () => {
  await isOpen();
  const ts = await post();
  expect((await slack.people.clicks(slackChannels.operations.name, ts, 'look-again:Look again')).status).toBe(200);
  await expect.poll(() => JSON.stringify(slack.state().whispers ?? []), PATIENCE).toContain('clicked');
});

it('is opened again when it was dropped, when Slack asks for it, and after Slack could not be reached for a while', async () => {
  await isOpen();
  slack.link.drop();
  await expect.poll(() => opened(), PATIENCE).toBe(2);
  await isOpen();
  slack.link.askToReconnect();
  await expect.poll(() => opened(), PATIENCE).toBe(3);
  await isOpen();
  await slack.refuse(true);
  await expect.poll(() => warned, PATIENCE).toBeGreaterThan(0);
  await slack.refuse(false);
  await isOpen();
  await slack.people.types('why 1');
  expect(asked).toEqual(['U0MERCEDES asks why 1']);
}, 60_000);

it('is not opened with a token that Slack does not know, and an address is good for one connection', async () => {
  await isOpen();
  const stranger = open('xapp-another');
  await expect.poll(() => warned, PATIENCE).toBeGreaterThan(0);
  await stranger.close();
  expect(slack.link.count).toBe(1);
  const answer = await fetch(`${slack.url}apps.connections.open`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.appToken}` },
  });
  const { url } = (await answer.json()) as { url: string };
  expect(await upgrade(url)).toBe('upgraded');
  expect(await upgrade(url)).toBe(403);
});

const opened = () => slack.requests.filter((r) => r.path.endsWith('apps.connections.open')).length;

/** What a client that asks for a WebSocket at that address gets. */
function upgrade(url: string): Promise<'upgraded' | number> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
    };
    const asking = request(url.replace('ws:', 'http:'), { headers });
    asking.on('upgrade', (_answer, stream) => {
      stream.destroy();
      resolve('upgraded');
    });
    asking.on('response', (answer) => resolve(answer.statusCode ?? 0));
    asking.on('error', reject);
    asking.end();
  });
}

async function post(): Promise<string> {
  const answer = await fetch(`${slack.url}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.botToken}` },
    body: new URLSearchParams({
      channel: slackChannels.operations.id,
      text: 'A card',
      blocks: JSON.stringify([
        {
          type: 'actions',
          block_id: 'usher',
          elements: [
            {
              type: 'button',
              action_id: 'look-again:Look again',
              text: { type: 'plain_text', text: 'Look again' },
              value: 'c 1',
            },
          ],
        },
      ]),
    }),
  });
  return ((await answer.json()) as { ts: string }).ts;
}
