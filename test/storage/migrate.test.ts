// Migrations: forward only, all or nothing, once, and refused when the database is ahead.
import { runMigrations } from 'bullmq';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type Migration, migrate } from '../../src/storage/migrate.js';
import type { Database } from '../../src/storage/pool.js';
import { eachDatabase, OPENING_MS } from './databases.js';

const first: Migration = {
  name: '0001-fish',
  up: 'create table usher.fish (id int); insert into usher.fish values (1)',
};
const second: Migration = {
  name: '0002-name',
  up: ['alter table usher.fish add name text', "update usher.fish set name = 'cod'"],
};

eachDatabase((name, open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  }, OPENING_MS);
  beforeEach(async () => {
    await db.pool.query('drop schema if exists usher cascade; drop schema if exists bullmq cascade');
  });

  it('applies what is missing, in order, once', async () => {
    expect(await migrate(db, [first])).toEqual(['0001-fish']);
    expect(await migrate(db, [first, second])).toEqual(['0002-name']);
    expect(await migrate(db, [first, second])).toEqual([]);
    expect((await db.pool.query('select * from usher.fish')).rows).toEqual([{ id: 1, name: 'cod' }]);
    expect((await db.pool.query('select name from usher.migrations order by position')).rows).toEqual([
      { name: '0001-fish' },
      { name: '0002-name' },
    ]);
  });

  it('brings the queue its tables, and leaves them alone the next time', async () => {
    await migrate(db, []);
    const { rows } = await db.pool.query("select to_regclass('bullmq.job') is not null as there");
    expect(rows).toEqual([{ there: true }]);
    await migrate(db, []);
    const client = await db.pool.connect();
    expect(await runMigrations(client as unknown as Parameters<typeof runMigrations>[0])).toBeGreaterThan(0);
    client.release();
  });

  it('refuses a database that another release migrated further, or otherwise', async () => {
    await migrate(db, [first, second]);
    for (const known of [[first], [second, first], []]) {
      await expect(migrate(db, known)).rejects.toMatchObject({ problems: [{ code: 'database-newer' }] });
    }
    expect(await migrate(db, [first, second])).toEqual([]);
  });

  it('leaves nothing of a release whose last migration fails', async () => {
    const broken: Migration = { name: '0002-broken', up: ['create table usher.half (id int)', 'select 1/0'] };
    await expect(migrate(db, [first, broken])).rejects.toMatchObject({ code: '22012' });
    expect(
      (await db.pool.query("select to_regclass('usher.fish') as fish, to_regclass('usher.half') as half")).rows,
    ).toEqual([{ fish: null, half: null }]);
    expect(await migrate(db, [first, second])).toEqual(['0001-fish', '0002-name']);
  });

  if (name === 'server') {
    it('lets many processes start at once, and only one of them migrates', async () => {
      const all = await Promise.all(
        [db, await open(db), await open(db), await open(db)].map((d) => migrate(d, [first, second])),
      );
      expect(all.flat().sort()).toEqual(['0001-fish', '0002-name']);
    });

    it('says what to grant when the user may not create', async () => {
      const role = `usher_test_poor_${process.pid}`;
      await db.pool.query(`create role ${role}`);
      const client = await db.pool.connect();
      await client.query(`set role ${role}`);
      const poor = { ...db, pool: { connect: async () => ({ query: client.query.bind(client), release: () => {} }) } };
      await expect(migrate(poor as unknown as Database, [first])).rejects.toMatchObject({
        problems: [{ code: 'database-rights' }],
      });
      client.release(true);
      await db.pool.query(`drop role ${role}`);
    });
  }
});
