// A Redis that is away, empty, frozen, full or forgetful costs time and nothing else; one that cannot be used is a Problem.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProblemError } from '../../src/problem.js';
import type { Database } from '../../src/storage/pool.js';
import { type CaseQueue, openQueue } from '../../src/storage/queue.js';
import { checkRedis } from '../../src/storage/redis.js';
import { freePort, type RedisServer, startRedis } from './redis-server.js';
import { gate, Tally } from './tally.js';

/** With the queue on Redis nothing of the database is used. */
const noDatabase = { kind: 'server' } as Database;

const codeOf = (error: unknown) => (error instanceof ProblemError ? error.problems[0]!.code : String(error));
const refusal = (url: string) => checkRedis(url).then(() => 'none', codeOf);

describe.skipIf(!process.env.REDIS_URL)('the queue on Redis', () => {
  let server: RedisServer;
  let queues: CaseQueue[] = [];
  let errors: string[] = [];
  let files = 0;
  const place = () => ({ url: server.url, prefix: `usher-${++files}` });
  const open = async (redis = place()): Promise<CaseQueue> => {
    const name = ++files;
    const onError = (error: Error) => errors.push(`${name}: ${error.message}`);
    const opened = await openQueue(noDatabase, { name: 'cases', concurrency: 2, lockMs: 30_000, redis, onError });
    queues.push(opened);
    return opened;
  };
  /** Again and again until it is done. */
  const refillUntil = async (queue: CaseQueue, tally: Tally, caseId: string) => {
    await vi.waitUntil(
      async () => {
        await queue.add(caseId, { delayMs: 0 }).catch(() => {});
        return tally.seen.includes(caseId);
      },
      { timeout: 60_000, interval: 250 },
    );
  };
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.stop(0)));
    queues = [];
    errors = [];
  });

  it('says before anything begins what is wrong with the address, the login and the number', async () => {
    const guarded = await startRedis(['--requirepass', 'p@ss/word']);
    const at = (login: string, number = '') => guarded.url.replace('redis://', `redis://${login}`) + number;
    expect(await refusal(at(':p%40ss%2Fword@', '/3'))).toBe('none');
    expect(await refusal(at('default:p%40ss%2Fword@'))).toBe('none');
    expect(await refusal(at(''))).toBe('queue-login');
    expect(await refusal(at(':wrong@'))).toBe('queue-login');
    expect(await refusal(at('nobody:p%40ss%2Fword@'))).toBe('queue-login');
    expect(await refusal(at(':p%40ss%2Fword@', '/99'))).toBe('queue-database');
    expect(await refusal(`redis://:secret@127.0.0.1:${await freePort()}`)).toBe('queue-unreachable');
    const told = await checkRedis(at(':wrong-secret@')).catch((error: Error) => error.message);
    expect(told).toMatch(/127\.0\.0\.1:\d+\/0/);
    expect(told).not.toContain('secret');
  });

  /** As several processes use it: one only adds, another one works. (Who works begins by itself what it has room for.) */
  const openBoth = async (tally: Tally): Promise<CaseQueue> => {
    const here = place();
    const worker = await open(here);
    await worker.work(async (caseId) => tally.add(caseId));
    return open(here);
  };

  it('that was killed takes nothing, says so, and goes on by itself when it is back and empty', async () => {
    const tally = new Tally();
    const queue = await openBoth(tally);
    await queue.add('before');
    await tally.reach(1);
    await server.kill();
    await expect(queue.add('away').catch(codeOf)).resolves.toBe('queue-away');
    await server.start();
    await refillUntil(queue, tally, 'away');
    await refillUntil(queue, tally, 'after');
    // Many connections failed many times.
    expect(errors.length).toBeGreaterThan(0);
    expect(new Set(errors).size).toBe(errors.length);
  });

  it('that does not answer keeps nobody waiting for ever, and goes on when it does', async () => {
    const tally = new Tally();
    const queue = await openBoth(tally);
    server.signal('SIGSTOP');
    await expect(queue.add('away').catch(codeOf)).resolves.toBe('queue-away');
    server.signal('SIGCONT');
    await refillUntil(queue, tally, 'away');
  });

  it('that is away does not keep the process from stopping', async () => {
    const queue = await open();
    const tally = new Tally();
    const door = gate();
    await queue.work(async (caseId) => {
      tally.add(caseId);
      await door.passed;
    });
    await queue.add('slow');
    await tally.reach(1);
    await server.kill();
    expect(await queue.stop(200)).toEqual({ unfinished: ['slow'] });
    door.open();
    await server.start();
  });

  it('that was emptied under a working worker carries on', async () => {
    const queue = await open();
    const tally = new Tally();
    await queue.work(async (caseId) => {
      tally.add(caseId);
      if (caseId === 'first') await server.ask('FLUSHALL');
    });
    await queue.add('first', { delayMs: 0 });
    await refillUntil(queue, tally, 'second');
    await refillUntil(queue, tally, 'third');
  });

  it('that forgets any one thing still carries the next wake-up of the same case', async () => {
    const forgotten: string[] = [];
    for (;;) {
      const here = place();
      const queue = await open(here);
      await queue.addAll([{ caseId: 'a' }, { caseId: 'b', delayMs: 3_600_000 }]);
      const keys = (await server.ask('KEYS', `${here.prefix}:*`)) as string[];
      const part = (key: string) => key.slice(here.prefix.length);
      const next = keys.sort().find((key) => !forgotten.includes(part(key)));
      if (next === undefined) break;
      forgotten.push(part(next));
      await server.ask('DEL', next);
      const tally = new Tally();
      await queue.work(async (caseId) => tally.add(caseId));
      await refillUntil(queue, tally, 'a');
      await refillUntil(queue, tally, 'b');
      await queue.stop(0);
    }
    expect(forgotten).toContain(':cases:wait');
    expect(forgotten.length).toBeGreaterThan(4);
  }, 240_000);

  it('that is full refuses, and takes again when there is room', async () => {
    const tally = new Tally();
    const queue = await openBoth(tally);
    await server.ask('CONFIG', 'SET', 'maxmemory', 1);
    await expect(queue.add('full').catch(codeOf)).resolves.toBe('queue-away');
    await server.ask('CONFIG', 'SET', 'maxmemory', 0);
    await refillUntil(queue, tally, 'full');
  });
});
