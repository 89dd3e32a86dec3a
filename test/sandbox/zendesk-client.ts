// A bare HTTP client for the sandbox Zendesk's tests: answers status, headers and body, never throws on a status.
import type { ZendeskSandbox } from '../../src/sandbox/zendesk-server.js';

export interface Reply {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
  text: string;
}

export function clientOf(zendesk: ZendeskSandbox, user = `${zendesk.email}/token:${zendesk.apiToken}`) {
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> => {
    const answer = await fetch(`${zendesk.url}/api/v2${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(1500),
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(user).toString('base64')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** A clock that stands still until it is moved. */
export class TestClock {
  #at = Date.parse('2026-11-02T09:00:00Z');
  readonly now = () => new Date(this.#at);
  pass(seconds: number): void {
    this.#at += seconds * 1000;
  }
  unix(minusSeconds = 0): number {
    return Math.floor(this.#at / 1000) - minusSeconds;
  }
}
