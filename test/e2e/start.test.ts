// The first start, the second, Ctrl-C, and death in the middle, as a user's machine sees them.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleTickets } from '../../src/sandbox/sample-tickets.js';
import { isTicketLine, readTicketLine, run, startBot } from './bot.js';
import { fileTicket, readPage } from './page.js';
import { openPlace, type Place, received } from './place.js';
import { scratchDatabases } from './scratch-databases.js';

const SAID = { act: /^Done: [a-z-]+$/, hold: /^Needs a person$/, ignore: /^Not for Usher$/ };
const REPLYING = ['new-integration', 'in-progress', 'not-approved', 'ask-for-details'];
const DECLINING = ['not-approved'];
const SLOW_MS = 240_000;

const places: Place[] = [];
async function place(begin: Parameters<typeof openPlace>[0]): Promise<Place> {
  const opened = await openPlace(begin);
  places.push(opened);
  return opened;
}
afterAll(() => Promise.all(places.map((p) => p.remove())));

const byRule = (rules: string[]) => (ticket: (typeof sampleTickets)[number]) =>
  ticket.expected.kind === 'act' && rules.includes(ticket.expected.rule ?? '');

describe('the first start', () => {
  it(
    'handles every sample ticket as expected, says so in one line each, stays up, stops on Ctrl-C and repeats nothing',
    async () => {
      const home = await place('untouched');
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
      expect(await bot.line(new RegExp(`^#${id} `))).toContain('Lindqvist Roofing | Done: passed-to-sales by rule not-approved |');

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
    },
    SLOW_MS,
  );

  it('stops cleanly when asked to while it is still starting', async () => {
    const home = await place('untouched');
    const bot = startBot(home);
    await bot.line(/creating the embedded database/);
    expect(await bot.end('SIGINT')).toBe(0);
    expect(bot.stderr()).toBe('');
    expect(bot.lines.at(-1)).toBe('Stopped.');
    expect(existsSync(join(home.dataDir, 'usher.pid'))).toBe(false);
  });

  it('takes the last used data directory again after it was killed while starting', async () => {
    const home = await place('untouched');
    const bot = startBot(home);
    await bot.line(/creating the embedded database/);
    expect(await bot.end('SIGKILL')).toBeNull();
    const again = startBot(home);
    await again.address();
    expect(await again.end()).toBe(0);
  });
});

describe.each(scratchDatabases())('killed in the middle of the samples, on $name', ({ create, drop }) => {
  it.each(create ? [7] : [1, 4, 9, 16, 24])(
    'after %i lines: every customer got exactly one reply in the end',
    async (count) => {
      const home = await place('with-database');
      const env = { DATABASE_URL: create ? await create() : undefined };
      const first = startBot(home, env);
      await first.tickets(count);
      expect(await first.end('SIGKILL')).toBeNull();

      const second = startBot(home, env);
      await second.line(/^Summary: |nothing is repeated/);
      expect(await second.end()).toBe(0);
      expect(second.stderr()).toBe('');
      expect(unreadable(second.lines)).toEqual([]);
      expectOnce(await home.world());
      if (env.DATABASE_URL) await drop?.(env.DATABASE_URL);
    },
    SLOW_MS,
  );
});

/** Each customer exactly one reply; sales at most two of each mail and post, the second marked. */
function expectOnce(world: Awaited<ReturnType<Place['world']>>): void {
  const got = received(world);
  const idOf = (ticket: (typeof sampleTickets)[number]) => world.samples![sampleTickets.indexOf(ticket)]!;
  const expected = sampleTickets.filter(byRule(REPLYING)).map(idOf);
  const counts = Object.fromEntries(Object.entries(got.replies).map(([id, texts]) => [id, texts.length]));
  expect(counts).toEqual(Object.fromEntries(expected.map((id) => [id, 1])));
  const noted = Object.values(got.notes).map((texts) => texts.length);
  expect(Math.max(...noted)).toBe(1);
  for (const ticket of sampleTickets.filter(byRule(DECLINING))) {
    const mails = got.mails.filter((m) => m.text.includes(ticket.email));
    expect(mails.filter((m) => !m.subject.startsWith('[possible duplicate]'))).toHaveLength(1);
    expect(mails.length).toBeLessThanOrEqual(2);
    const marked = got.posts.filter((p) => p.text.includes('possible duplicate'));
    expect(got.posts.length - marked.length).toBe(sampleTickets.filter(byRule(DECLINING)).length);
  }
  const reached = world.zendesk.tickets.filter((t) => world.samples!.includes(String(t.id)));
  expect(reached).toHaveLength(sampleTickets.length);
}

/** Lines that no user should see: stacks, JSON, object dumps. */
function unreadable(lines: string[]): string[] {
  return lines.filter((line) => /^\s+at |^\s*[{[]|\[object |undefined|NaN|Error:/.test(line));
}
