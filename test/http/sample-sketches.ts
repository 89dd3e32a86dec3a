// Sketches of the console tests' cases: every state, every kind of step, hostile and long text.
import type { RenderedEffect } from '../../src/core/decision.js';
import type { Match } from '../../src/core/match-result.js';
import type { WriteState } from '../../src/core/write.js';
import type { CaseState } from '../../src/ports.js';

export const hostileName = '<script>alert(1)</script> \u202eSolar & "Sons"';

const reply = (text: string, template = 'not-approved'): RenderedEffect => ({
  type: 'reply',
  template,
  locale: 'en',
  text,
  html: `<p>${text}</p>`,
});
export const declineText = `Hello Ann,

thanks for reaching out. Your request for API access was passed on to our sales team, who will follow up shortly.
Currently, API integration requests are supported for approved EverBright partners. We apologize for the inconvenience.

Best regards
Usher, the support bot`;

const declineEffects: RenderedEffect[] = [
  {
    type: 'email',
    to: 'sales-development',
    address: 'Mercedes.Davis@goeverbright.com',
    name: 'Mercedes Davis',
    template: 'not-approved',
    handoff: true,
    subject: 'API access request: Larkspur Energy (CA)',
    text: 'Hello Mercedes,\n\nLarkspur Energy asks for API access but is not approved for EverBright.\nPlease reach out to ann@larkspur.example, +1 415 555 0137. They are located in CA (form field "State").\n\nUsher, the support bot',
    html: '',
  },
  {
    type: 'slack',
    channel: 'everbright-sales',
    channelId: 'C0EVERBRIGHT',
    channelName: '#everbright-sales',
    template: 'not-approved',
    text: '*Larkspur Energy* (CA) is requesting API access but is not approved for EverBright. Mercedes has been e-mailed. <https://help.example/tickets/5002|Ticket 5002> &amp; more',
  },
  reply(declineText),
  {
    type: 'close',
    resolution: 'Declined',
    fields: { 'Platform Area': 'Account Management', 'Resolution Type': 'Account Management' },
  },
];

const welcomeEffects: RenderedEffect[] = [
  reply(
    'Hello Ben,\n\nwelcome aboard. John Kilfoil will get you started.\n\nUsher, the support bot',
    'initial-response',
  ),
  { type: 'note', template: 'kick-off', text: 'New integration, kick-off due. Org Admin: yes.', html: '' },
  { type: 'tag', add: ['usher-granted'], remove: ['usher-waiting'] },
  { type: 'set', fields: { Region: 'West', 'Org Admin': true } },
  { type: 'status', status: 'open' },
  { type: 'assign', to: 'api-integrations-lead', agent: 'john.kilfoil@goeverbright.com', name: 'John Kilfoil' },
];

export interface Sketch {
  id: number;
  subject: string;
  state: CaseState;
  name: string;
  rule: string | null;
  outcome: string | null;
  reason: string | null;
  effects?: RenderedEffect[];
  /** State of each step; the last one is repeated. */
  steps?: WriteState[];
  verdict?: Match['verdict'];
  mode?: 'shadow' | 'propose' | 'live';
  /** Agents were told on the ticket that it needs a person. */
  told?: boolean;
}

export const sketches: Sketch[] = [
  {
    id: 5003,
    subject: 'API access for our installer portal',
    state: 'held',
    name: 'Larkspur Energy',
    rule: 'not-approved',
    outcome: 'passed-to-sales',
    reason: 'The mail server went away after the message was handed over: nobody can see whether it arrived',
    effects: declineEffects,
    steps: ['unsure', 'planned'],
    verdict: 'unlisted',
  },
  {
    id: 5004,
    told: true,
    subject: `Access for ${hostileName}`,
    state: 'held',
    name: hostileName,
    rule: 'unclear',
    outcome: null,
    reason: 'The organization could not be identified with certainty: its name holds hidden characters',
    verdict: 'ambiguous',
  },
  {
    id: 5007,
    subject: 'Re: credentials for the pricing API',
    state: 'held',
    name: 'Sun Belt Solar',
    rule: 'may-integrate',
    outcome: 'passed-to-api-integrations',
    reason: 'Zendesk refused the update: the agent john.kilfoil@goeverbright.com does not exist',
    effects: welcomeEffects.slice(-1),
    steps: ['refused'],
    verdict: 'listed',
  },
  {
    id: 5008,
    subject:
      'Wir brauchen Zugang zur API, bitte um Rückmeldung wegen der Donaudampfschifffahrtsgesellschaftskapitänsmütze',
    state: 'waiting',
    name: '',
    rule: 'ask-company',
    outcome: 'asked',
    reason: 'Asked the customer for company, state and work e-mail',
    effects: [reply('Guten Tag,\n\nbitte nennen Sie uns Firma, Staat und dienstliche E-Mail-Adresse.', 'ask-company')],
    steps: ['done'],
    verdict: 'unidentified',
  },
  {
    id: 5009,
    subject: 'Integration with our CRM',
    state: 'acting',
    name: 'Bright Roofs LLC',
    rule: 'may-integrate',
    outcome: 'passed-to-api-integrations',
    reason: 'Bright Roofs LLC is an approved seller (Sellers!D14)',
    effects: welcomeEffects,
    steps: ['done', 'done', 'claimed', 'planned'],
    verdict: 'listed',
  },
  { id: 5010, subject: 'API keys please', state: 'new', name: '', rule: null, outcome: null, reason: null },
  {
    id: 5001,
    subject: 'API access request',
    state: 'done',
    name: 'Sun Belt Solar',
    rule: 'may-integrate',
    outcome: 'passed-to-api-integrations',
    reason: 'Sun Belt Solar is an approved seller (Sellers!D8) and stands on the API tracker (Tracker!E14)',
    effects: welcomeEffects,
    steps: ['done'],
    verdict: 'listed',
  },
  {
    id: 5002,
    subject: 'How do we get onto the API?',
    state: 'done',
    name: 'Larkspur Energy',
    rule: 'not-approved',
    outcome: 'passed-to-sales',
    reason: 'Larkspur Energy is clearly named and stands on no list',
    effects: declineEffects,
    steps: ['done', 'dropped', 'done'],
    verdict: 'unlisted',
  },
  {
    id: 5005,
    subject: 'Cannot log in to the portal',
    state: 'not-for-usher',
    name: 'Bright Roofs LLC',
    rule: null,
    outcome: null,
    reason: 'Not a request for API access: score 2 of 10',
  },
  {
    id: 5011,
    subject: 'Access, decided in shadow',
    state: 'done',
    mode: 'shadow',
    name: 'Larkspur Energy',
    rule: 'not-approved',
    outcome: 'passed-to-sales',
    reason: 'Larkspur Energy is clearly named and stands on no list',
    effects: declineEffects,
    verdict: 'unlisted',
  },
];

/** Older cases, so that there is a second page. */
export const olderSketches: Sketch[] = Array.from({ length: 40 }, (_, i) => ({
  id: 4900 - i,
  subject: `API access for partner ${i + 1}`,
  state: 'done',
  name: 'Sun Belt Solar',
  rule: 'may-integrate',
  outcome: 'passed-to-api-integrations',
  reason: 'Sun Belt Solar is an approved seller (Sellers!D8)',
  effects: welcomeEffects.slice(0, 1),
  steps: ['done'],
  verdict: 'listed',
}));
