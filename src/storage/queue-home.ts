// Where the queue lives: in tables of our own database, or on a Redis. BullMQ is the same in both.
import { createPostgresBackend, createRedisBackend, type JobsOptions, type PgPool, withBackend } from 'bullmq';
import type { Database } from './pool.js';
import { askingOptions, checkRedis, queueAway, redisOptions } from './redis.js';

/** What is put into the queue: ids only. */
export interface Content {
  caseId: string;
}

export interface RedisPlace {
  url: string;
  /** Keeps the queues of several installations on one Redis apart. */
  prefix: string;
}

/** As much of BullMQ's `Queue` as is used. */
export interface HomeQueue {
  add(name: 'case', content: Content, options: JobsOptions): Promise<unknown>;
  addBulk(jobs: { name: 'case'; data: Content; opts: JobsOptions }[]): Promise<unknown>;
  getJobCounts(...states: ('waiting' | 'active' | 'delayed')[]): Promise<Record<string, number>>;
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** As much of BullMQ's `Worker` as is used. */
export interface HomeWorker {
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(doNotWaitActive: boolean): Promise<void>;
  close(force: boolean): Promise<void>;
}

export interface HomeOptions {
  name: string;
  concurrency: number;
  lockMs: number;
}

export interface QueueHome {
  queue(): HomeQueue;
  worker(handle: (job: { data: Content }) => Promise<void>): HomeWorker;
  /** What adding threw, as whoever repeats it should know it. */
  told(error: unknown): unknown;
}

/** Nobody reads the queue's own event log; without a limit it keeps 10,000. */
const STREAMS = { events: { maxLen: 500 } };

const workerOptions = ({ concurrency, lockMs }: HomeOptions) => ({
  concurrency,
  lockDuration: lockMs,
  // A job whose process died is dropped, not run again: what became of it only the ledger knows.
  maxStalledCount: 0,
  // After a connection failed; the default of 15 s would be most of the minute in which a lost queue is filled again.
  runRetryDelay: 5_000,
});

export function homeInDatabase(db: Database, options: HomeOptions): QueueHome {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = db.pool as unknown as PgPool;
  return {
    queue: () => new Queue<Content>(options.name, { connection, streams: STREAMS }),
    worker: (handle) => new Worker<Content>(options.name, handle, { connection, ...workerOptions(options) }),
    told: (error) => error,
  };
}

/** Throws ProblemError (`queue-…`) when that Redis cannot be used. */
export async function homeOnRedis({ url, prefix }: RedisPlace, options: HomeOptions): Promise<QueueHome> {
  await checkRedis(url);
  const { Queue, Worker } = withBackend(createRedisBackend);
  return {
    queue: () => new Queue<Content>(options.name, { connection: askingOptions(url), prefix, streams: STREAMS }),
    worker: (handle) =>
      new Worker<Content>(options.name, handle, { connection: redisOptions(url), prefix, ...workerOptions(options) }),
    told: (error) => queueAway(url, error),
  };
}
