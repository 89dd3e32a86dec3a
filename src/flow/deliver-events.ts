// Telling subscribers of case events: each in turn and all side by side, repeated over three days, a dead endpoint paused.
import type { CaseEventType } from '../core/case-events.js';
import type { Deliveries, Delivery } from '../ledger/deliveries.js';
import type { Ledger } from '../ledger.js';
import type { Clock, Log, WebhookOutcome, Webhooks } from '../ports.js';

export interface Subscribed {
  name: string;
  events: CaseEventType[];
}

export interface DeliverDeps {
  deliveries: Deliveries;
  ledger: Pick<Ledger, 'pauses'>;
  webhooks: Webhooks;
  /** Those of the directory in use. */
  subscribers: () => Subscribed[];
  /** Names an event to the outside: the same on every attempt, and no other event's. */
  idOf: (eventId: string) => string;
  clock: Clock;
  log: Log;
  /** 0 to 1, for jitter. */
  random: () => number;
  /** Aborted when this process begins nothing new any more. */
  stopping?: AbortSignal;
}

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** The sample schedule of Standard Webhooks v1.0.0, about 76 hours in all: the wait after each attempt that failed. */
export const WAITS_MS = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];
/** Taken in one round, and for how long nobody else takes them. */
const TAKEN_MOST = 20;
const TAKEN_MS = 10 * minute;

/** One round, to its end. While all sending is stopped nothing goes out; what waits is kept. */
export async function deliverEvents(deps: DeliverDeps): Promise<void> {
  const busy = new Map<string, Promise<void>>();
  await beginDeliveries(deps, busy);
  await Promise.all(busy.values());
}

/**
 * Begins what is due and does not wait for it: `busy` holds what runs, by subscriber, and a subscriber in it is given nothing more.
 * So one that answers slowly keeps only itself waiting.
 */
export async function beginDeliveries(deps: DeliverDeps, busy: Map<string, Promise<void>>): Promise<void> {
  const subscribers = deps.subscribers();
  if (subscribers.length === 0) return;
  await deps.deliveries.spread(subscribers);
  const names = subscribers.map((s) => s.name).filter((name) => !busy.has(name));
  if (names.length === 0 || (await deps.ledger.pauses()).some((p) => p.programme === null)) return;
  const taken = await deps.deliveries.take(names, TAKEN_MOST, TAKEN_MS);
  for (const name of new Set(taken.map((d) => d.subscriber))) {
    const own = taken.filter((d) => d.subscriber === name);
    busy.set(
      name,
      deliverAll(deps, own).finally(() => busy.delete(name)),
    );
  }
}

/** What cannot be settled is due again when its time is over. */
async function deliverAll(deps: DeliverDeps, own: Delivery[]): Promise<void> {
  try {
    for (const [n, delivery] of own.entries()) {
      // Many that answer slowly take minutes, in which somebody may have stopped everything.
      if (n > 0 && (await isOver(deps, delivery))) return await deps.deliveries.putBack(own.slice(n).map((d) => d.id));
      await deliverOne(deps, delivery);
    }
  } catch (error) {
    deps.log.warn({ err: error, subscriber: own[0]!.subscriber }, 'telling a subscriber failed; it is tried again');
  }
}

async function isOver({ deliveries, ledger, stopping }: DeliverDeps, { subscriber }: Delivery): Promise<boolean> {
  if (stopping?.aborted || (await ledger.pauses()).some((p) => p.programme === null)) return true;
  return (await deliveries.pauses()).some((p) => p.subscriber === subscriber);
}

async function deliverOne(deps: DeliverDeps, delivery: Delivery): Promise<void> {
  const { id, subscriber, eventId, type, at, data, attempts } = delivery;
  const body = JSON.stringify({ type, timestamp: at, data });
  const outcome = await deps.webhooks.send({ subscriber, id: deps.idOf(eventId), body, at: deps.clock.now() });
  if (outcome.kind === 'delivered') return deps.deliveries.settle(id, { state: 'delivered', status: outcome.status });
  const waitMs = outcome.kind === 'gone' ? undefined : WAITS_MS[attempts - 1];
  if (waitMs !== undefined) {
    const jittered = waitMs * (1 + deps.random() / 10);
    const ms = Math.max(jittered, outcome.kind === 'failed' ? (outcome.retryAfterMs ?? 0) : 0);
    return deps.deliveries.settle(id, { state: 'waiting', status: outcome.status, waitMs: ms });
  }
  await deps.deliveries.settle(id, { state: 'failed', status: outcome.status });
  await deps.deliveries.pause(subscriber, whyPaused(outcome));
  deps.log.error(
    { subscriber, delivery: id, status: outcome.status },
    'a subscriber is paused: it takes no deliveries',
  );
}

function whyPaused(outcome: WebhookOutcome): string {
  return outcome.kind === 'gone'
    ? 'it answered 410: it wants no more'
    : `it took nothing for three days (${outcome.status})`;
}
