// Who files tickets in the simulator and what they write: one kind for each way that the shipped rules can take.
import { sampleCompanies } from '../../src/sandbox/sample-companies.js';
import type { Requester } from './desk.js';
import type { Random } from './random.js';

/** Stands in every customer's text; it must never show in a log. */
export const CANARY = 'canary-4711-private';

export interface Filing {
  requester: Requester;
  subject: string;
  body: string;
}

interface Company {
  name: string;
  domain: string;
  contact: { name: string; email: string };
  state: string;
}

const ask = (company: Company): Filing => ({
  requester: {
    ...company.contact,
    organization: { id: `org-${company.domain}`, name: company.name, domains: [company.domain] },
    fields: { Company: company.name, State: company.state },
  },
  subject: 'API access request',
  body: `Hello,\n\nwe would like to get API access for our integration. ${CANARY}\n\nBest regards\n${company.contact.name}`,
});

/** Nobody's free-mail address; with or without the name of a company. */
const stranger = (company: string | null): Filing => ({
  requester: {
    name: 'Kim Doe',
    email: 'kim.doe@gmail.com',
    organization: null,
    fields: company ? { Company: company } : ({} as Record<string, string>),
  },
  subject: 'API access request',
  body: `Hello, we would like to get API access. ${CANARY}`,
});

const SYLLABLES = ['vor', 'qua', 'zel', 'mik', 'tru', 'pex', 'gom', 'hul', 'dra', 'wib'];

function newcomer(random: Random): Company {
  const word = [1, 2, 3, 4].map(() => random.pick(SYLLABLES)).join('');
  const domain = `${word}works.example`;
  const name = `${word[0]!.toUpperCase()}${word.slice(1)} Works`;
  return { name, domain, contact: { name: 'Pat Example', email: `pat@${domain}` }, state: 'CA' };
}

export const TICKET_KINDS = {
  approved: () => ask(sampleCompanies.brightfield),
  'in progress': () => ask(sampleCompanies.halcyon),
  completed: () => ask(sampleCompanies.solara),
  unlisted: (random: Random) => ask(newcomer(random)),
  'not approved': () => ask(sampleCompanies.cascade),
  'lists disagree': () => ask(sampleCompanies.redwood),
  'nobody known': () => stranger(null),
  'only claimed': () => stranger('Brightfield Solar LLC'),
  'something else': () => ({
    ...ask(sampleCompanies.brightfield),
    subject: 'Invoice 1234',
    body: `Please send the invoice again. ${CANARY}`,
  }),
} satisfies Record<string, (random: Random) => Filing>;

export type TicketKind = keyof typeof TICKET_KINDS;

/** What agents tell Usher by internal notes. */
export const COMMANDS = [
  'usher: retry',
  'usher: why',
  'usher: stop',
  'usher: resume',
  'usher: this is Brightfield Solar LLC',
  'usher: this is nobody',
  'usher: sing',
];

/** What a requester writes later. */
export const LATER_WORDS = [
  `Thank you!`,
  `One more thing about our API access: we are in a hurry. ${CANARY}`,
  `We are approved now, please look again. ${CANARY}`,
  `The API returns error 500. ${CANARY}`,
];
