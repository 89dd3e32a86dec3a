// The world around real processes breaks: database, queue, clock and disk. Nothing is lost, nobody hears twice.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../bench/databases.js';
import { startRedis } from '../storage/redis-server.js';
import { openDatabaseGate } from './database-gate.js';
import { record } from './proof.js';
import { hasServers, isLong, openTown, PATIENCE_MS, type Town } from './town.js';

const run = promisify(execFile);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const FAKETIME = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1',
].find(existsSync);

describe.skipIf(!hasServers).concurrent('real processes', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = (await startCluster())!;
  });
  afterAll(() => cluster.stop());

  /** Tickets come one after another until `work` is over; answers all of them. */
  const whileFiling = async (town: Town, work: () => Promise<unknown>, everyMs = 200): Promise<string[]> => {
    const filed: string[] = town.desk.file(3);
    let isOver = false;
    const filing = (async () => {
      while (!isOver) {
        await sleep(everyMs);
        filed.push(...town.desk.file(1));
      }
    })();
    await work();
    isOver = true;
    await filing;
    return filed;
  };

  for (const seconds of isLong ? [1, 6, 60] : [1])
    it(`with a database that is gone for ${seconds} s`, { timeout: 1_800_000 }, async () => {
      const own = (await startCluster())!;
      const town = await openTown(own);
      const bot = await town.bot('data');
      const filed = await whileFiling(
        town,
        async () => {
          await bot.tickets(1);
          await own.crash();
          await sleep(seconds * 1_000);
          await own.start();
        },
        Math.max(200, seconds * 20),
      );
      await town.desk.done(filed, PATIENCE_MS);
      expect(await bot.end('SIGTERM')).toBe(0);
      await record(`database crashed and away for ${seconds} s while tickets came`, await town.verdict(filed));
      await town.close();
      await own.stop();
    });

  for (const [kind, options] of isLong
    ? ([
        ['without its append-only file', []],
        ['with its append-only file', ['--appendonly', 'yes', '--appendfsync', 'everysec']],
      ] as const)
    : ([['without its append-only file', []]] as const))
    it(`with a Redis that is killed twice ${kind} and emptied`, { timeout: 1_200_000 }, async () => {
      const redis = await startRedis([...options]);
      const town = await openTown(cluster, redis.url);
      const bot = await town.bot('data');
      const filed = await whileFiling(town, async () => {
        for (const nth of [1, 2]) {
          await bot.tickets(nth);
          await redis.kill();
          await sleep(1_000);
          await redis.start();
        }
        await bot.tickets(4);
        await redis.ask('FLUSHALL');
      });
      await town.desk.done(filed, PATIENCE_MS);
      expect(town.desk.zendesk.deliveries.filter((d) => d.status !== 200)).toEqual([]);
      expect(await bot.end('SIGTERM')).toBe(0);
      await record(
        `Redis killed twice ${kind}, then emptied; every webhook was answered 200`,
        await town.verdict(filed),
      );
      await town.close();
    });

  if (!isLong) return;

  it('with connections to the database that are cut when a statement has arrived and its answer has not', {
    timeout: 1_200_000,
  }, async () => {
    const town = await openTown(cluster);
    const gate = await openDatabaseGate(town.databaseUrl!);
    const bot = await town.bot('data', { env: { DATABASE_URL: gate.url } });
    const filed = await whileFiling(town, async () => {
      await bot.tickets(1);
      gate.cutEvery(12);
      await sleep(60_000);
      gate.cutEvery(0);
    });
    await town.desk.done(filed, PATIENCE_MS);
    expect(gate.cuts()).toBeGreaterThan(20);
    expect(await bot.end('SIGTERM')).toBe(0);
    await record(
      `connection cut after a write or COMMIT arrived, ${gate.cuts()} times in 60 s`,
      await town.verdict(filed),
    );
    await gate.close();
    await town.close();
  });

  /** Env by which one process sees another time of day; its own stop-watch is right. */
  const clockEnv = async (town: Town, offset: string) => {
    expect(FAKETIME, 'libfaketime is installed').toBeDefined();
    const file = town.home.path(`clock-${offset}`);
    await writeFile(file, offset);
    return {
      file,
      env: {
        LD_PRELOAD: FAKETIME,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    };
  };

  for (const offset of ['+30s', '-30s', '+600s', '-600s'])
    it(`refuses to start with a clock shifted by ${offset}`, { timeout: 600_000 }, async () => {
      const town = await openTown(cluster);
      const { env } = await clockEnv(town, offset);
      const started = await town.bot('data', { env }).then(
        () => 'started',
        (error: Error) => error.message,
      );
      expect(started).toMatch(/error clock-skew: /);
      await record(`clock shifted by ${offset} at the start`, 'refused: clock-skew');
      await town.close();
    });

  for (const [offset, queue] of [
    ['+1s', 'PostgreSQL'],
    ['-1s', 'PostgreSQL'],
    ['+30s', 'PostgreSQL'],
    ['-30s', 'PostgreSQL'],
    ['+600s', 'PostgreSQL'],
    ['-600s', 'PostgreSQL'],
    ['+600s', 'Redis'],
  ] as const)
    it(`with one worker's clock shifted by ${offset} while it runs, and that worker killed (queue on ${queue})`, {
      timeout: 1_800_000,
    }, async () => {
      const redis = queue === 'Redis' ? await startRedis() : undefined;
      const town = await openTown(cluster, redis?.url);
      const steady = await town.bot('data');
      const { file, env } = await clockEnv(town, '+0s');
      const shifted = await town.bot('data-2', { env });
      const filed = await whileFiling(town, async () => {
        await Promise.race([shifted.tickets(2), steady.tickets(6)]);
        await writeFile(file, offset);
        await sleep(20_000);
        expect(await shifted.end('SIGKILL')).toBeNull();
      });
      town.desk.zendesk.setWebhook(`${await steady.address()}/webhooks/zendesk`);
      filed.push(...town.desk.file(5));
      await town.desk.done(filed, PATIENCE_MS);
      expect(await steady.end('SIGTERM')).toBe(0);
      await record(
        `one of two workers' clocks jumps by ${offset}, that worker is killed 20 s later, queue on ${queue}`,
        await town.verdict(filed),
      );
      await town.close();
    });

  it('with a full disk under the database', { timeout: 1_200_000 }, async () => {
    const mount = '/tmp/usher-real-small-disk';
    await mkdir(mount, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', 'size=220m,mode=0755', 'tmpfs', mount]);
    try {
      const own = (await startCluster(mount))!;
      const town = await openTown(own);
      const bot = await town.bot('data');
      const filed = town.desk.file(5);
      await town.desk.done(filed, PATIENCE_MS);
      await run('dd', ['if=/dev/zero', `of=${mount}/ballast`, 'bs=64k']).catch(() => {});
      const refusedBefore = town.desk.zendesk.deliveries.length;
      const during = await whileFiling(town, () => sleep(45_000), 50);
      const answers = town.desk.zendesk.deliveries.slice(refusedBefore).map((d) => d.status);
      await run('rm', [`${mount}/ballast`]);
      filed.push(...during, ...town.desk.file(3));
      await town.desk.done(filed, PATIENCE_MS);
      expect(await bot.end('SIGTERM')).toBe(0);
      const refused = answers.filter((status) => status !== 200).length;
      await record(
        `disk of the database full for 45 s (${refused} of ${answers.length} webhooks told to come again)`,
        await town.verdict(filed),
      );
      await town.close();
      await own.stop();
    } finally {
      await run('umount', ['-l', mount]);
    }
  });
});
