// Asking together: one reading for all who ask meanwhile, never an older one, and not more often than agreed.
import { describe, expect, it } from 'vitest';
import { gathered } from '../src/gather.js';
import { gate } from './storage/tally.js';

/** Answers each key with the number of the reading that read it. */
function counting(options?: { most?: number; paceMs?: number }) {
  const readings: string[][] = [];
  const beganAt: number[] = [];
  let door = gate();
  door.open();
  const ask = gathered(async (keys: string[]) => {
    beganAt.push(performance.now());
    const number = readings.push(keys);
    await door.passed;
    if (keys.includes('broken')) throw new Error('no answer');
    return new Map(keys.filter((key) => key !== 'unknown').map((key) => [key, number]));
  }, options);
  return {
    ask,
    readings,
    beganAt,
    shut: () => {
      door = gate();
      return door;
    },
  };
}

describe('gathered', () => {
  it('begins at once, and reads all that is asked for meanwhile in one reading after it, each key once', async () => {
    const { ask, readings, shut } = counting();
    const door = shut();
    const all = ['a', 'b', 'b', 'a', 'unknown'].map(ask);
    expect(readings).toEqual([['a']]);
    door.open();
    expect(await Promise.all(all)).toEqual([1, 2, 2, 2, undefined]);
    expect(readings).toEqual([['a'], ['b', 'a', 'unknown']]);
  });

  it('takes so many keys at a time, in the order in which they were asked for', async () => {
    const { ask, readings, shut } = counting({ most: 2 });
    const door = shut();
    const all = ['a', 'b', 'c', 'd'].map(ask);
    door.open();
    expect(await Promise.all(all)).toEqual([1, 2, 2, 3]);
    expect(readings).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  it('fails all who were in a reading that failed, and nobody else', async () => {
    const { ask, shut } = counting({ most: 2 });
    const door = shut();
    const all = ['a', 'broken', 'b', 'c'].map(ask);
    door.open();
    const ended = await Promise.allSettled(all);
    expect(ended.map((e) => e.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await ask('a')).toBe(4);
  });

  it('lets its pace pass between the beginnings of two readings, and reads what was asked for in that time together', async () => {
    const { ask, readings, beganAt } = counting({ paceMs: 40 });
    expect(await ask('a')).toBe(1);
    expect(await Promise.all([ask('a'), Promise.resolve().then(() => ask('b'))])).toEqual([2, 2]);
    expect(readings).toEqual([['a'], ['a', 'b']]);
    // Timers may be a millisecond early.
    expect(beganAt[1]! - beganAt[0]!).toBeGreaterThan(38);
  });
});
