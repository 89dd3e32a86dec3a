// The shape of rules/<programme>/events.yaml: systems that send events, how they prove themselves, and the fields of each event.
import { z } from 'zod';
import { nameShape, textShape, usherShape } from './grammar.js';

/** `RequestQuote:Create`, as senders write it. */
export const eventNameShape = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9:._-]{0,63}$/, 'use letters, digits, ":", ".", "_" and "-", at most 64');

const fieldNameShape = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, 'use letters, digits, "_" and "-", at most 64');

export const pointerShape = z
  .string()
  .regex(/^(\/[^/~]*(~[01][^/~]*)*)*$/, 'must be a JSON pointer like /event or /data/id')
  .meta({ description: 'A JSON pointer: /event, /data/id' });

const fieldShape = z.strictObject({
  type: z
    .enum(['text', 'number', 'yes-no', 'time', 'email', 'address'])
    .default('text')
    .meta({ description: 'time: ISO 8601; email: one plain address; address: https://...' }),
  most: z.number().int().min(1).max(20_000).default(500).meta({ description: 'Characters, at most' }),
  required: z.boolean().default(false),
  personal: z
    .boolean()
    .default(false)
    .meta({ description: 'true: about a person; a Slack template that prints it is a mistake' }),
});

const eventShape = z.strictObject({
  id: z
    .array(fieldNameShape)
    .min(1)
    .meta({ description: 'Fields that together name the event; the same values again are the same event' }),
  case: z
    .array(fieldNameShape)
    .min(1)
    .optional()
    .meta({ description: 'Fields that together name the case: events with the same values share one, and take turns' }),
  links: z
    .record(nameShape, z.union([fieldNameShape.transform((one) => [one]), z.array(fieldNameShape).min(1)]))
    .optional()
    .meta({ description: 'A kind of record, then the field that names it: the fact case.links.<kind>' }),
  wakes: z
    .union([
      z.strictObject({ ticket: fieldNameShape.meta({ description: 'The field with the id of the help desk ticket' }) }),
      z.strictObject({
        value: fieldNameShape.meta({ description: 'The name of a value of the case (response: of a step http)' }),
        field: fieldNameShape.meta({ description: 'The field that holds the same' }),
      }),
    ])
    .optional()
    .meta({ description: 'Wakes the case of a ticket, or of a record; without it the event opens a case of its own' }),
  fields: z.record(fieldNameShape, fieldShape).meta({ description: 'What is kept; everything else is dropped' }),
});

const sourceShape = z.strictObject({
  title: textShape,
  method: z.enum(['POST', 'GET']).default('POST').meta({ description: 'POST: a JSON body; GET: the query string' }),
  secret: z
    .union([
      z.strictObject({ uri: nameShape.meta({ description: 'Stands in the address: ?secret=...' }) }),
      z.strictObject({ signature: nameShape.meta({ description: 'Signs by the Standard Webhooks scheme' }) }),
    ])
    .meta({ description: 'How the sender proves itself, and the name of the secret in the setting RULE_SECRETS' }),
  name: pointerShape.default('/event').meta({ description: "JSON pointer to the event's name" }),
  fields: pointerShape
    .default('')
    .meta({ description: 'JSON pointer to the object with the fields; default: the whole' }),
  bytesMost: z.number().int().min(100).max(262_144).default(65_536),
  events: z.record(eventNameShape, eventShape),
});

export const eventsShape = z.strictObject({ usher: usherShape, sources: z.record(nameShape, sourceShape) });
export type EventsYaml = z.output<typeof eventsShape>;
