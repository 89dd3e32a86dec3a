// What is read out of a webhook: which ticket it hints at, and nothing more.

/** A hint. `event` is for logs and deduplication only: never decide from a webhook's contents. */
export interface WebhookHint {
  ticketId: string;
  /** The event's own id where it has one (event subscriptions). */
  eventId: string | null;
}

const TICKET_ID = /^\d{1,19}$/;
/** It becomes a key in the ledger: of bounded length, and nothing that a database cannot hold. */
const EVENT_ID = /^[\x21-\x7e]{1,200}$/;

/**
 * Reads both styles (contract section 4): `{"ticket_id":"35436"}` from a trigger's template, and the event envelope with `detail.id` and
 * `subject` `zen:ticket:35436`. null when no ticket is named or the two places disagree.
 */
export function readWebhook(body: unknown): WebhookHint | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const own = (from: object, key: string): unknown =>
    Object.hasOwn(from, key) ? (from as Record<string, unknown>)[key] : undefined;
  const byTrigger = idOf(own(body, 'ticket_id'));
  if (byTrigger) return { ticketId: byTrigger, eventId: null };
  const type = own(body, 'type');
  if (typeof type !== 'string' || !type.startsWith('zen:event-type:ticket.')) return null;
  const detail = own(body, 'detail');
  const byDetail = typeof detail === 'object' && detail !== null ? idOf(own(detail, 'id')) : null;
  const subject = own(body, 'subject');
  const bySubject = typeof subject === 'string' ? idOf(/^zen:ticket:(\d+)$/.exec(subject)?.[1]) : null;
  if (byDetail && bySubject && byDetail !== bySubject) return null;
  const ticketId = byDetail ?? bySubject;
  const eventId = own(body, 'id');
  return ticketId
    ? { ticketId, eventId: typeof eventId === 'string' && EVENT_ID.test(eventId) ? eventId : null }
    : null;
}

function idOf(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && TICKET_ID.test(text) ? text : null;
}
