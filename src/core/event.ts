// Events that other systems send in: which are declared, and one payload read into named fields or refused with every reason.
import { cleanValue } from './escape.js';
import { wellFormed } from './text.js';
import type { Ticket } from './ticket.js';

export type EventFieldType = 'text' | 'number' | 'yes-no' | 'time' | 'email' | 'address';

/** One named field of an event. */
export interface EventField {
  type: EventFieldType;
  /** Characters, at most. */
  most: number;
  required: boolean;
  /** About a person: no Slack template may print it. */
  personal: boolean;
}

export interface EventType {
  /** Fields whose values together name the event: the same again is the same event. */
  id: string[];
  /** Fields whose values together name the case that events of one thing share; none: each event has a case of its own. */
  joins?: string[];
  /** Records that the event adds to its case: the fields that name one, by kind. */
  links?: Record<string, string[]>;
  fields: Record<string, EventField>;
  /** Whose case is woken; null where the event opens a case of its own. */
  wakes: EventTarget | null;
}

/**
 * `ticket`: the field holds the id of a help desk ticket. `value`: the field holds what a system answered to a step `http` of the
 * case, by the name that the rule gave it: the record over there that belongs to the case.
 */
export type EventTarget = { kind: 'ticket'; field: string } | { kind: 'value'; field: string; name: string };

/** A system that sends events, as a programme's events.yaml declares it. */
export interface EventSource {
  name: string;
  title: string;
  programme: string;
  method: 'POST' | 'GET';
  /** How the sender proves itself, and the name of the secret in the setting RULE_SECRETS. */
  secret: { kind: 'uri' | 'signature'; name: string };
  /** JSON pointer to the event's name. */
  nameAt: string;
  /** JSON pointer to the object with the fields; '' is the whole. */
  fieldsAt: string;
  bytesMost: number;
  /** By the event's name, `RequestQuote:Create`. */
  events: Record<string, EventType>;
}

export type EventValue = string | number | boolean;

/** An event that fits its declaration. */
export interface ReadEvent {
  name: string;
  type: EventType;
  /** Declared fields that were given; all others of the payload are dropped. */
  fields: Record<string, EventValue>;
  /** Equal for the same event. */
  identity: string;
  /** Equal for events that share a case; null: it has one of its own. */
  caseIdentity: string | null;
  links: LinkedRecord[];
}

/** A record elsewhere that belongs to a case: a design of a project. */
export interface LinkedRecord {
  kind: string;
  name: string;
}

/** Kinds that events of these sources can add. */
export function linkKinds(sources: EventSource[]): string[] {
  return sources.flatMap((s) => Object.values(s.events).flatMap((type) => Object.keys(type.links ?? {})));
}

/** How many a case has at most. */
export const LINKS_MOST = 100;

/** Names by kind in the order in which they came, each once. */
export function linksByKind(links: LinkedRecord[]): Record<string, string[]> {
  const kinds = [...new Set(links.map((link) => link.kind))];
  const named = (kind: string) => links.flatMap((link) => (link.kind === kind ? [link.name] : []));
  return Object.fromEntries(kinds.map((kind) => [kind, [...new Set(named(kind))]]));
}

/** Help desks are named otherwise: this is where the cases of a source's events live. */
const DESK_START = 'event-';
export const eventDesk = (source: string): string => `${DESK_START}${source}`;
export const sourceOfDesk = (desk: string): string => desk.slice(DESK_START.length);
export const isEventDesk = (helpdesk: string): boolean => helpdesk.startsWith(DESK_START);

