// The fetch that the Slack SDK is given: bounded answers, and 429 and lost connections told apart by type.
import type { webApi } from '@slack/bolt';
import { retryAfterMs } from '../network.js';

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

const ANSWER_BYTES_MAX = 5_000_000;

/** Redirects are errors already (the SDK asks for `redirect: 'error'`). The SDK reads only seconds from `Retry-After`; dates count here too. */
export function carefulFetch(now: () => number): SlackFetch {
  return async (url, init) => {
    const answer = await fetch(url, init);
    if (answer.status === 429) {
      await answer.body?.cancel();
      throw new SlackRateLimited(retryAfterMs(answer.headers.get('retry-after'), now()));
    }
    const bytes = await bounded(answer);
    const text = bytes.toString('utf8');
    return {
      ok: answer.ok,
      status: answer.status,
      statusText: answer.statusText,
      url: answer.url,
      headers: answer.headers,
      text: async () => text,
      json: async () => JSON.parse(text) as unknown,
      arrayBuffer: async () => new Uint8Array(bytes).buffer,
    };
  };
}

async function bounded(answer: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > ANSWER_BYTES_MAX) throw new Error('answer too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
