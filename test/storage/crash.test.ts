// The embedded database survives the sudden death of its process: nothing that was acknowledged is missing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/pool.js';
import { embeddedDataDir } from './databases.js';

const child = fileURLToPath(new URL('./insert-for-ever.mjs', import.meta.url));

/** Kills the child once it acknowledged `enough` more rows; returns the last id it acknowledged. */
async function insertUntilKilled(dataDir: string, enough: number): Promise<number> {
  const process_ = spawn(process.execPath, [child, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  let count = 0;
  process_.stdout.on('data', (chunk) => {
    said += chunk;
    count += String(chunk).split('\n').length - 1;
    if (count >= enough) process_.kill('SIGKILL');
  });
  const [, signal] = await once(process_, 'close');
  expect(signal).toBe('SIGKILL');
  return Math.max(...said.split('\n').slice(0, -1).map(Number));
}

it('loses no acknowledged insert to kill -9, three times over', async () => {
  const dataDir = await embeddedDataDir();
  let last = 0;
  for (const enough of [400, 150, 700]) last = await insertUntilKilled(dataDir, enough);
  const db = await openDatabase({ dataDir });
  const { rows } = await db.pool.query('select count(*)::int as n, max(id)::int as highest from acknowledged');
  // The one under way when the process died may be there or not; all before it must be.
  expect(rows[0].highest).toBeGreaterThanOrEqual(last);
  expect(rows[0].n).toBe(rows[0].highest);
  expect(last).toBeGreaterThanOrEqual(1250);
  await db.close();
  await rm(dataDir, { recursive: true });
});
