// Before any test: says what will be skipped, and makes the empty embedded database that all of them copy once, by one process.
import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { embeddedDataDir } from './storage/empty-database.js';

/** Settings without which tests are skipped. `.ci/run` gives them all and lets nothing be skipped. */
const WANTED = {
  DATABASE_URL: 'those of several processes and of a PostgreSQL server',
  REDIS_URL: 'those of the queue on a Redis',
};

/** Runs for the whole and for each of its projects: once is enough. */
export async function setup({ name }: TestProject): Promise<void> {
  if (name !== '') return;
  for (const [name, tests] of Object.entries(WANTED))
    if (!process.env[name]) console.warn(`Without ${name} tests are skipped: ${tests}`);
  await rm(await embeddedDataDir(), { recursive: true, force: true });
}
