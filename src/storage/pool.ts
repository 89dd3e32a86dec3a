// Opens the one database Usher works on: embedded (files under the data directory) or a PostgreSQL server.
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import { openEmbeddedPool } from './embedded-pool.js';
import { openServerPool } from './server-pool.js';

/** node-postgres' own pool in both kinds, so that kysely and BullMQ cannot tell them apart. */
export type PoolLike = Pool;

export interface DatabaseOptions {
  /** `postgres://…`; without it the embedded database under `dataDir` is opened. */
  databaseUrl?: string;
  /** Where the embedded database lives. The caller holds `lockDataDir(dataDir)` first. */
  dataDir: string;
  /** One human line whenever something takes seconds. */
  onProgress?: (line: string) => void;
  /** A connection that broke while idle, or (embedded) the engine itself; the pool heals where it can. */
  onError?: (error: Error) => void;
}

/**
 * Our tables live in schema `usher` and are always named with it (`kysely().withSchema('usher')` or qualified SQL); the
 * session's search_path is BullMQ's schema `bullmq` and then `public`.
 * Embedded is one session: inside a transaction use only its own object. A statement outside of it waits for the
 * transaction's end; awaited inside, both wait for each other until the transaction is rolled back after 30 s.
 */
export interface Database {
  readonly kind: 'embedded' | 'server';
  readonly pool: PoolLike;
  /** Typed SQL over the pool. Do not call `destroy()` on it: `close()` is the end. */
  kysely<DB>(): Kysely<DB>;
  /** Embedded: VACUUM, ANALYZE and CHECKPOINT, for quiet minutes. A server does that itself: nothing happens. */
  maintain(): Promise<void>;
  /** Waits for what runs, then closes every connection and (embedded) writes a checkpoint. Safe to call twice. */
  close(): Promise<void>;
}

/** Opens the database. Throws ProblemError (`database-…`) where it cannot be reached, read or used. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const opened = options.databaseUrl
    ? await openServerPool(options.databaseUrl, options)
    : await openEmbeddedPool(options.dataDir, options);
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: opened.pool }) });
  let closing: Promise<void> | undefined;
  return {
    kind: options.databaseUrl ? 'server' : 'embedded',
    pool: opened.pool,
    kysely: <DB>() => kysely as unknown as Kysely<DB>,
    maintain: opened.maintain,
    close: () => {
      closing ??= opened.close();
      return closing;
    },
  };
}
