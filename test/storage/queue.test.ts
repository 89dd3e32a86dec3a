// The queue carries every wake-up to a handler, once where once is enough, and hands over what it cannot finish.
import { once } from 'node:events';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { migrate } from '../../src/storage/migrate.js';
import type { Database } from '../../src/storage/pool.js';
import { type CaseQueue, openQueue, type QueueOptions } from '../../src/storage/queue.js';
import { OPENING_MS } from './databases.js';
import { eachQueue } from './queues.js';
import { gate, Tally } from './tally.js';

eachQueue((name, open, redis) => {
  let db: Database;
  let queues: CaseQueue[] = [];
  const errors: [string, string | null][] = [];
  const queue = async (options: Partial<QueueOptions> = {}, on = db): Promise<CaseQueue> => {
    const opened = await openQueue(on, {
      ...{ name: 'cases', concurrency: 4, lockMs: 30_000, redis: redis?.place, ...options },
      onError: (error, caseId) => errors.push([error.message, caseId]),
    });
    queues.push(opened);
    return opened;
  };
  beforeAll(async () => {
    db = await open();
    await migrate(db, []);
  }, OPENING_MS);
  beforeEach(async () => {
    if (redis) await redis.empty();
    else await db.pool.query('truncate bullmq.job cascade; truncate bullmq.meta');
    errors.length = 0;
  });
  afterEach(async () => {
    await Promise.all(queues.map((q) => q.stop(0)));
    queues = [];
  });

  it('carries a thousand cases added at once, each exactly once', async () => {
    const q = await queue({ concurrency: 8 });
    const tally = new Tally();
    await q.work(async (caseId) => tally.add(caseId));
    const ids = Array.from({ length: 1000 }, (_, i) => `case-${i}`);
    await Promise.all(ids.map((id) => q.add(id)));
    await tally.reach(1000);
    await q.stop(10_000);
    expect([...tally.seen].sort()).toEqual([...ids].sort());
    const kept = redis
      ? await redis.jobs()
      : (await db.pool.query<{ id: string }>('select id from bullmq.job')).rows.map((row) => row.id);
    expect(kept).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('carries a thousand that are added as one, also before anybody works', async () => {
    const q = await queue({ concurrency: 8 });
    const ids = Array.from({ length: 1000 }, (_, i) => `zendesk:${i}`);
    await q.addAll(ids.map((caseId) => ({ caseId })));
    expect(await q.counts()).toEqual({ waiting: 1000, active: 0, delayed: 0 });
    const tally = new Tally();
    await q.work(async (caseId) => tally.add(caseId));
    await tally.reach(1000);
    await q.stop(10_000);
    expect([...tally.seen].sort()).toEqual([...ids].sort());
  });

  it('begins at once what it has room for, leaves the rest to the queue, and never runs more at a time', async () => {
    const q = await queue({ concurrency: 2 });
    const tally = new Tally();
    const door = gate();
    let running = 0;
    let most = 0;
    await q.work(async (caseId) => {
      most = Math.max(most, ++running);
      await door.passed;
      running -= 1;
      tally.add(caseId);
    });
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await q.add(id);
    expect(running).toBe(2);
    const { waiting, active, delayed } = await q.counts();
    expect(waiting + active + delayed).toBe(3);
    door.open();
    await tally.reach(5);
    expect([...tally.seen].sort()).toEqual(ids);
    expect(most).toBe(2);
  });

  it('runs a case again that was woken while it ran, after and not beside', async () => {
    const q = await queue();
    const door = gate();
    const tally = new Tally();
    let inside = 0;
    await q.work(async (caseId) => {
      expect(++inside).toBe(1);
      tally.add(caseId);
      if (tally.seen.length === 1) await door.passed;
      inside--;
    });
    await q.add('a');
    await tally.reach(1);
    await q.add('a');
    q.due(['a']);
    door.open();
    await tally.reach(2);
    await q.stop(10_000);
    expect(tally.seen.length).toBeLessThanOrEqual(3);
    expect(errors).toEqual([]);
  });

  it('begins what is due in its order and once, however often it is said, also when it is due again later', async () => {
    const q = await queue({ concurrency: 1 });
    const tally = new Tally();
    const door = gate();
    await q.work(async (caseId, { isDue }) => {
      tally.add(`${caseId} ${isDue}`);
      await door.passed;
    });
    q.due(['a', 'b', 'c']);
    q.due(['b', 'a', 'c']);
    await q.add('new');
    door.open();
    // Due once more while it ran, the first goes to the end of the line.
    await tally.reach(5);
    q.due(['b']);
    await tally.reach(6);
    expect(tally.seen.filter((said) => said !== 'new false')).toEqual([
      'a true',
      'b true',
      'c true',
      'a true',
      'b true',
    ]);
    expect(errors).toEqual([]);
  });

  it('takes any text for a case', async () => {
    const q = await queue();
    const tally = new Tally();
    await q.work(async (caseId) => tally.add(caseId));
    const odd = [
      '12345',
      'zendesk:12345',
      'zendesk.12345',
      'zendesk%3a12345',
      'a/1',
      'a',
      "it's \u{1F600}",
      '0:0',
      'a'.repeat(200),
    ];
    for (const caseId of odd) await q.add(caseId);
    await tally.reach(odd.length);
    expect([...tally.seen].sort()).toEqual([...odd].sort());
  });

  it('hears of a case at once when it was idle, instead of looking every five seconds', async () => {
    const q = await queue();
    const tally = new Tally();
    await q.work(async (caseId) => tally.add(caseId));
    const started = Date.now();
    for (let n = 1; n <= 4; n++) {
      // A delayed case is never found by a fetch that happens to be under way: the worker must be told.
      await q.add('a', { delayMs: 100 });
      await tally.reach(n);
    }
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  it('waits with a delayed case, and wakes for it by itself', async () => {
    const q = await queue();
    const tally = new Tally();
    await q.work(async (caseId) => tally.add(caseId));
    await q.add('never', { delayMs: 3_600_000 });
    const added = Date.now();
    await q.add('later', { delayMs: 400 });
    await tally.reach(1);
    expect(tally.seen).toEqual(['later']);
    expect(Date.now() - added).toBeGreaterThanOrEqual(390);
    expect(await q.counts()).toMatchObject({ waiting: 0, delayed: 1 });
  });

  it('reports a handler that throws, repeats nothing for it, and goes on', async () => {
    const q = await queue({ concurrency: 1 });
    const tally = new Tally();
    await q.work(async (caseId) => {
      tally.add(caseId);
      if (caseId === 'bad') throw new Error('no luck');
    });
    await q.add('bad');
    await q.add('good');
    await tally.reach(2);
    await q.stop(10_000);
    expect(tally.seen).toEqual(['bad', 'good']);
    expect(errors).toEqual([['no luck', 'bad']]);
  });

  it('stops when what runs is finished, and leaves the rest to the next start', async () => {
    const q = await queue({ concurrency: 1 });
    const tally = new Tally();
    const door = gate();
    await q.work(async (caseId, { stopping }) => {
      tally.add(caseId);
      if (caseId === 'first') {
        await Promise.all([door.passed, once(stopping, 'abort')]);
      }
    });
    await q.addAll(['first', 'second', 'third'].map((caseId) => ({ caseId })));
    await tally.reach(1);
    const stopped = q.stop(10_000);
    door.open();
    expect(await stopped).toEqual({ unfinished: [] });
    expect(tally.seen).toEqual(['first']);
    const next = await queue();
    await next.work(async (caseId) => tally.add(caseId));
    await tally.reach(3);
    expect(tally.seen).toEqual(['first', 'second', 'third']);
  });

  it('hands over what is not finished at the deadline, with the wake-up it got meanwhile', async () => {
    const q = await queue({ lockMs: 500 });
    const tally = new Tally();
    const door = gate();
    await q.work(async (caseId) => {
      tally.add(caseId);
      await door.passed;
    });
    await q.add('slow');
    await tally.reach(1);
    expect(await q.stop(50)).toEqual({ unfinished: ['slow'] });
    const next = await queue({ lockMs: 500 });
    await next.work(async (caseId) => tally.add(caseId));
    await tally.reach(2);
    expect(tally.seen.slice(0, 2)).toEqual(['slow', 'slow']);
    door.open();
  });

  if (name === 'embedded') {
    it('gives out at once what a dead process had taken', async () => {
      const q = await queue();
      const tally = new Tally();
      await q.add('orphan');
      await db.pool.query(
        `update bullmq.job set state = 'active', lock_token = 'dead', locked_until_ms = 99999999999999`,
      );
      const next = await queue();
      await next.work(async (caseId) => tally.add(caseId));
      await tally.reach(1);
      expect(tally.seen).toEqual(['orphan']);
    });
  }
  if (name !== 'embedded') {
    it('shares the work between processes, each case once', async () => {
      const other = redis ? db : await open(db);
      const both = [await queue({ concurrency: 4 }), await queue({ concurrency: 4 }, other)];
      const tally = new Tally();
      const byWorker = [0, 0];
      for (const [i, q] of both.entries()) {
        await q.work(async (caseId) => {
          byWorker[i]!++;
          tally.add(caseId);
        });
      }
      const ids = Array.from({ length: 400 }, (_, i) => `c${i}`);
      await Promise.all(ids.map((id, i) => both[i % 2]!.add(id)));
      await tally.reach(400);
      expect([...tally.seen].sort()).toEqual([...ids].sort());
      expect(Math.min(...byWorker)).toBeGreaterThan(0);
    });
  }
});
