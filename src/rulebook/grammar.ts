// What all rule files share: the header, names, durations and the words for conditions.
import { z } from 'zod';
import { EVENT_ADDRESS_PATTERN } from '../core/event-address.js';
import { factTable } from '../core/fact-table.js';
import { WEEKDAYS } from '../core/hours.js';
import { LISTED_PATTERN } from '../core/listed-address.js';
import { DURATION_PATTERN } from './duration.js';

/** Folder and rule names, roles, list names: what stands in file names, facts and links. */
export const NAME_PATTERN = /^[a-z0-9][a-z0-9_-]{0,63}$/;

export const nameShape = z
  .string()
  .regex(NAME_PATTERN, 'use lower case letters, digits, "-" and "_", at most 64')
  .meta({ description: 'Lower case letters, digits, - and _' });

const RECIPIENTS = [NAME_PATTERN, LISTED_PATTERN, EVENT_ADDRESS_PATTERN];
/** A role of the directory, the person whom a list names for the organization, or the one whom an event is about. */
export const recipientShape = z
  .string()
  .refine((to) => RECIPIENTS.some((form) => form.test(to)), 'name a role, listing.LIST.COLUMN, or event.FIELD')
  .meta({
    description:
      'A role of rules/directory.yaml, or listing.LIST.COLUMN: one of our own people by the row of the organization; or event.FIELD: the person whom an event is about, where eventReply allows it',
    pattern: RECIPIENTS.map((form) => form.source).join('|'),
  });

export const usherShape = z.literal(1).meta({ description: 'Version of the grammar' });

export const durationShape = z
  .string()
  .regex(DURATION_PATTERN, 'write a duration as 30s, 10m, 24h, 7d or 0')
  .meta({ description: '30s, 10m, 24h, 7d or 0', examples: ['10m', '24h'] });

export const textShape = z.string().trim().min(1, 'must not be empty').max(2000);
export const scalarShape = z.union([z.string(), z.number(), z.boolean()]);
export const fieldValuesShape = z.record(textShape, scalarShape);
export const mailShape = z
  .string()
  .regex(/^[^\s@<>,;:"()]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, 'must be one plain mail address')
  .meta({ description: 'name@example.com' });
export const domainShape = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain in lower case, like example.com')
  .meta({ description: 'example.com' });
export const localeShape = z
  .string()
  .regex(/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/, 'must be a language tag in lower case, like en or de-at')
  .meta({ description: 'en, de, …' });

const timeOfDayShape = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day like 09:00');

/** When people work. */
export const hoursShape = z
  .strictObject({
    zone: z.string().refine(isZone, 'must be a time zone like America/New_York'),
    days: z.array(z.enum(WEEKDAYS)).min(1),
    from: timeOfDayShape,
    to: timeOfDayShape,
    holidays: z.array(z.iso.date()).default([]).meta({ description: 'Days off, like 2026-12-25' }),
  })
  .refine((hours) => hours.from < hours.to, 'the day must begin before it ends');

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== null;
  } catch {
    return false;
  }
}

const textsShape = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const operators = {
  is: scalarShape.meta({ description: 'The same text, number or true/false; case of text is ignored' }),
  oneOf: z.array(scalarShape).min(1).meta({ description: 'One of these' }),
  contains: textsShape.meta({ description: 'This text, or one of these' }),
  startsWith: textsShape,
  endsWith: textsShape,
  matches: z
    .string()
    .min(1)
    .max(1000)
    .meta({ description: 'A regular expression (RE2: no look-around, no back-references)' }),
  exists: z.boolean().meta({ description: 'true: there is a value; false: there is none' }),
  above: z.number(),
  below: z.number(),
  atLeast: z.number(),
  atMost: z.number(),
  before: z.string().meta({ description: 'ISO 8601 time' }),
  after: z.string().meta({ description: 'ISO 8601 time' }),
};

/** One operator or several; several must all hold. `not` turns a value or an operator round. */
const testShape: z.ZodType = z.lazy(() =>
  z.union([
    scalarShape,
    z.array(scalarShape).min(1, 'name at least one value'),
    z
      .strictObject({ ...partial(operators), not: testShape.optional().meta({ description: 'None of these' }) })
      .refine(isFilled, 'names no operator')
      .meta({ minProperties: 1 }),
  ]),
);

const isFilled = (value: object) => Object.keys(value).length > 0;

function partial<T extends Record<string, z.ZodType>>(shapes: T): { [K in keyof T]: z.ZodOptional<T[K]> } {
  return Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, shape.optional()])) as {
    [K in keyof T]: z.ZodOptional<T[K]>;
  };
}

const factShapes = Object.fromEntries(
  factTable
    .filter((fact) => !fact.path.includes('<'))
    .map((fact) => [fact.path, testShape.optional().meta({ description: fact.meaning })]),
);

/**
 * The shape of `when`: fact paths with values (all must hold), and `all`, `any`, `not` for the rest. Facts with open names
 * (`lists.<list>`, `ticket.fields.<Title>`) fall to the catch-all; whether a path exists is checked with the programme.
 */
export const conditionShape: z.ZodType = z.lazy(() =>
  z
    .object({
      all: z.array(conditionShape).min(1).optional().meta({ description: 'Every one of these' }),
      any: z.array(conditionShape).min(1).optional().meta({ description: 'At least one of these' }),
      not: conditionShape.optional().meta({ description: 'Not this' }),
      ...factShapes,
    })
    .catchall(testShape)
    .refine(isFilled, 'names no fact; leave "when" out for a rule that always fits')
    .meta({ id: 'condition', description: 'Facts and the values they must have', minProperties: 1 }),
);

/** Names of the operators, as written in a rule. */
export const OPERATORS = Object.keys(operators);
