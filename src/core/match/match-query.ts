// Builds what matching looks at from a ticket: the record, the sender, and the names that the requester typed.
import type { MatchQuery } from '../match-result.js';
import type { FieldReading } from '../request/read-request.js';
import { lastRequesterMessage } from '../screen.js';
import type { Ticket } from '../ticket.js';
import { nameKey } from './normalize.js';

const READ_MOST = 16_384;
/** A line that is nothing but a label and a name, as forms and signatures carry it. */
const LABELLED =
  /^[ \t>*]*(?:company|company name|organi[sz]ation|organi[sz]ation name|account|firma|unternehmen)[ \t]*[:：][ \t]*(\S[^\n]{0,119})$/gim;
/** Who is acted for: `on behalf of`, `on behalf of our client`, `for our client`; line breaks of mail programs in between. */
const FOR_WHOM = [
  String.raw`[Oo]n behalf of(?:\s{1,3}(?:our|my|the|a|their)(?:\s{1,3}[\p{Ll}-]{2,20}){0,2})?`,
  String.raw`[Ff]or\s{1,3}(?:our|my|a|their)\s{1,3}(?:client|customer|installer)`,
  String.raw`[Ii]m\s(?:Namen|Auftrag)\svon`,
  String.raw`(?:[Ff]ür|[Ii]m\s(?:Namen|Auftrag)(?:\svon)?)\s{1,3}(?:de[rms]|die|unser\p{Ll}{0,2}|mein\p{Ll}{0,2})\s{1,3}(?:Kund|Mandant|Auftraggeber|Firma)\p{Ll}{0,3}`,
].join('|');
/** The name after it: capitalized words only, so that a sentence does not become a name; it ends with a sentence too. */
const WORD = String.raw`(?:\p{Lu}[\p{L}\p{N}&.'’-]*|&)`;
const BEHALF = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:${FOR_WHOM})[,:]?\s{1,3}(${WORD}(?:(?<![\p{L}\p{N}]{3}\.),?[ \t]{1,3}(?:${WORD}|and|of|und)){0,6})`,
  'gu',
);

/** The query for a ticket. `fields.organization`: titles of the form fields that hold the company; the first filled one counts. */
export function matchQuery(
  ticket: Ticket,
  fields: { organization: string[] },
  request: readonly FieldReading[] = [],
): MatchQuery {
  const { organization, requester, authentication } = ticket;
  return {
    organization: organization && { id: organization.id, name: organization.name, domains: organization.domains },
    requester: { email: requester.email, name: requester.name },
    replyTo: lastRequesterMessage(ticket)?.headers['reply-to']?.match(/[^\s<>,;:"]+@[^\s<>,;:"]+/g) ?? [],
    authentication,
    claims: [
      ...fieldClaims(ticket, fields.organization),
      ...requestClaims(request),
      ...textClaims(`${ticket.subject}\n${ticket.body}`),
    ],
  };
}

/** Fields of the request that name who is asking: typed, so a claim like any other. */
function requestClaims(request: readonly FieldReading[]): MatchQuery['claims'] {
  return request
    .filter(({ field }) => field.claim)
    .flatMap(({ field, values, source }) =>
      values.map((name) => ({ name, source: `"${field.name}" of the request (${source})` })),
    );
}

function fieldClaims(ticket: Ticket, titles: string[]): MatchQuery['claims'] {
  for (const title of titles) {
    const value = Object.hasOwn(ticket.fields, title) ? ticket.fields[title] : null;
    const text = Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : '';
    const isFilled = nameKey(text).problem !== 'no-name';
    if (isFilled) return [{ name: text, source: `form field "${title}"` }];
  }
  return [];
}

/** Names in the first 16 kB of text, at most five; each usable once. */
export function textClaims(text: string): MatchQuery['claims'] {
  const head = text.slice(0, READ_MOST);
  const found = [...head.matchAll(LABELLED), ...head.matchAll(BEHALF)].map((m) =>
    m[1]!.replace(/(?: (?:and|of|und)|[ \t.,;])+$/, ''),
  );
  const names = [...new Set(found)].filter((name) => nameKey(name).problem !== 'no-name');
  return names.slice(0, 5).map((name) => ({ name, source: 'text' }));
}
