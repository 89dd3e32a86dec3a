// What an admin sees while the bot runs: edited replies, mistyped keys, new rules, changed lists.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleSellers } from '../../src/sandbox/sample-lists.js';
import { RULES, TEMPLATES } from '../rulebook/workspace.js';
import { type Bot, run, startBot } from './bot.js';
import { fileTicket, readPage } from './page.js';
import { openPlace, type Place, received } from './place.js';
import { unreadable } from './samples.js';

const REPLY = `${TEMPLATES}/not-approved.reply.en.liquid`;
let home: Place;
let bot: Bot;
let people = 0;

beforeAll(async () => {
  home = await openPlace('without-samples');
  bot = startBot(home);
  await bot.address();
});

/** A ticket of somebody no list knows; answers the line about it and the reply that the customer got. */
async function declined(): Promise<{ line: string; reply: string | undefined }> {
  const name = `Company ${'ABCDEFGHIJ'[people++]} Exteriors`;
  const email = `kim@${name.toLowerCase().replaceAll(' ', '-')}.example`;
  const id = await fileTicket(bot, { name: 'Kim Lee', email, organization: name, company: name });
  const line = await bot.line(new RegExp(`^#${id} `));
  return { line, reply: received(await home.world()).replies[id]?.[0] };
}

/** Runs `edit` and answers the first line after it that fits. */
async function lineAfter(edit: () => Promise<unknown>, pattern: RegExp): Promise<string> {
  const from = bot.lines.length;
  await edit();
  return bot.line(pattern, from);
}

async function editSellers(edit: (sheet: ExcelJS.Worksheet) => void): Promise<void> {
  const file = join(home.dataDir, 'lists', sampleSellers.file);
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(file);
  edit(workbook.getWorksheet(sampleSellers.sheet)!);
  await workbook.xlsx.writeFile(file);
}

function rowOf(sheet: ExcelJS.Worksheet, name: string): number {
  for (let row = 1; row <= sheet.rowCount; row++) if (sheet.getCell(row, 1).text.trim() === name) return row;
  throw new Error(`no row of ${name}`);
}

