// The shape of `request:` in rules.yaml: the named fields that are read from what a requester writes.
import { z } from 'zod';
import { nameShape, textShape } from './grammar.js';

/** What `[name]` looks like in a layout. */
export const PLACEHOLDER = /\[([a-z0-9][a-z0-9_-]{0,63})\]/g;

const wordingsShape = z.array(textShape).max(100);

const fieldShape = z.strictObject({
  required: z.boolean().default(false).meta({ description: 'true: named in request.missing until it is said' }),
  many: z.boolean().default(false).meta({ description: 'true: several values may be given' }),
  claim: z.boolean().default(false).meta({
    description: 'true: names who is asking; a candidate for a person, never evidence',
  }),
  anywhere: z
    .union([z.boolean(), z.record(nameShape, wordingsShape)])
    .default(false)
    .meta({
      description: 'Looked for in running text too: true for all wordings of its values, or phrases for each value',
    }),
  labels: wordingsShape.default([]).meta({ description: 'What stands before the colon: "Organization: Acme"' }),
  ignore: wordingsShape.default([]).meta({ description: 'What is never its value: names of your own products' }),
  fields: wordingsShape.default([]).meta({ description: 'Titles of ticket fields that hold it' }),
  values: z
    .record(nameShape, wordingsShape)
    .default({})
    .meta({ description: 'A word for rules, then what people write for it; without any, every text is a value' }),
});

export const requestShape = z
  .strictObject({
    subject: z.array(textShape.max(300)).max(10).default([]).meta({
      description: 'Layouts of the subject: "[organization] + [task] + [platform]"; order and separators may vary',
    }),
    fields: z.record(nameShape, fieldShape),
  })
  .meta({ description: 'Named fields read from subject, text and ticket fields; see request.<name> in the facts' });

export type RequestYaml = z.output<typeof requestShape>;
