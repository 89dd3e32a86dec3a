// The first start, the second, and Ctrl-C at any time, as people see them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Rulebook } from '../../src/core/rulebook.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { rulesNotReached, sampleTickets } from '../../src/sandbox/sample-tickets.js';
import { isTicketLine, readTicketLine, run, startBot } from './bot.js';
import { fileTicket, readPage } from './page.js';
import { openPlace, received } from './place.js';
import { expectOnce, handlingsOf, lastHandlings, unreadable } from './samples.js';

const SAID = { act: /^Done: [a-z-]+$/, hold: /^Needs a person$/, ignore: /^Not for Usher$/ };

async function shippedRulebook(): Promise<Rulebook> {
  const source = { rulesDir: 'rules', templatesDir: 'templates', programmes: ['everbright-api-access'] };
  return (await loadRulebook(source)).rulebook!;
}

describe('the first start', () => {
  it('handles every sample ticket as expected, says so in one line each, stays up, stops on Ctrl-C and repeats nothing', async () => {
    const home = await openPlace('untouched');
    const bot = startBot(home);
    await bot.line(/^Summary: /);
    expect(sampleTickets.length).toBeGreaterThanOrEqual(14);
    const world = await home.world();
    const told = bot.lines.filter(isTicketLine).map(readTicketLine);
    const handlings = handlingsOf(world);
    expect(told.map((t) => t.id).sort()).toEqual(handlings.map((h) => h.ticketId).sort());
    for (const { key, ticketId, expected } of handlings) {
      // A ticket that was answered has two lines, in the order of its handlings.
      const line = told.splice(
        told.findIndex((t) => t.id === ticketId),
        1,
      )[0]!;
      expect({ key, rule: line.rule }).toEqual({ key, rule: expected.rule });
      expect(line.said).toMatch(SAID[expected.kind]);
      expect(line.why.length).toBeGreaterThan(10);
    }
    const reached = new Set(bot.lines.filter(isTicketLine).map((line) => readTicketLine(line).rule));
    const { programmes } = await shippedRulebook();
    const rules = programmes.flatMap((p) => p.rules.map((rule) => rule.id));
    expect(rules.filter((id) => !reached.has(id)).sort()).toEqual(Object.keys(rulesNotReached).sort());
    const ends = lastHandlings(world);
    const count = (kind: string) => ends.filter((h) => h.expected.kind === kind).length;
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
    expect(JSON.parse(cases.stdout)).toHaveLength(ends.length + 1);
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
