// Reads what a ticket asks for into the programme's named fields: from form fields, the subject, labels and running text.
import { ownLines } from '../text.js';
import type { Ticket } from '../ticket.js';
import { distinct, saidIn } from './bare-value.js';
import { findValues } from './find-values.js';
import { readLabels } from './read-labels.js';
import { readSubject } from './read-subject.js';
import type { RequestField, RequestSpec, Said } from './request-spec.js';

const TEXT_MAX = 32_768;
const MESSAGES_MAX = 20;

/** What is known of one field. `values` is empty when nobody said it, or when what was said is unclear. */
export interface FieldReading {
  field: RequestField;
  values: string[];
  /** `form field "Organization"`, `subject`, `text`; '' when nobody said it. */
  source: string;
  /** Written, yet none of the known values. */
  strange: string[];
  /** Contradictory, or none of the known values. */
  isUnclear: boolean;
}

interface Word extends Said {
  source: string;
}

/**
 * Every field of the programme. The newest message that says anything of a field decides; form fields and the subject count
 * with the first message. Whatever is read here is a claim: it proves nothing about who is asking.
 */
export function readRequest(ticket: Ticket, spec: RequestSpec): FieldReading[] {
  const [first = '', ...later] = requesterTexts(ticket);
  const head = [...formWords(ticket, spec), ...subjectWords(ticket, spec)];
  const words = [...later.reverse().map((text) => textWords(text, spec)), [...head, ...textWords(first, spec)]];
  return spec.fields.map((field) => {
    for (const said of words) {
      const found = said.filter((word) => word.field === field);
      if (found.length > 0) return settle(field, found);
    }
    return { field, values: [], source: '', strange: [], isUnclear: false };
  });
}

function settle(field: RequestField, said: Word[]): FieldReading {
  const values = distinct(said.flatMap((word) => word.values));
  const strange = distinct(said.flatMap((word) => word.strange));
  const isUnclear = strange.length > 0 || (!field.many && values.length > 1);
  const sources = [...new Set(said.map((word) => word.source))].join(', ');
  return { field, values: isUnclear ? [] : values, source: sources, strange, isUnclear };
}

/** The requester's own words, oldest first; help desks that repeat the ticket's text as its first message are understood. */
function requesterTexts(ticket: Ticket): string[] {
  const bodies = ticket.messages.filter((m) => m.author === 'requester' && m.public).map((m) => m.body);
  const all = ticket.body.trim() === '' || bodies.includes(ticket.body) ? bodies : [ticket.body, ...bodies];
  const kept = all.length > MESSAGES_MAX ? [all[0]!, ...all.slice(1 - MESSAGES_MAX)] : all;
  return kept.map((body) => ownLines(body.slice(0, TEXT_MAX)).join('\n'));
}

function formWords(ticket: Ticket, spec: RequestSpec): Word[] {
  return spec.fields.flatMap((field) =>
    field.titles.flatMap((title) => {
      const raw = Object.hasOwn(ticket.fields, title) ? ticket.fields[title] : null;
      const text = Array.isArray(raw) ? raw.join('\n') : String(raw ?? '');
      return spoken([saidIn(field, text)], `form field "${title}"`);
    }),
  );
}

function subjectWords(ticket: Ticket, spec: RequestSpec): Word[] {
  return spoken(readSubject(ticket.subject, spec), 'subject');
}

/** Labels first; phrases in running text only where no label speaks of the field. */
function textWords(text: string, spec: RequestSpec): Word[] {
  const labelled = spoken(readLabels(text.split('\n'), spec.fields), 'text');
  const loose = spec.fields.filter((field) => !labelled.some((word) => word.field === field));
  const found = findValues(text, loose, (field) => field.phrases).map(({ field, value }) => ({
    field,
    values: [value],
    strange: [],
  }));
  return [...labelled, ...spoken(found, 'text')];
}

function spoken(said: Said[], source: string): Word[] {
  return said.filter((one) => one.values.length + one.strange.length > 0).map((one) => ({ ...one, source }));
}
