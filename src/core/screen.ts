// Screening: may this ticket's latest message be answered automatically at all? (RFC 3834 and practice)
import type { Directory } from './rulebook.js';
import { foldWords } from './text.js';
import type { Ticket, TicketMessage } from './ticket.js';

export interface Screening {
  /** true: a machine or we ourselves wrote it; it is never answered. */
  automatic: boolean;
  /** Which sign told so, or '' when nobody did. */
  reason: string;
}

/**
 * Looks at the last public message of the requester (the ticket itself where there is none): its headers, the sender's
 * address, and our own addresses. RFC 3834 section 2 and the signs listed in contracts/email.md section 5.
 */
export function screenTicket(ticket: Ticket, directory: Directory): Screening {
  const message = lastRequesterMessage(ticket);
  const headers = lowerCaseNames(message?.headers ?? {});
  const sender = (ticket.requester.email || addressIn(headers.from ?? '')).trim().toLowerCase();
  const reason =
    headerSign(headers) ??
    senderSign(sender) ??
    ownSign(sender, headers, directory) ??
    loopSign(headers, directory) ??
    outOfOfficeSign(ticket, message);
  return { automatic: reason !== null, reason: reason ?? '' };
}

/** The last public message of the requester, or undefined. Messages are in order of time. */
export function lastRequesterMessage(ticket: Ticket): TicketMessage | undefined {
  return ticket.messages.findLast((m) => m.author === 'requester' && m.public);
}

type Headers = Record<string, string>;

/** A header whose value (the second word of a row) makes the message automatic. */
const HEADER_SIGNS: [name: string, isSign: (value: string) => boolean][] = [
  ['return-path', (value) => value === '' || value === '<>'],
  ['auto-submitted', (value) => value.split(/[;\s(]/)[0] !== 'no'],
  ['precedence', (value) => /^(bulk|junk|list|auto_reply)\b/.test(value)],
  ['list-id', () => true],
  ['list-unsubscribe', () => true],
  ['list-post', () => true],
  ['x-auto-response-suppress', (value) => /\b(all|autoreply|oof|dr|ndr|rn|nrn)\b/.test(value)],
  ['x-autoreply', (value) => value !== 'no'],
  ['x-autorespond', (value) => value !== 'no'],
  ['content-type', (value) => value.startsWith('multipart/report')],
  ['feedback-type', () => true],
];

function headerSign(headers: Headers): string | null {
  for (const [name, isSign] of HEADER_SIGNS) {
    const value = headers[name]?.trim().toLowerCase();
    if (value !== undefined && isSign(value)) return `automatic mail: its header ${name} says "${value.slice(0, 60)}"`;
  }
  const other = Object.keys(headers).find((name) => /^x-auto-?response-(?!suppress)/.test(name));
  return other ? `automatic mail: it has the header ${other}` : null;
}

const MACHINE_NAMES =
  /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|(no|do-?not)[._]reply|bounces?([-+._=].*)?|.+-request|owner-.+|listserv)$/;

function senderSign(sender: string): string | null {
  const local = sender.slice(0, Math.max(0, sender.lastIndexOf('@')));
  const plain = local.split('+')[0]!;
  return MACHINE_NAMES.test(local) || MACHINE_NAMES.test(plain)
    ? `automatic mail: the sender's address begins with "${plain.slice(0, 60)}"`
    : null;
}

function ownSign(sender: string, headers: Headers, directory: Directory): string | null {
  if (isOwn(sender, directory)) return 'our own address wrote it';
  const addressed = `${headers.to ?? ''} ${headers.cc ?? ''}`.toLowerCase();
  const own = [...directory.own.addresses, ...directory.own.domains.map((d) => `@${d}`)].map((a) => a.toLowerCase());
  if (headers.to === undefined || own.length === 0 || own.some((address) => addressed.includes(address))) return null;
  return 'mass mail: none of our addresses stands in its To or Cc';
}

/** Whether an address is ours: listed itself, or under one of our domains. */
export function isOwn(address: string, directory: Directory): boolean {
  const email = address.trim().toLowerCase();
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return (
    directory.own.addresses.some((own) => own.toLowerCase() === email) ||
    directory.own.domains.some((own) => domain === own.toLowerCase() || domain.endsWith(`.${own.toLowerCase()}`))
  );
}

function loopSign(headers: Headers, directory: Directory): string | null {
  const loop = addressIn(headers['x-loop'] ?? '');
  return loop !== '' && isOwn(loop, directory) ? 'our own message came back: its header x-loop is ours' : null;
}

const OUT_OF_OFFICE_SUBJECT =
  /^\s*(automatic reply|auto(matic)?[- ]?(reply|response)|out of (the )?office|automatische antwort|abwesenheits(notiz|nachricht))\s*[:\-–(]/i;
const OUT_OF_OFFICE_WORDS =
  /\b(out of (the )?(the )?office|away from (the|my) office|on (annual )?(leave|vacation)|automatic reply|limited access to (my )?e?-?mail|nicht im büro|nicht im buero|abwesend|im urlaub)\b/;

/** Subject and body are weak hints each; only both together count. */
function outOfOfficeSign(ticket: Ticket, message: TicketMessage | undefined): string | null {
  const body = foldWords((message?.body || ticket.body).slice(0, 2000));
  return OUT_OF_OFFICE_SUBJECT.test(ticket.subject) && OUT_OF_OFFICE_WORDS.test(body)
    ? 'automatic mail: subject and text are those of an out-of-office message'
    : null;
}

function lowerCaseNames(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The address in a header like `Name <a@b>`; '' when there is none. */
function addressIn(header: string): string {
  return /<([^<>\s]+@[^<>\s]+)>/.exec(header)?.[1] ?? /[^\s<>,;:"]+@[^\s<>,;:"]+/.exec(header)?.[0] ?? '';
}
