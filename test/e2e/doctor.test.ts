// `usher doctor` as a process: in the sandbox and on a real help desk, with the bot running and without, in whole worlds and broken ones.
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/ports.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.js';
import { DIRECTORY, TEMPLATES } from '../rulebook/workspace.js';
import { type Ran, run, startBot } from './bot.js';
import { openPlace, type Place, received } from './place.js';
import { unreadable } from './samples.js';

const AREAS = ['Mode', 'Rules', 'Secrets', 'Lists', 'Database', 'Zendesk', 'Slack', 'Mail', 'Web'];

/** The promised shape: an array of findings. */
function findingsOf(ran: Ran): Finding[] {
  expect(ran.stderr).toBe('');
  const findings = JSON.parse(ran.stdout) as Finding[];
  for (const finding of findings) {
    expect(Object.keys(finding).sort()).toEqual(['area', 'fix', 'level', 'what']);
    expect(AREAS).toContain(finding.area);
    if (finding.level !== 'ok') expect(finding.fix).toMatch(/\S/);
  }
  expect(ran.code).toBe(findings.some((f) => f.level === 'error') ? 1 : 0);
  return findings;
}
const at = (findings: Finding[], level: Finding['level']) =>
  findings.filter((f) => f.level === level).map((f) => `${f.area}: ${f.what}`);
const areas = (findings: Finding[]) => [...new Set(findings.map((f) => f.area))];

describe('in the sandbox', () => {
  it('before the first start: makes nothing and finds no error', async () => {
    const home = await openPlace('untouched');
    const findings = findingsOf(await run(home, ['doctor', '--json']));
    expect(at(findings, 'error')).toEqual([]);
    expect(findings.map((f) => f.what).join('\n')).toMatch(/This is the sandbox[\s\S]*no database in data yet/);
    expect(existsSync(home.path('data'))).toBe(false);
  });

  it('tests the stand-ins of the running bot, and goes on without it; nothing is sent', async () => {
    const home = await openPlace('without-samples');
    const bot = startBot(home);
    await bot.address();
    const text = await run(home, ['doctor']);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toContain('\n  ok       Usher is running, with these settings\n');
    expect(text.stdout).toMatch(/^0 errors, \d+ warnings?, \d+ fine\. Nothing was sent or changed\.$/m);
    expect(unreadable(text.stdout.split('\n'))).toEqual([]);
    const running = findingsOf(await run(home, ['doctor', '--json'], { CAPS_REPLIES_PER_MINUTE: '7' }));
    expect(at(running, 'error')).toEqual([]);
    expect(areas(running)).toEqual(['Mode', 'Rules', 'Lists', 'Database', 'Zendesk', 'Slack', 'Mail']);
    expect(at(running, 'warning')).toContain('Mode: Usher is running with other settings: CAPS_REPLIES_PER_MINUTE');
    expect(await bot.end()).toBe(0);
    const idle = findingsOf(await run(home, ['doctor', '--json']));
    expect(at(idle, 'error')).toEqual([]);
    expect(areas(idle)).toEqual(['Mode', 'Rules', 'Lists', 'Database']);
    expect(received(await home.world())).toEqual({ replies: {}, notes: {}, mails: [], posts: [] });
  });
});

