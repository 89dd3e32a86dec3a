// The door for Slack: what is not signed, too old, too new or seen before does nothing; the rest is asked of the desk once.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slackDoor } from '../../src/adapters/slack/slack-door.js';
import type { ChatCard } from '../../src/core/chat-card.js';
import { slackIds } from '../../src/sandbox/sample-people.js';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack-server.js';
import { notingDesk } from './noting-desk.js';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
/** Slack's documented request and its signature. */
const VECTOR = {
  at: 1_531_420_618,
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
};
const FORM = 'application/x-www-form-urlencoded';
const said = (text: string): ChatCard => ({ heading: null, parts: [{ label: null, text }], buttons: [], footer: null });

let slack: SlackSandbox;
let asked: string[];
let clock: number;
beforeEach(async () => {
  slack = await startSlackSandbox();
  asked = [];
  clock = VECTOR.at * 1000;
});
afterEach(() => slack.close());

function door(signingSecret = SECRET) {
  const seen = new Set<string>();
  return slackDoor({
    signingSecret,
    botToken: slack.botToken,
    apiUrl: slack.url,
    allowPrivateNetwork: true,
    now: () => clock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    desk: notingDesk(asked, said, async (key) => !seen.has(key) && Boolean(seen.add(key))),
  });
}

function signed(body: string, type = FORM, { at = Math.floor(clock / 1000), secret = SECRET } = {}) {
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
  const headers = { 'content-type': type, 'x-slack-request-timestamp': String(at), 'x-slack-signature': signature };
  return { headers, rawBody: Buffer.from(body) };
}
const command = (text: string, team: string = slackIds.team) =>
  new URLSearchParams({ command: '/usher', text, user_id: 'U1', team_id: team, channel_id: 'C0USHEROPS' }).toString();
const click = (team: string = slackIds.team) => {
  const actions = [
    { type: 'button', action_id: 'look-again:Look again', block_id: 'usher', value: 'c 1', action_ts: '1.1' },
  ];
  const user = { id: 'U1', team_id: team };
  const payload = { type: 'block_actions', user, team: { id: slackIds.team }, channel: { id: 'C0USHEROPS' }, actions };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
};

describe('a signature', () => {
  const vector = (signature = VECTOR.signature, at = VECTOR.at) => ({
    headers: { 'content-type': FORM, 'x-slack-request-timestamp': String(at), 'x-slack-signature': signature },
    rawBody: Buffer.from(VECTOR.body),
  });

  it('that Slack documents is taken', async () => {
    expect((await door()(vector())).status).toBe(200);
  });

  it.each([
    ['of another secret', () => signed(command('why 1'), FORM, { secret: 'other' }), SECRET],
    ['of other bytes', () => ({ ...vector(), rawBody: Buffer.from(`${VECTOR.body}x`) }), SECRET],
    ['without a version', () => vector(VECTOR.signature.slice(3)), SECRET],
    ['that is missing', () => vector(''), SECRET],
    ['from six minutes ago', () => signed(command('why 1'), FORM, { at: VECTOR.at - 360 }), SECRET],
    ['six minutes ahead', () => signed(command('why 1'), FORM, { at: VECTOR.at + 360 }), SECRET],
    ['without a time', () => ({ headers: {}, rawBody: Buffer.from(command('why 1')) }), SECRET],
    ['under an empty secret', () => signed(command('why 1'), FORM, { secret: '' }), ''],
  ])('%s is refused, and nothing is asked', async (_what, delivery, secret) => {
    expect(await door(secret)(delivery())).toEqual({ status: 401 });
    expect(asked).toEqual([]);
  });

  it('counts once: what was captured on its way does nothing the second time', async () => {
    const take = door();
    const delivery = signed(command('pause'));
    expect((await take(delivery)).body).toContain('answer to pause');
    expect(await take(delivery)).toEqual({ status: 200 });
    expect(asked).toEqual(['U1 asks pause']);
  });
});

describe('what is signed', () => {
  it('proves the address to Slack', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    expect(await door()(signed(body, 'application/json'))).toEqual({ status: 200, body: '{"challenge":"abc"}' });
  });

  it('is answered to the asker alone', async () => {
    const answer = await door()(signed(command('why 1004')));
    expect(JSON.parse(answer.body!)).toMatchObject({
      response_type: 'ephemeral',
      blocks: [{ type: 'section', text: { type: 'plain_text', text: 'answer to why 1004' } }],
    });
  });

  it('knows people of other workspaces as foreign, in commands and clicks', async () => {
    const take = door();
    await take(signed(command('why 1', 'T0ELSEWHERE')));
    await take(signed(click('T0ELSEWHERE')));
    await take(signed(click()));
    expect(asked).toEqual([
      'U1 (foreign) asks why 1',
      'U1 (foreign) clicks look-again c 1',
      'U1 clicks look-again c 1',
    ]);
    await expect.poll(() => slack.state().whispers?.length).toBe(2);
  });

  it('shows the home page once for an event that Slack delivers again', async () => {
    const take = door();
    const event = { type: 'app_home_opened', user: 'U1', tab: 'home', channel: 'D1', event_ts: '1.1' };
    const body = JSON.stringify({ type: 'event_callback', team_id: slackIds.team, event_id: 'Ev1', event });
    expect(await take(signed(body, 'application/json'))).toEqual({ status: 200 });
    clock += 60_000;
    expect(await take(signed(body, 'application/json'))).toEqual({ status: 200 });
    await expect.poll(() => slack.state().homes?.U1).toMatchObject([{ text: { text: 'home' } }]);
    expect(asked).toEqual(['U1 comes home']);
  });

  it.each([
    ['nothing', '', 200],
    ['no form that Slack sends', 'payload=x', 400],
    ['a list', 'payload=[]', 400],
  ])('asks for nothing when it is %s', async (_what, body, status) => {
    expect((await door()(signed(body))).status).toBe(status);
    expect(asked).toEqual([]);
  });
});
