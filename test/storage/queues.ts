// Queues for tests wherever they may live: in each kind of database, and on the Redis in REDIS_URL when it is set.
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, describe } from 'vitest';
import type { RedisPlace } from '../../src/storage/queue-home.js';
import { eachDatabase, type Open } from './databases.js';

export interface TestRedis {
  place: RedisPlace;
  /** Ids of the jobs that are kept. */
  jobs(): Promise<string[]>;
  /** Removes what tests with this prefix left. */
  empty(): Promise<void>;
}

type Suite = (name: 'embedded' | 'server' | 'redis', open: Open, redis?: TestRedis) => void;

/** Runs the same tests wherever a queue may live. On Redis the database only stands beside it. */
export function eachQueue(suite: Suite): void {
  eachDatabase((name, open) => {
    suite(name, open);
    const url = process.env.REDIS_URL;
    if (name === 'embedded' && url) describe('with the queue on Redis', () => suite('redis', open, testRedis(url)));
  });
}

function testRedis(url: string): TestRedis {
  const redis = new Redis(url, { lazyConnect: true });
  const prefix = `usher-test-${randomBytes(6).toString('hex')}`;
  const keys = () => redis.keys(`${prefix}:*`);
  const empty = async () => {
    const all = await keys();
    if (all.length > 0) await redis.del(all);
  };
  afterAll(async () => {
    await empty();
    redis.disconnect();
  });
  return {
    place: { url, prefix },
    empty,
    /** A job is a hash of its own; the queue's description is one too. */
    async jobs() {
      const all = await keys();
      const kinds = await Promise.all(all.map((key) => redis.type(key)));
      return all.filter((key, i) => kinds[i] === 'hash' && !key.endsWith(':meta'));
    },
  };
}