describe('on a help desk', () => {
  let home: Place;
  let world: Sandbox;
  const env = (more: Record<string, string> = {}) => ({
    HELPDESK: 'zendesk',
    MODE: 'live',
    ALLOW_PRIVATE_NETWORK: 'true',
    ...world.settings(),
    SMTP_URL: world.smtp.url.replace('smtp://', 'smtp://usher:sesame-open@'),
    MAIL_FROM: 'usher@acme.example',
    MAIL_REPLY_TO: 'support@acme.example',
    PUBLIC_URL: 'https://usher.acme.example',
    CONSOLE_PASSWORD: 'a long password',
    RULE_SECRETS: `partner-portal=whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    ...more,
  });

  beforeAll(async () => {
    home = await openPlace('without-samples');
    const other = await openPlace('untouched');
    world = await startSandbox({
      dataDir: other.dataDir,
      programmes: { tickets: {}, channels: [{ id: 'C0ECOLEADS', name: 'ecologic-leads' }], withOwn: true },
    });
    world.setWebhook('https://usher.acme.example/webhooks/zendesk');
    await home.edit(DIRECTORY, 'helpdesk: { sandbox: "9001" }', 'helpdesk: { sandbox: "9001", zendesk: "9001" }');
    await home.edit(DIRECTORY, 'sample: true', '');
    for (const locale of ['en', 'de'])
      await home.edit(`${TEMPLATES}/initial-response.reply.${locale}.liquid`, 'draft: true', 'draft: false');
  });
  afterAll(() => world?.close());

  it('finds no error in a world as it should be, and only reads', async () => {
    const findings = findingsOf(await run(home, ['doctor', '--json'], env()));
    expect(at(findings, 'error')).toEqual([]);
    expect(areas(findings)).toEqual(['Mode', 'Rules', 'Lists', 'Database', 'Zendesk', 'Slack', 'Mail']);
    expect(at(findings, 'warning').filter((what) => !what.startsWith('Lists: '))).toEqual([
      expect.stringMatching(/^Database: It survives the end of the process/),
    ]);
    expect(new Set(world.zendesk.requests.map((r) => r.method))).toEqual(new Set(['GET']));
    expect(new Set(world.slack.requests.map((r) => r.path))).toEqual(
      new Set(['/api/auth.test', '/api/conversations.info', '/api/conversations.history']),
    );
    expect(world.smtp).toMatchObject({ sessions: 1, envelopes: 0 });
    expect(world.zendesk.world()).toEqual([]);
  });

  it('asks the running bot for what only it has, and tests connections itself', async () => {
    const bot = startBot(home, env({ MODE: 'shadow' }));
    await bot.address();
    const findings = findingsOf(await run(home, ['doctor', '--json'], env({ ZENDESK_API_TOKEN: 'not-the-token' })));
    expect(at(findings, 'warning')).toContain('Mode: Usher is running with other settings: MODE, ZENDESK_API_TOKEN');
    expect(at(findings, 'error')).toEqual([expect.stringMatching(/^Zendesk: Zendesk refuses us/)]);
    expect(at(findings, 'ok').join('\n')).toMatch(/Mode: Tickets created before 20\S+Z, its first start in this mode/);
    expect(await bot.end()).toBe(0);
  });

  it('names everything that is broken in one pass, shows no secret, and exits with 1', async () => {
    const broken = await openPlace('untouched');
    const nothing = 'http://127.0.0.1:9';
    world.slack.setChannel('everbright-sales', { is_member: false });
    world.smtp.fault('refuse-auth');
    const settings = env({ ZENDESK_URL: nothing, DATABASE_URL: 'postgres://usher:hush-hush-db@127.0.0.1:9/usher' });
    const ran = await run(broken, ['doctor', '--json'], settings);
    const errors = at(findingsOf(ran), 'error');
    expect(errors).toEqual([
      expect.stringMatching(/^Rules: .*sample: true/),
      expect.stringMatching(/^Rules: .*is still a draft/),
      expect.stringMatching(/^Rules: .*is still a draft/),
      expect.stringMatching(/^Rules: "api-integrations-lead" .* does not say who that is on zendesk/),
      expect.stringMatching(/^Lists: .*there is no file/),
      expect.stringMatching(/^Lists: .*there is no file/),
      expect.stringMatching(/^Database: 127\.0\.0\.1:9\/usher does not answer/),
      expect.stringMatching(/^Zendesk: Zendesk cannot be reached: nobody answers there/),
      expect.stringMatching(/^Slack: .*does not have the app as a member/),
      expect.stringMatching(/^Mail: .*refuses the login \(535\)/),
    ]);
    for (const secret of [world.settings().ZENDESK_API_TOKEN, world.slack.botToken, 'sesame-open', 'hush-hush-db'])
      expect(ran.stdout).not.toContain(secret);
  });
});
