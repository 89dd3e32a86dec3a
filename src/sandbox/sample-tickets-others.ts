// Sample tickets that are not for Usher: machines, other questions, tickets that somebody has already.
import { agents } from './sample-people.js';
import type { SampleTicket } from './sample-ticket.js';

const ignored = { kind: 'ignore', rule: null } as const;

export const otherTickets: SampleTicket[] = [
  {
    key: 'out-of-office',
    reaches: 'an out-of-office message',
    expected: ignored,
    name: 'Wendy Koch',
    email: 'wendy@prairiesky.example',
    subject: 'Automatic reply: Your API access request',
    body: 'Thank you for your message. I am out of the office until Monday, December 1, with limited access to my e-mail. For urgent matters please call our front desk.\n\nWendy Koch\nPrairie Sky Installers',
    flags: [4],
  },
  {
    key: 'machine-mail',
    reaches: 'a notification sent by a machine',
    expected: ignored,
    name: 'DevPortal Notifications',
    email: 'no-reply@devportal.example',
    subject: 'Your API key expires in 14 days',
    body: 'This is an automated notification. The API key "staging-2" of workspace everbright-demo expires in 14 days. Do not reply to this message.',
    flags: [4],
  },
  {
    key: 'billing',
    reaches: 'another question: billing',
    expected: ignored,
    name: 'Ruth Calder',
    email: 'ruth@anchorbay.example',
    subject: 'Dealer fee on invoice 20418',
    body: 'Hi, the dealer fee on invoice 20418 is 2 % higher than on our contract. Could somebody in billing have a look?\n\nRuth Calder\nAnchor Bay Renewables',
  },
  {
    key: 'technical-fault',
    reaches: 'another question: a technical fault',
    expected: ignored,
    name: 'Ben Ito',
    email: 'ben@crestlineworks.example',
    subject: 'API returns 401 since this morning',
    body: 'Hello support,\n\nsince about 7 am every call to /quotes returns 401, with a token that worked yesterday. Nothing changed on our side. Request id 7f3c-19aa.\n\nBen Ito\nCrestline Solar Works',
  },
  {
    key: 'assigned-already',
    reaches: 'an agent has it already',
    expected: ignored,
    name: 'Mia Chen',
    email: 'mia@juniperflats.example',
    subject: 'API access for Juniper Flats Solar',
    body: 'Hi Sam, as promised on the phone, here is our written request for API access.\n\nMia Chen\nJuniper Flats Solar, Reno NV',
    assigneeId: agents.samWhitaker.id,
  },
  {
    key: 'own-message',
    reaches: 'our own message that came back',
    expected: ignored,
    name: 'EverBright Support',
    email: 'support@everbright.example',
    subject: 'Re: API access for Brightfield Solar',
    body: 'Hi Dana,\n\nthank you for your interest in API access. This mailbox forwards to support.\n\nUsher, the support bot',
  },
];
