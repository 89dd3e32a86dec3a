// Puts a backup into an empty database, all or nothing, and marks what may have been sent since it was made.
import type { ClientBase } from 'pg';
import { ProblemError, problem } from '../problem.js';
import { quoted, shapesOf } from './backup.js';
import { applyIn, LOCK_KEY, type Migration } from './migrate.js';
import type { Database } from './pool.js';
import type { BackupFile } from './read-backup.js';

/** Rows put in with one statement, and how many characters of them at most. */
const ROWS_MOST = 500;
const CHARACTERS_MOST = 4_000_000;

/**
 * Answers how many rows were put in. Throws ProblemError `restore-not-empty` when anything is there already and `backup-newer`
 * when the backup knows migrations that this release does not. The queue is not part of it: the ledger refills it.
 */
export async function restore(db: Database, backup: BackupFile, migrations: readonly Migration[]): Promise<number> {
  const count = backup.head.migrations.length;
  if (backup.head.migrations.some((name, i) => migrations[i]?.name !== name)) throw newer(backup.head.migrations);
  const client = await db.pool.connect();
  try {
    // Who starts meanwhile waits with its migrations.
    await client.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    try {
      await client.query('begin');
      await clearEmpty(client);
      await applyIn(client, migrations.slice(0, count));
      const rows = await fill(client, backup);
      await applyIn(client, migrations);
      for (const statement of DOUBTS) await client.query(statement);
      await client.query('commit');
      return rows;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    } finally {
      await client.query('select pg_advisory_unlock($1)', [LOCK_KEY]);
    }
  } finally {
    client.release();
  }
}

/** What its process may have done after the backup was made: nothing of it is repeated unlooked. */
const DOUBTS = [
  `insert into usher.meta (key, value) values ('restored', 'true')
     on conflict (key) do update set value = excluded.value, at = now()`,
  // Every lease is a dead one's.
  `update usher.cases set lease_owner = null, lease_until = null, wake_at = now() where lease_until is not null`,
  // A claim that had not left by then may have left since: it is looked up, and a mail's repeat is marked.
  `update usher.writes set sends = greatest(sends, 1), not_sent = false, not_before = null, at_dot = at_dot or target = 'mail'
     where state = 'claimed'`,
  `update usher.announcements set sends = greatest(sends, 1) where state = 'claimed'`,
];

/** Tables without a row are made anew, so that they fit the backup's migrations. */
async function clearEmpty(client: ClientBase): Promise<void> {
  const there = await client.query<{ there: boolean }>(
    `select exists (select 1 from pg_namespace where nspname = 'usher') as there`,
  );
  if (!there.rows[0]!.there) return;
  for (const { name } of await shapesOf(client)) {
    if (name === 'migrations') continue;
    const { rows } = await client.query(`select 1 from usher.${quoted(name)} limit 1`);
    if (rows.length > 0) throw notEmpty(name);
  }
  await client.query('drop schema usher cascade');
}

async function fill(client: ClientBase, backup: BackupFile): Promise<number> {
  const inserts = await insertsFor(client, backup);
  let table = '';
  let batch: string[] = [];
  let size = 0;
  let rows = 0;
  const flush = async () => {
    if (batch.length > 0) await client.query(inserts.get(table)!, [`[${batch.join(',')}]`]);
    batch = [];
    size = 0;
  };
  for await (const line of backup.lines()) {
    if (line.table !== table || batch.length >= ROWS_MOST || size > CHARACTERS_MOST) await flush();
    if (!inserts.has(line.table)) throw new Error(`the backup has rows of ${line.table}, which its head does not name`);
    table = line.table;
    batch.push(line.row);
    size += line.row.length;
    rows += 1;
  }
  await flush();
  return rows;
}

/** One statement a table that takes an array of rows; the database itself reads the JSON. */
async function insertsFor(client: ClientBase, { head }: BackupFile): Promise<Map<string, string>> {
  const shapes = new Map((await shapesOf(client)).map((shape) => [shape.name, shape]));
  const inserts = new Map<string, string>();
  for (const { name, columns } of head.tables) {
    const types = new Map(shapes.get(name)?.columns.map((c) => [c.name, c.type]));
    const unknown = columns.filter((column) => !types.has(column));
    if (unknown.length > 0) throw new Error(`the backup's table ${name} has other columns: ${unknown.join(', ')}`);
    const list = columns.map(quoted).join(', ');
    const asRead = columns.map((c) => `${quoted(c)} ${types.get(c) === 'jsonb' ? 'text' : types.get(c)}`).join(', ');
    const values = columns
      .map((c) => (types.get(c) === 'jsonb' ? `r.${quoted(c)}::jsonb` : `r.${quoted(c)}`))
      .join(', ');
    inserts.set(
      name,
      `insert into usher.${quoted(name)} (${list}) select ${values} from jsonb_to_recordset($1::jsonb) as r(${asRead})`,
    );
  }
  inserts.set(
    'sequences',
    `select setval(('usher.' || quote_ident(r.name))::regclass, r.next, false) from jsonb_to_recordset($1::jsonb) as r(name text, next bigint)`,
  );
  return inserts;
}

function notEmpty(table: string): ProblemError {
  return new ProblemError(
    problem(
      'restore-not-empty',
      `The database is not empty: there are rows in usher.${table}`,
      'Restore into a new database: set DATABASE_URL or DATA_DIR to an empty one; nothing was changed',
    ),
  );
}

function newer(names: string[]): ProblemError {
  return new ProblemError(
    problem(
      'backup-newer',
      `The backup was made by another release: its tables are those of ${names.at(-1)}`,
      'Restore it with the release that wrote it, or a later one',
    ),
  );
}
