// What is asked for at the same time is read at once: fewer requests and statements where many cases are under way.
import { setTimeout as sleep } from 'node:timers/promises';

interface Asked<V> {
  answered: (value: V | undefined) => void;
  failed: (error: unknown) => void;
}

/**
 * One reader of many keys for those who ask for one. While a reading is under way the next keys gather, so that what is answered was
 * always read after it was asked for. `most` keys go at a time, `paceMs` milliseconds pass from one reading's start to the next one's; a
 * failure is that of everybody who was in it.
 */
export function gathered<K, V>(
  read: (keys: K[]) => Promise<ReadonlyMap<K, V>>,
  { most = Number.POSITIVE_INFINITY, paceMs = 0 } = {},
): (key: K) => Promise<V | undefined> {
  const waiting = new Map<K, Asked<V>[]>();
  let isReading = false;
  let beganAt = Number.NEGATIVE_INFINITY;

  async function readAll(): Promise<void> {
    isReading = true;
    while (waiting.size > 0) {
      const leftMs = beganAt + paceMs - performance.now();
      if (leftMs > 0) await sleep(leftMs);
      beganAt = performance.now();
      const batch = [...waiting].slice(0, most);
      for (const [key] of batch) waiting.delete(key);
      try {
        const found = await read(batch.map(([key]) => key));
        for (const [key, asked] of batch) for (const { answered } of asked) answered(found.get(key));
      } catch (error) {
        for (const [, asked] of batch) for (const { failed } of asked) failed(error);
      }
    }
    isReading = false;
  }

  return (key) =>
    new Promise((answered, failed) => {
      waiting.set(key, [...(waiting.get(key) ?? []), { answered, failed }]);
      if (!isReading) void readAll();
    });
}
