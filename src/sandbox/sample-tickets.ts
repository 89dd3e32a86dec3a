// The sample tickets of the sandbox, in the order in which they are filed.

import type { SampleTicket } from './sample-ticket.js';
import { decidedTickets } from './sample-tickets-decided.js';
import { heldTickets } from './sample-tickets-held.js';
import { otherTickets } from './sample-tickets-others.js';

export type { SampleTicket } from './sample-ticket.js';

/** Every branch of the EverBright policy, every kind of hold, and every kind of "not for Usher". */
export const sampleTickets: SampleTicket[] = [...decidedTickets, ...heldTickets, ...otherTickets];
