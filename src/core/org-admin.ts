// Whether the requester is an Org Admin, and where that is known from.
import { cellAddress } from './listing.js';
import { authenticationFails } from './match/domains.js';
import type { Match } from './match-result.js';
import type { Programme } from './rulebook.js';
import type { Ticket } from './ticket.js';

export interface OrgAdmin {
  /** null when nothing says so. */
  isOrgAdmin: boolean | null;
  source: string | null;
  /** Whether the help desk's record or a listed admin address says yes; a ticket field is only what the customer filled in. */
  isProven: boolean;
}

const YES = /^(yes|true|ja|1|org admin)$/i;
const NO = /^(no|false|nein|0)$/i;

/**
 * The help desk's record first, then the admin addresses of the matched listings, then the ticket fields that the programme
 * names. An address is no proof when the sender's authentication failed.
 */
export function readOrgAdmin(ticket: Ticket, match: Match, programme: Programme | null): OrgAdmin {
  if (ticket.requester.isOrgAdmin !== null) {
    const { isOrgAdmin } = ticket.requester;
    return { isOrgAdmin, source: 'help desk record', isProven: isOrgAdmin };
  }
  const email = ticket.requester.email.trim().toLowerCase();
  const isForged = authenticationFails(ticket.authentication);
  const listing = email === '' || isForged ? undefined : match.listings.find((l) => l.admins.includes(email));
  if (listing) return { isOrgAdmin: true, source: cellAddress(listing, 'admins'), isProven: true };
  for (const title of programme?.fields.orgAdmin ?? []) {
    const value = Object.hasOwn(ticket.fields, title) ? ticket.fields[title] : null;
    // A box that nobody ticked is no answer; a written no is one.
    const written = value === false || value === null ? '' : String(value).trim();
    const isOrgAdmin = YES.test(written) ? true : NO.test(written) ? false : null;
    if (isOrgAdmin !== null) return { isOrgAdmin, source: `form field "${title}"`, isProven: false };
  }
  return { isOrgAdmin: null, source: null, isProven: false };
}
