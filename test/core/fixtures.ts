// A small programme, directory, match and ticket for tests of the core; each test overrides what it is about.
import type { CaseFacts, Facts } from '../../src/core/decision.js';
import { buildFacts } from '../../src/core/facts.js';
import { recognizeIntents } from '../../src/core/intent.js';
import type { Listing } from '../../src/core/listing.js';
import { nobodyNamed } from '../../src/core/match/named.js';
import type { Match } from '../../src/core/match-result.js';
import type { RequestField } from '../../src/core/request/request-spec.js';
import type {
  Condition,
  Directory,
  Intent,
  ListMapping,
  Operator,
  Programme,
  Rule,
  Rulebook,
} from '../../src/core/rulebook.js';
import { parseTemplate, type TemplateHeader } from '../../src/core/template.js';
import { type Ticket, type TicketInput, ticketShape } from '../../src/core/ticket.js';
import { type ApprovalSpec, noProgress } from '../../src/core/wait.js';

/** A rule's steps; a constant, because an object with a literal `then` looks like a promise. */
export const THEN = 'then';

export const NOW = '2026-03-02T10:32:00.000Z';

export function aTicket(input: Partial<TicketInput> = {}): Ticket {
  return ticketShape.parse({
    id: '12',
    subject: 'API access for Bright Roofing',
    body: 'Hello,\nwe would like API access.\n\nBest regards\nDana Fox\nBright Roofing\nSan Diego, CA 92101\nPhone: +1 619 555 0100',
    createdAt: '2026-03-02T10:30:00Z',
    url: 'https://desk.example/agent/tickets/12',
    requester: { name: 'Dana Fox', email: 'dana@bright-roofing.example' },
    ...input,
  });
}

export const directory: Directory = {
  sample: true,
  people: {
    'api-integrations-lead': {
      name: 'John Kilfoil',
      email: 'john@ever.example',
      helpdesk: { sandbox: '77' },
      slack: null,
    },
    'sales-development': { name: 'Mercedes Davis', email: 'mercedes@ever.example', helpdesk: {}, slack: 'U123' },
    nobody: { name: 'Nobody', email: null, helpdesk: {}, slack: null },
  },
  groups: {},
  endpoints: {},
  subscribers: {},
  channels: { 'everbright-sales': { name: '#everbright-sales', id: 'C0SALES' } },
  intermediaries: [{ name: 'Aurora Platform', domains: ['platform.example'] }],
  own: { addresses: ['support@ever.example'], domains: ['bots.ever.example'] },
  freeMail: ['free.example'],
};

export function test_(fact: string, op: Operator, value: unknown): Condition {
  return { kind: 'test', fact, op, value };
}

export function aRule(rule: Partial<Rule> & { id: string }): Rule {
  return {
    title: null,
    on: 'message',
    when: null,
    whenUnknown: 'hold',
    outcome: null,
    graceMs: 0,
    [THEN]: [{ type: 'hold', reason: 'ask a person' }],
    wait: null,
    stage: null,
    place: { file: 'rules/p/rules.yaml', line: 1 },
    ...rule,
  };
}

/** What a rule asks that its lists' admins approve; each test overrides what it is about. */
export const anApproval: ApprovalSpec = {
  name: 'lead',
  each: null,
  boundTo: [],
  roles: [],
  listAdmins: true,
  ownerAdmins: false,
  template: 'lead',
};

export const intent: Intent = {
  name: 'api-access-request',
  threshold: 5,
  unsure: 2,
  phrases: [
    { text: 'api access', weight: 4, where: 'subject', locale: 'en' },
    { text: 'api access', weight: 3, where: 'body', locale: 'en' },
    { text: 'API-Zugang', weight: 5, where: 'both', locale: 'de' },
  ],
  tags: { 'api-access': 5 },
  fields: { 'Request type': { 'API access': 6 } },
  channels: {},
};

export function aField(name: string, more: Partial<RequestField> = {}): RequestField {
  const none = {
    required: false,
    many: false,
    claim: false,
    labels: [],
    ignore: [],
    titles: [],
    values: [],
    phrases: [],
  };
  return { name, ...none, ...more };
}

