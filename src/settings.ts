// Reads the settings from the environment, every mistake listed at once, and writes the example file.
import type { z } from 'zod';
import { isLoopback, passwordNeeded } from './http/address.js';
import { type Problem, ProblemError, problem, suggestion } from './problem.js';
import { fileSetting, withSecretFiles } from './settings-files.js';
import type { Setting } from './settings-shapes.js';
import { settingTable } from './settings-table.js';

export type SettingName = keyof typeof settingTable;
export type Settings = { [K in SettingName]: z.output<(typeof settingTable)[K]['shape']> };

const PREFIXES =
  /^(ZENDESK|SLACK|SMTP|MAIL|CAPS|LIST|CONSOLE|WORKER|RETENTION|JIRA|FRESHDESK|REQUEST_TRACKER|MAILBOX)_/;
const LATER = /^(JIRA|FRESHDESK|REQUEST_TRACKER|MAILBOX)_|^SLACK_(SIGNING_SECRET|APP_TOKEN)$/;

const SECRET_SETTINGS: SettingName[] = [
  'ZENDESK_API_TOKEN',
  'ZENDESK_WEBHOOK_SECRET',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
  'SMTP_URL',
  'DATABASE_URL',
  'QUEUE_URL',
  'CONSOLE_PASSWORD',
  'RULE_SECRETS',
];
/** Where each of them may stand instead. */
export const SECRET_FILES = SECRET_SETTINGS.map(fileSetting);

/**
 * Reads the settings; a secret may stand in the file that NAME_FILE names. Empty values count as not set. Throws one ProblemError with every mistake in it:
 * a wrong value, a missing one, a mistyped name.
 */
export function readSettings(given: Record<string, string | undefined>): Settings {
  const problems: Problem[] = [];
  const env = withSecretFiles(given, SECRET_SETTINGS, problems);
  const out: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settingTable) as [SettingName, Setting][]) {
    const value = env[name]?.trim();
    const parsed = setting.shape.safeParse(value === '' ? undefined : value);
    if (parsed.success) out[name] = parsed.data;
    else
      for (const issue of parsed.error.issues)
        problems.push(
          problem(
            'setting-invalid',
            `${name}: ${issue.message}`,
            `${setting.means}${setting.example ? ` Example: ${name}=${setting.example}` : ''}`,
          ),
        );
  }
  for (const name of Object.keys(env)) {
    if (name in settingTable || SECRET_FILES.includes(name) || LATER.test(name) || !PREFIXES.test(name)) continue;
    const near = nearest(name);
    if (near) problems.push(problem('setting-unknown', `${name} is not a setting of Usher`, `did you mean ${near}?`));
  }
  // A file that cannot be read was told of already.
  const isNotGiven = (name: SettingName) => !env[name]?.trim() && !given[fileSetting(name)]?.trim();
  const host = String(out.HOST);
  if (!isLoopback(host) && isNotGiven('CONSOLE_PASSWORD')) problems.push(passwordNeeded(host));
  problems.push(...misplacedRole(out as Partial<Settings>));
  problems.push(...missing(out as Partial<Settings>, isNotGiven));
  if (problems.length > 0) throw new ProblemError(problems);
  return out as Settings;
}

/** The setting that a mistyped name stands for: of the same family by its last word, else the nearest in all. */
function nearest(name: string): string | undefined {
  const known = name.endsWith('_FILE') ? SECRET_FILES : Object.keys(settingTable);
  const lastWord = (text: string) => text.slice(text.lastIndexOf('_') + 1);
  const kin = known.filter((other) => other.startsWith(PREFIXES.exec(name)?.[0] ?? '-'));
  const word = suggestion(lastWord(name), kin.map(lastWord));
  const alike = kin.filter((other) => lastWord(other) === word);
  return suggestion(name, alike) ?? alike[0] ?? suggestion(name, known);
}

/** Several processes need a database that they can share, and a help desk that is none of them. */
function misplacedRole({ ROLE, DATABASE_URL, HELPDESK }: Partial<Settings>): Problem[] {
  if (ROLE === undefined || ROLE === 'all') return [];
  const problems: Problem[] = [];
  if (!DATABASE_URL)
    problems.push(
      problem(
        'role-needs-server',
        `ROLE=${ROLE} needs DATABASE_URL: the embedded database belongs to one process`,
        'Set DATABASE_URL to a PostgreSQL server, or leave ROLE out',
      ),
    );
  if (HELPDESK?.includes('sandbox'))
    problems.push(
      problem(
        'role-needs-helpdesk',
        `ROLE=${ROLE} needs a real help desk: the sandbox lives in the one process that starts it`,
        'Set HELPDESK, or leave ROLE out',
      ),
    );
  return problems;
}

/** What a real help desk needs besides; the sandbox brings its own. */
function missing({ HELPDESK }: Partial<Settings>, isEmpty: (name: SettingName) => boolean): Problem[] {
  if (!HELPDESK || HELPDESK.includes('sandbox')) return [];
  const needed: SettingName[] = [
    'ZENDESK_URL',
    'ZENDESK_EMAIL',
    'ZENDESK_API_TOKEN',
    'SLACK_BOT_TOKEN',
    'SMTP_URL',
    'MAIL_REPLY_TO',
  ];
  return needed
    .filter(isEmpty)
    .map((name) =>
      problem(
        'setting-missing',
        `${name} is missing`,
        `${settingTable[name].means} HELPDESK=${HELPDESK.join(',')} needs it; see .env.example`,
      ),
    );
}

/** The text of .env.example: every setting, commented out, with what it means. */
export function envExample(): string {
  const lines = [
    '# Settings of Usher. Copy to .env and uncomment what you need. Without any, `npm start` runs the sandbox.',
    '# A secret may stand in a file instead: ZENDESK_API_TOKEN_FILE=/run/secrets/zendesk-api-token, and so for each of',
    `# ${SECRET_SETTINGS.join(' ')}`,
    '# Generated from src/settings.ts; a test keeps the two alike.',
  ];
  let group = '';
  for (const [name, setting] of Object.entries(settingTable) as [string, Setting][]) {
    if (setting.group !== group) {
      group = setting.group;
      lines.push('', `## ${group}`);
    }
    lines.push(`# ${setting.means}`, `# ${name}=${setting.example ?? ''}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Values that must never be written anywhere. */
export function secretValues(settings: Settings): string[] {
  return SECRET_SETTINGS.flatMap((name) => {
    const value = settings[name];
    return typeof value === 'object' ? Object.values(value) : [value];
  }).filter((v): v is string => typeof v === 'string' && v !== '');
}
