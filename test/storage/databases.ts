// Fresh databases for tests: the embedded one always, and the server in DATABASE_URL when it is set.
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { afterAll, describe } from 'vitest';
import { type Database, openDatabase } from '../../src/storage/pool.js';
import { embeddedDataDir } from './empty-database.js';

export { embeddedDataDir };

/** For hooks that open: the very first embedded database is created, which takes a busy machine a while. */
export const OPENING_MS = 180_000;

/** Opens an empty database; with `again`, one more time what an earlier one held (embedded: close that first). */
export type Open = (again?: Database) => Promise<Database>;

/** Runs the same tests on every kind of database. What `open` gave is closed and removed after each kind's last test. */
export function eachDatabase(suite: (name: 'embedded' | 'server', open: Open) => void): void {
  describe('on the embedded database', () => suite('embedded', tracked(embedded())));
  const url = process.env.DATABASE_URL;
  if (url) describe('on a PostgreSQL server', () => suite('server', tracked(server(url))));
}

/** An empty database of one kind: on the server where there is one, else embedded. For tests of what does not depend on the kind. */
export function anyDatabase(): Open {
  const url = process.env.DATABASE_URL;
  return tracked(url ? server(url) : embedded());
}

/**
 * For what speaks of the flow and not of a database, which the ledger's own tests hold to the same answers: on the server where there is
 * one, else on the embedded database.
 */
export function oneDatabase(suite: (open: Open) => void): void {
  describe(process.env.DATABASE_URL ? 'on a PostgreSQL server' : 'on the embedded database', () =>
    suite(anyDatabase()),
  );
}

interface Place {
  open(): Promise<Database>;
  remove(): Promise<void>;
}
type Source = () => Promise<Place>;

function tracked(source: Source): Open {
  const places = new Map<Database, Place>();
  afterAll(async () => {
    await Promise.all([...places.keys()].map((db) => db.close()));
    await Promise.all([...new Set(places.values())].map((place) => place.remove()));
  }, OPENING_MS);
  return async (again) => {
    const place = again ? places.get(again)! : await source();
    const db = await place.open();
    places.set(db, place);
    return db;
  };
}

function embedded(): Source {
  return async () => {
    const dataDir = await embeddedDataDir();
    return { open: () => openDatabase({ dataDir }), remove: () => rm(dataDir, { recursive: true, force: true }) };
  };
}

function server(adminUrl: string): Source {
  const asAdmin = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  return async () => {
    const name = `usher_test_${randomBytes(6).toString('hex')}`;
    await asAdmin(`create database ${name}`);
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    return {
      open: () => openDatabase({ databaseUrl: url.href, dataDir: tmpdir() }),
      remove: () => asAdmin(`drop database if exists ${name} with (force)`),
    };
  };
}
