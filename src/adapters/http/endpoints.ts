// The hand for steps of the kind `http`: endpoints of the directory, their secrets, and what each answer means.
import { atPointer } from '../../core/event.js';
import type { Endpoint } from '../../core/rulebook.js';
import type { Http, HttpCall, Outcome } from '../../ports.js';
import { ProblemError } from '../../problem.js';
import { retryAfterMs } from '../network.js';
import { type OneReply, requestOnce } from './request-once.js';

export interface EndpointOptions {
  /** As the directory in use names it; undefined when it does not. */
  endpoint: (name: string) => Endpoint | undefined;
  /** A secret of RULE_SECRETS. */
  secret: (name: string) => string | undefined;
  allowPrivateNetwork: boolean;
  /** Shorter than what a lease leaves for sending. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;
/** Of a value that is kept. */
const VALUE_MOST = 1_000;

export function httpEndpoints(options: EndpointOptions): Http {
  return {
    async send(call) {
      const endpoint = options.endpoint(call.to);
      if (!endpoint) return refused('no-endpoint', `the directory has no endpoint "${call.to}"`);
      const secret = endpoint.secret === null ? null : options.secret(endpoint.secret);
      if (secret === undefined) return refused('no-secret', `RULE_SECRETS does not hold "${endpoint.secret}"`);
      try {
        const reply = await requestOnce({
          url: `${endpoint.url}${call.path}`,
          name: `the endpoint ${call.to}`,
          method: call.method,
          headers: { ...call.headers, 'Idempotency-Key': call.mark, ...secretHeader(endpoint, secret) },
          body: call.body,
          allowPrivateNetwork: options.allowPrivateNetwork,
          timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
        });
        return outcomeOf(reply, call);
      } catch (error) {
        if (error instanceof ProblemError) return refused(error.problems[0]!.code, error.problems[0]!.message);
        throw error;
      }
    },
  };
}

/** The header that carries an endpoint's secret. */
export function secretHeader({ header }: Endpoint, secret: string | null): Record<string, string> {
  if (secret === null) return {};
  return { [header]: header.toLowerCase() === 'authorization' ? `Bearer ${secret}` : secret };
}

function refused(code: string, reason: string): Outcome {
  return { kind: 'refused', code, reason };
}

/** By status (research 2.2): a 4xx is a no, a 5xx or silence may have done it. Nothing of the answer's text is quoted. */
function outcomeOf(reply: OneReply, call: HttpCall): Outcome {
  if (reply.kind === 'failure') {
    if (!reply.sent) return { kind: 'not-sent', code: reply.code, reason: `no connection (${reply.code})` };
    return { kind: 'unknown', reason: `the connection was lost (${reply.code})` };
  }
  const { status } = reply;
  if (status >= 200 && status < 300) return taken(reply, call);
  if (status === 429) {
    const wait = retryAfterMs(reply.headers['retry-after'], Date.now());
    return { kind: 'not-sent', code: '429', reason: 'too many requests', retryAfterMs: wait };
  }
  if (status === 408 || status === 409 || status === 425 || status >= 500)
    return { kind: 'unknown', reason: `it answered ${status}` };
  if (status < 400) return refused(String(status), 'it sent us elsewhere, and redirects are not followed');
  return refused(String(status), `it answered ${status}`);
}

function taken({ status, headers, bytes }: Extract<OneReply, { kind: 'answer' }>, call: HttpCall): Outcome {
  // A page to sign in comes with status 200, too.
  if (String(headers['content-type'] ?? '').startsWith('text/html'))
    return { kind: 'unknown', reason: `it answered ${status} with a page` };
  const receipt: Record<string, string> = { status: String(status) };
  const json = parsed(bytes);
  const missing: string[] = [];
  for (const [name, pointer] of Object.entries(call.response)) {
    const value = atPointer(json, pointer);
    if (value === undefined || value === null || typeof value === 'object') missing.push(name);
    else receipt[`value.${name}`] = String(value).slice(0, VALUE_MOST);
  }
  const warning = missing.length > 0 ? `its answer holds no ${missing.join(', ')}` : undefined;
  return { kind: 'done', receipt, warning };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
