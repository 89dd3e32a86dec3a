// The parts of `usher doctor` that need no connection: needs, settings, rules, lists, time limits, secrets, the text.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { chatNeeds, deskNeeds, unknownAgents } from '../../src/app/doctor-needs.js';
import { type DoctorMode, seeRules } from '../../src/app/doctor-rules.js';
import { modeFinding, senderFindings, sinceFinding, webFindings, webhookUrl } from '../../src/app/doctor-settings.js';
import { listFindings } from '../../src/app/doctor-store.js';
import { runProbes, secretsOf } from '../../src/app/run-probes.js';
import { doctorText } from '../../src/commands/doctor-text.js';
import { listStatus, refreshList } from '../../src/lists/keeper.js';
import { localFileSource } from '../../src/lists/source.js';
import type { Finding } from '../../src/ports.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';
import { readSettings, type Settings } from '../../src/settings.js';
import { memorySnapshots } from '../lists/memory-snapshots.js';
import { DIRECTORY, openWorkspace, RULES, type Workspace } from '../rulebook/workspace.js';

const source = { rulesDir: 'rules', templatesDir: 'templates', programmes: ['everbright-api-access'] };
const real = {
  HELPDESK: 'zendesk',
  ZENDESK_URL: 'https://acme.zendesk.com',
  ZENDESK_EMAIL: 'usher@acme.example',
  ZENDESK_API_TOKEN: 'a-token-to-be-hidden',
  SLACK_BOT_TOKEN: 'xoxb-to-be-hidden',
  SMTP_URL: 'smtps://usher:p%40ssw%3Ard@mail.acme.example',
  MAIL_REPLY_TO: 'support@acme.example',
  MAIL_FROM: 'usher@acme.example',
};
const settings = (more: Record<string, string> = {}): Settings => readSettings({ ...real, ...more });
const bad = (findings: Finding[]) => findings.filter((f) => f.level !== 'ok').map((f) => [f.level, f.what]);

const workspaces: Workspace[] = [];
afterEach(async () => {
  await Promise.all(workspaces.splice(0).map((one) => one.remove()));
});
async function rulesWith(edit: (workspace: Workspace) => Promise<void>, mode: DoctorMode, more = {}) {
  const workspace = await openWorkspace();
  workspaces.push(workspace);
  await edit(workspace);
  return seeRules(settings({ RULES_DIR: workspace.rulesDir, TEMPLATES_DIR: workspace.templatesDir, ...more }), mode);
}

describe('what the rules need', () => {
  it('is read from their steps', async () => {
    const rules = (await loadRulebook(source)).rulebook!;
    const needs = deskNeeds(rules, 'sandbox', null);
    expect(needs.sets.map(({ field, value }) => [field, value])).toEqual([
      ['Resolution', 'Declined'],
      ['Platform Area', 'Account Management'],
      ['Resolution Type', 'Account Management'],
    ]);
    expect(needs.sets[0]!.by).toEqual(expect.arrayContaining(['not-approved', 'not-approved-again']));
    expect(needs.agents.filter((agent) => agent.isAssigned)).toEqual([
      { role: 'api-integrations-lead', name: 'John Kilfoil', id: '9001', isAssigned: true },
    ]);
    expect(needs.reads.map((r) => r.title)).toEqual(['Company', 'State', 'Phone', 'Org Admin']);
    expect(needs.does).toEqual({ replies: true, assigns: true, solves: true });
    const { channels } = chatNeeds(rules, {});
    expect(channels.filter((channel) => channel.isUsed)).toEqual([
      { role: 'everbright-sales', name: '#everbright-sales', id: 'C0EVERSALES', isUsed: true },
      { role: 'operations', name: '#usher-operations', id: 'C0USHEROPS', isUsed: true },
    ]);
    // Channels of programmes that are not active.
    expect(channels.some((channel) => !channel.isUsed)).toBe(true);
  });

  it('knows the groups of the directory, and the one that gets what needs a person', async () => {
    const groups = 'groups:\n  front: { name: Front desk, helpdesk: { zendesk: "98" } }\n\npeople:';
    const { rules, findings } = await rulesWith(async (workspace) => {
      await workspace.edit(DIRECTORY, '\npeople:', `\n${groups}`);
      const text = (await workspace.read(RULES)).replace(/^holds:.*\n/m, '');
      await workspace.write(RULES, text.replace(/^locale: en$/m, 'locale: en\nholds: { group: front }'));
    }, 'sandbox');
    expect(bad(findings)).toEqual([]);
    expect(deskNeeds(rules, 'zendesk', null)).toMatchObject({
      groups: [{ role: 'front', id: '98' }],
      does: { assigns: true },
    });
    expect(bad(unknownAgents(rules, 'sandbox'))).toEqual([
      ['warning', expect.stringMatching(/^The group "front" gets what needs a person/)],
    ]);
  });

  it('names who is given tickets and is nobody on this help desk', async () => {
    const rules = (await loadRulebook(source)).rulebook!;
    expect(unknownAgents(rules, 'sandbox')).toEqual([]);
    expect(bad(unknownAgents(rules, 'zendesk'))).toEqual([
      ['error', expect.stringMatching(/^"api-integrations-lead" \(John Kilfoil\) is given tickets/)],
    ]);
  });
});

