// Reads how to reach the requester and where the organization is, from fields, record, or signature; never guesses.

import { regionOf, regionsIn } from './regions.js';
import type { Programme } from './rulebook.js';
import { foldWords, ownLines } from './text.js';
import type { Ticket } from './ticket.js';

export interface Contact {
  /** `CA` or `Bayern`, as the form says it where it is no known region; null when not given or contradictory. */
  state: string | null;
  /** `form field "State"`, `organization record`, `from the text` or `from signature`. */
  stateSource: string | null;
  phone: string | null;
}

/** What a person would read off the ticket. Two different states in the text give none. */
export function readContact(ticket: Ticket, programme: Programme | null): Contact {
  const { state, stateSource } = readState(ticket, programme?.fields.state ?? []);
  return { state, stateSource, phone: readPhone(ticket, programme?.fields.phone ?? []) };
}

function readState(ticket: Ticket, titles: string[]): Pick<Contact, 'state' | 'stateSource'> {
  const field = firstFilled(ticket.fields, titles);
  if (field) return { state: regionOf(field.value) ?? field.value, stateSource: `form field "${field.title}"` };
  const record = ticket.organization
    ? firstFilled(ticket.organization.fields, [...titles, 'State', 'Bundesland'])
    : null;
  if (record) return { state: regionOf(record.value) ?? record.value, stateSource: 'organization record' };
  return readWrittenState(ticket);
}

function readWrittenState(ticket: Ticket): Pick<Contact, 'state' | 'stateSource'> {
  const found = new Map<string, string>();
  for (const { text, signature } of requesterTexts(ticket)) {
    for (const region of regionsIn(text)) found.set(region, found.get(region) ?? 'from the text');
    for (const region of regionsIn(signature)) if (!found.has(region)) found.set(region, 'from signature');
  }
  // Two states contradict each other: a rep who calls the wrong territory is worse than "not given".
  if (found.size !== 1) return { state: null, stateSource: null };
  const [[state, stateSource]] = [...found] as [[string, string]];
  return { state, stateSource };
}

const LABELLED_PHONE =
  /(?:^|[^\p{L}])(?:phone|tel|telephone|mobile|cell|direct|office|telefon|mobil|handy|durchwahl)[.:)\s]{0,3}(\+?[\d(][\d\s()./-]{5,24}\d)/iu;
const BARE_PHONE =
  /(?:^|[^\w+])((?:\+\d{1,3}[\s.-]?)?\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}|\+\d{1,3}[\s\d()./-]{7,20}\d)(?!\w)/;

function readPhone(ticket: Ticket, titles: string[]): string | null {
  const field = firstFilled(ticket.fields, titles);
  if (field) return field.value;
  for (const { text, signature } of requesterTexts(ticket).reverse()) {
    const found =
      LABELLED_PHONE.exec(signature)?.[1] ?? LABELLED_PHONE.exec(text)?.[1] ?? BARE_PHONE.exec(signature)?.[1];
    if (found) return found.replace(/\s+/g, ' ').trim();
  }
  return null;
}

function firstFilled(fields: Ticket['fields'], titles: string[]): { title: string; value: string } | null {
  for (const title of titles) {
    const raw = Object.hasOwn(fields, title) ? fields[title] : null;
    const value = (Array.isArray(raw) ? raw.join(', ') : typeof raw === 'boolean' ? '' : String(raw ?? ''))
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 80);
    if (/[\p{L}\p{N}]/u.test(value)) return { title, value };
  }
  return null;
}

const CLOSINGS =
  /^(thanks|thank you|many thanks|best|cheers|best regards|kind regards|regards|warm regards|sincerely|mfg|(mit )?(freundlichen?|besten|vielen|herzlichen|lieben) grüßen?|(mit )?freundlichem gruß|viele grüße|beste grüße|liebe grüße|danke|vielen dank)\b/;

/** The requester's own words, split where the signature begins (`-- ` or a closing within the last twelve lines). */
function requesterTexts(ticket: Ticket): { text: string; signature: string }[] {
  const bodies = ticket.messages.filter((m) => m.author === 'requester' && m.public).map((m) => m.body);
  const all = ticket.body.trim() === '' || bodies.includes(ticket.body) ? bodies : [ticket.body, ...bodies];
  return all.map((body) => {
    const lines = ownLines(body);
    while (lines.length > 0 && lines.at(-1)!.trim() === '') lines.pop();
    const start = signatureStart(lines);
    return { text: lines.slice(0, start).join('\n'), signature: lines.slice(start).join('\n') };
  });
}

function signatureStart(lines: string[]): number {
  const delimiter = lines.findLastIndex((line) => /^--\s?$/.test(line));
  if (delimiter >= 0) return delimiter;
  const from = Math.max(0, lines.length - 12);
  const closing = lines.slice(from).findIndex((line) => CLOSINGS.test(foldWords(line)) && line.trim().length <= 40);
  return closing < 0 ? lines.length : from + closing;
}
