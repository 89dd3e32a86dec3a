// The account's ticket fields: from ids and option values to the titles that people see, and back.
import { z } from 'zod';
import { didYouMean, suggestion } from '../../../problem.js';
import { FIELDS_MAX_AGE_MS, type ZendeskOptions } from './options.js';
import { type Get, pages, parse } from './read.js';
import { fieldAnswer, type TicketAnswer } from './shapes.js';

type Field = z.output<typeof fieldAnswer>;
type Value = string | number | boolean;

/** What a write of field values comes to, in Zendesk's words. Option values of drop-downs are tags as well. */
export interface FieldWrite {
  custom_fields: { id: number; value: string | number | boolean | string[] }[];
  system: { priority?: string; type?: string; subject?: string };
  addTags: string[];
  removeTags: string[];
}
export type FieldAnswer = { write: FieldWrite } | { refused: { code: string; reason: string } };

export interface FieldCatalog {
  /** Titles and option titles of a ticket's values. */
  titled(ticket: TicketAnswer): Record<string, string | number | boolean | null | string[]>;
  /** Values by title to values by id; refuses unknown fields and options before anything is sent. */
  toWrite(values: Record<string, Value>): FieldAnswer;
}

/** Loads the catalogue, at most every ten minutes; `maxAgeMs` asks for a younger one. Throws ProblemError. */
export function fieldCatalogs(get: Get, options: ZendeskOptions): (maxAgeMs?: number) => Promise<FieldCatalog> {
  const now = options.now ?? Date.now;
  let last: { at: number; catalog: Promise<FieldCatalog> } | null = null;
  return (maxAgeMs = FIELDS_MAX_AGE_MS) => {
    if (last === null || now() - last.at > maxAgeMs) {
      const entry = { at: now(), catalog: load(get) };
      last = entry;
      entry.catalog.catch(() => {
        if (last === entry) last = null;
      });
    }
    return last.catalog;
  };
}

async function load(get: Get): Promise<FieldCatalog> {
  const fields: Field[] = [];
  for await (const page of pages(get, '/ticket_fields', 'ticket_fields')) {
    fields.push(...parse(z.array(fieldAnswer), page.rows, '/ticket_fields'));
  }
  return fieldCatalog(fields.filter((field) => field.active));
}

/** The catalogue over the active fields. */
export function fieldCatalog(fields: Field[]): FieldCatalog {
  const byId = new Map(fields.map((field) => [field.id, field]));
  return {
    titled(ticket) {
      const pairs = ticket.custom_fields.flatMap(({ id, value }) => {
        const field = byId.get(id);
        return field && value !== null && value !== '' ? [[field.title, shown(field, value)] as const] : [];
      });
      // The first filled one of two fields with one title stands.
      return Object.fromEntries(pairs.reverse());
    },
    toWrite(values) {
      const write: FieldWrite = { custom_fields: [], system: {}, addTags: [], removeTags: [] };
      for (const [title, value] of Object.entries(values)) {
        const refused = addField(write, fields, title, value);
        if (refused) return { refused };
      }
      return { write };
    },
  };
}

function shown(field: Field, value: Value | string[]): Value | string[] {
  const name = (text: string) => field.custom_field_options.find((option) => option.value === text)?.name ?? text;
  if (Array.isArray(value)) return value.map(name);
  return typeof value === 'string' ? name(value) : value;
}

const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

function addField(write: FieldWrite, fields: Field[], title: string, value: Value) {
  const found = fields.filter((field) => same(field.title, title));
  const field = found[0];
  if (!field) {
    const near = suggestion(
      title,
      fields.map((known) => known.title),
    );
    return {
      code: 'unknown-field',
      reason: `There is no active field "${title}"${didYouMean(near)}`,
    };
  }
  if (found.length > 1) return { code: 'ambiguous-field', reason: `Two active fields are titled "${title}"` };
  return systemTypes.has(field.type) ? setSystem(write, field, value) : setCustom(write, field, value);
}

const systemTypes = new Map<string, { key: 'priority' | 'type' | 'subject'; oneOf?: string[] }>([
  ['priority', { key: 'priority', oneOf: ['urgent', 'high', 'normal', 'low'] }],
  ['basic_priority', { key: 'priority', oneOf: ['high', 'normal'] }],
  ['tickettype', { key: 'type', oneOf: ['problem', 'incident', 'question', 'task'] }],
  ['subject', { key: 'subject' }],
]);

function setSystem(write: FieldWrite, field: Field, value: Value) {
  const { key, oneOf } = systemTypes.get(field.type)!;
  const text = oneOf ? String(value).toLowerCase() : String(value);
  if (oneOf && !oneOf.includes(text)) return unknownOption(field, value, oneOf);
  write.system[key] = text;
  return null;
}

function unknownOption(field: Field, value: Value, options: string[]) {
  const near = suggestion(String(value), options);
  return {
    code: 'unknown-option',
    reason: `The field "${field.title}" has no option "${value}"${didYouMean(near)}`,
  };
}

const plainTypes: Record<string, (value: Value) => boolean> = {
  checkbox: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value),
  decimal: (value) => typeof value === 'number' && Number.isFinite(value),
  date: (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value),
  text: (value) => typeof value === 'string',
  textarea: (value) => typeof value === 'string',
  regexp: (value) => typeof value === 'string',
};

function setCustom(write: FieldWrite, field: Field, value: Value) {
  const id = Number(field.id);
  if (field.type === 'tagger' || field.type === 'multiselect') {
    const option = field.custom_field_options.find((known) => same(known.name, String(value)));
    if (!option) {
      const names = field.custom_field_options.map((known) => known.name);
      return unknownOption(field, value, names);
    }
    write.custom_fields.push({ id, value: field.type === 'tagger' ? option.value : [option.value] });
    write.removeTags.push(...field.custom_field_options.map((known) => known.value));
    write.addTags.push(option.value);
    return null;
  }
  if (!plainTypes[field.type]?.(value)) {
    return { code: 'field-value', reason: `The field "${field.title}" (${field.type}) does not take this value` };
  }
  write.custom_fields.push({ id, value });
  return null;
}
