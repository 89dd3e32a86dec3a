// Every command as a process: what it prints, where, and with which exit code; with the bot running and without.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { RULES, SCENARIOS, TEMPLATES } from '../rulebook/workspace.js';
import { type Bot, type Ran, run, startBot } from './bot.js';
import { fileTicket } from './page.js';
import { openPlace, type Place, received } from './place.js';
import { unreadable } from './samples.js';
import { auditShape, caseShape, casesShape, listsShape, reportShape, sendingShape, tryShape } from './shapes.js';

const DAMAGED = { code: 1, stdout: '' };
const json = (ran: Ran): unknown => {
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(ran.stdout);
};

describe('commands that only read files', () => {
  let home: Place;
  beforeAll(async () => {
    home = await openPlace('without-samples');
    await cp('test/fixtures/ticket.json', home.path('ticket.json'));
  });

  it('check is content with what is shipped', async () => {
    const { code, stdout, stderr } = await run(home, ['check']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^Clean, \d+ warnings?$/);
    expect(unreadable(stdout.split('\n'))).toEqual([]);
    expect(json(await run(home, ['check', '--json']))).toMatchObject({ ok: true });
  });

  it('check lists every mistake of every file in one pass', async () => {
    const broken = await openPlace('with-database');
    await broken.edit(RULES, '    title: A platform vendor', '    titel: A platform vendor');
    await broken.edit(RULES, '      - status: pending', '      - statsu: pending');
    await broken.edit(`${TEMPLATES}/not-approved.reply.en.liquid`, 'requester.name', 'requester.nmae');
    await broken.edit(`${TEMPLATES}/not-approved.email.en.liquid`, 'organization.name', 'organisation.name');
    await broken.edit(SCENARIOS, 'usher: 1', 'usher: 1\nscenario: []');
    const { code, stdout, stderr } = await run(broken, ['check']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    for (const mistake of ['"titel"', '"statsu"', 'requester.nmae', 'organisation.name', '"scenario"'])
      expect(stdout.split('\n').filter((line) => / error /.test(line) && line.includes(mistake))).not.toEqual([]);
    expect(stdout.match(/:\d+:\d+ {2}error /g)!.length).toBeGreaterThanOrEqual(5);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^\d+ errors, \d+ warnings?$/);
    const said = await run(broken, ['check', '--json']);
    expect(said.code).toBe(1);
    expect(JSON.parse(said.stdout)).toMatchObject({ ok: false });
  });

  it('try decides for a saved ticket, in the promised shape', async () => {
    const said = tryShape.parse(json(await run(home, ['try', 'ticket.json', '--json'])));
    expect(said.decision).toMatchObject({
      kind: 'act',
      rule: 'new-integration',
      outcome: 'passed-to-api-integrations',
    });
    expect(said.match).toMatchObject({ verdict: 'listed', listings: [{ name: 'Brightfield Solar LLC' }] });
    expect(said.effects.map((e) => e.type)).toEqual(['reply', 'note', 'assign']);
    expect(said.trace.at(-1)).toMatchObject({ rule: 'new-integration', answer: 'yes' });
    const { code, stdout, stderr } = await run(home, ['try', 'ticket.json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Rule: new-integration of everbright-api-access');
    expect(stdout).toContain('Hello Dana Whitlock,');
    expect(unreadable(stdout.split('\n'))).toEqual([]);
  });

  it.each([
    ['{\n  "id": "1",\n  "subject" "x"\n}', /^bad\.json:3:\d+ {2}error ticket-syntax: /],
    ['{ "id": "1", "requestr": {} }', /^bad\.json:1:\d+ {2}error unknown-key: .*did you mean "requester"/],
    ['', /^bad\.json:1:1 {2}error ticket-syntax: /],
  ])('try says where %j is wrong', async (text, says) => {
    await writeFile(home.path('bad.json'), text);
    const ran = await run(home, ['try', 'bad.json']);
    expect(ran).toMatchObject(DAMAGED);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it.each([
    [['try', 'nowhere.json'], /^nowhere\.json {2}error ticket-missing: /],
    [['try'], /^error: missing required argument/],
    [['chek'], /^error command-unknown: There is no command "chek"; did you mean "check"\?/],
    [['frobnicate'], /^error command-unknown: There is no command "frobnicate" \(/],
    [['check', '--jsn'], /^error: unknown option '--jsn'\n\(Did you mean --json\?\)/],
    [
      ['cases', '--state', 'bogus'],
      /^error: option '--state <state>' argument 'bogus' is invalid\. Allowed choices are new, /,
    ],
    [['match'], /^error match-name: /],
    [['match', '--measure', 'nowhere.yaml'], /^nowhere\.yaml {2}error labelled-set-missing: /],
    [['settle', 'sandbox-1', '1'], /^error settle-how: /],
    [['settle', 'sandbox-1', '1', '--done', '--drop'], /^error settle-how: /],
    [['correct', 'sandbox-1'], /^error: required option '--outcome <outcome>' not specified/],
    [['report', '--days', 'many'], /^error argument-invalid: --days: "many" /],
    [['resumeall'], /^error command-unknown: .*did you mean "resume-all"\?/],
  ])('refuses %j in words', async (args, says) => {
    const ran = await run(home, args);
    expect(ran).toMatchObject(DAMAGED);
    expect(ran.stderr).toMatch(says);
    expect(unreadable(ran.stderr.split('\n'))).toEqual([]);
  });

  it.each(['--help', 'help'])('%s names every command', async (word) => {
    const { code, stdout, stderr } = await run(home, [word]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of [
      'start',
      'check',
      'try',
      'match',
      'lists',
      'cases',
      'settle',
      'resume',
      'correct',
      'pause',
      'resume-all',
      'report',
      'doctor',
      'audit',
    ])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it('--version names the release', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await run(home, ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('match --measure prints precision and abstention a tier', async () => {
    await cp('test/match/labelled.yaml', home.path('labelled.yaml'));
    const { code, stdout, stderr } = await run(home, ['match', '--measure', 'labelled.yaml']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/precision/i);
    expect(json(await run(home, ['match', '--measure', 'labelled.yaml', '--json']))).toMatchObject({ wrong: [] });
  });
});

describe('commands about cases and lists', () => {
  let home: Place;
  let bot: Bot;
  /** Two declines whose Slack post is refused for good: the channel is archived. */
  const stuck: string[] = [];

  beforeAll(async () => {
    home = await openPlace('without-samples');
    await home.editWorld((world) => {
      for (const c of world.slack.channels) if (c.name === 'everbright-sales') c.is_archived = true;
    });
    bot = startBot(home);
    for (const name of ['Lindqvist Roofing', 'Tamarack Exteriors']) {
      const email = `rosa@${name.toLowerCase().replace(' ', '-')}.example`;
      const id = await fileTicket(bot, { name: 'Rosa', email, organization: name, company: name });
      expect(await bot.line(new RegExp(`^#${id} `))).toContain('| Needs a person by rule not-approved | ');
      stuck.push(`sandbox-${id}`);
    }
  });

  const slackStep = async (id: string) =>
    caseShape.parse(json(await run(home, ['cases', id, '--json']))).steps.find((s) => s.type === 'slack')!;

  it('a second start on the same data directory is refused and names the process that has it', async () => {
    const ran = await run(home, ['start']);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toBe('Usher is starting.\n');
    expect(ran.stderr).toMatch(
      new RegExp(`^error data-dir-in-use: Usher already runs on .*: process ${bot.pid}, since `),
    );
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('cases prints a table, and the promised shape with --json', async () => {
    const table = await run(home, ['cases']);
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(new RegExp(`^${stuck[0]} +held +\\S* *not-approved +API access request$`, 'm'));
    const cases = casesShape.parse(json(await run(home, ['cases', '--json'])));
    expect(cases.map((c) => c.id).sort()).toEqual([...stuck].sort());
    expect(casesShape.parse(json(await run(home, ['cases', '--state', 'done', '--json'])))).toEqual([]);
    const found = casesShape.parse(json(await run(home, ['cases', '--search', 'tamarack', '--json'])));
    expect(found.map((c) => c.id)).toEqual([stuck[1]]);
  });

  it('cases ID tells the story of one', async () => {
    const told = await run(home, ['cases', stuck[0]!]);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(told.stdout).toContain('Steps:\n');
    expect(told.stdout).toMatch(/Slack post "not-approved" in #everbright-sales: refused \(/);
    expect(unreadable(told.stdout.split('\n'))).toEqual([]);
    expect(await slackStep(stuck[0]!)).toMatchObject({ state: 'refused' });
    const missing = await run(home, ['cases', 'sandbox-1']);
    expect(missing).toMatchObject(DAMAGED);
    expect(missing.stderr).toMatch(/^error no-such-case: There is no case sandbox-1 /);
  });

  it('lists and match answer from the running bot', async () => {
    const lists = listsShape.parse(json(await run(home, ['lists', '--json'])));
    expect(lists.map((l) => [l.list, l.problem])).toEqual([
      ['api-tracker', null],
      ['approved-sellers', null],
    ]);
    expect((await run(home, ['lists'])).stdout).toMatch(/^Approved sellers \(approved-sellers, .*\): in use$/m);
    const match = await run(home, ['match', 'Brightfield Solar', '--email', 'dana@brightfield.example']);
    expect(match).toMatchObject({ code: 0, stderr: '' });
    expect(match.stdout).toMatch(/^listed: Brightfield Solar LLC\n/);
    const bad = await run(home, ['lists', 'accept', 'zzz']);
    expect(bad).toMatchObject(DAMAGED);
    expect(bad.stderr).toMatch(/^error argument-invalid: hash: must be at least 8 of the hex digits/);
  });

  it('settle lets a held case go on', async () => {
    const step = await slackStep(stuck[0]!);
    const from = bot.lines.length;
    const ran = await run(home, ['settle', stuck[0]!, step.id, '--drop']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/said of step \d+ \(slack\): do not send it\./);
    const number = stuck[0]!.replace('sandbox-', '');
    expect(await bot.line(new RegExp(`^#${number} .*\\| Done: passed-to-sales`), from)).toContain(
      'reply "not-approved"',
    );
    expect(received(await home.world()).replies[number]).toHaveLength(1);
    const again = await run(home, ['settle', stuck[0]!, step.id, '--again']);
    expect(again).toMatchObject(DAMAGED);
    expect(again.stderr).toMatch(/^error step-not-open: /);
    const missing = await run(home, ['settle', stuck[0]!, '99', '--done']);
    expect(missing.stderr).toMatch(/^error no-such-step: /);
  });

  it('resume has a case looked at again', async () => {
    const ran = await run(home, ['resume', stuck[1]!, '--json']);
    const { timeline } = caseShape.parse(json(ran));
    expect(timeline.map((t) => t.text).join('\n')).toMatch(/asked Usher to look again\./);
    const missing = await run(home, ['resume', 'sandbox-1']);
    expect(missing.stderr).toMatch(/^error no-such-case: /);
  });

  it('pause stops all sending at once, and resume-all lists what waits before it goes on', async () => {
    const wrong = await run(home, ['pause', 'everbright-api-acces']);
    expect(wrong).toMatchObject(DAMAGED);
    expect(wrong.stderr).toMatch(/^error programme-not-active: .*did you mean "everbright-api-access"\?/);
    const one = sendingShape.parse(json(await run(home, ['pause', 'everbright-api-access', '--json'])));
    expect(one.stops.map((s) => s.programme)).toEqual(['everbright-api-access']);
    const all = await run(home, ['pause']);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toMatch(/^All sending is stopped since .*, by \S+\.$/m);
    expect(all.stdout).toContain('usher resume-all');

    const id = await fileTicket(bot, { name: 'Ola', email: 'ola@juno-roofs.example', organization: 'Juno Roofs' });
    const decided = async () => {
      const found = await run(home, ['cases', `sandbox-${id}`, '--json']);
      return found.code === 0 && caseShape.parse(json(found)).state === 'acting';
    };
    await expect.poll(decided, { timeout: 60_000, interval: 300 }).toBe(true);
    const listed = await run(home, ['resume-all', '--dry-run']);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toContain('Sending for everbright-api-access is stopped since ');
    expect(listed.stdout).toMatch(
      new RegExp(`^  #${id} API access request: reply "not-approved" to the customer$`, 'm'),
    );
    // Nothing goes out behind a step that was refused.
    expect(listed.stdout).not.toContain(`#${stuck[1]!.replace('sandbox-', '')} `);
    const state = sendingShape.parse(json(await run(home, ['resume-all', '--dry-run', '--json'])));
    expect(state.waiting.map((w) => w.ticketId)).toEqual(state.waiting.map(() => id));
    expect(received(await home.world()).mails.filter((m) => m.text.includes('Juno Roofs'))).toEqual([]);

    const from = bot.lines.length;
    const gone = await run(home, ['resume-all']);
    expect(gone).toMatchObject({ code: 0, stderr: '' });
    expect(gone.stdout).toContain('This would go out:');
    expect(gone.stdout).toMatch(/^Sending goes on; \d+ cases? goe?s? on with it\.$/m);
    await bot.line(new RegExp(`^#${id} `), from);
    expect(received(await home.world()).mails.filter((m) => m.text.includes('Juno Roofs'))).toHaveLength(1);
    expect(sendingShape.parse(json(await run(home, ['resume-all', '--dry-run', '--json']))).stops).toEqual([]);
    const { steps } = caseShape.parse(json(await run(home, ['cases', `sandbox-${id}`, '--json'])));
    const slack = steps.find((s) => s.type === 'slack')!;
    expect((await run(home, ['settle', `sandbox-${id}`, slack.id, '--drop'])).code).toBe(0);
  });

  it('correct puts a finished case right by a rule for it, and names the outcomes there are', async () => {
    const id = stuck[0]!;
    const wrong = await run(home, ['correct', id, '--outcome', 'passed-to-api-integration']);
    expect(wrong).toMatchObject(DAMAGED);
    expect(wrong.stderr).toMatch(
      /^error outcome-not-correctable: .*did you mean "passed-to-api-integrations"\? \(A case can be corrected to: passed-to-api-integrations\)/,
    );
    const held = await run(home, ['correct', stuck[1]!, '--outcome', 'passed-to-api-integrations']);
    expect(held.stderr).toMatch(/^error nothing-to-correct: /);
    const missing = await run(home, ['correct', 'sandbox-1', '--outcome', 'relisted']);
    expect(missing.stderr).toMatch(/^error no-such-case: /);
    const from = bot.lines.length;
    const ran = await run(home, ['correct', id, '--outcome', 'passed-to-api-integrations']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/said that passed-to-api-integrations would have been right, not passed-to-sales\./);
    // The channel is still archived: the correction gets as far as that.
    const line = await bot.line(new RegExp(`^#${id.replace('sandbox-', '')} `), from);
    expect(line).toContain('by rule corrected-to-api-integrations');
    expect(received(await home.world()).mails.filter((m) => /disregard/i.test(m.subject + m.text))).toHaveLength(1);
  });

  it('report says that nothing was only decided, in the promised shape', async () => {
    expect(reportShape.parse(json(await run(home, ['report', '--json'])))).toEqual({
      days: 30,
      rules: [],
      different: [],
      left: [],
    });
    const { stdout } = await run(home, ['report', '--days', '7']);
    expect(stdout).toContain('Nothing was decided in shadow or propose mode in the last 7 days.');
  });

  it('audit verifies what the running bot sealed, and exports it for a later look', async () => {
    const verify = async (...more: string[]) =>
      auditShape.parse(json(await run(home, ['audit', 'verify', ...more, '--json'])));
    // Two finished cases and one that is held, at the least.
    await expect.poll(async () => (await verify()).entries, { timeout: 60_000, interval: 1_000 }).toBeGreaterThan(10);
    const exported = await run(home, ['audit', 'export', 'audit.jsonl']);
    expect(exported).toMatchObject({ code: 0, stderr: '' });
    const hash = /^Head: ([0-9a-f]{64})$/m.exec(exported.stdout)![1]!;
    expect(await verify('--head', 'audit.jsonl')).toMatchObject({ ok: true, findings: [] });
    expect(await verify('--head', hash)).toMatchObject({ ok: true, findings: [] });
    const strange = await run(home, ['audit', 'verify', '--head', '0'.repeat(64)]);
    expect(strange).toMatchObject({ code: 1, stderr: '' });
    expect(strange.stdout).toMatch(/^Findings: 1\n {2}head 0+: no entry has the exported hash/m);
    const nowhere = await run(home, ['audit', 'verify', '--head', 'nowhere.jsonl']);
    expect(nowhere).toMatchObject(DAMAGED);
    expect(nowhere.stderr).toMatch(/^nowhere\.jsonl {2}error audit-file-unreadable: /);
  });

  it('works without a bot too: what is changed is carried out at the next start', async () => {
    const id = stuck[1]!;
    const step = await slackStep(id);
    expect(await bot.end()).toBe(0);
    expect(unreadable(bot.lines)).toEqual([]);
    expect(casesShape.parse(json(await run(home, ['cases', '--json'])))).toHaveLength(3);
    expect((await run(home, ['audit', 'verify', '--head', 'audit.jsonl'])).stdout).toMatch(
      /^Everything is as it was sealed\.$/m,
    );
    expect((await run(home, ['match', 'Brightfield Solar LLC'])).stdout).toMatch(/^(listed|ambiguous|unidentified)/);
    expect(json(await run(home, ['resume-all', '--json']))).toMatchObject({ resumed: expect.any(Number), stops: [] });
    expect(caseShape.parse(json(await run(home, ['settle', id, step.id, '--drop', '--json']))).id).toBe(id);
    expect(received(await home.world()).replies[id.replace('sandbox-', '')]).toBeUndefined();

    const next = startBot(home);
    await next.line(new RegExp(`^#${id.replace('sandbox-', '')} .*\\| Done: passed-to-sales`));
    expect(await next.end()).toBe(0);
    expect(received(await home.world()).replies[id.replace('sandbox-', '')]).toHaveLength(1);
  });
});
