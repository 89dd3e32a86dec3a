// The variables that templates may print: the documented table, and their values for one decision.
import type { Decision, Facts, Json } from './decision.js';
import { oneLine } from './escape.js';
import { cellAddress } from './listing.js';
import type { Match } from './match-result.js';
import type { Directory } from './rulebook.js';
import { Link, lines, pick, Quote, quote } from './template-values.js';
import type { Ticket } from './ticket.js';

export interface VariableEntry {
  /** Dotted path; `<...>` stands for an open name. */
  path: string;
  meaning: string;
}

const rows: [path: string, meaning: string][] = [
  ['ticket.id', "The help desk's number of the ticket"],
  ['ticket.subject', 'Its subject line'],
  ['ticket.url', 'A link to it for agents'],
  ['ticket.status', 'Its status'],
  ['ticket.channel', 'How it came in'],
  ['ticket.helpdesk', 'Which help desk it is in'],
  ['ticket.createdOn', 'The day it was filed, `2026-03-01`'],
  ['ticket.fields.<Title>', 'A ticket field by its title: `ticket.fields["Platform Area"]`'],
  ['ticket.images.width', 'Real width of the first attached image in pixels, where the programme measures images'],
  ['ticket.images.height', 'Its real height in pixels'],
  ['message.quote', "At most three lines of the requester's latest message, each behind `> `"],
  [
    'message.credentials',
    'Kinds of keys and tokens that were in it, masked, for a sentence: `API key`; empty when none',
  ],
  ['message.kind', '`first`, `thanks` or `other`'],
  ['event.name', 'The event that another system sent'],
  ['event.source', 'Which system sent it'],
  ['event.fields.<name>', 'A field of the event'],
  [
    'requester.name',
    'Name of the requester; empty where what stands there is too long for a name, or holds an address',
  ],
  ['requester.email', 'Mail address of the requester'],
  ['requester.domain', 'Domain of that address'],
  ['requester.phone', 'Phone number, if one was given'],
  ['requester.state', 'State the client is in, if it was given'],
  ['requester.stateSource', 'Where the state comes from'],
  ['requester.orgAdmin', '`yes`, `no` or `not known`; `yes, says the form` where only a ticket field says so'],
  ['requester.orgAdminSource', 'Where that comes from'],
  ['organization.name', 'The organization as listed, else as the help desk records it'],
  ['match.verdict', '`listed`, `unlisted`, `ambiguous` or `unidentified`'],
  ['match.name', 'The organization as matched'],
  ['match.reason', 'The verdict in a sentence'],
  ['match.nearest', 'The nearest listed name, if there is a candidate'],
  ['match.named.names', 'Listed organizations that the request names, for a loop'],
  ['match.named.owners', 'Organizations that they belong to, or they themselves, for a loop'],
  ['match.named.unfound', 'Names in the request that no row bears, or more than one, for a loop'],
  ['match.evidence', 'Sentences of evidence, for a loop'],
  ['match.candidates', 'Candidates, for a loop; each has `name`, `list`, `cell`, `status`, `why`'],
  ['lists.<list>', "The list's word for the organization"],
  ['listing.<list>.name', 'Name in that list'],
  ['listing.<list>.status', 'Status word in that list'],
  ['listing.<list>.cell', 'Sheet and cell of the status'],
  ['listing.<list>.approvedFrom', 'First day of its approval, `2026-01-01`, where the row names one'],
  ['listing.<list>.approvedUntil', 'Its last day'],
  ['listing.<list>.<key>', 'A further column of that list by its key in lists.yaml'],
  ['request.missing', "Names of the request's fields that are still missing, for a loop"],
  ['request.unclear', 'Names of its fields that are contradictory or none of the known values, for a loop'],
  ['request.sources.<name>', 'Where a field was read'],
  ['request.strange.<name>', 'What was written for a field and is none of its known values'],
  ['request.<name>', "A field of the programme's `request:` block; several values for a loop where it allows them"],
  ['intent.name', 'What the ticket asks for'],
  ['case.episode', '1, or more after a reply to a finished case'],
  ['case.previous.outcome', 'Outcome of the episode before'],
  ['case.values.<name>', 'What another system answered to a step `http`'],
  ['case.links.<kind>', 'Linked records of that kind, for a loop or `join`'],
  ['case.stage', 'The stage of the case; empty before the first'],
  ['case.approved.<name>', 'Items that were approved, of an approval with `each`, for a loop'],
  ['case.refused.<name>', 'Items that were refused, for a loop'],
  [
    'approval.link',
    'Where to approve or refuse; in mails to those who may approve only, and empty where they are asked several things',
  ],
  ['approval.items', 'All that they are asked, for a loop; each has `name` and `link`'],
  ['approval.name', 'Name of the approval, there'],
  ['approval.consequence', 'What would be done once it is approved, for a loop, there'],
  ['programme.title', 'Title of the programme'],
  ['programme.name', 'Its folder name'],
  ['decision.rule', 'The rule that decided'],
  ['decision.outcome', 'Its outcome'],
  ['decision.reason', 'Why it fits'],
  ['decision.graceMinutes', 'Minutes between announcing and doing'],
  ['people.<role>.name', 'Name of a person of rules/directory.yaml'],
  ['people.<role>.email', 'Mail address of that person'],
  ['channels.<role>.name', 'Name of a Slack channel of rules/directory.yaml'],
  ['today', 'The day of the decision, `2026-03-01`'],
  ['signature', '`Usher, the support bot`'],
];

