// A fresh database for one suite: on the server in DATABASE_URL where there is one, else embedded.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../../src/storage/ledger.js';
import { migrate } from '../../../src/storage/migrate.js';
import { migrations } from '../../../src/storage/migrations.js';
import { openDatabase } from '../../../src/storage/pool.js';
import { scratchServer } from '../../e2e/scratch-server.js';
import type { LedgerUnderTest } from '../../storage/ledger-story.js';
import { letPass } from '../../storage/time-passes.js';

export async function onDatabase(work: (under: LedgerUnderTest) => Promise<void>): Promise<void> {
  const server = scratchServer();
  const databaseUrl = await server?.create();
  const dataDir = await mkdtemp(join(tmpdir(), 'usher-planted-'));
  const db = await openDatabase({ databaseUrl, dataDir });
  try {
    await migrate(db, migrations);
    await work({ ledger: openLedger(db.kysely()), pass: (ms) => letPass(db, ms) });
  } finally {
    await db.close();
    if (databaseUrl) await server?.drop(databaseUrl);
    await rm(dataDir, { recursive: true, force: true });
  }
}
