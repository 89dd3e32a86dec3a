// One request to Zendesk: no redirects, no proxy from the environment, no hidden retries, every status an answer.
import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import { checkedUrl, type Flight, reachOf, watchedTransport } from '../../network.js';
import { createGovernor } from './governor.js';
import type { Rank } from './lane.js';
import { ANSWER_BYTES_MAX, TIMEOUT_MS, type ZendeskOptions } from './options.js';

/** What came back. `json` is undefined when the body is not a JSON object; `sent` says whether anything can have arrived. */
export type Reply =
  | { kind: 'answer'; status: number; headers: Record<string, unknown>; json: Record<string, unknown> | undefined }
  | { kind: 'failure'; sent: boolean; code: string; reason: string; retryAfterMs?: number };

/** The code of a request that was not made, so that the account's rate limit is kept. */
export const PUT_OFF = 'rate-limit';

/** How a request stands in the queue for the account's rate limit; default: a read. */
export interface Haste {
  rank: Rank;
  waitMaxMs?: number;
}

export type Params = Record<string, string | number>;
export interface ZendeskHttp {
  /** `https://acme.zendesk.com`, without a slash at the end. */
  readonly base: string;
  get(path: string, params?: Params, haste?: Haste): Promise<Reply>;
  put(path: string, body: object, haste?: Haste): Promise<Reply>;
  /** A file; `type` is its media type. */
  post(path: string, file: { params: Params; bytes: Uint8Array; type: string }, haste?: Haste): Promise<Reply>;
}

type Method = 'GET' | 'PUT' | 'POST';

interface Content {
  params?: Params;
  body?: object;
  bytes?: Uint8Array;
  type?: string;
}

/** Basic authentication with an API token: the literal `/token` is part of the user name (contract section 1). */
export function authorization(email: string, apiToken: string): string {
  return `Basic ${Buffer.from(`${email}/token:${apiToken}`).toString('base64')}`;
}

/** Throws ProblemError when the address may not be spoken to. */
export function zendeskHttp(options: ZendeskOptions): ZendeskHttp {
  const url = checkedUrl(options.url, 'ZENDESK_URL', options.allowPrivateNetwork ?? false);
  const base = url.origin;
  const reach = reachOf(url, options.allowPrivateNetwork ?? false);
  const secure = url.protocol === 'https:';
  const vendor = secure ? https : http;
  // Reads share connections. A write opens its own: a stale shared one dies with "reset", which would read as "perhaps sent".
  const readAgent = new vendor.Agent({ keepAlive: true, maxSockets: 3, timeout: 4_000 });
  const writeAgent = new vendor.Agent({ keepAlive: false });

  const governor = options.governor ?? createGovernor({ now: options.now });

  async function request(method: Method, path: string, haste: Haste, more: Content): Promise<Reply> {
    const leave = await governor.enter({ method, path, ...haste });
    if (leave.kind === 'put-off') {
      const reason = `${method} ${path} waits: the account's rate limit is nearly used up`;
      return { kind: 'failure', sent: false, code: PUT_OFF, reason, retryAfterMs: leave.retryAfterMs };
    }
    const reply = await exchange(method, path, more).catch((error: unknown) => {
      leave.leave(null);
      throw error;
    });
    leave.leave(reply.kind === 'answer' ? reply : null);
    return reply;
  }

  async function exchange(method: Method, path: string, content: Content): Promise<Reply> {
    const { params, body, bytes, type = 'application/json' } = content;
    const data = bytes ? Buffer.from(bytes) : body && JSON.stringify(body);
    const flight: Flight = { connected: false };
    const agent = method === 'GET' ? readAgent : writeAgent;
    try {
      const answer = await axios.request<string>({
        method,
        url: `${base}/api/v2${path}`,
        params,
        data,
        headers: {
          Accept: 'application/json',
          Authorization: authorization(options.email, options.apiToken),
          'User-Agent': 'usher',
          ...(data === undefined ? {} : { 'Content-Type': type }),
        },
        timeout: options.timeoutMs ?? TIMEOUT_MS,
        signal: AbortSignal.timeout((options.timeoutMs ?? TIMEOUT_MS) + 500),
        maxRedirects: 0,
        proxy: false,
        maxContentLength: ANSWER_BYTES_MAX,
        responseType: 'text',
        transformResponse: [(data: unknown) => data],
        validateStatus: () => true,
        [secure ? 'httpsAgent' : 'httpAgent']: agent,
        transport: watchedTransport(secure, flight, reach),
      });
      return { kind: 'answer', status: answer.status, headers: { ...answer.headers }, json: jsonObject(answer.data) };
    } catch (error) {
      const code = errorCode(error);
      return { kind: 'failure', sent: flight.connected, code, reason: `${method} ${path}: ${code}` };
    }
  }

  return {
    base,
    get: (path, params, haste = { rank: 'read' }) => request('GET', path, haste, { params }),
    post: (path, file, haste = { rank: 'write' }) => request('POST', path, haste, file),
    put: (path, body, haste = { rank: 'write' }) => request('PUT', path, haste, { body }),
  };
}

function jsonObject(text: unknown): Record<string, unknown> | undefined {
  try {
    const value: unknown = typeof text === 'string' ? JSON.parse(text) : undefined;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function errorCode(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && code !== '' ? code : 'request-failed';
}
