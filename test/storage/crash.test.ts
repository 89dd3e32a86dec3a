// The embedded database survives the sudden death of its process: nothing that was acknowledged is missing.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { openDatabase } from '../../src/storage/pool.js';
import { embeddedDataDir } from './databases.js';

const child = fileURLToPath(new URL('./insert-for-ever.mjs', import.meta.url));

let dataDir: string;
let running: ChildProcess | undefined;
afterEach(async () => {
  running?.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

/** Kills the child once it acknowledged `enough` more rows; returns the last id it acknowledged. */
async function insertUntilKilled(enough: number): Promise<number> {
  const inserting = spawn(process.execPath, [child, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  running = inserting;
  let said = '';
  let count = 0;
  inserting.stdout.on('data', (chunk) => {
    said += chunk;
    count += String(chunk).split('\n').length - 1;
    if (count >= enough) inserting.kill('SIGKILL');
  });
  const [, signal] = await once(inserting, 'close');
  expect(signal).toBe('SIGKILL');
  return Math.max(...said.split('\n').slice(0, -1).map(Number));
}

it('loses no acknowledged insert to kill -9, three times over', async () => {
  dataDir = await embeddedDataDir();
  let last = 0;
  for (const enough of [200, 50, 350]) last = await insertUntilKilled(enough);
  const db = await openDatabase({ dataDir });
  const { rows } = await db.pool.query('select count(*)::int as n, max(id)::int as highest from acknowledged');
  // The one under way when the process died may be there or not; all before it must be.
  expect(rows[0].highest).toBeGreaterThanOrEqual(last);
  expect(rows[0].n).toBe(rows[0].highest);
  expect(last).toBeGreaterThanOrEqual(600);
  await db.close();
}, 180_000);
