// A rolling upgrade: the new release starts beside an old one, which keeps working on the tables brought forward, and then stops.
import { describe, expect, it } from 'vitest';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { migrations } from '../../src/storage/migrations.js';
import { startBot } from './bot.js';
import { buildOldRelease } from './old-release.js';
import { openPlace } from './place.js';
import { makeReady, startRealDesk } from './real-desk.js';
import { scratchServer } from './scratch-server.js';

const server = scratchServer();

describe.skipIf(!server)('a rolling upgrade', () => {
  it('finishes what the old release works on, migrates beside it, and takes over when it stops', async () => {
    const old = await buildOldRelease();
    const home = await openPlace('untouched');
    const url = await server!.create();
    const desk = await startRealDesk(url);
    const applied = () => desk.query<{ name: string }>('select name from usher.migrations order by position');
    try {
      await Promise.all([makeReady(old), makeReady(home)]);
      await Promise.all([writeSampleLists(old.path('data/lists')), writeSampleLists(home.path('data/lists'))]);
      const before = startBot(old, desk.env);
      await before.line(/^Ready /);
      desk.zendesk.setWebhook(`${await before.address()}/webhooks/zendesk`);
      const first = desk.file(4);
      await before.tickets(1);

      // In the middle of its work the tables move forward under it. The new process only takes webhooks, so the old one does all work.
      const web = startBot(home, { ...desk.env, ROLE: 'web', DATA_DIR: 'data-web' });
      await web.line(/^Ready /);
      expect((await applied()).map((row) => row.name)).toEqual(migrations.map((migration) => migration.name));
      desk.zendesk.setWebhook(`${await web.address()}/webhooks/zendesk`);
      const second = desk.file(4);
      await desk.done([...first, ...second]);
      desk.expectOnce([...first, ...second]);

      // Now both work, and the old one stops in the middle.
      const worker = startBot(home, { ...desk.env, ROLE: 'worker' });
      await worker.line(/^Ready /);
      const third = desk.file(8);
      await Promise.race([before.tickets(first.length + second.length + 2), worker.tickets(2)]);
      expect(await before.end('SIGTERM')).toBe(0);
      await desk.done(third);
      desk.expectOnce([...first, ...second, ...third]);
      expect([before.stderr(), web.stderr(), worker.stderr()]).toEqual(['', '', '']);
      expect(await worker.end('SIGTERM')).toBe(0);
      expect(await web.end('SIGTERM')).toBe(0);
    } finally {
      await desk.close();
      await server!.drop(url);
      await old.remove();
    }
  });
});
