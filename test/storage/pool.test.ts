// Both kinds of database behave as node-postgres does: types, errors, transactions, notifications.
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedPool } from '../../src/storage/embedded-pool.js';
import { type Database, openDatabase } from '../../src/storage/pool.js';
import { eachDatabase, embeddedDataDir, OPENING_MS } from './databases.js';

eachDatabase((name, open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  }, OPENING_MS);

  it('reads values in the types that pg gives', async () => {
    const { rows } = await db.pool.query(
      `select timestamptz '2026-11-22 10:00:00+02' as t, 9007199254740993::int8 as big, 7::int4 as small,
        '{"a":[1]}'::jsonb as j, '\\x00ff'::bytea as b, array[1,2] as numbers, array['a','b,"c"'] as words,
        array[timestamptz '2026-01-01 00:00:00+00'] as times, true as yes, 1.50::numeric as n, null as nothing, 0.5::float8 as f`,
    );
    expect(rows[0]).toEqual({
      t: new Date('2026-11-22T08:00:00Z'),
      big: '9007199254740993',
      small: 7,
      j: { a: [1] },
      b: Buffer.from([0, 255]),
      numbers: [1, 2],
      words: ['a', 'b,"c"'],
      times: [new Date('2026-01-01T00:00:00Z')],
      yes: true,
      n: '1.50',
      nothing: null,
      f: 0.5,
    });
  });

  it('sends parameters as pg does', async () => {
    const at = new Date('2026-11-22T08:00:00.123Z');
    const { rows } = await db.pool.query(
      'select $1::timestamptz as t, $2::jsonb as j, $3::bytea as b, $4::text[] as a, $5::text as nothing, $6::int8 as big, $7::text as weird',
      [at, { deep: ['ü'] }, Buffer.from('x'), ['1', '{,}'], null, '42', "it's \\ \u0001 \u{1F600}"],
    );
    expect(rows[0]).toEqual({
      t: at,
      j: { deep: ['ü'] },
      b: Buffer.from('x'),
      a: ['1', '{,}'],
      nothing: null,
      big: '42',
      weird: "it's \\ \u0001 \u{1F600}",
    });
  });

  it('answers with SQLSTATE codes and stays usable after an error', async () => {
    await db.pool.query('create table one (id int primary key)');
    await db.pool.query('insert into one values (1)');
    await expect(db.pool.query('insert into one values (1)')).rejects.toMatchObject({
      code: '23505',
      constraint: 'one_pkey',
    });
    await expect(db.pool.query('select nonsense(')).rejects.toMatchObject({ code: '42601' });
    await expect(db.pool.query('select $1::int', ['x'])).rejects.toBeInstanceOf(pg.DatabaseError);
    expect((await db.pool.query('select count(*)::int as n from one')).rows).toEqual([{ n: 1 }]);
  });

  it('runs several statements in one text', async () => {
    const results = (await db.pool.query(
      'create table several (id int); insert into several values (1), (2); select id from several order by id',
    )) as unknown as pg.QueryResult[];
    expect(results.map((r) => r.command)).toEqual(['CREATE', 'INSERT', 'SELECT']);
    expect(results[2]?.rows).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('finds BullMQ by its search path and leaves ours to be named', async () => {
    expect((await db.pool.query('show search_path')).rows).toEqual([{ search_path: 'bullmq, public' }]);
  });

  it('shows nobody a transaction before its end', async () => {
    await db.pool.query('create table seen (id int)');
    const writer = await db.pool.connect();
    const reader = await db.pool.connect();
    await writer.query('begin');
    await writer.query('insert into seen values (1)');
    const before = reader.query('select count(*)::int as n from seen');
    // A server answers at once with what was committed; embedded, the reader waits for the transaction's end.
    if (name === 'server') expect((await before).rows).toEqual([{ n: 0 }]);
    await writer.query('rollback');
    expect((await before).rows).toEqual([{ n: 0 }]);
    await writer.query('begin');
    await writer.query('insert into seen values (2)');
    await writer.query('commit');
    expect((await reader.query('select id from seen')).rows).toEqual([{ id: 2 }]);
    writer.release();
    reader.release();
  });

  it('keeps many transactions apart under load', async () => {
    await db.pool.query('create table purse (id int primary key, amount int not null)');
    await db.pool.query('insert into purse values (1, 0)');
    const kysely = db.kysely<{ purse: { id: number; amount: number } }>();
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        kysely
          .transaction()
          .execute(async (trx) => {
            const { amount } = await trx
              .selectFrom('purse')
              .select('amount')
              .where('id', '=', 1)
              .forUpdate()
              .executeTakeFirstOrThrow();
            await trx
              .updateTable('purse')
              .set({ amount: amount + 1 })
              .execute();
            if (i % 3 === 0) throw new Error('changed its mind');
          })
          .catch(() => {}),
      ),
    );
    expect((await db.pool.query('select amount from purse')).rows).toEqual([{ amount: 40 }]);
  });

  it('rolls back what a connection left open', async () => {
    await db.pool.query('create table left_open (id int)');
    const client = await db.pool.connect();
    await client.query('begin');
    await client.query('insert into left_open values (1)');
    client.release(true);
    expect((await db.pool.query('select count(*)::int as n from left_open')).rows).toEqual([{ n: 0 }]);
  });

  it('notifies a listening connection while others work, and only it', async () => {
    const listener = await db.pool.connect();
    const other = await db.pool.connect();
    const heardByOther: unknown[] = [];
    other.on('notification', (n) => heardByOther.push(n));
    await listener.query('-- whatever stands before it\nLISTEN bell;');
    const heard = once(listener, 'notification');
    await db
      .kysely()
      .transaction()
      .execute(async (trx) => {
        await sql`select pg_notify('bell', 'ding')`.execute(trx);
      });
    expect((await heard)[0]).toMatchObject({ channel: 'bell', payload: 'ding' });
    await other.query('select 1');
    expect(heardByOther).toEqual([]);
    listener.release(true);
    other.release();
  });

  it('holds more connections than one without any of them starving', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => db.pool.connect()));
    const answers = await Promise.all(clients.map((client, i) => client.query('select $1::int as i', [i])));
    expect(answers.map((a) => a.rows[0].i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const client of clients) client.release();
  });

  it('is tidied without harm and closes twice without complaint', async () => {
    await db.pool.query('create table kept as select generate_series(1, 500) as id');
    await db.maintain();
    await db.close();
    await db.close();
    const again = await open(db);
    expect((await again.pool.query('select count(*)::int as n from kept')).rows).toEqual([{ n: 500 }]);
  });
});

