// The clocks of host and database are compared, and more than two seconds between them refused.
import { beforeAll, expect, it } from 'vitest';
import { checkClockSkew } from '../../src/storage/clock-skew.js';
import type { Database } from '../../src/storage/pool.js';
import { eachDatabase, OPENING_MS } from './databases.js';

eachDatabase((_name, open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  }, OPENING_MS);

  it('finds clocks that agree', async () => {
    expect(Math.abs(await checkClockSkew(db))).toBeLessThan(500);
  });

  it.each([
    [1_500, null],
    [-1_500, null],
    [60_000, 'ahead of'],
    [-60_000, 'behind'],
  ])('host off by %i ms: %s', async (offMs, words) => {
    const check = checkClockSkew(db, () => Date.now() + offMs);
    if (words === null) expect(Math.abs((await check) - offMs)).toBeLessThan(500);
    else
      await expect(check).rejects.toMatchObject({
        problems: [{ code: 'clock-skew', message: expect.stringContaining(words) }],
      });
  });
});
