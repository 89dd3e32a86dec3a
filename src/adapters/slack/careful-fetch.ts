// The fetch that the Slack SDK is given: to Slack alone, bounded answers, and 429 and lost connections told apart by type.
import http from 'node:http';
import https from 'node:https';
import type { webApi } from '@slack/bolt';
import axios from 'axios';
import { type Flight, type Reach, retryAfterMs, watchedTransport } from '../network.js';

type SlackFetch = NonNullable<webApi.WebClientOptions['fetch']>;

/** Slack (or something in front of it) asked to wait. */
export class SlackRateLimited extends Error {
  readonly retryAfterMs: number | undefined;
  constructor(wait: number | undefined) {
    super('rate limited');
    this.name = 'SlackRateLimited';
    this.retryAfterMs = wait;
  }
}

/** No connection stood, so that nothing can have arrived. */
export class SlackNotReached extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`no connection: ${code}`);
    this.name = 'SlackNotReached';
    this.code = code;
  }
}

const ANSWER_BYTES_MAX = 5_000_000;

/** Redirects are answers, and no success. The SDK reads only seconds from `Retry-After`; dates count here too. */
export function carefulFetch(reach: Reach, now: () => number): SlackFetch {
  // Every call opens its own connection: a stale shared one dies with "reset", which would read as "perhaps sent".
  const agents = { httpAgent: new http.Agent(), httpsAgent: new https.Agent() };
  return async (url, init) => {
    const flight: Flight = { connected: false };
    const answer = await axios
      .request<Buffer>({
        ...agents,
        url: String(url),
        method: init?.method,
        headers: init?.headers as Record<string, string>,
        data: init?.body,
        signal: init?.signal ?? undefined,
        maxRedirects: 0,
        proxy: false,
        maxContentLength: ANSWER_BYTES_MAX,
        responseType: 'arraybuffer',
        validateStatus: () => true,
        transport: watchedTransport(new URL(String(url)).protocol === 'https:', flight, reach),
      })
      .catch((error: unknown) => {
        throw flight.connected ? error : new SlackNotReached(codeOf(error));
      });
    const headers = new Headers(answer.headers as Record<string, string>);
    if (answer.status === 429) throw new SlackRateLimited(retryAfterMs(headers.get('retry-after'), now()));
    const text = answer.data.toString('utf8');
    return {
      ok: answer.status >= 200 && answer.status <= 299,
      status: answer.status,
      statusText: answer.statusText,
      url: String(url),
      headers,
      text: async () => text,
      json: async () => JSON.parse(text) as unknown,
      arrayBuffer: async () => new Uint8Array(answer.data).buffer,
    };
  };
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code !== '' ? code : 'request-failed';
}
