// Several processes on one PostgreSQL: a web process and two workers, one of which is stopped in the middle.
import { cp, readFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { run, startBot } from './bot.js';
import { openPlace } from './place.js';
import { makeReady, startRealDesk } from './real-desk.js';
import { scratchServer } from './scratch-server.js';

const server = scratchServer();
const RULES = 'rules/everbright-api-access/rules.yaml';

describe('roles', () => {
  it('of several processes need a server and a real help desk', async () => {
    const home = await openPlace('untouched');
    const ran = await run(home, ['start'], { ROLE: 'worker' });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(/^error role-needs-server: .*\nerror role-needs-helpdesk: /);
  });
});

describe.skipIf(!server)('one web process and two workers', () => {
  it('handle each ticket once, by one rulebook, while the worker that polls and reads is stopped', async () => {
    const home = await openPlace('untouched');
    await makeReady(home);
    await writeSampleLists(home.path('data/lists'));
    // The second machine: no lists, and rules that somebody forgot to bring up to date.
    await cp(home.path('rules'), home.path('stale-rules'), { recursive: true });
    const stale = await readFile(home.path(RULES), 'utf8');
    await home.write(
      RULES.replace('rules/', 'stale-rules/'),
      stale.replace(/^rules:\n/m, 'rules:\n  - id: stale\n    then: [ { hold: "Decided by stale rules" } ]\n'),
    );
    const url = await server!.create();
    const desk = await startRealDesk(url);
    const env = { ...desk.env, POLL_SECONDS: '1' };
    try {
      const first = startBot(home, { ...env, ROLE: 'worker' });
      expect(await first.line(/^Ready /)).toMatch(/^Ready on zendesk as worker, mode live\b/);
      const second = startBot(home, { ...env, ROLE: 'worker', DATA_DIR: 'data-2', RULES_DIR: 'stale-rules' });
      const web = startBot(home, { ...env, ROLE: 'web', DATA_DIR: 'data-web', RULES_DIR: 'stale-rules' });
      await Promise.all([second.line(/^Ready /), web.line(/^Ready /)]);
      desk.zendesk.setWebhook(`${await web.address()}/webhooks/zendesk`);

      const tickets = desk.file(30);
      await Promise.race([first.tickets(4), second.tickets(8)]);
      expect(await first.end('SIGTERM')).toBe(0);
      await desk.done(tickets);
      desk.expectOnce(tickets);
      expect(desk.zendesk.deliveries.filter((d) => d.status === 200).length).toBeGreaterThanOrEqual(30);

      // The other one polls now (the export shows a new ticket after a minute only: too long to wait for here).
      const polls = () => desk.zendesk.requests.filter((r) => r.path.includes('incremental')).length;
      const before = polls();
      await vi.waitUntil(() => polls() > before + 1, { timeout: 120_000 });
      const duties = await desk.query<{ name: string; owner: string }>('select name, owner from usher.duties');
      expect(duties.find((duty) => duty.name === 'poll')?.owner).toContain(`-${second.pid}-`);

      const health = (await second.line(/^Health: /)).replace('Health: ', '');
      expect((await fetch(health)).status).toBe(200);
      expect((await fetch(health.replace('healthz', 'readyz'))).status).toBe(200);
      expect((await fetch(health.replace('healthz', ''))).status).toBe(404);
      const asked = await run(home, ['cases', '--json'], { ...env, DATA_DIR: 'data-web' });
      expect(JSON.parse(asked.stdout)).toHaveLength(30);
      // While all of it runs; and the embedded database takes what a server had.
      const saved = await run(home, ['backup', 'usher.backup', '--json'], env);
      expect(saved).toMatchObject({ code: 0, stderr: '' });
      const restored = await run(home, ['restore', 'usher.backup'], { DATA_DIR: 'data-restored' });
      expect(restored).toMatchObject({ code: 0, stderr: '' });
      const cases = await run(home, ['cases', '--state', 'done', '--json'], { DATA_DIR: 'data-restored' });
      expect(JSON.parse(cases.stdout)).toHaveLength(30);
      const full = await run(home, ['restore', 'usher.backup'], { DATA_DIR: 'data-restored' });
      expect(full.stderr).toMatch(/^error restore-not-empty: /);
      expect(await second.end('SIGTERM')).toBe(0);
      expect(await web.end('SIGTERM')).toBe(0);
      expect([first.stderr(), second.stderr(), web.stderr()]).toEqual(['', '', '']);
    } finally {
      await desk.close();
      await server!.drop(url);
    }
  });
});
