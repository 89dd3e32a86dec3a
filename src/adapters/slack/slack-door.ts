// The door for what Slack posts to /slack/events: signature over the raw bytes, once each, then handed to the app.
import { createHash } from 'node:crypto';
import { type App, isValidSlackRequest, type Receiver } from '@slack/bolt';
import { type SlackDeskOptions, slackApp } from './slack-app.js';

export interface SlackDelivery {
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  rawBody: Buffer;
}

export interface SlackAnswer {
  status: number;
  /** Sent as JSON where there is one. */
  body?: string;
}

/** Their clock may be ahead of ours by so much; the five minutes the other way are Bolt's. */
const AHEAD_MOST_S = 300;
const ANSWER_MOST_MS = 2_800;

/**
 * Answers 401 to what is not signed, and to what is older or newer than five minutes. What was taken before is answered as done
 * and does nothing. Throws when it could not be stored: Slack shows that, or sends it again. An empty secret lets nothing in.
 */
export function slackDoor(
  options: SlackDeskOptions & { signingSecret: string },
): (delivery: SlackDelivery) => Promise<SlackAnswer> {
  const held: { app: App | null } = { app: null };
  const receiver: Receiver = {
    init(app) {
      held.app = app;
    },
    start: async () => {},
    stop: async () => {},
  };
  slackApp(options, receiver);
  const now = options.now ?? Date.now;
  return async ({ headers, rawBody }) => {
    const signature = String(headers['x-slack-signature'] ?? '');
    const timestamp = Number(headers['x-slack-request-timestamp'] ?? Number.NaN);
    const body = rawBody.toString('utf8');
    const isSigned = isValidSlackRequest({
      signingSecret: options.signingSecret,
      body,
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp },
      nowMilliseconds: now(),
    });
    // Bolt refuses old stamps only.
    if (!isSigned || timestamp * 1000 - now() > AHEAD_MOST_S * 1000) {
      options.log.warn({}, 'a request that is not signed by Slack was refused');
      return { status: 401 };
    }
    const payload = payloadOf(body, String(headers['content-type'] ?? ''));
    if (!payload) return { status: 400 };
    if (payload.type === 'url_verification')
      return { status: 200, body: JSON.stringify({ challenge: String(payload.challenge ?? '') }) };
    if (payload.ssl_check) return { status: 200 };
    // An event that comes again has its own id; anything else that does was captured on its way.
    const key =
      typeof payload.event_id === 'string' ? payload.event_id : createHash('sha256').update(signature).digest('hex');
    if (!(await options.desk.isNew(`slack:${key}`))) return { status: 200 };
    return process(held.app!, payload);
  };
}

/** The answer as soon as the app has one; the rest of the work goes on. */
function process(app: App, body: Record<string, unknown>): Promise<SlackAnswer> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => resolve({ status: 200 }), ANSWER_MOST_MS);
    const answer = (given: SlackAnswer) => {
      clearTimeout(late);
      resolve(given);
    };
    const ack = async (said?: unknown) =>
      answer(said === undefined || said === '' ? { status: 200 } : { status: 200, body: JSON.stringify(said) });
    app.processEvent({ body, ack }).then(
      () => answer({ status: 200 }),
      (error: unknown) => {
        clearTimeout(late);
        reject(error);
      },
    );
  });
}

/** JSON, a form with JSON in `payload`, or a form that is the payload. null: none of it. */
function payloadOf(body: string, type: string): Record<string, unknown> | null {
  if (!type.includes('application/x-www-form-urlencoded')) return jsonOf(body);
  const form = new URLSearchParams(body);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : jsonOf(payload);
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
