// Small lists for tests of matching.
import type { ListInUse, Listing } from '../../src/core/listing.js';
import { buildMatchIndex, type MatchIndex } from '../../src/core/match/index-lists.js';
import type { MatchQuery } from '../../src/core/match-result.js';
import type { Directory } from '../../src/core/rulebook.js';

export const directory: Directory = {
  sample: true,
  people: {},
  groups: {},
  endpoints: {},
  subscribers: {},
  channels: {},
  intermediaries: [{ name: 'Projecto', domains: ['projecto.example'] }],
  own: { addresses: [], domains: ['us.example'] },
  freeMail: [],
};

export type Row = Partial<Omit<Listing, 'list' | 'sheet'>> & { name: string };

export function listing(list: string, row: Row, position: number): Listing {
  const at = row.row ?? position + 2;
  return {
    list,
    sheet: list.toUpperCase(),
    row: at,
    aliases: [],
    domains: [],
    admins: [],
    organizationId: null,
    status: 'approved',
    statusProblem: null,
    values: {},
    cells: { name: `A${at}`, domains: `C${at}`, status: `F${at}` },
    ...row,
  };
}

export function listInUse(name: string, rows: Row[], more: Partial<ListInUse> = {}): ListInUse {
  const listings = rows.map((row, i) => listing(name, row, i));
  const snapshot = {
    list: name,
    title: name,
    hash: 'h',
    file: 'f.xlsx',
    sheet: 'S',
    loadedAt: '2026-01-01T00:00:00Z',
    listings,
    lint: [],
  };
  return { name, title: name, snapshot, problem: null, gone: [], ...more };
}

export function indexOf(lists: Record<string, Row[]>): MatchIndex {
  return buildMatchIndex(
    Object.entries(lists).map(([name, rows]) => listInUse(name, rows)),
    directory,
  );
}

export function query(more: {
  record?: string;
  id?: string;
  domains?: string[];
  from?: string;
  form?: string;
  text?: string;
}): MatchQuery {
  const hasRecord = more.record !== undefined || more.id !== undefined;
  const claims = [];
  if (more.form !== undefined) claims.push({ name: more.form, source: 'form field "Company"' });
  if (more.text !== undefined) claims.push({ name: more.text, source: 'text' });
  return {
    organization: hasRecord ? { id: more.id ?? '', name: more.record ?? '', domains: more.domains ?? [] } : null,
    requester: { email: more.from ?? '', name: '' },
    authentication: { spf: 'unknown', dkim: 'unknown', dmarc: 'unknown' },
    claims,
  };
}
