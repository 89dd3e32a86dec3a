// The whole pure way of a ticket: from list rows to rendered effects, holds with reasons, and nothing smuggled through any field.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionLine, explainDecision } from '../../src/core/explain.js';
import type { ListInUse, Listing } from '../../src/core/listing.js';
import { buildMatchIndex } from '../../src/core/match/index-lists.js';
import { planWrites } from '../../src/core/plan.js';
import type { Programme } from '../../src/core/rulebook.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { firstSight, triage } from '../../src/core/triage.js';
import { aListing, aProgramme, aRule, aRulebook, aTemplate, aTicket, directory, NOW, THEN, test_ } from './fixtures.js';

const templates = Object.fromEntries(
  [
    aTemplate(
      'Hello {{ requester.name }},\n\nwelcome. Read [the guide](https://ever.example/guide).\n\n{{ signature }}',
      { name: 'initial-response' },
    ),
    aTemplate('Hallo {{ requester.name }},\n\nwillkommen.', { name: 'initial-response', locale: 'de' }),
    aTemplate(
      'Thanks {{ requester.name }}, {{ people.sales-development.name }} will follow up about {{ organization.name }}.',
      { name: 'not-approved' },
    ),
    aTemplate(
      '{{ organization.name }} asks for API access.\nState: {{ requester.state | default: "not given" }}\n{{ message.quote }}\n{{ ticket.url }}',
      {
        name: 'not-approved',
        channel: 'email',
        subject: 'API access request: {{ organization.name }} ({{ requester.state | default: "not given" }})',
      },
    ),
    aTemplate('*{{ organization.name }}* <{{ ticket.url }}|ticket> {{ requester.name }}', {
      name: 'not-approved',
      channel: 'slack',
    }),
  ].map((t) => [`${t.name}.${t.channel}.${t.locale}`, t]),
);

const everbright = aProgramme({
  templates,
  rules: [
    aRule({
      id: 'may-integrate',
      when: {
        kind: 'all',
        of: [test_('match.verdict', 'is', 'listed'), test_('lists.api-tracker', 'is', 'in-progress')],
      },
      outcome: 'passed-to-api-integrations',
      [THEN]: [
        { type: 'reply', template: 'initial-response' },
        { type: 'assign', to: 'api-integrations-lead' },
      ],
    }),
    aRule({
      id: 'not-approved',
      when: test_('match.verdict', 'is', 'unlisted'),
      outcome: 'passed-to-sales',
      [THEN]: [
        { type: 'email', to: 'sales-development', template: 'not-approved' },
        { type: 'slack', channel: 'everbright-sales', template: 'not-approved' },
        { type: 'reply', template: 'not-approved' },
        { type: 'close', resolution: 'Declined', fields: { 'Platform Area': 'Account Management' } },
      ],
    }),
  ],
});

function inUse(name: string, listings: Listing[], problem: string | null = null): ListInUse {
  const snapshot = {
    list: name,
    title: name,
    hash: `${name}-hash`,
    file: `${name}.xlsx`,
    sheet: 'Tracker',
    loadedAt: NOW,
    listings,
    lint: [],
  };
  return { name, title: name, snapshot, problem, gone: [] };
}

const tracker = [
  aListing(),
  aListing({
    row: 15,
    name: 'Quartz Mill Energy',
    domains: ['quartzmill.example'],
    cells: { name: 'B15', status: 'E15' },
  }),
];
const usual = [inUse('api-tracker', tracker), inUse('approved-sellers', [])];

function run(ticket: Partial<TicketInput> = {}, more: { programme?: Programme; lists?: ListInUse[] } = {}) {
  const lists = more.lists ?? usual;
  return triage({
    ticket: aTicket({ subject: 'API access', body: 'We would like API access', ...ticket }),
    caseFacts: firstSight,
    lists,
    index: buildMatchIndex(lists, directory),
    rulebook: aRulebook(more.programme ?? everbright),
    now: NOW,
  });
}

const stranger: Partial<TicketInput> = {
  requester: { name: 'Vera Stone', email: 'vera@violet-harbor.example' },
  organization: { id: '5', name: 'Violet Harbor', domains: ['violet-harbor.example'] },
};