/** The value a JSON pointer (RFC 6901) leads to; undefined when there is none. Own properties only. */
export function atPointer(value: unknown, pointer: string): unknown {
  if (pointer === '') return value;
  let here = value;
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

/** The event, or why the payload is none: sentences that name fields and never quote values. */
export function readEvent(source: EventSource, payload: unknown): ReadEvent | { problems: string[] } {
  const name = atPointer(payload, source.nameAt);
  if (typeof name !== 'string') return { problems: [`${source.nameAt} must be the name of an event`] };
  const type = Object.hasOwn(source.events, name) ? source.events[name] : undefined;
  if (!type) return { problems: [`the event is none of ${Object.keys(source.events).join(', ')}`] };
  const given = atPointer(payload, source.fieldsAt);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { problems: [`${source.fieldsAt || 'the body'} must be an object`] };
  const problems: string[] = [];
  const fields: Record<string, EventValue> = {};
  for (const [key, field] of Object.entries(type.fields)) {
    const value = Object.hasOwn(given, key) ? (given as Record<string, unknown>)[key] : undefined;
    const read = readValue(value, field);
    if ('wrong' in read) problems.push(`${key} ${read.wrong}`);
    else if (read.value !== null) fields[key] = read.value;
    else if (field.required) problems.push(`${key} is missing`);
  }
  if (problems.length > 0) return { problems };
  const identity = JSON.stringify([name, ...type.id.map((key) => fields[key] ?? null)]);
  // An event's own identity begins with its name, so the two are never equal.
  const caseIdentity = type.joins
    ? JSON.stringify([null, ...type.joins.map((key) => String(fields[key] ?? ''))])
    : null;
  return { name, type, fields, identity, caseIdentity, links: linksOf(type, fields) };
}

/** A record of which no field was given is none. */
function linksOf({ links = {} }: EventType, fields: Record<string, EventValue>): LinkedRecord[] {
  return Object.entries(links).flatMap(([kind, keys]) => {
    const name = keys.flatMap((key) => (fields[key] === undefined ? [] : [String(fields[key])])).join(' ');
    return name === '' ? [] : [{ kind, name }];
  });
}

type Reading = { value: EventValue | null } | { wrong: string };

/** Senders put numbers and yes/no into texts, and query strings hold nothing else. Blank is not given. */
function readValue(value: unknown, field: EventField): Reading {
  if (value === undefined || value === null) return { value: null };
  if (typeof value === 'object') return { wrong: 'must be a single value' };
  const text = cleanValue(wellFormed(String(value))).trim();
  if (text === '') return { value: null };
  if (text.length > field.most) return { wrong: `is longer than ${field.most} characters` };
  // A sender that fills in a template sends its placeholder where it had no value.
  if (/^(\$\{?\w+\}?|\{\{.*\}\}|%\w+%)$/.test(text)) return { wrong: 'is a placeholder that was not filled in' };
  const found = READERS[field.type](text);
  return found === null ? { wrong: `must be ${WORDS[field.type]}` } : { value: found };
}

const WORDS: Record<EventFieldType, string> = {
  text: 'a text',
  number: 'a number',
  'yes-no': 'true or false',
  time: 'an ISO 8601 time',
  email: 'one plain mail address',
  address: 'an https address',
};

const READERS: Record<EventFieldType, (text: string) => EventValue | null> = {
  text: (text) => text,
  number: (text) => (/^-?\d{1,15}(\.\d{1,9})?$/.test(text) ? Number(text) : null),
  'yes-no': (text) => (/^(true|yes|1)$/i.test(text) ? true : /^(false|no|0)$/i.test(text) ? false : null),
  time: (text) => (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null),
  email: (text) => (/^[^\s@<>,;:"()]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text) ? text : null),
  address: (text) => (/^https:\/\/[^\s<>"']+$/.test(text) && URL.canParse(text) ? text : null),
};

/** The event as a ticket that nobody wrote and nobody can be answered on. `at`: when it was taken, ISO. */
export function eventTicket(
  event: { source: string; key: string; name: string; fields: Record<string, EventValue> },
  at: string,
): Pick<Ticket, 'id' | 'helpdesk' | 'subject' | 'channel' | 'createdAt' | 'updatedAt' | 'version' | 'event'> {
  const { source, key, name, fields } = event;
  return {
    id: key,
    helpdesk: eventDesk(source),
    subject: name,
    channel: 'event',
    createdAt: at,
    updatedAt: at,
    version: at,
    event: { source, name, fields },
  };
}
