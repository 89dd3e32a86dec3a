// The attack list: sixty hostile inputs, in which file each is executed, and where Usher's answer is another than the usual advice.

export const SECTIONS = {
  A: 'webhook door',
  B: 'mail door',
  C: 'help desk content',
  D: 'matching',
  E: 'list file',
  F: 'rules, templates and configuration',
  G: 'outputs and network',
} as const;
export type Section = keyof typeof SECTIONS;

export interface AttackCase {
  number: number;
  section: Section;
  /** What comes in. */
  title: string;
  /** What of it needs a door that Usher does not have yet, and which. */
  waits?: string;
  /** Nothing of it can be executed before that door is there. */
  isWaiting?: true;
  /** Where Usher's answer is meant to be another than "refuse". */
  differs?: string;
}

const MAILBOX = 'with the mailbox help desk';

const rows: [Section, string, Pick<AttackCase, 'waits' | 'isWaiting' | 'differs'>?][] = [
  ['A', 'a webhook with no, a wrong or an empty signature'],
  ['A', 'a signature over JSON written again, or a body altered in white space'],
  ['A', 'a valid webhook played again after six minutes, or stamped ten minutes ahead'],
  ['A', 'a valid webhook played three times within a minute'],
  ['A', 'a body of 50 MB, headers of 1 MB, chunks without end'],
  [
    'A',
    'malformed JSON, NaN, 10,000 levels, double keys, lone surrogates, a byte order mark, a gzip bomb',
    {
      differs:
        'Signed JSON that is odd yet readable (double keys, a byte order mark, depth beside the id) is taken: only the id is read out of it, and the ticket is fetched anyway.',
    },
  ],
  ['A', 'keys that reach into JavaScript, in the payload and in custom fields'],
  [
    'A',
    "another account's valid signature",
    { differs: 'One process serves one account of a help desk: there is one secret, and no path to confuse.' },
  ],
  ['A', 'a signed event about a ticket that does not exist, or contradicting the help desk'],
  ['A', 'slow requests, idle connections, pipelines, two lengths'],
  ['B', 'a forged sender', { waits: `checking SPF, DKIM and DMARC ourselves: ${MAILBOX}` }],
  ['B', 'a forged Authentication-Results line', { waits: `choosing the topmost header of raw mail: ${MAILBOX}` }],
  ['B', 'domains that look like an approved one'],
  ['B', 'an approved name as display name'],
  ['B', 'answers that are to go elsewhere'],
  ['B', 'senders that are more or less than one address', { waits: `two From headers, group syntax: ${MAILBOX}` }],
  ['B', 'free mail that claims an approved partner'],
  ['B', 'automatic mail in all its forms'],
  ['B', 'an auto-responder that does not say so'],
  ['B', "a ticket filed in a victim's name to make us mail them"],
  ['B', '100,000 MIME parts, 5,000 levels, a header line of 10 MB', { waits: MAILBOX, isWaiting: true }],
  ['B', 'a known Message-ID, and a stranger in the thread', { waits: `threading by reference codes: ${MAILBOX}` }],
  ['C', 'comments that the help desk flags'],
  ['C', 'an organization that the requester typed'],
  ['C', 'a ticket that changes hands after the decision'],
  ['C', "the help desk's own placeholders in names and subjects"],
  ['C', 'attachments with names that are paths or tricks'],
  ['C', 'text that gives orders'],
  ['D', 'letters of other alphabets that look the same'],
  [
    'D',
    'characters that nobody sees',
    { differs: 'Tabs, no-break spaces and combining marks are spelling, not a disguise: they are folded (NFKC).' },
  ],
  ['D', 'names within names, and other legal forms'],
  ['D', 'names that are none, and names that are patterns'],
  [
    'D',
    'names that spreadsheets would calculate',
    { differs: 'Usher writes no CSV and no spreadsheet: nothing to neutralise.' },
  ],
  ['D', 'one organization with two statuses'],
  ['D', 'one domain under two organizations'],
  ['D', 'letters that change their case by language'],
  [
    'D',
    'dates as text, numbers and of another epoch',
    {
      differs:
        'No rule reads a date of a list: approvals are statuses. A date cell becomes an ISO day, a text stays text.',
    },
  ],
  ['D', 'statuses that nearly say approved'],
  ['E', 'bombs: zip, drop-down, shared strings, dimension, sheets'],
  ['E', 'document types and entities'],
  [
    'E',
    'formulas, external links, errors',
    { differs: 'There is no option to trust calculated cells: a formula where it matters always holds.' },
  ],
  ['E', 'merged cells'],
  ['E', 'hidden rows and sheets'],
  [
    'E',
    'headers renamed, doubled, moved, or standing twice',
    { differs: 'Columns may change their order and the header may stand lower: it is found by its exact names.' },
  ],
  ['E', 'torn, encrypted, renamed and macro files'],
  ['E', 'a file in which everybody is approved, or half are gone'],
  ['E', 'links that say one thing and lead to another, names in pieces'],
  ['E', 'a file that is replaced while it is read'],
  ['F', 'YAML bombs, depth, double keys, tags, odd words'],
  ['F', 'regular expressions that never end', { differs: 'Customer text is tested up to 16 kB, not 64 kB.' }],
  [
    'F',
    'Liquid bombs',
    {
      differs:
        'Templates are rendered in the process under limits of tags, filters, time, memory and length; every tag and filter without a bound is taken out, so that the cooperative limits hold.',
    },
  ],
  ['F', 'templates that reach for files'],
  ['F', 'templates that reach for objects, secrets and what is not there'],
  [
    'F',
    'rules that answer everything, close in silence or decide without evidence',
    {
      differs:
        'Answering everything is an error and closing in silence a warning; deciding otherwise than the policy shows in scenarios and in shadow mode. Caps stand whatever the rules say.',
    },
  ],
  ['G', 'mentions, links and entities for Slack'],
  ['G', 'line ends, commas and quotes for mail'],
  ['G', 'markup, scripts and links for HTML'],
  ['G', 'addresses that lead inside'],
  ['G', 'secrets and control characters in the log'],
  [
    'G',
    'dependencies that turn hostile',
    {
      differs:
        'More than 40 packages run: the libraries given by the task bring most of them. Each is pinned by hash, and none may run a script when it is installed.',
    },
  ],
];

export const CASES: AttackCase[] = rows.map(([section, title, more], i) => ({
  number: i + 1,
  section,
  title,
  ...more,
}));

/** The file that executes a section. */
export const fileOf = (section: Section): string =>
  `test/attacks/${section.toLowerCase()}-${SECTIONS[section].split(/[ ,]/)[0]}.test.ts`;
