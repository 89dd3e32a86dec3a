// What every store of deliveries must do, beside the ledger that the case events come from; part of the ledger's suite.
import { deepEqual, equal } from 'node:assert/strict';
import { startWait } from '../../src/core/wait.js';
import type { Deliveries, DeliveryLine } from '../../src/ledger/deliveries.js';
import { LEASE_MS, type LedgerUnderTest, story } from './ledger-story.js';

export type DeliveriesUnderTest = LedgerUnderTest & { deliveries: Deliveries };

const ALL = ['case.opened', 'case.decided', 'case.held', 'case.done'] as const;
const MINUTE_MS = 60_000;
let names = 0;

/** A case that was decided and ended, spread to a subscriber of its own. */
async function told(under: DeliveriesUnderTest, events: readonly DeliveryLine['type'][] = ALL) {
  names += 1;
  const name = `portal-${names}`;
  await under.deliveries.listen(true);
  // What other checks left goes to nobody.
  await under.deliveries.spread([]);
  const timeline = [{ kind: 'act', text: 'Decided.' }];
  const { lease } = await (await story(under)).decided([], { timeline });
  await under.ledger.endSteps(lease, {}, startWait);
  const subscribers = [{ name, events: [...events] }];
  await under.deliveries.spread(subscribers);
  const take = () => under.deliveries.take([name], 10, MINUTE_MS);
  const lines = async () => (await under.deliveries.list(50)).filter((d) => d.subscriber === name);
  return { name, subscribers, lease, take, lines };
}

export const DELIVERY_CHECKS: Record<string, (under: DeliveriesUnderTest) => Promise<void>> = {
  'tells a subscriber once of each event it asked for': async (under) => {
    const { subscribers, take, lease } = await told(under);
    await under.deliveries.spread(subscribers);
    const taken = await take();
    deepEqual(taken.map((d) => d.type).sort(), ['case.decided', 'case.done', 'case.opened']);
    deepEqual([...new Set(taken.map((d) => d.data.case))], [lease.caseId]);
    const { take: takeFew } = await told(under, ['case.done']);
    deepEqual(
      (await takeFew()).map((d) => d.type),
      ['case.done'],
    );
  },

  'keeps no event while nobody listens': async (under) => {
    const { lease, lines } = await told(under);
    const before = (await lines()).length;
    await under.deliveries.listen(false);
    await under.ledger.setState(lease, 'held', 'Why?');
    await under.deliveries.spread([{ name: 'nobody', events: [...ALL] }]);
    equal((await lines()).length, before);
    equal((await under.deliveries.take(['nobody'], 10, MINUTE_MS)).length, 0);
    await under.deliveries.listen(true);
  },

  'gives a delivery to one process at a time, and to another when the first says nothing': async (under) => {
    const { take } = await told(under, ['case.done']);
    const [first] = await take();
    deepEqual(await take(), []);
    await under.pass(MINUTE_MS + 1_000);
    const [second] = await take();
    deepEqual([second?.id, second?.attempts], [first!.id, 2]);
  },

  'waits as long as it is told to, and ends': async (under) => {
    const { take, lines } = await told(under, ['case.done']);
    const [taken] = await take();
    await under.deliveries.settle(taken!.id, { state: 'waiting', status: '500', waitMs: 5 * MINUTE_MS });
    await under.pass(4 * MINUTE_MS);
    deepEqual(await take(), []);
    await under.pass(2 * MINUTE_MS);
    equal((await take()).length, 1);
    await under.deliveries.settle(taken!.id, { state: 'delivered', status: '200' });
    await under.pass(LEASE_MS);
    deepEqual(await take(), []);
    deepEqual(
      (await lines()).map((d) => [d.state, d.status]),
      [['delivered', '200']],
    );
    equal(await under.deliveries.replay(taken!.id), true);
    deepEqual(
      (await take()).map((d) => [d.id, d.attempts]),
      [[taken!.id, 1]],
    );
    equal(await under.deliveries.replay('0'), false);
  },

  'tells a paused subscriber nothing until it goes on': async (under) => {
    const { name, take } = await told(under, ['case.done']);
    await under.deliveries.pause(name, 'gone');
    await under.deliveries.pause(name, 'gone again');
    deepEqual(await take(), []);
    const paused = (await under.deliveries.pauses()).filter((p) => p.subscriber === name);
    deepEqual(
      paused.map((p) => p.reason),
      ['gone'],
    );
    equal(await under.deliveries.resume(name), true);
    equal(await under.deliveries.resume(name), false);
    equal((await take()).length, 1);
  },
};