describe('triage', () => {
  it('answers a listed organization', () => {
    const result = run();
    expect(result.decision).toMatchObject({
      kind: 'act',
      rule: 'may-integrate',
      outcome: 'passed-to-api-integrations',
    });
    expect(result.effects).toMatchObject([
      { type: 'reply', template: 'initial-response', locale: 'en', text: expect.stringContaining('Hello Dana Fox,') },
      { type: 'assign', agent: '77', name: 'John Kilfoil' },
    ]);
    expect(result.versions).toEqual({
      rulebook: 'rulebook-hash',
      lists: { 'api-tracker': 'api-tracker-hash', 'approved-sellers': 'approved-sellers-hash' },
    });
    expect(planWrites(result.effects).length).toBe(1);
  });

  it('answers in the language of the ticket', () => {
    expect(run({ locale: 'de-AT' }).effects[0]).toMatchObject({ locale: 'de', text: 'Hallo Dana Fox,\n\nwillkommen.' });
  });

  it('hands a clearly unlisted organization to sales, in order', () => {
    const result = run(stranger);
    expect(result.effects.map((e) => e.type)).toEqual(['email', 'slack', 'reply', 'close']);
    expect(result.effects[0]).toMatchObject({
      address: 'mercedes@ever.example',
      subject: 'API access request: Violet Harbor (not given)',
      text: 'Violet Harbor asks for API access.\nState: not given\n> We would like API access\nhttps://desk.example/agent/tickets/12',
    });
    expect(result.effects[1]).toMatchObject({
      channelId: 'C0SALES',
      text: '*Violet Harbor* <https://desk.example/agent/tickets/12|ticket> Vera Stone',
    });
  });

  it('declines nobody while a list cannot be relied on', () => {
    const lists = [
      inUse('api-tracker', tracker),
      { ...inUse('approved-sellers', []), snapshot: null, problem: 'no such file' },
    ];
    const { decision, effects } = run(stranger, { lists });
    expect(decision.kind).toBe('hold');
    expect(decision.reason).toContain('the approved-sellers list is not connected');
    expect(effects).toEqual([]);
  });

  const unrenderable: [name: string, steps: Programme['rules'][number]['then'], reason: string][] = [
    [
      'an empty variable',
      [{ type: 'reply', template: 'needs-phone' }],
      'The template "needs-phone" (reply, en) needs requester.phone, which is empty',
    ],
    ['no template', [{ type: 'note', template: 'nowhere' }], 'There is no note template "nowhere" for en'],
    ['an unknown person', [{ type: 'assign', to: 'ghost' }], 'The directory names nobody as "ghost"'],
    [
      'a person without address',
      [{ type: 'email', to: 'nobody', template: 'not-approved' }],
      'The directory has no mail address for "nobody"',
    ],
    [
      'an unknown channel',
      [{ type: 'slack', channel: 'ghost', template: 'not-approved' }],
      'The directory has no channel "ghost"',
    ],
    [
      'a person unknown to the help desk',
      [{ type: 'assign', to: 'nobody' }],
      'The directory does not say who "nobody" is on sandbox',
    ],
  ];
  it.each(unrenderable)('holds everything for %s', (_name, steps, reason) => {
    const phone = aTemplate('Call {{ requester.phone }}', { name: 'needs-phone' });
    const programme = {
      ...everbright,
      templates: { ...templates, 'needs-phone.reply.en': phone },
      rules: [aRule({ id: 'r', [THEN]: [{ type: 'reply', template: 'initial-response' }, ...steps] })],
    };
    const { decision, effects } = run({}, { programme });
    expect([decision.kind, decision.rule, decision.reason, effects]).toEqual(['hold', 'r', reason, []]);
  });

  it('leaves other tickets alone but shows the verdict', () => {
    const result = run({ subject: 'Invoice', body: 'Where is it?' });
    expect(result.decision).toMatchObject({ kind: 'ignore', programme: null });
    expect(result.match.verdict).toBe('listed');
  });

  it('handles a ticket without requester, subject, organization or text', () => {
    expect(run({ subject: '', body: '', requester: {} }).decision.kind).toBe('ignore');
    expect(run({ body: '', tags: ['api-access'], requester: {} }).decision.kind).toBe('hold');
  });

  it('gives the same answer for the same input, as plain JSON', () => {
    const text = JSON.stringify(run(stranger));
    expect(JSON.stringify(run(stranger))).toBe(text);
    expect(JSON.parse(text)).toEqual(run(stranger));
  });
});

describe('hostile fields', () => {
  const nasty = fc
    .array(
      fc.constantFrom(
        '<!channel>',
        '<@U1>',
        '<https://evil.test|x>',
        '\r\nBcc: a@evil.test',
        '{{ticket.comments}}',
        '{% raw %}',
        '<img src=x onerror=1>',
        '"',
        '\u202e',
        '\u200b',
        '\ue002https://evil.test\ue003',
        'Violet',
        ' ',
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(''));

  it('smuggle no mention, link, recipient, header line or placeholder into any message', () => {
    const programme = { ...everbright, rules: [{ ...everbright.rules[1]!, when: null }] };
    fc.assert(
      fc.property(nasty, nasty, nasty, nasty, (name, organization, body, subject) => {
        const result = run(
          {
            subject: `API access ${subject}`,
            body: `API access ${body}`,
            tags: ['api-access'],
            requester: { name: `V ${name}`, email: 'vera@violet-harbor.example' },
            organization: { id: '5', name: `Violet Harbor ${organization}` },
          },
          { programme },
        );
        for (const effect of result.effects) {
          if (effect.type === 'email') {
            expect(effect.address).toBe('mercedes@ever.example');
            expect(effect.subject).not.toMatch(/[\r\n\u202e\u200b]/);
          }
          if (effect.type === 'slack')
            expect(effect.text.replace('<https://desk.example/agent/tickets/12|ticket>', '')).not.toMatch(/[<>]/);
          if ('text' in effect) expect(effect.text).not.toMatch(/\{[{%]|https?:\/\/evil/);
          if ('html' in effect) expect(effect.html).not.toMatch(/<img|\{[{%]|href="https?:\/\/evil/);
        }
        expect(decisionLine(result)).not.toMatch(/[\u0000-\u001f\u202e\u200b]/);
      }),
      { numRuns: 150 },
    );
  });
});

describe('saying it in words', () => {
  it('gives one line for the console', () => {
    expect(decisionLine(run())).toBe(
      `#12 Bright Roofing Inc: passed-to-api-integrations by rule may-integrate, because ${run().decision.reason} -> reply "initial-response" to the customer, assign to John Kilfoil`,
    );
    expect(decisionLine(run({ subject: 'Invoice', body: 'x' }))).toContain(
      ': Not for Usher, because No programme takes this ticket',
    );
  });

  it('gives a person who, what, why, with cells and steps', () => {
    const text = explainDecision(run());
    for (const part of [
      'Act: passed-to-api-integrations',
      'Dana Fox <dana@bright-roofing.example>',
      'Tracker!E14',
      'Rule: may-integrate',
      '1. reply "initial-response"',
      '2. assign to John Kilfoil',
    ]) {
      expect(text).toContain(part);
    }
    expect(explainDecision(run({ body: '', tags: ['api-access'], requester: {} }))).toContain('Needs a person: ');
  });
});