/** Every variable, in the order of the docs. */
export const templateTable: VariableEntry[] = rows.map(([path, meaning]) => ({ path, meaning }));

const patterns = templateTable.map((entry) => ({
  entry,
  // An open name in the middle is one segment (no dot), at the end it may hold anything.
  pattern: new RegExp(
    `^${entry.path
      .replace(/[.]/g, '\\.')
      .replace(/<[^>]+>$/, '.+')
      .replace(/<[^>]+>/g, '[^.]+')}$`,
  ),
}));

/** The entry that a path of a template means, or undefined. */
export function findVariable(path: string): VariableEntry | undefined {
  return patterns.find(({ pattern }) => pattern.test(path))?.entry;
}

/** The page docs/variables.md. */
export function templatesMarkdown(): string {
  const lines = templateTable.map((v) => `| \`${v.path}\` | ${v.meaning.replace(/\|/g, '\\|')} |`);
  return [
    '# Variables that templates may print',
    '',
    'Written by a script from `src/core/template-scope.ts`; do not edit. A variable that is empty when a message is due stops',
    'the message and holds the ticket; write `{{ requester.state | default: "not given" }}` or test it with `if`.',
    '',
    '| variable | meaning |',
    '|---|---|',
    ...lines,
    '',
  ].join('\n');
}

export interface ScopeInput {
  facts: Facts;
  match: Match;
  decision: Decision;
  directory: Directory;
  ticket: Ticket;
}

/** The variables of a mail to somebody who may approve; `items` are what is open, each with its own link. */
export function approvalScope(approval: {
  name: string;
  items: { name: string; link: string }[];
  consequence: string[];
}): { approval: unknown } {
  const items = approval.items.map(({ name, link }) => ({ name, link: new Link(link) }));
  return { approval: lines({ ...approval, items, link: items.length === 1 ? items[0]!.link : null }) };
}

/** A ticket field is the customer's word, and John is told so. */
function orgAdminWord({ isOrgAdmin, orgAdminProven }: Facts['requester']): string {
  if (isOrgAdmin === true) return orgAdminProven === true ? 'yes' : 'yes, says the form';
  return isOrgAdmin === false ? 'no' : 'not known';
}

