// Writes everything that Usher keeps as lines of JSON, and reads it back: the way between databases and releases.
import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Database } from './pool.js';

/** Rows fetched in one go. */
const BATCH = 500;
export const BACKUP_FORMAT = 1;
/** What belongs to processes that run, or is made anew with the tables. */
const LEFT_OUT = ['migrations', 'duties'];

export interface BackupHead {
  usher: 'backup';
  format: number;
  /** Names of the migrations that the rows fit. */
  migrations: string[];
  at: string;
  /** In the order in which they can be filled; columns that hold JSON are written as text, so that nothing of them is lost. */
  tables: { name: string; columns: string[] }[];
}

export interface BackupEnd {
  end: true;
  rows: number;
  /** Of all lines before this one, with their line ends. */
  sha256: string;
}

interface TableShape {
  name: string;
  columns: { name: string; type: string }[];
  key: string[];
}

/**
 * The lines of a backup without their ends, from one consistent look at the database. Migrated databases only; embedded, nothing
 * else runs meanwhile. `sequences` is the last table: each row says what a counter gives out next.
 */
export async function* backupLines(db: Database): AsyncGenerator<string> {
  const client = await db.pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const tables = (await shapesOf(client)).filter((table) => !LEFT_OUT.includes(table.name));
    const applied = await client.query<{ name: string }>('select name from usher.migrations order by position');
    const hash = createHash('sha256');
    let rows = 0;
    const say = (line: string) => {
      hash.update(`${line}\n`);
      return line;
    };
    const head: BackupHead = {
      usher: 'backup',
      format: BACKUP_FORMAT,
      migrations: applied.rows.map((row) => row.name),
      at: new Date().toISOString(),
      tables: tables.map(({ name, columns }) => ({ name, columns: columns.map((c) => c.name) })),
    };
    yield say(JSON.stringify(head));
    for (const table of tables) {
      for await (const row of rowsOf(client, table)) {
        rows += 1;
        yield say(`[${JSON.stringify(table.name)},${row}]`);
      }
    }
    for (const row of await countersOf(client)) {
      rows += 1;
      yield say(`["sequences",${JSON.stringify(row)}]`);
    }
    const end: BackupEnd = { end: true, rows, sha256: hash.digest('hex') };
    yield JSON.stringify(end);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Never through JavaScript's numbers: the database writes and reads the JSON. */
async function* rowsOf(client: ClientBase, { name, columns, key }: TableShape): AsyncGenerator<string> {
  const wanted = columns.map((c) =>
    c.type === 'jsonb' ? `${quoted(c.name)}::text as ${quoted(c.name)}` : quoted(c.name),
  );
  await client.query(`declare backup no scroll cursor for select row_to_json(t)::text as line
    from (select ${wanted.join(', ')} from usher.${quoted(name)} order by ${key.map(quoted).join(', ') || '1'}) t`);
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${BATCH} from backup`);
    for (const row of rows) yield row.line;
    if (rows.length < BATCH) break;
  }
  await client.query('close backup');
}

/** Tables of our schema with their columns, each after those it refers to. */
export async function shapesOf(client: ClientBase): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape & { needs: string[] }>(`
    select c.relname as name,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      coalesce((select json_agg(a.attname order by array_position(i.indkey::int2[], a.attnum))
        from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
        where i.indrelid = c.oid and i.indisprimary), '[]'::json) as key,
      coalesce((select json_agg(f.confrelid::regclass::text) from pg_constraint f
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid), '[]'::json) as needs
    from pg_class c where c.relnamespace = 'usher'::regnamespace and c.relkind = 'r' order by c.relname`);
  const sorted: TableShape[] = [];
  let left = rows;
  while (left.length > 0) {
    const names = left.map((table) => `usher.${table.name}`);
    const ready = left.filter((table) => !table.needs.some((need) => names.includes(need)));
    if (ready.length === 0) throw new Error(`tables refer to each other: ${names.join(', ')}`);
    sorted.push(...ready.map(({ name, columns, key }) => ({ name, columns, key })));
    left = left.filter((table) => !ready.includes(table));
  }
  return sorted;
}

async function countersOf(client: ClientBase): Promise<{ name: string; next: string }[]> {
  const names = await client.query<{ name: string }>(
    `select sequencename as name from pg_sequences where schemaname = 'usher' order by 1`,
  );
  const counters: { name: string; next: string }[] = [];
  for (const { name } of names.rows) {
    const { rows } = await client.query<{ next: string }>(
      `select (last_value + case when is_called then 1 else 0 end)::text as next from usher.${quoted(name)}`,
    );
    counters.push({ name, next: rows[0]!.next });
  }
  return counters;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
