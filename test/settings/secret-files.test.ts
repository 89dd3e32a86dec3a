// Secrets from files: taken without the line end, never beside the same secret in the environment, and never shown.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/problem.js';
import { readSettings, secretValues } from '../../src/settings.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-secrets-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const problemsOf = (env: Record<string, string>) => {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map((p) => `${p.code} ${p.message}`);
  }
};
const ZENDESK = {
  HELPDESK: 'zendesk',
  ZENDESK_URL: 'https://acme.zendesk.com',
  ZENDESK_EMAIL: 'usher@acme.example',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SMTP_URL: 'smtps://mail.acme.example',
  MAIL_REPLY_TO: 'support@acme.example',
};

describe('a secret in a file', () => {
  it('is what the setting is, and is masked like it', async () => {
    const settings = readSettings({
      ...ZENDESK,
      ZENDESK_API_TOKEN_FILE: await file('token', 'token-from-a-file\n'),
      CONSOLE_PASSWORD_FILE: await file('password', '  correct horse battery\r\n'),
      HOST: '0.0.0.0',
    });
    expect([settings.ZENDESK_API_TOKEN, settings.CONSOLE_PASSWORD]).toEqual([
      'token-from-a-file',
      'correct horse battery',
    ]);
    expect(secretValues(settings)).toContain('token-from-a-file');
  });

  it('is one mistake when it cannot be read, is empty, or is given twice', async () => {
    const missing = join(folder, 'missing');
    expect(problemsOf({ ...ZENDESK, ZENDESK_API_TOKEN_FILE: missing })).toEqual([
      'secret-file ZENDESK_API_TOKEN_FILE: the file cannot be read (ENOENT)',
    ]);
    expect(problemsOf({ HOST: '0.0.0.0', CONSOLE_PASSWORD_FILE: await file('empty', '\n') })).toEqual([
      'secret-file CONSOLE_PASSWORD_FILE: the file is empty',
    ]);
    expect(problemsOf({ CONSOLE_PASSWORD_FILE: await file('long', 'x'.repeat(70_000)) })).toEqual([
      'secret-file CONSOLE_PASSWORD_FILE: the file is too long for a secret',
    ]);
    const token = await file('token', 'token');
    expect(problemsOf({ ...ZENDESK, ZENDESK_API_TOKEN: 'other', ZENDESK_API_TOKEN_FILE: token })).toEqual([
      'secret-twice ZENDESK_API_TOKEN and ZENDESK_API_TOKEN_FILE are both set',
    ]);
  });

  it('is held to the shape of its setting, without being shown', async () => {
    const short = await file('short', 'hunter2');
    const problems = problemsOf({ CONSOLE_PASSWORD_FILE: short });
    expect(problems).toEqual(['setting-invalid CONSOLE_PASSWORD: needs at least 12 characters']);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('is known by its name only for secrets', () => {
    expect(problemsOf({ ...ZENDESK, ZENDESK_API_TOKEN: 'x', ZENDESK_API_TOKN_FILE: '/x' })).toEqual([
      'setting-unknown ZENDESK_API_TOKN_FILE is not a setting of Usher',
    ]);
  });
});
