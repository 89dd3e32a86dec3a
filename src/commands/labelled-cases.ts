// Reads a file of labelled matching cases: small lists, a directory, and for each case what a support lead would say.
import { parse } from 'yaml';
import { z } from 'zod';
import type { ListInUse, Listing } from '../core/listing.js';
import type { MatchQuery } from '../core/match-result.js';
import type { Directory } from '../core/rulebook.js';

const texts = z.array(z.string()).default([]);
const rowShape = z.strictObject({
  row: z.number().int().positive(),
  name: z.string(),
  status: z.string().nullable(),
  problem: z.string().nullable().default(null),
  aliases: texts,
  domains: texts,
  admins: texts,
  id: z.string().nullable().default(null),
  values: z.record(z.string(), z.string()).default({}),
});
const recordShape = z.strictObject({ id: z.string().default(''), name: z.string(), domains: texts });
const verdict = z.enum(['listed', 'unlisted', 'ambiguous', 'unidentified']);
const caseShape = z.strictObject({
  record: z
    .union([z.string().transform((name) => ({ id: '', name, domains: [] as string[] })), recordShape])
    .optional(),
  from: z.string().default(''),
  name: z.string().default(''),
  form: z.string().optional(),
  text: z.string().optional(),
  auth: z.record(z.string(), z.string()).default({}),
  expect: verdict,
  /** Name of one of the listings, trimmed, where `listed` is expected. */
  listing: z.string().optional(),
  /** Expected values of lists; null for not known. */
  lists: z.record(z.string(), z.string().nullable()).default({}),
});
const fileShape = z.strictObject({
  directory: z.strictObject({
    intermediaries: z.array(z.strictObject({ name: z.string(), domains: z.array(z.string()) })).default([]),
    own: z.strictObject({ addresses: texts, domains: texts }).prefault({}),
    freeMail: texts,
  }),
  lists: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      sheet: z.string(),
      problem: z.string().nullable().default(null),
      rows: z.array(rowShape),
      gone: z.array(rowShape.extend({ lastSeenAt: z.string() })).default([]),
    }),
  ),
  groups: z.array(
    z.strictObject({
      title: z.string(),
      tier: z.union([z.number().int().min(1).max(5), z.literal('none')]),
      cases: z.array(caseShape),
    }),
  ),
});

export type LabelledFile = z.output<typeof fileShape>;
export type LabelledCase = z.output<typeof caseShape>;

/** Reads labelled cases; throws what the YAML parser or zod throws when the file is not of that shape. */
export function readLabelled(yamlText: string): LabelledFile {
  return fileShape.parse(parse(yamlText));
}

/** The lists and the directory of a labelled file, as matching takes them. */
export function listsOfLabelled(file: LabelledFile): { lists: ListInUse[]; directory: Directory } {
  const lists = file.lists.map((list): ListInUse => {
    const listing = (row: z.output<typeof rowShape>): Listing => listingOf(list.name, list.sheet, row);
    const listings = list.rows.map(listing);
    const snapshot = { list: list.name, title: list.title, hash: 'labelled', file: 'labelled.yaml', sheet: list.sheet };
    return {
      name: list.name,
      title: list.title,
      problem: list.problem,
      snapshot: list.problem === null ? { ...snapshot, loadedAt: '1970-01-01T00:00:00Z', listings, lint: [] } : null,
      gone: list.gone.map(({ lastSeenAt, ...row }) => ({ listing: listing(row), hash: 'earlier', lastSeenAt })),
    };
  });
  return {
    lists,
    directory: {
      sample: true,
      people: {},
      groups: {},
      endpoints: {},
      subscribers: {},
      channels: {},
      ...file.directory,
    },
  };
}

/** A labelled case as matching takes it. */
export function queryOf(one: LabelledCase): MatchQuery {
  const claims = [];
  if (one.form !== undefined) claims.push({ name: one.form, source: 'form field "Company"' });
  if (one.text !== undefined) claims.push({ name: one.text, source: 'text' });
  return {
    organization: one.record ?? null,
    requester: { email: one.from, name: one.name },
    authentication: { spf: 'unknown', dkim: 'unknown', dmarc: 'unknown', ...one.auth },
    claims,
  };
}

function listingOf(list: string, sheet: string, row: z.output<typeof rowShape>): Listing {
  const at = (column: string): string => `${column}${row.row}`;
  return {
    list,
    sheet,
    row: row.row,
    name: row.name,
    aliases: row.aliases,
    domains: row.domains,
    admins: row.admins,
    organizationId: row.id,
    status: row.status,
    statusProblem: row.problem,
    values: row.values,
    cells: {
      name: at('A'),
      aliases: at('B'),
      domains: at('C'),
      admins: at('D'),
      organizationId: at('E'),
      status: at('F'),
    },
  };
}
