// One suite for every ledger: PostgreSQL embedded and on a server, and the simulator's stand-in.
import { beforeAll, describe, it } from 'vitest';
import { deliveryStore } from '../../src/storage/deliveries.js';
import { openLedger } from '../../src/storage/ledger.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import { memoryLedger } from '../sim/ledger/memory-ledger.js';
import { eachDatabase, OPENING_MS } from './databases.js';
import { DELIVERY_CHECKS, type DeliveriesUnderTest } from './delivery-checks.js';
import { LEDGER_CHECKS } from './ledger-checks.js';
import { letPass } from './time-passes.js';
import { WAIT_CHECKS } from './wait-checks.js';

function suite(open: () => Promise<DeliveriesUnderTest>): void {
  let under: DeliveriesUnderTest;
  beforeAll(async () => {
    under = await open();
  }, OPENING_MS);
  for (const [name, check] of Object.entries({ ...LEDGER_CHECKS, ...WAIT_CHECKS, ...DELIVERY_CHECKS }))
    it(name, () => check(under));
}

eachDatabase((_name, open) =>
  suite(async () => {
    const db: Database = await open();
    await migrate(db, migrations);
    const deliveries = deliveryStore(db.kysely());
    return { ledger: openLedger(db.kysely()), deliveries, pass: (ms) => letPass(db, ms) };
  }),
);

describe('in memory, for the simulator', () =>
  suite(async () => {
    let now = Date.parse('2026-11-23T18:00:00Z');
    const pass = async (ms: number) => {
      now += ms;
    };
    const { ledger, deliveries } = memoryLedger(() => now);
    return { ledger, deliveries, pass };
  }));