describe('an admin', () => {
  it('changes a reply: the next customer gets the new text', async () => {
    const before = await declined();
    expect(before.line).toContain('by rule not-approved');
    expect(before.reply).not.toContain('We are glad that you wrote.');
    const said = await lineAfter(
      () => home.edit(REPLY, 'Thanks for reaching out.', 'We are glad that you wrote.'),
      /rules reloaded/,
    );
    expect(said).toBe('  rules reloaded: everbright-api-access');
    expect((await declined()).reply).toContain('We are glad that you wrote.');
  });

  it('mistypes a key: is told the place and the right word, and the last good rules stay', async () => {
    const said = await lineAfter(
      () =>
        home.edit(
          RULES,
          '    title: Clearly identified, and not approved for EverBright',
          '    titel: Clearly identified',
        ),
      /unknown-key/,
    );
    expect(said).toMatch(
      /^ {2}rules\/everbright-api-access\/rules\.yaml:\d+:\d+ {2}error unknown-key: .*"titel".*did you mean "?title/,
    );
    expect(said.indexOf('did you mean')).toBe(said.lastIndexOf('did you mean'));
    const [, line, column] = /:(\d+):(\d+) /.exec(said)!;
    const text = (await readFile(home.path(RULES), 'utf8')).split('\n')[Number(line) - 1]!;
    expect(text.slice(Number(column) - 1)).toMatch(/^titel/);
    const page = await readPage(bot);
    expect(page.text).toContain('The rules on disk have 1 mistake: the last good rules are in use');
    expect(page.text).toContain(`rules.yaml:${line}:${column}`);
    expect((await declined()).line).toContain('by rule not-approved');
  });

  it('mends it: is told so', async () => {
    const said = await lineAfter(
      () =>
        home.edit(
          RULES,
          '    titel: Clearly identified',
          '    title: Clearly identified, and not approved for EverBright',
        ),
      /mended/,
    );
    expect(said).toMatch(/^ {2}The mistakes in the rules are mended/);
    expect((await readPage(bot)).text).not.toContain('The rules on disk have');
  });

  it('uses a variable that does not exist: is told so, and the last good text stays', async () => {
    const good = await home.read(REPLY);
    const said = await lineAfter(
      () => home.edit(REPLY, 'We are glad', 'Dear {{ requester.nmae }}, we are glad'),
      /error /,
    );
    expect(said).toContain(`${REPLY}:`);
    expect(said).toMatch(/nmae .*did you mean/i);
    expect((await declined()).reply).toContain('We are glad that you wrote.');
    await lineAfter(() => home.write(REPLY, good), /mended/);
  });

  it('adds a rule: it decides the next ticket', async () => {
    const said = await lineAfter(
      () =>
        home.edit(
          RULES,
          '  - id: not-approved-again\n',
          "  - id: exteriors\n    title: Exteriors go to a person\n    when: { match.name: { endsWith: Exteriors } }\n    then: [ { hold: 'Exteriors are looked at by hand' } ]\n\n  - id: not-approved-again\n",
        ),
      /rules reloaded|error/,
    );
    expect(said).toBe('  rules reloaded: everbright-api-access');
    expect((await declined()).line).toContain('Needs a person by rule exteriors | Exteriors are looked at by hand');
  });

  it('removes a row from a list: the organization is held, not declined', async () => {
    const known = await run(home, ['match', 'Keystone Rooftops', '--domain', 'keystonerooftops.example']);
    expect(known.stdout).toMatch(/^listed: Keystone Rooftops/);
    const said = await lineAfter(
      () => editSellers((sheet) => sheet.spliceRows(rowOf(sheet, 'Keystone Rooftops'), 1)),
      /Approved sellers: /,
    );
    expect(said).toMatch(/^ {2}Approved sellers: a new version is in use \([0-9a-f]{12}\)$/);
    const gone = await run(home, ['match', 'Keystone Rooftops', '--domain', 'keystonerooftops.example']);
    expect(gone.stdout).toMatch(/was in row \d+/);
    expect(gone.stdout).not.toMatch(/^unlisted/);
    const ticket = { name: 'Frank Weller', email: 'frank@keystonerooftops.example', company: 'Keystone Rooftops' };
    const line = await bot.line(new RegExp(`^#${await fileTicket(bot, ticket)} `));
    expect(line).toContain('| Needs a person');
    expect(line).toMatch(/was in row \d+/);
  });

  it('adds many approvals at once: the list waits until it is accepted', async () => {
    const said = await lineAfter(
      () =>
        editSellers((sheet) => {
          for (let n = 1; n <= 12; n++)
            sheet.addRow([
              `Newcomer ${n} Solar`,
              '',
              `newcomer-${n}.example`,
              `a@newcomer-${n}.example`,
              'CA',
              'Approved',
            ]);
        }),
      /Approved sellers: /,
    );
    expect(said).toMatch(
      /^ {2}Approved sellers: 12 new approvals at once .*; accept it with: usher lists accept [0-9a-f]{12}$/,
    );
    const hash = said.split(' ').at(-1)!;
    const listed = await run(home, ['lists']);
    expect(listed.stdout).toContain(`accept it with: usher lists accept ${hash}`);
    expect(listed.stdout).toContain('NOT IN USE');
    const held = await run(home, ['match', 'Newcomer 3 Solar', '--domain', 'newcomer-3.example', '--json']);
    expect(JSON.parse(held.stdout).verdict).not.toBe('listed');

    const wrong = await run(home, ['lists', 'accept', 'feedfeedfeed']);
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toMatch(/^error no-such-snapshot: /);
    let accepted = { code: null as number | null, stdout: '' };
    const told = await lineAfter(async () => {
      accepted = await run(home, ['lists', 'accept', hash]);
    }, /was accepted/);
    expect(told).toMatch(/^ {2}Approved sellers: the waiting version was accepted by \w+/);
    expect(accepted.code).toBe(0);
    expect(accepted.stdout).not.toContain('NOT IN USE');
    const match = await run(home, ['match', 'Newcomer 3 Solar', '--domain', 'newcomer-3.example', '--json']);
    expect(JSON.parse(match.stdout)).toMatchObject({ verdict: 'listed', name: 'Newcomer 3 Solar' });
  });

  it('breaks a list: is told so once, and the last good version stays in use', async () => {
    const file = join(home.dataDir, 'lists', sampleSellers.file);
    const good = await readFile(file);
    const said = await lineAfter(() => writeFile(file, 'this is no workbook'), /last good version/);
    expect(said).toMatch(/^ {2}Approved sellers: .*; the last good version stays in use$/);
    const match = await run(home, ['match', 'Brightfield Solar LLC', '--domain', 'brightfield.example', '--json']);
    expect(JSON.parse(match.stdout)).toMatchObject({ verdict: 'listed' });
    await writeFile(file, good);
  });

  it('never saw a line that only a programmer can read', async () => {
    expect(await bot.end()).toBe(0);
    expect(unreadable(bot.lines)).toEqual([]);
    expect(bot.stderr()).toBe('');
  });
});
