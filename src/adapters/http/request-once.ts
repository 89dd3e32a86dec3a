// One request to an address that the directory names: no redirects, no proxy, no hidden retries, little read, every status an answer.
import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import { checkedUrl, type Flight, reachOf, watchedTransport } from '../network.js';

export interface OneRequest {
  /** https, and no private address unless allowed. */
  url: string;
  /** What the address is called in Problems. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  headers: Record<string, string>;
  /** '' where there is none. */
  body: string;
  /** More of an answer is not read; 256 kB unless told otherwise. */
  bytesMost?: number;
  allowPrivateNetwork: boolean;
  timeoutMs: number;
}

export type OneReply =
  | { kind: 'answer'; status: number; headers: Record<string, unknown>; bytes: Uint8Array }
  /** `sent` says whether anything can have arrived. */
  | { kind: 'failure'; sent: boolean; code: string; isTooLarge: boolean };

const ANSWER_BYTES_MOST = 256 * 1024;

/** Throws ProblemError when the address may not be spoken to. */
export async function requestOnce(request: OneRequest): Promise<OneReply> {
  const { method, headers, body, timeoutMs, allowPrivateNetwork, bytesMost = ANSWER_BYTES_MOST } = request;
  const url = checkedUrl(request.url, request.name, allowPrivateNetwork);
  const secure = url.protocol === 'https:';
  const flight: Flight = { connected: false };
  try {
    const answer = await axios.request<Buffer>({
      method,
      url: url.href,
      data: body === '' ? undefined : body,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'usher',
        ...(body === '' ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      timeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs + 500),
      maxRedirects: 0,
      proxy: false,
      maxContentLength: bytesMost,
      responseType: 'arraybuffer',
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
      // Its own connection: a stale shared one dies with "reset", which would read as "perhaps sent".
      [secure ? 'httpsAgent' : 'httpAgent']: new (secure ? https : http).Agent({ keepAlive: false }),
      transport: watchedTransport(secure, flight, reachOf(url, allowPrivateNetwork)),
    });
    return { kind: 'answer', status: answer.status, headers: { ...answer.headers }, bytes: answer.data };
  } catch (error) {
    const { code, response } = error as { code?: unknown; response?: unknown };
    // An answer that breaks off has the same code, and is told with what came of it.
    const isTooLarge = code === 'ERR_BAD_RESPONSE' && response === undefined;
    const named = typeof code === 'string' ? code : 'request-failed';
    return { kind: 'failure', sent: flight.connected, code: named, isTooLarge };
  }
}
