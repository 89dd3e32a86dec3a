// The sample tickets of the sandbox, in the order in which they are filed.

import type { SampleTicket } from './sample-ticket.js';
import { answeredTickets } from './sample-tickets-answered.js';
import { decidedTickets } from './sample-tickets-decided.js';
import { heldTickets } from './sample-tickets-held.js';
import { otherTickets } from './sample-tickets-others.js';

export type { SampleDecision, SampleReaction, SampleTicket } from './sample-ticket.js';

/**
 * With what their writers answer later: every branch of the EverBright policy but those in `rulesNotReached`, every kind of
 * hold, and every kind of "not for Usher".
 */
export const sampleTickets: SampleTicket[] = [...decidedTickets, ...heldTickets, ...otherTickets, ...answeredTickets];

/** Rules of the shipped programme that no ticket in the sandbox reaches, and why. */
export const rulesNotReached: Record<string, string> = {
  'not-an-org-admin': 'It is off unless the programme says `orgAdmin: require`; a scenario and tests cover it.',
  'corrected-to-api-integrations': 'Only a person sets it off: `usher correct`, or the button on the case’s page.',
  unclear:
    'Nothing can reach it with the shipped statuses: what the lists can say is answered by the rules before it, or not known and held there. It is for statuses that an admin adds.',
};
