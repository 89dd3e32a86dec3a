// The shape of rules/<programme>/samples.yaml: what comes in at the first run of the sandbox.
import { z } from 'zod';
import { localeShape, nameShape, scalarShape, textShape, usherShape } from './grammar.js';
import { eventNameShape } from './grammar-events.js';

const ticketShape = z.strictObject({
  name: textShape,
  email: textShape,
  subject: textShape,
  body: z.string().min(1).max(20_000),
  channel: z.enum(['email', 'web', 'api']).optional(),
  locale: localeShape.optional(),
  fields: z
    .record(textShape, z.union([z.string(), z.boolean()]))
    .optional()
    .meta({ description: 'By field title' }),
  tags: z.array(textShape).optional(),
  attachments: z.array(z.strictObject({ name: textShape, type: textShape, bytes: z.number().int().min(0) })).optional(),
});

export const samplesShape = z.strictObject({
  usher: usherShape,
  tickets: z.array(ticketShape).default([]).meta({ description: 'Filed once, in this order' }),
  events: z
    .array(z.strictObject({ source: nameShape, event: eventNameShape, fields: z.record(textShape, scalarShape) }))
    .default([])
    .meta({ description: 'Sent at every start; the same event again changes nothing' }),
});

export type SamplesYaml = z.output<typeof samplesShape>;