describe('the embedded database alone', () => {
  it('ends a transaction that sits idle while others wait, and serves them', async () => {
    const dataDir = await embeddedDataDir();
    const opened = await openEmbeddedPool(dataDir, { idleInTransactionMs: 200 });
    await opened.pool.query('create table t (id int)');
    const client = await opened.pool.connect();
    const ended = once(client, 'error');
    await client.query('begin');
    await client.query('insert into t values (1)');
    expect((await opened.pool.query('select count(*)::int as n from t')).rows).toEqual([{ n: 0 }]);
    expect((await ended)[0]).toMatchObject({ code: '25P03' });
    client.release(true);
    await opened.close();
    await rm(dataDir, { recursive: true });
  });

  it('says that a directory without PG_VERSION is no database', async () => {
    const dataDir = await embeddedDataDir();
    await rm(`${dataDir}/database/PG_VERSION`);
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ problems: [{ code: 'database-damaged' }] });
    await writeFile(`${dataDir}/database/PG_VERSION`, '17\n');
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ problems: [{ code: 'database-version' }] });
    await rm(dataDir, { recursive: true });
  });

  it('keeps nothing of the answers that it gave', async () => {
    const { pool, close } = await openEmbeddedPool(await embeddedDataDir(), {});
    const read = async (times: number) => {
      for (let n = 0; n < times; n++) await pool.query(`select repeat('x', 1000000) as long`);
    };
    await read(50);
    const before = process.memoryUsage.rss();
    await read(300);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000);
    await close();
  });

  it('never blocks the main thread while the engine works', async () => {
    const dataDir = await embeddedDataDir();
    const db = await openDatabase({ dataDir });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await db.pool.query('select count(*) from generate_series(1, 3000000)');
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
    await db.close();
    await rm(dataDir, { recursive: true });
  });
});

describe('DATABASE_URL', () => {
  it.each([
    ['not an address', 'database-url', 'admin'],
    ['mysql://root@localhost/x', 'database-url', 'admin'],
    ['postgres://u:hunter2-secret@127.0.0.1:1/x', 'database-unreachable', 'network'],
  ])('%s is refused as %s', async (databaseUrl, code, family) => {
    const error = await openDatabase({ databaseUrl, dataDir: '.' }).catch((e) => e);
    expect(error.problems).toMatchObject([{ code, family }]);
    expect(String(error)).not.toContain('hunter2');
  });
});
