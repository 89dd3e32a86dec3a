// Settings: every mistake at once and before anything starts, live refusing samples, shadow writing nothing.
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { worldPath } from '../../src/sandbox/world-file.js';
import { run, startBot } from './bot.js';
import { openPlace } from './place.js';

const ZENDESK = {
  HELPDESK: 'zendesk',
  ZENDESK_URL: 'https://acme.zendesk.com',
  ZENDESK_EMAIL: 'usher@acme.example',
  ZENDESK_API_TOKEN: 'zendesk-secret-1234',
  SLACK_BOT_TOKEN: 'xoxb-secret-1234',
  SMTP_URL: 'smtp://user:smtp-secret@mail.acme.example',
  MAIL_REPLY_TO: 'support@acme.example',
};
const codes = (text: string) =>
  [...text.matchAll(/^(?:\S+ {2})?error ([a-z-]+): (\S+)/gm)].map((m) => `${m[1]} ${m[2]}`);

describe('settings', () => {
  it('that are missing are listed all at once', async () => {
    const ran = await run(await openPlace('with-database'), ['start'], { HELPDESK: 'zendesk' });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(codes(ran.stderr)).toEqual(
      ['ZENDESK_URL', 'ZENDESK_EMAIL', 'ZENDESK_API_TOKEN', 'SLACK_BOT_TOKEN', 'SMTP_URL', 'MAIL_REPLY_TO'].map(
        (name) => `setting-missing ${name}`,
      ),
    );
  });

  it('that are wrong, mistyped and missing stand in one list, in words', async () => {
    const ran = await run(await openPlace('with-database'), ['start'], {
      ...ZENDESK,
      PORT: 'abc',
      MODE: 'loud',
      ROLE: 'web',
      QUEUE_URL: 'redis://127.0.0.1/first',
      ACT_ON_TICKETS_SINCE: 'yesterday',
      ZENDESK_API_TOKEN: '',
      ZENDESK_TOKN: 'zendesk-secret-1234',
      JIRA_URL: 'https://acme.atlassian.net',
      HOST: '0.0.0.0',
    });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(codes(ran.stderr).sort()).toEqual([
      'console-password-needed HOST',
      'role-needs-server ROLE=web',
      'setting-invalid ACT_ON_TICKETS_SINCE:',
      'setting-invalid MODE:',
      'setting-invalid PORT:',
      'setting-invalid QUEUE_URL:',
      'setting-missing ZENDESK_API_TOKEN',
      'setting-unknown ZENDESK_TOKN',
    ]);
    expect(ran.stderr).toContain('did you mean ZENDESK_API_TOKEN?');
    expect(ran.stderr).toContain('PORT: must be a whole number from 0 to 65535');
    expect(ran.stderr).not.toMatch(/secret-1234|Invalid input/);
  });

  it('are read from .env, which the environment outranks', async () => {
    const home = await openPlace('with-database');
    await writeFile(home.path('.env'), 'PROGRAMMES=nowhere\nLOG_LEVEL=loud\n');
    const ran = await run(home, ['check'], { LOG_LEVEL: 'warn' });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('error programme-missing: There is no programme "nowhere"');
  });

  it('refuse an address that others reach without a password, and take it with one', async () => {
    const home = await openPlace('without-samples');
    const refused = await run(home, ['start'], { HOST: '0.0.0.0' });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^error console-password-needed: /);
    const bot = startBot(home, { HOST: '0.0.0.0', CONSOLE_PASSWORD: 'correct horse battery' });
    const page = await fetch(`${(await bot.address()).replace('0.0.0.0', '127.0.0.1')}/`, { redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/login?next=%2F']);
    expect(await bot.end()).toBe(0);
  });

  it('of a live help desk refuse sample people and draft texts, naming the files', async () => {
    const ran = await run(await openPlace('with-database'), ['start'], { ...ZENDESK, MODE: 'live' });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^rules\/directory\.yaml {2}error sample-directory: /m);
    for (const locale of ['de', 'en'])
      expect(ran.stderr).toContain(
        `templates/everbright-api-access/initial-response.reply.${locale}.liquid  error draft-template: `,
      );
    expect(ran.stderr).not.toContain('secret');
  });
});

describe('what cannot be opened', () => {
  it.each([
    ['a world that is torn', '{"version":1,', /^data\/sandbox\/world\.json {2}error sandbox-world-unreadable: /],
    ['a world of another version', '{"version":9}', /^data\/sandbox\/world\.json {2}error sandbox-world-unreadable: /],
  ])('is said of %s', async (_what, text, says) => {
    const home = await openPlace('without-samples');
    await writeFile(worldPath(home.dataDir), text);
    const ran = await run(home, ['start']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(says);
  });

  it('is said of a data directory that is none', async () => {
    const home = await openPlace('with-database');
    await writeFile(home.path('file'), '');
    for (const args of [['start'], ['cases']]) {
      const ran = await run(home, args, { DATA_DIR: 'file' });
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/^error data-dir-not-writable: The data directory file cannot be used \(ENOTDIR\)/);
    }
  });

  it('is said of a database that does not answer, without its password', async () => {
    const home = await openPlace('with-database');
    const env = { DATABASE_URL: 'postgres://usher:db-secret@127.0.0.1:1/usher' };
    for (const args of [['start'], ['cases']]) {
      const ran = await run(home, args, env);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(/^error database-unreachable: 127\.0\.0\.1:1\/usher does not answer \(ECONNREFUSED\)/);
      expect(ran.stderr).not.toContain('db-secret');
    }
  });

  it('is said of rules that cannot be used at all', async () => {
    const home = await openPlace('with-database');
    const ran = await run(home, ['start'], { RULES_DIR: 'nowhere' });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^nowhere\/directory\.yaml {2}error file-missing: /);
  });
});