/** Values of every variable; null where nothing is known. Customer text comes in single lines without steering characters. */
export function templateScope({ facts, match, decision, directory, ticket }: ScopeInput): Record<string, unknown> {
  const { requester } = facts;
  return lines({
    ticket: {
      ...pick(facts.ticket, ['id', 'subject', 'status', 'channel', 'helpdesk', 'fields', 'images']),
      url: /^https?:\/\//.test(ticket.url) ? new Link(ticket.url) : null,
      createdOn: ticket.createdAt.slice(0, 10),
    },
    message: {
      kind: facts.message.kind,
      credentials: orNull(facts.message.credentials),
      quote: new Quote(quote(String(facts.message.body ?? ''))),
    },
    event: facts.event,
    requester: {
      name: personName(requester.name),
      ...pick(requester, ['email', 'domain', 'phone', 'state', 'stateSource', 'orgAdminSource']),
      orgAdmin: orgAdminWord(requester),
    },
    organization: { name: match.name ?? facts.organization.name },
    match: {
      ...pick(facts.match, ['verdict', 'reason', 'nearest']),
      name: match.name,
      named: namedScope(facts.match.named),
      evidence: match.evidence.map((e) => e.says),
      candidates: match.candidates.map(({ name, list, cell, status, why }) => ({ name, list, cell, status, why })),
    },
    lists: facts.lists,
    listing: Object.fromEntries(
      match.listings.map((l) => [
        l.list,
        {
          ...l.values,
          name: l.name,
          status: l.status,
          cell: cellAddress(l, 'status'),
          approvedFrom: l.approval?.from ?? null,
          approvedUntil: l.approval?.until ?? null,
        },
      ]),
    ),
    request: Object.fromEntries(Object.entries(facts.request).map(([name, value]) => [name, orNull(value)])),
    intent: { name: facts.intent.name },
    case: {
      episode: facts.case.episode,
      previous: facts.case.previous,
      values: facts.case.values,
      links: eachOrNull(facts.case.links),
      stage: facts.case.stage,
      approved: eachOrNull(facts.case.approved),
      refused: eachOrNull(facts.case.refused),
    },
    programme: pick(facts.programme, ['name', 'title']),
    decision: {
      rule: decision.rule,
      outcome: decision.outcome,
      reason: decision.reason,
      graceMinutes: Math.round(decision.graceMs / 60_000),
    },
    people: Object.fromEntries(
      Object.entries(directory.people).map(([role, p]) => [role, { name: p.name, email: p.email }]),
    ),
    channels: Object.fromEntries(Object.entries(directory.channels).map(([role, c]) => [role, { name: c.name }])),
    today: facts.now.slice(0, 10),
    signature: 'Usher, the support bot',
  }) as Record<string, unknown>;
}

function namedScope(named: Json | undefined): object {
  const { names, owners, unfound } = (named ?? {}) as { [key: string]: Json };
  return { names: orNull(names), owners: orNull(owners), unfound: orNull(unfound) };
}

function eachOrNull(lists: Json | undefined): object {
  return Object.fromEntries(Object.entries(lists ?? {}).map(([name, list]) => [name, orNull(list)]));
}

/** An empty list is true in an `if`. */
function orNull(value: Json | undefined): Json {
  return value === undefined || (Array.isArray(value) && value.length === 0) ? null : value;
}

const [NAME_MOST, WORDS_MOST] = [60, 6];

/**
 * The requester's name where it can be one. Whoever files a ticket in a stranger's name chooses it, and the reply would carry
 * their advertisement to that stranger: what is long, or holds an address, is no name.
 */
function personName(written: Json | undefined): string | null {
  const name = typeof written === 'string' ? oneLine(written) : '';
  const isTooLong = name.length > NAME_MOST || name.split(' ').length > WORDS_MOST;
  return isTooLong || /[@/\\<>|]|\p{L}{2}\.\p{L}{2}/u.test(name) ? null : name;
}
