// Other systems as the bot is given them: endpoints that make records, one of them twice when asked twice, and subscribers to case events.
import type { Http, Outcome, WebhookOutcome, Webhooks } from '../../src/ports.js';
import { type Outside, write } from './outside.js';

/** What the endpoints keep: the id of each record by endpoint and Idempotency-Key, for those that look at the key. */
export type Records = Map<string, string>;

/** `isIdempotent`: whether the endpoint of that name takes the same key for the same request. */
export function httpOf(o: Outside, records: Records, isIdempotent: (endpoint: string) => boolean): Http {
  return {
    async send({ to, method, path, body, mark, response }) {
      const outcome = await write(o, o.faults.strikeAt('http'), (isEcho): Outcome => {
        const key = `${to} ${mark}`;
        const known = isIdempotent(to) ? records.get(key) : undefined;
        const id = known ?? `record-${records.size + 1}`;
        if (known !== undefined) o.seen('request repeated');
        else {
          records.set(isIdempotent(to) ? key : `${key} ${records.size}`, id);
          const details = `${to} ${method} ${path} ${body} ${id}`;
          o.log.append({ at: o.scheduler.now(), by: 'usher', what: 'request', mark, isEcho, details });
        }
        const values = Object.keys(response).map((name) => [`value.${name}`, id]);
        return { kind: 'done', receipt: { status: '200', ...Object.fromEntries(values) } };
      });
      o.seen(`request ${outcome.kind}`);
      return outcome;
    },
  };
}

export function subscribersOf(o: Outside): Webhooks {
  return {
    async send({ subscriber, id, body }) {
      const outcome = await write(o, o.faults.strikeAt('subscriber'), (isEcho) => {
        const details = `${subscriber} ${body}`;
        o.log.append({ at: o.scheduler.now(), by: 'usher', what: 'told', mark: id, isEcho, details });
        return { kind: 'done', receipt: {} };
      });
      const told = asTold(outcome);
      o.seen(`subscriber ${told.kind}`);
      return told;
    },
  };
}

/** As the adapter says it: nothing but a status of success is a yes, and 410 is for good. */
function asTold(outcome: Outcome): WebhookOutcome {
  if (outcome.kind === 'done') return { kind: 'delivered', status: '200' };
  if (outcome.kind === 'refused' && outcome.code === '410') return { kind: 'gone', status: '410' };
  const status = 'code' in outcome ? outcome.code : outcome.reason;
  return { kind: 'failed', status, retryAfterMs: outcome.kind === 'not-sent' ? outcome.retryAfterMs : undefined };
}
