// Part (e): finding one of 100,000 names, exact and misspelt, beside Fuse.js and MiniSearch on the same names and queries.
import Fuse from 'fuse.js';
import MiniSearch from 'minisearch';
import type { Listing } from '../src/core/listing.js';
import { entriesByName } from '../src/core/match/find-listings.js';
import { buildMatchIndex } from '../src/core/match/index-lists.js';
import { findNear } from '../src/core/match/near-names.js';
import { nameKey } from '../src/core/match/normalize.js';
import { noDirectory } from '../src/core/no-directory.js';
import { companies, seeded } from './companies.js';
import { quantile } from './machine.js';
import { shown, type Table } from './report.js';
import { microsecondsOf, processorMs } from './timing.js';

interface Query {
  said: string;
  /** Position of the company that is meant. */
  meant: number;
}

/** One letter dropped, doubled, swapped with the next or replaced; the first letter stays, as people's mistakes mostly do. */
function misspelt(name: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (name.length - 2));
  const letter = 'abcdefghijklmnopqrstuvwxyz'[Math.floor(random() * 26)]!;
  const [before, here, after] = [name.slice(0, at), name[at]!, name.slice(at + 1)];
  if (here === ' ') return misspelt(name, random);
  switch (Math.floor(random() * 4)) {
    case 0:
      return before + after;
    case 1:
      return before + here + here + after;
    case 2:
      return before + letter + after;
    default:
      return after === '' || after[0] === ' ' ? before + after : before + after[0] + here + after.slice(1);
  }
}

/** Whether the meant one is among the first ten, for each query, and how long each took in microseconds. */
function searched(
  queries: Query[],
  search: (said: string) => number[],
): { hit: number; first: number; p50: number; p95: number } {
  let hit = 0;
  let first = 0;
  const took = queries.map(({ said, meant }) => {
    const began = processorMs();
    const found = search(said).slice(0, 10);
    const us = (processorMs() - began) * 1000;
    if (found.includes(meant)) hit += 1;
    if (found[0] === meant) first += 1;
    return us;
  });
  took.sort((a, b) => a - b);
  return {
    hit: hit / queries.length,
    first: first / queries.length,
    p50: quantile(took, 0.5),
    p95: quantile(took, 0.95),
  };
}

function listingOf(name: string, row: number): Listing {
  return {
    list: 'names',
    sheet: 'Names',
    row,
    name,
    aliases: [],
    domains: [],
    admins: [],
    organizationId: null,
    status: 'approved',
    statusProblem: null,
    values: {},
    cells: {},
  };
}

export interface MatchingSizes {
  names: number;
  queries: number;
  /** Fuse.js compares with every name: fewer queries tell as much. */
  fuseQueries: number;
  rounds: number;
}

export function matching(sizes: MatchingSizes): Table {
  const all = companies(sizes.names, 11).map((c) => c.name);
  const random = seeded(12);
  const queries = Array.from({ length: sizes.queries }, (): Query => {
    const meant = Math.floor(random() * all.length);
    return { said: misspelt(all[meant]!, random), meant };
  });
  const snapshot = {
    list: 'names',
    title: 'Names',
    hash: 'bench',
    file: 'names',
    sheet: 'Names',
    loadedAt: '2026-01-01T00:00:00Z',
    listings: all.map(listingOf),
    lint: [],
  };
  const built = (make: () => void): number => {
    const began = processorMs();
    make();
    return processorMs() - began;
  };
  let index!: ReturnType<typeof buildMatchIndex>;
  const ours = built(() => {
    index = buildMatchIndex(
      [{ name: 'names', title: 'Names', snapshot, problem: null, gone: [] }],
      noDirectory as never,
    );
  });
  let mini!: MiniSearch;
  const minis = built(() => {
    mini = new MiniSearch({ fields: ['name'], searchOptions: { fuzzy: 0.2, prefix: true } });
    mini.addAll(all.map((name, id) => ({ id, name })));
  });
  let fuse!: Fuse<string>;
  const fuses = built(() => {
    fuse = new Fuse(all, { includeScore: true, threshold: 0.3 });
  });
  const exactUs = microsecondsOf((n) => {
    const part = nameKey(all[(n * 7919) % all.length]!).parts[0]!;
    return entriesByName(index.lists[0]!.now, part).length;
  }, sizes.rounds);
  const near = (said: string) =>
    nameKey(said).parts.flatMap((part) => findNear(index.near, part).map((found) => found.entry.listing.row));
  searched(queries.slice(0, 50), near);
  const rows: [string, number, number, ReturnType<typeof searched>][] = [
    ['Usher', ours, queries.length, searched(queries, near)],
    [
      'MiniSearch (fuzzy 0.2, prefix)',
      minis,
      queries.length,
      searched(queries, (said) => mini.search(said).map((r) => r.id as number)),
    ],
    [
      'Fuse.js (threshold 0.3)',
      fuses,
      sizes.fuseQueries,
      searched(queries.slice(0, sizes.fuseQueries), (said) => fuse.search(said, { limit: 10 }).map((r) => r.refIndex)),
    ],
  ];
  const ms = (us: number) => shown(us / 1000);
  return {
    name: 'matching',
    head: [
      'what',
      'misspelt, p50 ms of processor time',
      'p95 ms',
      'among the first ten',
      'the first',
      'queries',
      'index, ms',
    ],
    rows: rows.map(([title, buildMs, count, r]) => [
      title,
      ms(r.p50),
      ms(r.p95),
      `${shown(r.hit * 100)} %`,
      `${shown(r.first * 100)} %`,
      String(count),
      shown(buildMs),
    ]),
    notes: [
      `${sizes.names.toLocaleString('en-US')} names. An exact name, normalizing included: ${shown(exactUs)} µs (aim: under 20). Aim for a misspelt one: under 2 ms.`,
    ],
  };
}
