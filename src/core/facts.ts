// Builds the facts of one deciding: everything a rule may look at, as plain JSON, and nothing else.
import { aboutOf, type Standing, standingOf } from './approval-items.js';
import type { Contact } from './contact.js';
import { maskedKinds } from './credentials.js';
import type { CaseFacts, Facts, Json } from './decision.js';
import { linkKinds } from './event.js';
import { isMeasurable } from './image-files.js';
import type { IntentResult } from './intent.js';
import { detectLanguage, languageOf } from './language.js';
import { listFacts, matchFacts } from './list-facts.js';
import type { ListInUse } from './listing.js';
import { authenticationFails, readDirectory, readSender } from './match/domains.js';
import type { Family } from './match/family.js';
import type { Named } from './match/named.js';
import type { Match } from './match-result.js';
import { noDirectory } from './no-directory.js';
import { readOrgAdmin } from './org-admin.js';
import type { FieldReading } from './request/read-request.js';
import { requestFacts } from './request/request-facts.js';
import type { Directory, Programme } from './rulebook.js';
import { lastRequesterMessage, type Screening } from './screen.js';
import { foldWords, ownLines } from './text.js';
import { isMereThanks } from './thanks.js';
import type { Ticket } from './ticket.js';
import type { CaseWait } from './wait.js';

export { type FactEntry, factsMarkdown, factTable, findFact } from './fact-table.js';

export interface FactsInput {
  ticket: Ticket;
  match: Match;
  /** What the lists say of the matched organization's parent. */
  family: Family;
  /** What they say of the organizations that the request names. */
  named: Named;
  caseFacts: CaseFacts;
  /** null when no programme was chosen. */
  intent: IntentResult | null;
  contact: Contact;
  screening: Screening;
  /** [] where no programme was chosen, or it reads no fields. */
  request: FieldReading[];
  programme: Programme | null;
  /** ISO time of the deciding. */
  now: string;
  directory?: Directory;
  /** For the reasons why a list is not usable; optional. */
  lists?: ListInUse[];
}

/** The facts, each leaf null where it is not known and '' where it is known to be empty (no assignee, no earlier episode). */
export function buildFacts(input: FactsInput): Facts {
  const { ticket, programme } = input;
  const lists = listFacts(input);
  const facts = {
    now: input.now,
    ticket: ticketFacts(ticket, input.screening),
    message: messageFacts(ticket, programme),
    event: ticket.event ? { ...ticket.event } : { source: null, name: null, fields: {} },
    requester: { ...requesterFacts(input), isParentAdmin: isParentAdmin(input) },
    organization: organizationFacts(ticket),
    request: requestFacts(input.request),
    intent: intentFacts(input.intent),
    match: { ...matchFacts(input.match, lists), ...input.family, named: input.named },
    lists: lists.words,
    programme: programme
      ? { name: programme.name, title: programme.title, orgAdmin: programme.orgAdmin }
      : { name: null, title: null, orgAdmin: null },
  };
  return { ...facts, case: caseFactsOf(input.caseFacts, programme, facts) };
}

function ticketFacts(ticket: Ticket, screening: Screening): Facts['ticket'] {
  return {
    id: ticket.id,
    helpdesk: ticket.helpdesk,
    subject: ticket.subject,
    body: ticket.body,
    channel: ticket.channel,
    status: ticket.status,
    assigned: ticket.assignee !== null && ticket.assignee !== '',
    assignee: ticket.assignee ?? '',
    tags: ticket.tags,
    fields: fieldFacts(ticket.fields),
    locale: ticket.locale || null,
    language: ticket.locale ? languageOf(ticket.locale) : null,
    createdAt: ticket.createdAt,
    attachments: ticket.attachments.length,
    ...attachmentFacts(ticket),
    automatic: screening.automatic,
  };
}

/** The first measured image stands for them all: requests are about one picture, and a second one is a person's to look at. */
function attachmentFacts({ attachments }: Ticket): { files: Json; images: Json } {
  const images = attachments.filter(isMeasurable);
  const [first] = images;
  return {
    files: {
      names: attachments.map((file) => file.name),
      types: attachments.map((file) => file.type),
      largestBytes: Math.max(0, ...attachments.map((file) => file.bytes)),
    },
    images: { count: images.length, width: first?.width ?? null, height: first?.height ?? null },
  };
}

/** A blank field is not known: nobody has filled it in. */
function fieldFacts(fields: Ticket['fields']): { [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(fields).map(([title, value]) => {
      const isBlank =
        (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);
      return [title, isBlank ? null : value];
    }),
  );
}

