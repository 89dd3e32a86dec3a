// The doctor's probe of Zendesk: each broken world gives exactly its finding, and only GETs are ever sent.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeskNeeds } from '../../src/adapters/helpdesk/needs.js';
import type { ZendeskOptions } from '../../src/adapters/helpdesk/zendesk/options.js';
import { zendeskProbe } from '../../src/adapters/helpdesk/zendesk/probe.js';
import { deskNeeds } from '../../src/app/doctor-needs.js';
import type { Finding } from '../../src/ports.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { agents } from '../../src/sandbox/sample-people.js';
import type { ZendeskBusinessRule } from '../../src/sandbox/zendesk-server.js';
import { startZendeskSandbox, type ZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { testCertificate, testKey } from './test-certificate.js';
import { json, page, tinyServer } from './tiny-server.js';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** What the shipped rules need. */
let needs: DeskNeeds;
beforeAll(async () => {
  const source = { rulesDir: 'rules', templatesDir: 'templates', programmes: ['everbright-api-access'] };
  needs = deskNeeds((await loadRulebook(source)).rulebook!, 'sandbox', null);
});

interface Asked {
  options?: Partial<ZendeskOptions>;
  needs?: Partial<DeskNeeds>;
}
const probe = (url: string, { options = {}, needs: more = {} }: Asked = {}) =>
  zendeskProbe(
    { name: 'sandbox', url, email: agents.usher.email, apiToken: 'token', allowPrivateNetwork: true, ...options },
    { ...needs, ...more },
  ).run();

/** Not in order. */
const bad = (findings: Finding[]) => findings.filter((f) => f.level !== 'ok');
const seen = (level: Finding['level'], what: RegExp): Finding => ({
  area: 'Zendesk',
  level,
  what: expect.stringMatching(what) as string,
  fix: expect.stringMatching(/^\S.{10,}/) as string,
});

async function desk(options: Parameters<typeof startZendeskSandbox>[0] = {}): Promise<ZendeskSandbox> {
  const sandbox = await startZendeskSandbox({ apiToken: 'token', ...options });
  open.push(sandbox);
  return sandbox;
}
const person = (sandbox: ZendeskSandbox, id: number) => sandbox.state().users.find((u) => u.id === id)!;
const field = (sandbox: ZendeskSandbox, title: string) => sandbox.state().fields.find((f) => f.title === title)!;
const setup = (sandbox: ZendeskSandbox) => sandbox.state().desk!;

const rule = (title: string, more: Partial<ZendeskBusinessRule> & { all: [string, string, string][] }) => ({
  id: 7001,
  title,
  active: true,
  conditions: { all: more.all.map(([field, operator, value]) => ({ field, operator, value })), any: [] },
  actions: more.actions ?? [{ field: 'notification_user', value: ['requester_and_ccs', 'Hello', 'We got it'] }],
});

describe('an account as it should be', () => {
  it('gives nothing but good findings, each with its words', async () => {
    const sandbox = await desk();
    const findings = await probe(sandbox.url);
    expect(bad(findings)).toEqual([]);
    const said = findings.map((f) => f.what).join('\n');
    for (const part of ['Signed in as', 'clock and ours agree', '700 requests a minute', 'can be exported', '9001'])
      expect(said).toContain(part);
    expect(new Set(sandbox.requests.map((r) => r.method))).toEqual(new Set(['GET']));
    expect(sandbox.world()).toEqual([]);
  });

  it('may be a plain agent’s: search takes the place of the export', async () => {
    const sandbox = await desk({ botRole: 'agent' });
    const findings = await probe(sandbox.url, { needs: { webhookUrl: 'https://usher.example/webhooks/zendesk' } });
    expect(bad(findings)).toEqual([]);
    expect(findings.map((f) => f.what).join('\n')).toMatch(/searches for changed tickets instead/);
    expect(findings.map((f) => f.what).join('\n')).toMatch(/Webhooks are for admins to see/);
  });

  it('may offer surveys that nothing sends, and hides nothing of it', async () => {
    const sandbox = await desk();
    setup(sandbox).features.customer_satisfaction = true;
    const findings = await probe(sandbox.url);
    expect(bad(findings)).toEqual([]);
    expect(findings.map((f) => f.what).join('\n')).toMatch(/Satisfaction surveys are on, yet no trigger/);
  });

  it('whose fields cannot be read for a moment says to try again', async () => {
    const sandbox = await desk();
    sandbox.fault('500', { match: '/ticket_fields' });
    const [found, ...others] = bad(await probe(sandbox.url));
    expect([found, others]).toEqual([seen('error', /answered 500/), []]);
    expect(found!.fix).toMatch(/^Run this again/);
  });

  it('has a webhook that leads to us', async () => {
    const webhookUrl = 'https://usher.example/webhooks/zendesk';
    const sandbox = await desk();
    expect(bad(await probe(sandbox.url, { needs: { webhookUrl } }))).toEqual([seen('warning', /^No webhook leads to/)]);
    sandbox.setWebhook(webhookUrl);
    expect(bad(await probe(sandbox.url, { needs: { webhookUrl } }))).toEqual([]);
  });
});

type World = [
  name: string,
  breakIt: (sandbox: ZendeskSandbox) => void,
  level: Finding['level'],
  what: RegExp,
  asked?: Asked,
];

describe('a broken account gives exactly its finding:', () => {
  const worlds: World[] = [
    [
      'the account is suspended meanwhile',
      (s) => s.fault('401', { match: '/users/me' }),
      'error',
      /refuses us: Couldn't authenticate you/,
    ],
    ['this machine is shut out', (s) => s.fault('403', { match: '/users/me' }), 'error', /refuses us: Forbidden/],
    [
      'a login page answers',
      (s) => s.fault('200-html', { match: '/users/me' }),
      'error',
      /Something else than Zendesk/,
    ],
    [
      'a proxy fails',
      (s) => s.fault('502-html', { match: '/users/me' }),
      'error',
      /Something else than Zendesk's API .*502/,
    ],
    ['the connection is cut', (s) => s.fault('reset-before', { match: '/users/me' }), 'error', /cut \(ECONNRESET\)/],
    [
      'no answer comes',
      (s) => s.fault('hang-before', { match: '/users/me' }),
      'error',
      /no answer came in time/,
      { options: { timeoutMs: 300 } },
    ],
    [
      'a light agent',
      (s) => Object.assign(person(s, 9000), { role: 'agent', role_type: 1 }),
      'error',
      /only a light agent/,
    ],
    [
      'internal notes only',
      (s) => Object.assign(person(s, 9000), { only_private_comments: true }),
      'error',
      /internal notes only/,
    ],
    [
      'a part of the tickets',
      (s) => Object.assign(person(s, 9000), { ticket_restriction: 'groups' }),
      'warning',
      /sees only some tickets/,
    ],
    [
      'a field is missing',
      (s) => s.state().fields.splice(s.state().fields.indexOf(field(s, 'Resolution Type')), 1),
      'error',
      /no active field "Resolution Type"/,
    ],
    [
      'a field is switched off',
      (s) => Object.assign(field(s, 'Platform Area'), { active: false }),
      'error',
      /"Platform Area" is not active/,
    ],
    [
      'a field to read is missing',
      (s) => Object.assign(field(s, 'Company'), { title: 'Compagny' }),
      'warning',
      /no active field "Company"; did you mean "Compagny"/,
    ],
    [
      'an option is missing',
      (s) => Object.assign(field(s, 'Resolution'), { options: [{ id: 1, name: 'Declined.', value: 'd' }] }),
      'error',
      /"Resolution" has no option "Declined"; did you mean "Declined\."/,
    ],
    [
      'an agent is suspended',
      (s) => Object.assign(person(s, 9001), { suspended: true }),
      'error',
      /"api-integrations-lead" .* is suspended/,
    ],
    [
      'an agent left',
      (s) => Object.assign(person(s, 9001), { role: 'end-user' }),
      'error',
      /"api-integrations-lead" .* is no agent/,
    ],
    ['an agent is absent', (s) => s.state().users.splice(1, 1), 'error', /"api-integrations-lead" .* is not known/],
    [
      'a group is absent',
      () => {},
      'error',
      /The group "holds" \(97\) is not known/,
      { needs: { groups: [{ role: 'holds', id: '97' }] } },
    ],
    [
      'a group was deleted',
      (s) => Object.assign(setup(s).groups[1]!, { deleted: true }),
      'error',
      /The group "holds" \(99\) is not known/,
      { needs: { groups: [{ role: 'holds', id: '99' }] } },
    ],
    [
      'tags are off',
      (s) => Object.assign(setup(s).features, { ticket_tagging: false }),
      'error',
      /Tags on tickets are switched off/,
    ],
    [
      'nothing carries the replies',
      (s) => setup(s).triggers.splice(0, 1),
      'warning',
      /No active trigger mails public comments/,
    ],
    [
      'triggers may not be read',
      (s) => s.fault('403', { match: '/triggers/active' }),
      'warning',
      /does not let our account do this/,
    ],
    [
      'the account is a person’s too',
      () => {},
      'error',
      /also that of "lead"/,
      { needs: { people: [{ role: 'lead', email: agents.usher.email }] } },
    ],
    [
      'the org admin field is mistyped',
      () => {},
      'error',
      /no user field with the key "org_admn"/,
      { options: { orgAdminUserField: 'org_admn' } },
    ],
  ];
  it.each(worlds)('%s', async (_name, breakIt, level, what, asked) => {
    const sandbox = await desk();
    breakIt(sandbox);
    expect(bad(await probe(sandbox.url, asked))).toEqual([seen(level, what)]);
    expect(new Set(sandbox.requests.map((r) => r.method))).toEqual(new Set(['GET']));
  });

  it('the token is wrong', async () => {
    const sandbox = await desk({ apiToken: 'another' });
    const findings = await probe(sandbox.url);
    expect(findings).toEqual([seen('error', /refuses us: Couldn't authenticate you/)]);
    expect(findings[0]!.fix).toContain('ZENDESK_API_TOKEN');
  });

  it('nobody answers at the address', async () => {
    const sandbox = await desk();
    await sandbox.refuse(true);
    expect(await probe(sandbox.url)).toEqual([seen('error', /nobody answers there \(ECONNREFUSED\)/)]);
  });

  it('the name does not exist', async () => {
    expect(await probe('http://acme.invalid')).toEqual([
      seen('error', /its name is not known \((ENOTFOUND|EAI_AGAIN)\)/),
    ]);
  });

  it('the certificate is nobody’s that we know', async () => {
    const server = createServer({ cert: testCertificate, key: testKey }, (_, out) => page(out, 200));
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => server.close(resolve)) });
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    expect(await probe(url)).toEqual([seen('error', /certificate is not trusted/)]);
  });

  it('the address leads into a private network and that is not permitted', async () => {
    const options = { allowPrivateNetwork: false };
    expect(await probe('https://127.0.0.1', { options })).toEqual([seen('error', /private network/)]);
  });

  it('a login that counts as nobody', async () => {
    const server = await tinyServer((_, out) => json(out, 200, { user: { id: null, role: 'end-user' } }));
    open.push(server);
    expect(await probe(server.url)).toEqual([seen('error', /does not know our login/)]);
  });
});

describe('a custom role', () => {
  const roleOf = (configuration: Record<string, string | boolean>) => ({
    id: 55,
    name: 'Bot',
    role_type: 0,
    configuration,
  });
  const full = {
    ticket_access: 'all',
    ticket_comment_access: 'public',
    ticket_editing: true,
    ticket_tag_editing: true,
    assign_tickets_to_any_group: true,
  };
  it.each<[string, Record<string, string | boolean>, Finding['level'], RegExp]>([
    ['no editing', { ticket_editing: false }, 'error', /may not edit tickets/],
    ['no public comments', { ticket_comment_access: 'none' }, 'error', /may not comment in public/],
    ['no tags', { ticket_tag_editing: false }, 'error', /may not edit tags/],
    ['own groups only', { assign_tickets_to_any_group: false }, 'warning', /only within its own groups/],
    ['assigned tickets only', { ticket_access: 'assigned-only' }, 'warning', /sees only some tickets/],
  ])('with %s is told', async (_, change, level, what) => {
    const sandbox = await desk();
    Object.assign(person(sandbox, 9000), { custom_role_id: 55 });
    setup(sandbox).customRoles.push(roleOf({ ...full, ...change }));
    expect(bad(await probe(sandbox.url))).toEqual([seen(level, what)]);
  });

  it('that lets everything be done is fine, and one that cannot be looked at is said so', async () => {
    const sandbox = await desk();
    Object.assign(person(sandbox, 9000), { custom_role_id: 55 });
    setup(sandbox).customRoles.push(roleOf(full));
    expect(bad(await probe(sandbox.url))).toEqual([]);
    person(sandbox, 9000).role = 'agent';
    expect(bad(await probe(sandbox.url))).toEqual([seen('warning', /custom role \(55\) that it may not look at/)]);
  });
});

describe('what the desk sends by itself', () => {
  const survey = [
    { field: 'notification_user', value: ['requester_id', 'How was it?', '{{satisfaction.rating_section}}'] },
    { field: 'satisfaction_score', value: 'offered' },
  ];
  const onCreate: [string, string, string] = ['update_type', 'is', 'Create'];
  it.each<[string, 'triggers' | 'automations', ZendeskBusinessRule, RegExp]>([
    [
      'an auto-reply at creation',
      'triggers',
      rule('Received', { all: [onCreate, ['role', 'is', 'end_user']] }),
      /"Received" mails the requester when a ticket is created/,
    ],
    [
      'a mail at solving',
      'triggers',
      rule('Bye', { all: [['status', 'value', 'solved']] }),
      /"Bye" mails the requester when a ticket is solved/,
    ],
    [
      'something else',
      'triggers',
      rule('Odd', { all: [['priority', 'is', 'high']] }),
      /"Odd" mails the requester, and it may fire/,
    ],
    [
      'a survey trigger',
      'triggers',
      rule('Stars', { all: [['status', 'is', 'solved']], actions: survey }),
      /"Stars" sends a satisfaction survey when a ticket is solved/,
    ],
    [
      'a survey automation',
      'automations',
      rule('Rate us', { all: [['SOLVED', 'is', '24']], actions: survey }),
      /"Rate us" sends a satisfaction survey some time after a ticket is solved/,
    ],
    [
      'a reminder',
      'automations',
      rule('Still there?', { all: [['PENDING', 'is', '48']] }),
      /"Still there\?" mails the requester some time later/,
    ],
  ])('%s is named', async (_, where, added, what) => {
    const sandbox = await desk();
    setup(sandbox)[where].push(added);
    expect(bad(await probe(sandbox.url))).toEqual([seen('warning', what)]);
  });

  it.each<[string, ZendeskBusinessRule, Partial<DeskNeeds>]>([
    [
      'only writes to agents',
      rule('To agents', { all: [onCreate], actions: [{ field: 'notification_group', value: ['98', 'x'] }] }),
      {},
    ],
    ['is for tickets that agents make', rule('Proactive', { all: [onCreate, ['role', 'is', 'agent']] }), {}],
    [
      'leaves out what a rule tags',
      rule('Bye', {
        all: [
          ['status', 'is', 'solved'],
          ['current_tags', 'not_includes', 'vip by-usher'],
        ],
      }),
      { tags: ['by-usher'] },
    ],
    ['is switched off', { ...rule('Off', { all: [onCreate] }), active: false }, {}],
  ])('a trigger that %s is not', async (_, added, more) => {
    const sandbox = await desk();
    setup(sandbox).triggers.push(added);
    expect(bad(await probe(sandbox.url, { needs: more }))).toEqual([]);
  });
});

describe('the clocks', () => {
  it.each<[string, number, Finding['level'], RegExp]>([
    ['ten minutes behind', 600_000, 'error', /Our clock is 10 min behind Zendesk's/],
    ['ten minutes ahead', -600_000, 'error', /Our clock is 10 min ahead of Zendesk's/],
    ['half a minute behind', 30_000, 'warning', /Our clock is (29|30|31) s behind Zendesk's/],
  ])('ours is %s', async (_, offsetMs, level, what) => {
    const sandbox = await desk({ now: () => new Date(Date.now() + offsetMs) });
    expect(bad(await probe(sandbox.url))).toEqual([seen(level, what)]);
  });
});
