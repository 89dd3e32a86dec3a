// Telling a subscriber: one signed POST by the Standard Webhooks scheme, and what its answer means.
import type { Subscriber } from '../../core/rulebook.js';
import type { WebhookOutcome, Webhooks } from '../../ports.js';
import { ProblemError } from '../../problem.js';
import { retryAfterMs } from '../network.js';
import { signStandard } from '../standard-webhooks.js';
import { requestOnce } from './request-once.js';

export interface WebhookOptions {
  /** As the directory in use names it; undefined when it does not. */
  subscriber: (name: string) => Subscriber | undefined;
  /** A secret of RULE_SECRETS. */
  secret: (name: string) => string | undefined;
  allowPrivateNetwork: boolean;
  timeoutMs?: number;
}

/** Senders of the scheme wait 15 to 30 s. */
const TIMEOUT_MS = 20_000;

export function webhooks(options: WebhookOptions): Webhooks {
  return {
    async send({ subscriber: name, id, body, at }): Promise<WebhookOutcome> {
      const subscriber = options.subscriber(name);
      const secret = subscriber && options.secret(subscriber.secret);
      if (!subscriber || !secret) return { kind: 'failed', status: subscriber ? 'no secret' : 'no such subscriber' };
      // Each attempt has its own time; the id stays.
      const seconds = Math.floor(at.getTime() / 1000);
      try {
        const reply = await requestOnce({
          url: subscriber.url,
          name: `the subscriber ${name}`,
          method: 'POST',
          headers: {
            'webhook-id': id,
            'webhook-timestamp': String(seconds),
            'webhook-signature': signStandard(secret, id, seconds, body),
          },
          body,
          allowPrivateNetwork: options.allowPrivateNetwork,
          timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
        });
        if (reply.kind === 'failure') return { kind: 'failed', status: reply.code };
        const status = String(reply.status);
        if (reply.status >= 200 && reply.status < 300) return { kind: 'delivered', status };
        if (reply.status === 410) return { kind: 'gone', status };
        return { kind: 'failed', status, retryAfterMs: retryAfterMs(reply.headers['retry-after'], at.getTime()) };
      } catch (error) {
        if (error instanceof ProblemError) return { kind: 'failed', status: error.problems[0]!.code };
        throw error;
      }
    },
  };
}
