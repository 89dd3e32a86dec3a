// A cut-down EverBright programme with lists, and one call that runs the whole pure way of a ticket for tests.
import type { CaseFacts } from '../../src/core/decision.js';
import type { ListInUse, Listing } from '../../src/core/listing.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import type { Programme } from '../../src/core/rulebook.js';
import type { TicketInput } from '../../src/core/ticket.js';
import { firstSight, triage } from '../../src/core/triage.js';
import { aListing, aProgramme, aRule, aRulebook, aTemplate, aTicket, NOW, THEN, test_ } from './fixtures.js';

export const templates = Object.fromEntries(
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

export const everbright = aProgramme({
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
        { type: 'email', to: 'sales-development', template: 'not-approved', handoff: true },
        { type: 'slack', channel: 'everbright-sales', template: 'not-approved' },
        { type: 'reply', template: 'not-approved' },
        { type: 'close', resolution: 'Declined', fields: { 'Platform Area': 'Account Management' } },
      ],
    }),
  ],
});

export function inUse(name: string, listings: Listing[], problem: string | null = null): ListInUse {
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

export const tracker = [
  aListing(),
  aListing({
    row: 15,
    name: 'Quartz Mill Energy',
    domains: ['quartzmill.example'],
    cells: { name: 'B15', status: 'E15' },
  }),
];
export const usual = [inUse('api-tracker', tracker), inUse('approved-sellers', [])];

export function run(
  ticket: Partial<TicketInput> = {},
  more: { programme?: Programme; lists?: ListInUse[]; caseFacts?: CaseFacts } = {},
) {
  const lists = more.lists ?? usual;
  const rulebook = aRulebook(more.programme ?? everbright);
  return triage({
    ticket: aTicket({ subject: 'API access', body: 'We would like API access', ...ticket }),
    caseFacts: more.caseFacts ?? firstSight,
    lists,
    indexes: buildMatchIndexes(lists, rulebook),
    rulebook,
    now: NOW,
  });
}

export const stranger: Partial<TicketInput> = {
  requester: { name: 'Vera Stone', email: 'vera@violet-harbor.example' },
  organization: { id: '5', name: 'Violet Harbor', domains: ['violet-harbor.example'] },
};
