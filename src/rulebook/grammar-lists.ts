// The shape of rules/<programme>/lists.yaml: which spreadsheet, which columns, which cell text means what.
import { z } from 'zod';
import { durationShape, nameShape, textShape, usherShape } from './grammar.js';

const headers = z.union([textShape.transform((one) => [one]), z.array(textShape).min(1)]).default([]);

const listShape = z.strictObject({
  title: textShape,
  file: textShape.meta({ description: 'Path of the .xlsx file; relative paths are taken from DATA_DIR' }),
  sheet: textShape.meta({ description: 'Name of the sheet, exactly' }),
  columns: z
    .strictObject({
      name: textShape.meta({ description: 'Header of the column with the organization' }),
      status: textShape.optional(),
      aliases: headers,
      domains: headers,
      admins: headers,
      organizationId: textShape.optional(),
      approvedFrom: textShape.optional().meta({ description: 'Column with the first day of an approval' }),
      approvedUntil: textShape.optional().meta({ description: 'Column with its last day' }),
      parent: textShape
        .optional()
        .meta({ description: 'Column with the organization that a sub-organization belongs to' }),
      values: z
        .record(nameShape, textShape)
        .default({})
        .meta({ description: 'Other columns: a word of yours, then its header' }),
    })
    .meta({ description: 'Header texts, exactly as they stand in the sheet' }),
  statuses: z
    .record(nameShape, z.array(textShape).min(1))
    .default({})
    .meta({ description: 'A word for rules, then the exact cell texts that mean it; other texts are not known' }),
  approving: z.array(nameShape).default([]).meta({ description: 'Words that let somebody in' }),
  announceDays: z
    .number()
    .int()
    .min(0)
    .max(366)
    .default(14)
    .meta({ description: "The programme's owner is told so many days before an approval ends; 0: never" }),
  maxAge: durationShape.default('24h').meta({ description: 'Since its last successful read; older: not known' }),
  maxRows: z.number().int().min(1).max(200_000).default(50_000),
});

export const listsShape = z.strictObject({ usher: usherShape, lists: z.record(nameShape, listShape) });
export type ListsYaml = z.output<typeof listsShape>;
