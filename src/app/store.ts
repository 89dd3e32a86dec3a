// Opens what everything is kept in: the data directory's lock, the database with its tables, and the ledger over it.

import type { Comparisons } from '../ledger/comparisons.js';
import type { Deliveries } from '../ledger/deliveries.js';
import type { Ledger } from '../ledger.js';
import type { CaseViews, Log, Snapshots } from '../ports.js';
import type { Settings } from '../settings.js';
import { checkClockSkew } from '../storage/clock-skew.js';
import { comparisonStore } from '../storage/comparisons.js';
import { lockDataDir } from '../storage/data-lock.js';
import { deliveryStore } from '../storage/deliveries.js';
import { openLedger } from '../storage/ledger.js';
import { migrate } from '../storage/migrate.js';
import { migrations } from '../storage/migrations.js';
import { type Database, openDatabase } from '../storage/pool.js';
import { snapshotStore } from '../storage/snapshots.js';
import { caseViews } from '../storage/views.js';

/** What is open, closed again in the opposite order. */
export type Opened = (() => Promise<unknown>)[];

export async function closeAll(opened: Opened): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

export interface Store {
  db: Database;
  ledger: Ledger;
  views: CaseViews;
  snapshots: Snapshots;
  comparisons: Comparisons;
  deliveries: Deliveries;
}

/** Locks the data directory, opens and migrates the database. Throws ProblemError; what was opened stands in `opened`. */
export async function openStore(
  settings: Settings,
  { onProgress, log }: { onProgress?: (line: string) => void; log?: Log },
  opened: Opened,
): Promise<Store> {
  const lock = await lockDataDir(settings.DATA_DIR);
  opened.push(() => lock.release());
  const db = await openDatabase({
    databaseUrl: settings.DATABASE_URL,
    dataDir: settings.DATA_DIR,
    onProgress,
    onError: (error) => log?.error({ err: error }, 'a database connection failed'),
  });
  opened.push(() => db.close());
  await migrate(db, migrations);
  await checkClockSkew(db);
  const kysely = db.kysely<unknown>();
  const ledger = openLedger(kysely);
  // The only process on this database: every lease found now belongs to a dead one.
  if (db.kind === 'embedded') await ledger.clearLeases();
  return {
    db,
    ledger,
    views: caseViews(kysely),
    snapshots: snapshotStore(kysely),
    comparisons: comparisonStore(kysely),
    deliveries: deliveryStore(kysely),
  };
}
