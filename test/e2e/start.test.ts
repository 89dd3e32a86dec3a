// The first start, the second, and Ctrl-C at any time, as people see them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleTickets } from '../../src/sandbox/sample-tickets.js';
import { isTicketLine, readTicketLine, run, startBot } from './bot.js';
import { fileTicket, readPage } from './page.js';
import { openPlace, received } from './place.js';
import { expectOnce, unreadable } from './samples.js';

const SAID = { act: /^Done: [a-z-]+$/, hold: /^Needs a person$/, ignore: /^Not for Usher$/ };

describe('the first start', () => {
  it('handles every sample ticket as expected, says so in one line each, stays up, stops on Ctrl-C and repeats nothing', async () => {
    const home = await openPlace('untouched');
    const bot = startBot(home);
    await bot.line(/^Summary: /);
    expect(sampleTickets.length).toBeGreaterThanOrEqual(14);
    const { samples } = await home.world();
    const told = bot.lines.filter(isTicketLine).map(readTicketLine);
    expect(told.map((t) => t.id).sort()).toEqual([...samples!].sort());
    for (const [i, ticket] of sampleTickets.entries()) {
      const line = told.find((t) => t.id === samples![i])!;
      expect({ key: ticket.key, rule: line.rule }).toEqual({ key: ticket.key, rule: ticket.expected.rule });
      expect(line.said).toMatch(SAID[ticket.expected.kind]);
      expect(line.why.length).toBeGreaterThan(10);
    }
    const count = (kind: string) => sampleTickets.filter((t) => t.expected.kind === kind).length;
    expect(await bot.line(/^Summary: /)).toBe(
      `Summary: ${count('act')} done, ${count('hold')} need a person, ${count('ignore')} not for Usher.`,
    );
    expectOnce(await home.world());

    const page = await readPage(bot);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Cascade Solar Group');
    const ready = await fetch(`${await bot.address()}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);

    const id = await fileTicket(bot, {
      name: 'Rosa Lindqvist',
      email: 'rosa@lindqvist-roofing.example',
      organization: 'Lindqvist Roofing',
      company: 'Lindqvist Roofing',
    });
    expect(await bot.line(new RegExp(`^#${id} `))).toContain(
      'Lindqvist Roofing | Done: passed-to-sales by rule not-approved |',
    );

    expect(await bot.end('SIGINT')).toBe(0);
    expect(bot.lines.at(-1)).toBe('Stopped.');
    expect(bot.stderr()).toBe('');
    expect(unreadable(bot.lines)).toEqual([]);
    expect(existsSync(join(home.dataDir, 'usher.pid'))).toBe(false);

    const before = received(await home.world());
    const again = startBot(home);
    await again.line(/nothing is repeated/);
    await again.address();
    // Whatever the second start wanted to do, it does before it answers this: the command reads what is due and finds nothing.
    const cases = await run(home, ['cases', '--json']);
    expect(JSON.parse(cases.stdout)).toHaveLength(sampleTickets.length + 1);
    const another = await fileTicket(again, { name: 'Kim', email: 'kim.writes@gmail.com' });
    await again.line(new RegExp(`^#${another} .*ask-for-details`));
    expect(await again.end('SIGTERM')).toBe(0);
    expect(again.lines.filter(isTicketLine)).toHaveLength(1);
    const after = received(await home.world());
    delete after.replies[another];
    expect(after).toEqual(before);
  });

  it('stops cleanly when asked to while it is still starting', async () => {
    const home = await openPlace('untouched');
    const bot = startBot(home);
    await bot.line(/creating the embedded database/);
    expect(await bot.end('SIGINT')).toBe(0);
    expect(bot.stderr()).toBe('');
    expect(bot.lines).toEqual([
      'Usher is starting.',
      '  creating the embedded database, about 4 s…',
      'Stopping: nothing new is begun; what runs is finished.',
      'Stopped.',
    ]);
    expect(existsSync(join(home.dataDir, 'usher.pid'))).toBe(false);
  });

  it('stops cleanly while it reads the lists', async () => {
    const home = await openPlace('with-database');
    const bot = startBot(home);
    await bot.line(/Installer - API Integration Tracker: read/);
    expect(await bot.end('SIGINT')).toBe(0);
    expect(bot.stderr()).toBe('');
    expect(unreadable(bot.lines)).toEqual([]);
    expect(bot.lines.filter((line) => / (error|warning) /.test(line))).toEqual([]);
    expect(bot.lines.at(-1)).toBe('Stopped.');
  });

  it('takes the last used data directory again after it was killed while starting', async () => {
    const home = await openPlace('untouched');
    const bot = startBot(home);
    await bot.line(/creating the embedded database/);
    expect(await bot.end('SIGKILL')).toBeNull();
    const again = startBot(home);
    await again.address();
    expect(await again.end()).toBe(0);
  });
});