describe('the rules on disk', () => {
  it.each<[DoctorMode, string | null]>([
    ['sandbox', null],
    ['shadow', 'warning'],
    ['propose', 'warning'],
    ['live', 'error'],
  ])('samples and drafts in mode %s: %s', async (mode, level) => {
    const { findings } = await rulesWith(async () => {}, mode);
    const told = bad(findings);
    expect(told.map(([, what]) => what!.replace(/\([^)]*\/((rules|templates)\/)/, '($1'))).toEqual(
      level === null
        ? []
        : [
            'The directory is still marked sample: true (rules/directory.yaml)',
            'The template initial-response is still a draft (templates/everbright-api-access/initial-response.reply.de.liquid)',
            'The template initial-response is still a draft (templates/everbright-api-access/initial-response.reply.en.liquid)',
          ],
    );
    expect(told.every(([l]) => l === level)).toBe(true);
  });

  it('a mistake is one finding, and the other parts can still be read', async () => {
    const broken = (workspace: Workspace) => workspace.edit(RULES, '    outcome: thanked', '    outcom: thanked');
    const { findings, rules } = await rulesWith(broken, 'sandbox');
    expect(bad(findings)).toEqual([['error', expect.stringMatching(/^A mistake in the rules: .*outcom/)]]);
    expect(rules.directory?.people).toHaveProperty('api-integrations-lead');
  });

  it('a directory that cannot be read stops nothing', async () => {
    const broken = (workspace: Workspace) => workspace.write(DIRECTORY, 'usher: 1\npeople: [');
    const { findings, rules } = await rulesWith(broken, 'live');
    expect(bad(findings)[0]![0]).toBe('error');
    expect(deskNeeds(rules, 'zendesk', null).agents).toEqual([]);
  });
});

describe('the settings', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  const WEBHOOK = { ZENDESK_WEBHOOK_SECRET: 'c2VjcmV0LW9mLW91cnM=' };
  const HTTPS = { PUBLIC_URL: 'https://usher.acme.example/' };

  it('say which mode this is, and since when tickets are acted on', () => {
    expect(modeFinding(settings()).what).toMatch(/^MODE=shadow: /);
    expect(modeFinding(settings({ MODE: 'live' })).what).toMatch(/^MODE=live: /);
    expect(modeFinding(readSettings({})).what).toMatch(/^This is the sandbox/);
    const since = (more: Record<string, string>, kept?: string | null) => sinceFinding(settings(more), kept, now);
    expect(since({}, null)[0]).toMatchObject({ level: 'ok', what: expect.stringMatching(/will be left alone/) });
    expect(since({}, '2026-11-01T08:00:00Z')[0]!.what).toMatch(/before 2026-11-01T08:00:00Z, its first start/);
    expect(since({ ACT_ON_TICKETS_SINCE: '2026-11-20' })[0]!.level).toBe('ok');
    expect(since({ ACT_ON_TICKETS_SINCE: '2026-12-24' })[0]!.level).toBe('warning');
    expect(sinceFinding(readSettings({}), null, now)).toEqual([]);
  });

  it.each<[string, Record<string, string>, [string, RegExp][]]>([
    ['polling only', {}, []],
    ['webhook and address', { ...WEBHOOK, ...HTTPS, CONSOLE_PASSWORD: 'a long password' }, []],
    ['webhook without address', WEBHOOK, [['warning', /PUBLIC_URL is not set/]]],
    ['address without password', HTTPS, [['warning', /without a password/]]],
    [
      'plain http',
      { PUBLIC_URL: 'http://usher.acme.example', CONSOLE_PASSWORD: 'a long password' },
      [['warning', /not https/]],
    ],
    [
      "the test button's secret",
      {
        ...HTTPS,
        CONSOLE_PASSWORD: 'a long password',
        ZENDESK_WEBHOOK_SECRET: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==',
      },
      [['error', /everybody knows/]],
    ],
  ])('webhook and address: %s', (_, more, expected) => {
    expect(bad(webFindings(settings(more)))).toEqual(
      expected.map(([level, what]) => [level, expect.stringMatching(what)]),
    );
  });

  it('lead a webhook to the one door, and only where both are set', () => {
    expect(webhookUrl(settings({ ...WEBHOOK, ...HTTPS }))).toBe('https://usher.acme.example/webhooks/zendesk');
    expect(webhookUrl(settings(HTTPS))).toBeNull();
  });

  it('know a sender that belongs to nobody', () => {
    const { MAIL_FROM: _, ...rest } = real;
    expect(bad(senderFindings(readSettings(rest)))).toEqual([
      ['warning', expect.stringMatching(/^MAIL_FROM is still/)],
    ]);
    expect(bad(senderFindings(readSettings({ ...rest, MODE: 'live' })))[0]![0]).toBe('error');
    expect(senderFindings(settings())).toEqual([]);
  });
});

