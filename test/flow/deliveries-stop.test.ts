// Deliveries that are due together: what comes about while the first of them is sent keeps the others back.
import { beforeAll, expect, it } from 'vitest';
import { type DeliverDeps, deliverEvents } from '../../src/flow/deliver-events.js';
import { deliveryStore } from '../../src/storage/deliveries.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { eventsFor } from './event-world.js';

oneDatabase((open) => {
  const events = eventsFor(open);
  let deps: DeliverDeps;
  let n = 0;
  beforeAll(async () => {
    deps = {
      ...events.deps,
      deliveries: deliveryStore(events.db.kysely()),
      subscribers: () => [{ name: `portal-${n}`, events: ['case.opened', 'case.decided', 'case.done'] }],
      idOf: (id) => `msg_${id}`,
      webhooks: { send: async () => ({ kind: 'delivered', status: '200' }) },
    };
    await deps.deliveries.listen(true);
  }, OPENING_MS);

  it.each<[string, Partial<DeliverDeps>, ('delivered' | 'gone')?]>([
    ['everything is stopped', { ledger: { pauses: async () => [{ programme: null, by: 'Ann', since: '' }] } }],
    ['the process stops', { stopping: AbortSignal.abort() }],
    ['its subscriber wants no more', {}, 'gone'],
  ])('sends no further one when %s, and counts no attempt for it', async (_what, change, kind = 'delivered') => {
    n += 1;
    const data = { action: 'solar_pv', street: `${n} Elm Court`, reply_email: `e${n}@mail.example` };
    const taken = await events.send({ event: 'RequestQuote:Create', data });
    await events.work((taken.body as { taken: string }).taken);
    let calls = 0;
    const own: DeliverDeps = {
      ...deps,
      webhooks: {
        send: async () => {
          calls += 1;
          Object.assign(own, change);
          return { kind, status: '200' };
        },
      },
    };
    await deliverEvents(own);
    expect(calls).toBe(1);
    const left = (await deps.deliveries.list(100)).filter(
      (d) => d.subscriber === `portal-${n}` && d.state === 'waiting',
    );
    expect(left).not.toEqual([]);
    expect(left.filter((d) => d.attempts > 0)).toEqual([]);
  });
});
