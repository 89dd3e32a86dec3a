// Death in the middle, again and again, of the whole process and of the world around it.
import { describe, expect, it } from 'vitest';
import { inHaste } from '../real/town.js';
import { startBot } from './bot.js';
import { openPlace, received } from './place.js';
import { expectOnce, unreadable } from './samples.js';

// On a server the lease of a dead process has to run out, for minutes: test/real kills there, with shorter waits.
describe('killed while it handles the samples, on the embedded database', () => {
  it(`after each of ${[1, 4, 7]} more lines: every customer got exactly one reply in the end`, async () => {
    const home = await openPlace('with-database');
    for (const count of [1, 4, 7]) {
      const bot = startBot(home, inHaste());
      await bot.tickets(count);
      expect(await bot.end('SIGKILL')).toBeNull();
    }
    const last = startBot(home, inHaste());
    await last.line(/^Summary: /);
    expect(await last.end()).toBe(0);
    expect(last.stderr()).toBe('');
    expect(unreadable(last.lines)).toEqual([]);
    const world = await home.world();
    expectOnce(world);
    expect(Object.keys(received(world).replies).length).toBeGreaterThan(5);
  }, 600_000);
});
