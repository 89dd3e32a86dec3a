// Brings a database's tables to this release: forward only, all or nothing, one process at a time.
import { LATEST_SCHEMA_VERSION, type PgQueryable, runMigrations } from 'bullmq';
import type { ClientBase } from 'pg';
import { ProblemError, problem } from '../problem.js';
import type { Database } from './pool.js';

export interface Migration {
  /** Unique and never changed once released; the order is the order of the list. */
  name: string;
  /** Statements that a transaction can hold, every name qualified with schema `usher`; one text or several. */
  up: string | readonly string[];
}

/** `USHR`: the advisory lock that lets one process at a time migrate. The embedded database has one process anyway. */
export const LOCK_KEY = 0x55534852;

/**
 * Applies what is missing, in one transaction, then the queue's own migrations. Returns the names applied now.
 * Throws ProblemError `database-newer` when the database knows migrations that this release does not, and
 * `database-rights` when the user may not create schemas.
 */
export async function migrate(db: Database, migrations: readonly Migration[]): Promise<string[]> {
  const client = await db.pool.connect();
  try {
    // Held by the session, over both: the queue's migrations are not safe side by side.
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    try {
      const applied = await applyMissing(client, migrations);
      await migrateQueue(client);
      return applied;
    } finally {
      await client.query('select pg_advisory_unlock($1)', [LOCK_KEY]);
    }
  } catch (error) {
    throw asProblem(error);
  } finally {
    client.release();
  }
}

async function applyMissing(client: ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  await client.query('begin');
  try {
    const applied = await applyIn(client, migrations);
    await client.query('commit');
    return applied;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** The same inside the caller's transaction. */
export async function applyIn(client: ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  await client.query('create schema if not exists usher');
  await client.query(
    `create table if not exists usher.migrations (
       position integer primary key, name text not null unique, applied_at timestamptz not null default now())`,
  );
  const { rows } = await client.query<{ name: string }>('select name from usher.migrations order by position');
  const missing = missingOf(
    rows.map((row) => row.name),
    migrations,
  );
  for (const [index, migration] of missing.entries()) {
    for (const statement of [migration.up].flat()) await client.query(statement);
    await client.query('insert into usher.migrations (position, name) values ($1, $2)', [
      rows.length + index + 1,
      migration.name,
    ]);
  }
  return missing.map((migration) => migration.name);
}

/** What is applied must be the beginning of what we know, in the same order. */
function missingOf(applied: string[], known: readonly Migration[]): Migration[] {
  const strangers = applied.filter((name, index) => known[index]?.name !== name);
  if (strangers.length === 0) return known.slice(applied.length);
  throw new ProblemError(
    problem(
      'database-newer',
      `The database was migrated by another release: it has ${strangers.join(', ')}, which this release does not know`,
      'Start the release that migrated it, or restore the backup made before it; migrations only go forward',
    ),
  );
}

/** BullMQ's tables; a schema of the same version is left alone, so that a user without rights to create can start. */
async function migrateQueue(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('bullmq.migration') is not null as there`,
  );
  if (rows[0]?.there) {
    const version = await client.query<{ version: number }>(
      'select max(version)::int as version from bullmq.migration',
    );
    if (version.rows[0]?.version === LATEST_SCHEMA_VERSION) return;
  }
  await runMigrations(client as unknown as PgQueryable);
}

function asProblem(error: unknown): unknown {
  if ((error as { code?: unknown }).code !== '42501') return error;
  return new ProblemError(
    problem(
      'database-rights',
      `The database user may not create what Usher needs (${(error as Error).message})`,
      'Grant CREATE on the database to the user in DATABASE_URL, or let an administrator run the first start',
    ),
    { cause: error },
  );
}