function messageFacts(ticket: Ticket, programme: Programme | null): Facts['message'] {
  const message = lastRequesterMessage(ticket);
  const body = ownLines(message?.body ?? ticket.body)
    .join('\n')
    .trim();
  const isFirst = !message || isFirstMessage(ticket, message);
  const first = `${ticket.subject}\n${ownLines(ticket.body).join('\n')}`;
  const languages = [...new Set(Object.values(programme?.templates ?? {}).map((t) => languageOf(t.locale)))];
  return {
    id: message?.id ?? null,
    kind: isFirst ? 'first' : isMereThanks(body, ticket.requester.name) ? 'thanks' : 'other',
    body,
    language: detectLanguage(body, languages) ?? detectLanguage(`${first}\n${body}`, languages),
    credentials: maskedKinds(isFirst ? `${first}\n${body}` : body),
    author: 'requester',
    at: message?.at ?? ticket.createdAt,
  };
}

/** Help desks that repeat the ticket's text as its first message, and those that list replies only, are both understood. */
function isFirstMessage(ticket: Ticket, message: { id: string; at: string; body: string }): boolean {
  if (ticket.messages.find((m) => m.author === 'requester' && m.public) !== message) return false;
  const created = Date.parse(ticket.createdAt);
  const isRepeated = ticket.body.trim() === '' || foldWords(ticket.body) === foldWords(message.body);
  return isRepeated || created === 0 || Math.abs(Date.parse(message.at) - created) <= 60_000;
}

function requesterFacts({ ticket, match, programme, contact, directory }: FactsInput): Facts['requester'] {
  const sender = readSender(ticket.requester.email, readDirectory(directory ?? noDirectory));
  // Who gave no address wrote from nobody's domain; an address that cannot be read may be anybody's.
  const isKnown = sender.kind !== 'unreadable';
  const admin = readOrgAdmin(ticket, match, programme);
  return {
    name: ticket.requester.name || null,
    email: sender.address || null,
    domain: sender.at?.domain ?? null,
    isFreeMail: isKnown ? sender.kind === 'free-mail' : null,
    isIntermediary: isKnown ? sender.kind === 'intermediary' : null,
    isOrgAdmin: admin.isOrgAdmin,
    orgAdminSource: admin.source,
    orgAdminProven: admin.isProven,
    failsAuthentication: authenticationFails(ticket.authentication),
    state: contact.state,
    stateSource: contact.stateSource,
    phone: contact.phone,
  };
}

/** By the parent's row only; an address is no proof when the sender's authentication failed. */
function isParentAdmin({ ticket, family }: FactsInput): boolean | null {
  if (family.parentAdmins === null || authenticationFails(ticket.authentication)) return null;
  return family.parentAdmins.includes(ticket.requester.email.trim().toLowerCase());
}

function organizationFacts(ticket: Ticket): Facts['organization'] {
  const organization = ticket.organization;
  if (!organization) return { id: null, name: null, domains: null, fields: {} };
  return {
    id: organization.id || null,
    name: organization.name || null,
    domains: organization.domains,
    fields: fieldFacts(organization.fields),
  };
}

function intentFacts(intent: IntentResult | null): Facts['intent'] {
  if (!intent) return { name: null, score: null, unsure: null, reasons: null };
  return { name: intent.name, score: intent.score, unsure: intent.verdict === 'unsure', reasons: intent.reasons };
}

/** Each approval that a rule of the programme asks for; empty while it was not, or not for what it would be asked for now. */
function approvalFacts({ approvals }: CaseFacts['progress'], programme: Programme | null, facts: Omit<Facts, 'case'>) {
  const specs = (programme?.rules ?? []).flatMap((rule) => rule.wait?.approval ?? []);
  const each = (read: (standing: Standing) => Json) =>
    Object.fromEntries(specs.map((spec) => [spec.name, read(standingOf(approvals, spec.name, aboutOf(spec, facts)))]));
  return {
    approvals: each(({ state }) => state),
    approvedBy: each(({ state, by }) => (state === 'approved' ? by.join(', ') : '')),
    approved: each(({ items }) => items.approved),
    refused: each(({ items }) => items.refused),
    unanswered: each(({ items }) => items.open),
  };
}

/** Each kind that an event of the programme can add; empty before the first. */
function linkFacts({ links = {} }: CaseFacts, programme: Programme | null): { [kind: string]: string[] } {
  return { ...Object.fromEntries(linkKinds(programme?.sources ?? []).map((kind) => [kind, []])), ...links };
}

function waitFacts(wait: CaseWait | null): { [key: string]: Json } {
  return { rule: wait?.rule ?? '', kind: wait?.kind ?? '', over: wait?.endedBy === 'time' };
}

function caseFactsOf(facts: CaseFacts, programme: Programme | null, known: Omit<Facts, 'case'>): Facts['case'] {
  return {
    episode: facts.episode,
    trigger: facts.trigger,
    correction: facts.correction ?? '',
    previous: { outcome: facts.previousOutcome ?? '', rule: facts.previousRule ?? '' },
    graceElapsed: facts.graceElapsed,
    handoff: { daysAgo: facts.handoffDaysAgo ?? '' },
    values: { ...facts.values },
    links: linkFacts(facts, programme),
    stage: facts.progress.stage,
    rules: facts.progress.rules,
    event: facts.progress.event,
    wait: waitFacts(facts.progress.wait),
    ...approvalFacts(facts.progress, programme, known),
  };
}