describe('lists', () => {
  it('that were not read for longer than they may are an error, fresh ones are fine', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'usher-doctor-'));
    await writeSampleLists(join(folder, 'lists'));
    const mapping = (await loadRulebook(source)).rulebook!.programmes[0]!.lists.find(
      (l) => l.name === 'approved-sellers',
    )!;
    const read = new Date('2026-11-22T12:00:00Z');
    const snapshots = memorySnapshots(() => read);
    await refreshList(mapping, localFileSource(join(folder, mapping.file)), snapshots, { quietMs: 0, now: read });
    const at = async (now: Date) => listFindings([await listStatus(mapping, snapshots, now)], now);
    const fresh = await at(new Date(read.getTime() + 5 * 60_000));
    expect(fresh[0]).toEqual({
      area: 'Lists',
      level: 'ok',
      what: 'Approved sellers: 27 rows, read 5 min ago',
      fix: '',
    });
    expect(fresh[1]).toMatchObject({
      level: 'warning',
      what: expect.stringMatching(/things to mend, the first: Sellers!/),
    });
    const stale = await at(new Date(read.getTime() + 30 * 3_600_000));
    expect(bad(stale)[0]).toEqual([
      'error',
      expect.stringMatching(/^Approved sellers: it was last read 30 h ago, more than/),
    ]);
    await rm(folder, { recursive: true });
  });
});

describe('running probes', () => {
  const one: Finding = { area: 'A', level: 'ok', what: 'fine', fix: '' };

  it('goes on when one crashes and one never answers, and says so', async () => {
    const probes = [
      { name: 'Hangs', run: () => new Promise<Finding[]>(() => {}) },
      { name: 'Crashes', run: () => Promise.reject(new Error('odd')) },
      { name: 'A', run: async () => [one] },
    ];
    const findings = await runProbes(probes, { secrets: [], limitMs: 50 });
    expect(findings.map((f) => [f.area, f.level])).toEqual([
      ['Hangs', 'error'],
      ['Crashes', 'error'],
      ['A', 'ok'],
    ]);
    expect(findings[1]!.fix).toMatch(/bug in Usher/);
  });

  it('lets no secret through, in no spelling, passwords inside addresses neither', async () => {
    const secrets = secretsOf(settings());
    const base64 = Buffer.from('usher@acme.example/token:a-token-to-be-hidden').toString('base64');
    const what = `a-token-to-be-hidden xoxb-to-be-hidden ${real.SMTP_URL} p%40ssw%3Ard p@ssw:rd ${base64}`;
    const [found] = await runProbes([{ name: 'A', run: async () => [{ ...one, what, fix: what }] }], { secrets });
    expect(found!.what).not.toMatch(/hidden|p@ssw|p%40ssw|aGlkZGV/);
    expect(found!.fix).toBe(found!.what);
    expect(found!.what).toContain('[secret]');
  });
});

describe('the text', () => {
  it('groups by area, one line a finding and what to do under it', () => {
    const findings: Finding[] = [
      { area: 'Mode', level: 'ok', what: 'Fine', fix: '' },
      { area: 'Slack', level: 'error', what: 'Bad \u202e', fix: 'Mend it' },
      { area: 'Mode', level: 'warning', what: 'Odd', fix: 'Look' },
    ];
    expect(doctorText(findings)).toBe(
      [
        'Mode',
        '  ok       Fine',
        '  warning  Odd',
        '           -> Look',
        '',
        'Slack',
        '  ERROR    Bad \\u202e',
        '           -> Mend it',
        '',
        '1 error, 1 warning, 1 fine. Nothing was sent or changed.',
      ].join('\n'),
    );
  });
});
