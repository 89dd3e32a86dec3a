// The table of facts that rules may name: checked against when rules are read, and printed as docs/facts.md.

export interface FactEntry {
  /** Dotted path; `<...>` stands for an open name. */
  path: string;
  type: 'text' | 'number' | 'yes/no' | 'time' | 'texts' | 'list word';
  meaning: string;
}

const rows: [path: string, type: FactEntry['type'], meaning: string][] = [
  ['now', 'time', 'When the decision is made'],
  ['ticket.id', 'text', "The help desk's number of the ticket"],
  ['ticket.helpdesk', 'text', 'Which help desk it is in: `zendesk`, `sandbox`, ...'],
  ['ticket.subject', 'text', 'The subject line; may be empty'],
  ['ticket.body', 'text', 'The first message; may be empty'],
  ['ticket.channel', 'text', 'How it came in: `email`, `web`, ...'],
  ['ticket.status', 'text', '`new`, `open`, `pending`, `hold`, `solved` or `closed`'],
  ['ticket.assigned', 'yes/no', 'Whether an agent has it'],
  ['ticket.assignee', 'text', 'The agent who has it; empty when nobody has'],
  ['ticket.tags', 'texts', "The ticket's tags"],
  ['ticket.fields.<Title>', 'text', 'A ticket field by its title as agents see it; not known while blank'],
  ['ticket.locale', 'text', "The ticket's language tag, `de-AT`; not known when the help desk does not say"],
  ['ticket.language', 'text', 'The first part of the language tag, `de`'],
  ['ticket.createdAt', 'time', 'When the ticket was filed'],
  ['ticket.attachments', 'number', 'How many files are attached'],
  ['ticket.files.names', 'texts', 'Names of the attached files; empty when there are none'],
  ['ticket.files.types', 'texts', 'Their types as the help desk tells them: `image/png`'],
  ['ticket.files.largestBytes', 'number', 'Size of the largest of them in bytes; 0 when there are none'],
  ['ticket.images.count', 'number', 'How many of them are PNG, JPEG, GIF or WebP images'],
  [
    'ticket.images.width',
    'number',
    'Real width of the first image in pixels; not known when there is none, it cannot be read, or `attachments: { images: true }` is not set',
  ],
  ['ticket.images.height', 'number', 'Its real height in pixels'],
  ['ticket.automatic', 'yes/no', 'Whether a machine wrote the latest message (bounce, out of office, mailing list)'],
  ['message.id', 'text', "The requester's latest public message"],
  ['message.kind', 'text', '`first`, `thanks` (thanks and nothing else, by an exact list) or `other`'],
  ['message.body', 'text', 'Its text without quoted lines'],
  [
    'message.language',
    'text',
    "The language it is written in, among those of the programme's templates: `de`; not known when short or mixed",
  ],
  [
    'message.credentials',
    'texts',
    'Keys and tokens that were in it and are masked: `API key`, `private key`, `JWT`, `bearer token`, `password`; empty when none',
  ],
  ['message.author', 'text', 'Who wrote it: always `requester`'],
  ['message.at', 'time', 'When it was written'],
  ['event.name', 'text', 'The event that another system sent, `RequestQuote:Create`; not known where none did'],
  ['event.source', 'text', 'Which system sent it, as events.yaml calls it'],
  ['event.fields.<name>', 'text', 'A field of the event; not known when it was not given'],
  ['requester.name', 'text', 'Name of the requester'],
  ['requester.email', 'text', 'Mail address of the requester'],
  ['requester.domain', 'text', 'Registrable domain of that address, `acme.co.uk`'],
  ['requester.isFreeMail', 'yes/no', 'Whether that domain is open to everybody (gmail.com, ...)'],
  ['requester.isIntermediary', 'yes/no', 'Whether it belongs to a platform vendor or consultant of the directory'],
  ['requester.isOrgAdmin', 'yes/no', "By the help desk's record, a listing's admin addresses, or the configured field"],
  ['requester.orgAdminSource', 'text', 'Where that comes from'],
  [
    'requester.orgAdminProven',
    'yes/no',
    "Whether the help desk's record or a listing's admin addresses say so; a ticket field is only a claim",
  ],
  [
    'requester.failsAuthentication',
    'yes/no',
    'Whether SPF, DKIM or DMARC say that the sender may be forged; no where the help desk tells nothing of them',
  ],
  [
    'requester.isParentAdmin',
    'yes/no',
    'Whether the address is a listed admin of the organization that this one belongs to',
  ],
  ['requester.state', 'text', 'State the client is in: `CA`, `Bayern`; not known when not given or contradictory'],
  ['requester.stateSource', 'text', '`form field "..."`, `organization record`, `from the text` or `from signature`'],
  ['requester.phone', 'text', 'Phone number from a field or the signature'],
  ['organization.id', 'text', "The help desk's organization record"],
  ['organization.name', 'text', 'Its name there'],
  ['organization.domains', 'texts', 'Its domains there'],
  ['organization.fields.<title>', 'text', 'A field of that record'],
  [
    'request.missing',
    'texts',
    'Required fields of the request that nobody has given yet, by their names in rules.yaml',
  ],
  ['request.unclear', 'texts', 'Fields with contradictory values, or with none of the known ones'],
  ['request.sources.<name>', 'text', 'Where a field was read: `form field "..."`, `subject`, `text`'],
  ['request.strange.<name>', 'texts', 'What was written for a field and is none of its known values'],
  [
    'request.<name>',
    'text',
    "A field of the programme's `request:` block, or its several values; a claim of the requester; not known while missing or unclear",
  ],
  ['intent.name', 'text', 'What the ticket asks for'],
  ['intent.score', 'number', 'How strongly'],
  ['intent.unsure', 'yes/no', 'Whether the score is too low to be certain'],
  ['intent.reasons', 'texts', 'Which phrases, tags and fields told so'],
  [
    'match.verdict',
    'text',
    '`listed`, `unlisted`, `ambiguous` or `unidentified`; `unlisted` only when every list can be relied on',
  ],
  ['match.name', 'text', 'The organization, as listed or as recorded'],
  ['match.tier', 'number', 'Strongest kind of evidence, 1 to 3, when listed; 0 when an agent said who it is'],
  ['match.reason', 'text', 'The verdict in a sentence'],
  ['match.nearest', 'text', 'The nearest listed name, when there is a candidate'],
  ['match.isSubOrganization', 'yes/no', 'Whether its row names a parent; not known unless it is listed'],
  ['match.parent', 'text', 'The organization that it belongs to; empty when it is one of its own'],
  [
    'match.parentStatus',
    'list word',
    "The parent's word in that list; not known when the parent is not found there just once",
  ],
  ['match.parentAdmins', 'texts', "Mail addresses of the parent's listed admins; empty for an organization of its own"],
  [
    'match.admins',
    'texts',
    "Addresses of its own listed admins and of its parent's; not known when the parent is not found",
  ],
  [
    'match.named.names',
    'texts',
    "Listed organizations that the request's `claim` fields name; one named beside its sub-organizations is only their owner",
  ],
  ['match.named.count', 'number', 'How many they are'],
  ['match.named.unfound', 'texts', 'Names written there that no row bears, or more than one'],
  ['match.named.owners', 'texts', 'Organizations that the named ones belong to, or they themselves'],
  ['match.named.ownerCount', 'number', 'How many owners there are'],
  ['match.named.ownerStatus', 'list word', "The owners' word in the list; not known where they differ"],
  ['match.named.ownerAdmins', 'texts', "Mail addresses of the owners' listed admins"],
  ['match.named.isOwnerAdmin', 'yes/no', "Whether the requester's address is a listed admin of every owner"],
  [
    'match.named.isOfRequester',
    'yes/no',
    'Whether the matched organization belongs to the same owner; not known unless it is listed',
  ],
  [
    'match.named.values.<key>',
    'texts',
    'A further column of the named rows by its key in lists.yaml; blank cells left out',
  ],
  [
    'match.approval.<list>',
    'text',
    "How a dated approval stands today, in the zone of the programme's hours: `not-yet`, `current` or `ended`; empty where the row names no days",
  ],
  ['match.approvedFrom.<list>', 'time', 'Its first day, `2026-01-01`; empty where none is named'],
  ['match.approvedUntil.<list>', 'time', 'Its last day, which belongs to it; empty where none is named'],
  ['match.listReasons.<list>', 'text', 'The cell a list word comes from, or why it is not known'],
  [
    'lists.<list>',
    'list word',
    "A word of that list's `statuses`, or `absent`; not known while a cell or the list is unclear, or outside of the days of an approval",
  ],
  ['case.episode', 'number', '1 when the ticket is new to Usher, more after a reply to a finished case'],
  [
    'case.trigger',
    'text',
    '`ticket`, `reply`, `reopened`, `changed`, `timer`, `list`, `event`, `approval`, `person` or `correction`',
  ],
  [
    'case.correction',
    'text',
    'The outcome a person says would have been right; empty unless a rule is `on: correction`',
  ],
  ['case.previous.outcome', 'text', 'Outcome of the episode before; empty when there was none'],
  ['case.previous.rule', 'text', 'Rule of the episode before; empty when there was none'],
  ['case.graceElapsed', 'yes/no', 'Whether the announced time to step in is over'],
  [
    'case.handoff.daysAgo',
    'number',
    'Days since the last hand-off of this organization to sales; empty when there was none',
  ],
  ['case.stage', 'text', 'The stage a rule has set; lasts over episodes, empty before the first'],
  ['case.rules', 'texts', 'Rules of this episode whose wait has begun; each acts once'],
  ['case.wait.rule', 'text', 'The rule whose wait came last in this episode; empty when there was none'],
  ['case.wait.kind', 'text', '`ask`, `wait` or `approve`; empty when there was none'],
  [
    'case.approvals.<name>',
    'text',
    '`open`, `approved` or `refused` in this episode; empty while it was not asked for, or not for what is asked now. Of several items: `open` while one is, then `refused` when one was',
  ],
  ['case.approvedBy.<name>', 'text', 'Who approved it; empty while nobody has'],
  ['case.approved.<name>', 'texts', 'Of an approval with `each`: the items that were approved'],
  ['case.refused.<name>', 'texts', 'The items that were refused'],
  ['case.unanswered.<name>', 'texts', 'The items that nobody has answered yet'],
  ['case.wait.over', 'yes/no', 'Whether its time is up without what it waited for'],
  ['case.event', 'text', 'The event that woke the case now; empty otherwise'],
  ['case.values.<name>', 'text', 'What another system answered to a step `http` of this case; not known before'],
  [
    'case.links.<kind>',
    'texts',
    'Linked records of that kind, as `links:` in events.yaml names them, in the order they came; empty while there is none',
  ],
  ['programme.name', 'text', 'The programme that decides'],
  ['programme.title', 'text', 'Its title'],
  ['programme.orgAdmin', 'text', '`note` or `require`, as the programme says'],
];

/** Every fact, in the order of the docs. */
export const factTable: FactEntry[] = rows.map(([path, type, meaning]) => ({ path, type, meaning }));

/** The entry a path of a rule means (`ticket.fields.Region` means `ticket.fields.<Title>`), or undefined. */
export function findFact(path: string): FactEntry | undefined {
  return factTable.find(({ path: known }) => {
    const open = known.indexOf('<');
    return open < 0 ? known === path : path.startsWith(known.slice(0, open)) && path.length > open;
  });
}

/** The page docs/facts.md. */
export function factsMarkdown(): string {
  const lines = factTable.map((f) => `| \`${f.path}\` | ${f.type} | ${f.meaning.replace(/\|/g, '\\|')} |`);
  return [
    '# Facts that rules may name',
    '',
    'Written by a script from `src/core/fact-table.ts`; do not edit. A fact that is *not known* makes a rule that needs it',
    'answer *not known*, which holds the ticket for a person, unless the rule says `whenUnknown: skip`.',
    'Something *empty* is known to be empty: every comparison with it answers *no*.',
    '',
    '| fact | kind | meaning |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
