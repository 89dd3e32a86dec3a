// Looks at a database without changing it: its version, whether its tables are those of this release, what was written down.
import type { Migration } from './migrate.js';
import type { Database } from './pool.js';

export interface DatabaseState {
  /** PostgreSQL's own version, like `18.1`. */
  version: string;
  /** Names of migrations that the next start applies. */
  missing: string[];
  /** Names that this release does not know: a newer one has been here. */
  strangers: string[];
}

export async function databaseState(db: Database, migrations: readonly Migration[]): Promise<DatabaseState> {
  const { rows } = await db.pool.query<{ version: string; there: boolean }>(
    `select current_setting('server_version') as version, to_regclass('usher.migrations') is not null as there`,
  );
  const applied = rows[0]?.there
    ? (await db.pool.query<{ name: string }>('select name from usher.migrations order by position')).rows
    : [];
  const names = applied.map((row) => row.name);
  return {
    version: rows[0]?.version.split(' ')[0] ?? '',
    missing: migrations.map((m) => m.name).filter((name) => !names.includes(name)),
    strangers: names.filter((name) => !migrations.some((m) => m.name === name)),
  };
}

/** What stands under a key of `usher.meta`, or null; unlike the ledger's `keep` it writes nothing. */
export async function keptText(db: Database, key: string): Promise<string | null> {
  const { rows } = await db.pool.query<{ value: unknown }>('select value from usher.meta where key = $1', [key]);
  const value = rows[0]?.value;
  return typeof value === 'string' ? value : null;
}