export function aList(name: string): ListMapping {
  return {
    name,
    title: name,
    programme: 'everbright-api-access',
    file: `${name}.xlsx`,
    sheet: 'Sheet',
    columns: { name: 'Name', status: 'Status', aliases: [], domains: [], admins: [], organizationId: null, values: {} },
    statuses: {},
    approving: [],
    maxAgeMs: 86_400_000,
    maxRows: 50_000,
    place: { file: 'rules/p/lists.yaml', line: 1 },
  };
}

export function aProgramme(programme: Partial<Programme> = {}): Programme {
  return {
    name: 'everbright-api-access',
    title: 'EverBright API access',
    hash: 'p1',
    receives: { intent: 'api-access-request', scope: { assigned: false, status: ['new', 'open'] }, events: [] },
    locale: 'en',
    orgAdmin: 'note',
    eventReply: 'none',
    fields: { organization: ['Company'], state: ['State'], phone: ['Phone'], orgAdmin: ['Org Admin?'] },
    request: null,
    readsImages: false,
    hours: null,
    holds: { group: null, remindAfterMs: 4 * 3_600_000 },
    stages: [],
    lists: [aList('api-tracker'), aList('approved-sellers')],
    sources: [],
    intents: [intent],
    rules: [],
    templates: {},
    ...programme,
  };
}

export function aRulebook(...programmes: Programme[]): Rulebook {
  return { hash: 'rulebook-hash', directory, programmes };
}

export function aListing(listing: Partial<Listing> = {}): Listing {
  return {
    list: 'api-tracker',
    sheet: 'Tracker',
    row: 14,
    name: 'Bright Roofing Inc',
    aliases: [],
    domains: ['bright-roofing.example'],
    admins: [],
    organizationId: null,
    status: 'in-progress',
    statusProblem: null,
    values: {},
    cells: { name: 'B14', status: 'E14', admins: 'F14' },
    ...listing,
  };
}

export function aMatch(match: Partial<Match> = {}): Match {
  return {
    verdict: 'listed',
    listings: [aListing()],
    name: 'Bright Roofing Inc',
    tier: 2,
    reason: 'the domain bright-roofing.example stands in Tracker!D14',
    evidence: [],
    candidates: [],
    lists: {
      'api-tracker': {
        list: 'api-tracker',
        value: 'in-progress',
        reason: 'Tracker!E14',
        listing: aListing(),
        cell: 'Tracker!E14',
      },
      'approved-sellers': { list: 'approved-sellers', value: 'absent', reason: 'no row', listing: null, cell: null },
    },
    ...match,
  };
}

export const noHistory: CaseFacts = {
  episode: 1,
  trigger: 'ticket',
  on: 'message',
  correction: null,
  previousProgramme: null,
  previousOutcome: null,
  previousRule: null,
  graceElapsed: false,
  handoffDaysAgo: null,
  progress: noProgress,
};

export function someFacts(more: Partial<Parameters<typeof buildFacts>[0]> = {}): Facts {
  const ticket = more.ticket ?? aTicket();
  const programme = more.programme === undefined ? aProgramme() : more.programme;
  return buildFacts({
    ticket,
    match: aMatch(),
    family: { isSubOrganization: false, parent: '', parentStatus: '', parentAdmins: [], admins: [] },
    named: nobodyNamed,
    caseFacts: noHistory,
    intent: programme ? recognizeIntents(ticket, programme.intents)[0]! : null,
    contact: { state: 'CA', stateSource: 'from signature', phone: '+1 619 555 0100' },
    screening: { automatic: false, reason: '' },
    request: [],
    programme,
    now: NOW,
    directory,
    ...more,
  });
}

export function aTemplate(source: string, header: Partial<TemplateHeader> = {}) {
  return parseTemplate(source, {
    name: 'hello',
    channel: 'reply',
    locale: 'en',
    file: 'templates/p/hello.liquid',
    ...header,
  });
}
