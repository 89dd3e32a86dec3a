// The timer that tells subscribers what becomes of cases.
import { webhooks } from '../adapters/http/webhooks.js';
import { beginDeliveries, type DeliverDeps } from '../flow/deliver-events.js';
import type { FlowDeps } from '../flow/deps.js';
import { everyMs, type Repeating } from '../flow/every.js';
import type { Deliveries } from '../ledger/deliveries.js';
import type { Settings } from '../settings.js';
import type { KnowledgeBase } from './knowledge.js';
import type { Outside } from './outside.js';

const ROUND_MS = 2_000;

export interface DeliveringParts {
  deps: FlowDeps;
  deliveries: Deliveries;
  knowledge: KnowledgeBase;
  outside: Outside;
  settings: Settings;
  isSandbox: boolean;
}

/** Whether anybody subscribes is written down before the first case is worked on, and whenever it changes. */
export async function startDelivering(parts: DeliveringParts): Promise<Repeating> {
  const { deps, deliveries, knowledge, outside } = parts;
  const directory = () => knowledge.rulebook().directory;
  const stopping = new AbortController();
  const delivering: DeliverDeps = {
    ...deps,
    stopping: stopping.signal,
    deliveries,
    webhooks: webhooks({
      subscriber: (name) => outside.subscriber(directory(), name),
      secret: outside.secrets,
      allowPrivateNetwork: parts.isSandbox || parts.settings.ALLOW_PRIVATE_NETWORK,
    }),
    subscribers: () => Object.entries(directory().subscribers).map(([name, { events }]) => ({ name, events })),
    idOf: (eventId) => `msg_${deps.mark(`case event ${eventId}`)}`,
  };
  let known: boolean | null = null;
  const listen = async () => {
    const isListening = delivering.subscribers().length > 0;
    if (isListening !== known) await deliveries.listen(isListening);
    known = isListening;
  };
  await listen();
  const busy = new Map<string, Promise<void>>();
  const rounds = everyMs(deps, 'telling subscribers', ROUND_MS, async () => {
    await listen();
    // In shadow and propose nothing goes out.
    if (deps.mode === 'live') await beginDeliveries(delivering, busy);
  });
  return {
    async stop() {
      stopping.abort();
      await rounds.stop();
      await Promise.all(busy.values());
    },
  };
}
