// The Slack SDK's client with everything of its own initiative off: no retries, no waiting, no log.
import { webApi } from '@slack/bolt';
import { checkedUrl, reachOf } from '../network.js';
import { carefulFetch } from './careful-fetch.js';

export interface SlackOptions {
  /** `xoxb-…` */
  botToken: string;
  /** Default `https://slack.com/api/`. */
  apiUrl?: string;
  allowPrivateNetwork?: boolean;
  timeoutMs?: number;
  /** Milliseconds since the epoch; for tests. */
  now?: () => number;
}

export const SLACK_API_URL = 'https://slack.com/api/';
const TIMEOUT_MS = 10_000;

/** Throws ProblemError when the address may not be spoken to; asks nothing until used. */
export function slackClient(options: SlackOptions): webApi.WebClient {
  return new webApi.WebClient(options.botToken, slackClientOptions(options));
}

/** How the SDK's client is to behave, whichever token it has. Throws ProblemError as above. */
export function slackClientOptions(options: Omit<SlackOptions, 'botToken'>): webApi.WebClientOptions {
  const allowPrivate = options.allowPrivateNetwork ?? false;
  const url = checkedUrl(options.apiUrl ?? SLACK_API_URL, 'SLACK_API_URL', allowPrivate);
  // The SDK's defaults post three copies when answers are lost, and wait for ever: everything of that is off.
  return {
    slackApiUrl: url.href,
    retryConfig: { retries: 0 },
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    maxRequestConcurrency: 3,
    fetch: carefulFetch(reachOf(url, allowPrivate), options.now ?? Date.now),
    logger: silentLogger,
  };
}

const nothing = (): void => {};
/** The SDK logs request bodies; our own log says what matters. */
export const silentLogger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => 'error' as webApi.WebClientOptions['logLevel'] & 'error',
  setName: nothing,
} as NonNullable<webApi.WebClientOptions['logger']>;
