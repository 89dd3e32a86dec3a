// The sandbox's sample events: built as their source declares them, signed or with the secret in the address, and sent to ourselves.
import { randomUUID } from 'node:crypto';
import { signStandard } from '../adapters/standard-webhooks.js';
import type { EventSource } from '../core/event.js';
import type { Rulebook } from '../core/rulebook.js';
import type { Log } from '../ports.js';
import type { SampleRequest } from '../sandbox/send-event.js';
import type { Samples } from './sample-tickets.js';
import type { Secrets } from './secrets.js';

type SampleEvent = Samples['events'][number];

export interface SampleEventParts {
  /** Where Usher listens. */
  address: string;
  events: SampleEvent[];
  rulebook: Rulebook;
  secrets: Secrets;
  now: () => Date;
  log: Log;
}

/** Sends each; one that is refused is told in the log, and stops nothing. */
export async function sendSampleEvents(parts: SampleEventParts): Promise<void> {
  if (parts.events.length === 0) return;
  const { sendEvent } = await import('../sandbox/send-event.js');
  const sources = parts.rulebook.programmes.flatMap((p) => p.sources);
  for (const event of parts.events) {
    const source = sources.find((s) => s.name === event.source);
    const secret = source && parts.secrets(source.secret.name);
    const status = source && secret ? await sendEvent(requestOf(event, source, { ...parts, secret })) : 0;
    if (status !== 200) parts.log.warn({ source: event.source, status }, 'a sample event was not taken');
  }
}

function requestOf(
  event: SampleEvent,
  source: EventSource,
  { address, secret, now }: { address: string; secret: string; now: () => Date },
): SampleRequest {
  const payload = {};
  put(payload, source.fieldsAt, event.fields);
  put(payload, source.nameAt, event.name);
  const url = new URL(`/events/${source.name}`, address);
  if (source.secret.kind === 'uri') url.searchParams.set('secret', secret);
  if (source.method === 'GET') {
    for (const [name, value] of Object.entries(payload)) url.searchParams.set(name, String(value));
    return { url: url.href, method: 'GET', body: null, headers: {} };
  }
  const body = JSON.stringify(payload);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (source.secret.kind === 'signature') {
    const id = randomUUID();
    const seconds = Math.floor(now().getTime() / 1000);
    headers['webhook-id'] = id;
    headers['webhook-timestamp'] = String(seconds);
    headers['webhook-signature'] = signStandard(secret, id, seconds, body);
  }
  return { url: url.href, method: 'POST', body, headers };
}

/** Puts a value where a JSON pointer leads; '' merges it into the whole. */
function put(into: Record<string, unknown>, pointer: string, value: unknown): void {
  const parts = pointer.split('/').slice(1);
  const last = parts.pop();
  if (last === undefined) return void Object.assign(into, value);
  let here = into;
  for (const part of parts) {
    here[part] ??= {};
    here = here[part] as Record<string, unknown>;
  }
  here[last] = value;
}
