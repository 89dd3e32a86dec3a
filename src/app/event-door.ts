// The door for events: finds the source, checks the secret, reads strictly, and keeps the event before it answers.
import { createHash, timingSafeEqual } from 'node:crypto';
import { verifyStandard } from '../adapters/standard-webhooks.js';
import type { EventSource } from '../core/event.js';
import type { Rulebook } from '../core/rulebook.js';
import { takeEvent } from '../flow/take-event.js';
import type { EventDelivery, EventDoor, WebhookCounts } from '../http/http-options.js';
import type { DoorDeps } from './doors.js';
import type { Secrets } from './secrets.js';

export interface EventDoorOptions {
  rulebook: () => Rulebook;
  secrets: Secrets;
  counts: WebhookCounts;
}

const QUERY_MOST = 2_048;

/** Nothing is kept of what is refused but a count; what proved itself is told why, in words that quote no values. */
export function eventDoor(deps: DoorDeps, { rulebook, secrets, counts }: EventDoorOptions): EventDoor {
  const refuse = (source: string, status: number, reason: string, error: string, problems?: string[]) => {
    counts.refused[`event-${reason}`] = (counts.refused[`event-${reason}`] ?? 0) + 1;
    deps.log.warn({ source, reason }, 'an event was refused');
    return { status, body: problems ? { error, problems } : { error } };
  };
  return async (delivery) => {
    const source = rulebook()
      .programmes.flatMap((p) => p.sources)
      .find((s) => s.name === delivery.source);
    if (!source) return refuse('', 404, 'unknown-source', 'there is no such source');
    const { name } = source;
    if (source.method !== delivery.method) return refuse(name, 405, 'method', `events come by ${source.method}`);
    const secret = secrets(source.secret.name);
    if (!secret) {
      // Which secret is missing is nobody's business who has not proved himself.
      deps.log.warn(
        { source: name, secret: source.secret.name },
        'RULE_SECRETS does not hold the secret of an event source',
      );
      return refuse(name, 503, 'no-secret', 'not ready');
    }
    const query = new URLSearchParams(delivery.query);
    const why = doubt(source, secret, { delivery, query, now: deps.clock.now().getTime() });
    if (why) return refuse(name, 401, why, 'the secret or the signature is not right');
    if (Math.max(delivery.rawBody.length, delivery.query.length) > source.bytesMost)
      return refuse(name, 413, 'too-large', 'too large');
    const payload = source.method === 'GET' ? readQuery(query, delivery.query) : parseJson(delivery.rawBody);
    if (payload === undefined) return refuse(name, 400, 'unreadable', 'not readable');
    const taken = await takeEvent(deps, source, payload);
    if (taken.kind === 'misfit') return refuse(name, 422, 'misfit', 'it does not fit', taken.problems);
    if (taken.kind === 'no-case') return refuse(name, 404, 'no-case', 'no case waits for it');
    counts.taken += 1;
    if (taken.isRepeat) counts.repeated += 1;
    // The same words for the first time and for the tenth.
    return { status: 200, body: { taken: taken.caseId } };
  };
}

interface Proof {
  delivery: EventDelivery;
  query: URLSearchParams;
  now: number;
}

/** Why the sender is not believed, or null. */
function doubt(source: EventSource, secret: string, { delivery, query, now }: Proof): string | null {
  if (source.secret.kind === 'uri') {
    const given = query.getAll('secret');
    return given.length === 1 && isSame(given[0]!, secret) ? null : 'secret';
  }
  const verdict = verifyStandard(secret, delivery.headers, delivery.rawBody, now);
  return verdict.ok ? null : verdict.reason;
}

/** In the same time whatever differs. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** One value a name, without the secret; undefined for a query that says something twice or is too long. */
function readQuery(query: URLSearchParams, text: string): unknown {
  query.delete('secret');
  const names = [...query.keys()];
  if (text.length > QUERY_MOST || new Set(names).size !== names.length) return undefined;
  return Object.fromEntries(query);
}

function parseJson(rawBody: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody));
  } catch {
    return undefined;
  }
}
