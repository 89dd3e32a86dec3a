// BullMQ with an empty job on the same kind of database, with nothing of ours but the pool.
import { createPostgresBackend, type PgPool, withBackend } from 'bullmq';
import { migrate } from '../src/storage/migrate.js';
import { openDatabase } from '../src/storage/pool.js';
import { serveParent } from './process-file.js';

const { Queue, Worker } = withBackend(createPostgresBackend);

interface Asked {
  databaseUrl?: string;
  dataDir: string;
  jobs: number;
  concurrency: number;
}

/** Adds a job, waits until it has run, adds the next; so many at a time. Answers jobs a second. */
async function emptyJobs({ databaseUrl, dataDir, jobs, concurrency }: Asked): Promise<number> {
  const db = await openDatabase({ databaseUrl, dataDir });
  await migrate(db, []);
  const connection = db.pool as unknown as PgPool;
  const queue = new Queue('empty', { connection });
  const ran = new Map<number, () => void>();
  const worker = new Worker<{ n: number }>('empty', async (job) => ran.get(job.data.n)?.(), {
    connection,
    concurrency,
  });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  let next = 0;
  const one = async (until: number) => {
    while (next < until) {
      const n = next++;
      const done = new Promise<void>((resolve) => ran.set(n, resolve));
      await queue.add('empty', { n }, { removeOnComplete: true });
      await done;
      ran.delete(n);
    }
  };
  const round = (until: number) => Promise.all(Array.from({ length: concurrency }, () => one(until)));
  await round(Math.ceil(jobs / 10));
  const began = performance.now();
  const from = next;
  await round(from + jobs);
  const perSecond = jobs / ((performance.now() - began) / 1000);
  await worker.close();
  await queue.close();
  await db.close();
  return perSecond;
}

serveParent({ emptyJobs });
