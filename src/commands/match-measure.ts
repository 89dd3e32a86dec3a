// Measures matching on labelled cases: precision and abstention a tier, and every case that differs from its label.
import { buildMatchIndex } from '../core/match/index-lists.js';
import { matchOrganization } from '../core/match/match.js';
import type { Match, Verdict } from '../core/match-result.js';
import { type LabelledCase, listsOfLabelled, queryOf, readLabelled } from './labelled-cases.js';

/** One line of the table. `right` counts among `automatic`; `abstained` counts where an automatic answer was expected. */
export interface MeasureRow {
  tier: string;
  cases: number;
  automatic: number;
  right: number;
  /** 0..1; 1 where nothing was automatic. */
  precision: number;
  abstained: number;
}

/** A case whose answer is not its label. */
export interface Difference {
  group: string;
  id: string;
  kind: 'wrong' | 'abstained' | 'other-hold' | 'list-value';
  expected: string;
  got: string;
  query: string;
  reason: string;
}

export interface Measure {
  table: string;
  rows: MeasureRow[];
  /** Automatic answers that are not right, and wrong list values: must be empty. */
  wrong: Difference[];
  /** Cases a person has to decide although the label knows an answer. */
  abstained: Difference[];
  /** Held as expected, but under the other name (ambiguous, unidentified). */
  otherHold: Difference[];
  cases: number;
}

/** Matches every case and compares. The table is plain text for a terminal. */
export function measureMatching(yamlText: string): Measure {
  const file = readLabelled(yamlText);
  const { lists, directory } = listsOfLabelled(file);
  const index = buildMatchIndex(lists, directory);
  const differences: Difference[] = [];
  const rows = new Map<string, MeasureRow>();
  let cases = 0;
  for (const group of file.groups) {
    group.cases.forEach((one, i) => {
      cases++;
      const match = matchOrganization(queryOf(one), index);
      const found = compare(one, match).map((d) => ({ ...d, group: group.title, id: `${group.title} ${i + 1}` }));
      differences.push(...found);
      count(rowOf(rows, group.tier === 'none' ? 'none' : String(group.tier)), one, match, found);
      count(rowOf(rows, 'all'), one, match, found);
    });
  }
  const of = (...kinds: Difference['kind'][]): Difference[] => differences.filter((d) => kinds.includes(d.kind));
  const sorted = [...rows.values()].sort((a, b) =>
    a.tier === 'all' ? 1 : b.tier === 'all' ? -1 : a.tier < b.tier ? -1 : 1,
  );
  const [wrong, abstained, otherHold] = [of('wrong', 'list-value'), of('abstained'), of('other-hold')];
  return {
    table: tableOf(sorted, [...wrong, ...abstained, ...otherHold]),
    rows: sorted,
    wrong,
    abstained,
    otherHold,
    cases,
  };
}

function compare(one: LabelledCase, match: Match): Omit<Difference, 'group' | 'id'>[] {
  const isRight = match.verdict === one.expect && (one.listing === undefined || hasListing(match, one.listing));
  const got = `${match.verdict}${match.listings.length > 0 ? ` ${match.listings.map((l) => l.name.trim()).join(', ')}` : ''}`;
  const expected = `${one.expect}${one.listing ? ` ${one.listing}` : ''}`;
  const about = {
    query: JSON.stringify({ ...one, expect: undefined, listing: undefined, lists: undefined }),
    reason: match.reason,
  };
  if (!isRight) {
    const kind = isAutomatic(match.verdict) ? 'wrong' : isAutomatic(one.expect) ? 'abstained' : 'other-hold';
    return [{ kind, expected, got, ...about }];
  }
  return Object.entries(one.lists)
    .filter(([list, value]) => match.lists[list]?.value !== value)
    .map(([list, value]) => ({
      kind: 'list-value' as const,
      expected: `${list}: ${value}`,
      got: `${list}: ${match.lists[list]?.value}`,
      ...about,
      reason: match.lists[list]?.reason ?? '',
    }));
}

function hasListing(match: Match, name: string): boolean {
  return match.listings.some((listing) => listing.name.trim() === name.trim());
}

function isAutomatic(v: Verdict): boolean {
  return v === 'listed' || v === 'unlisted';
}

function rowOf(rows: Map<string, MeasureRow>, tier: string): MeasureRow {
  const row = rows.get(tier) ?? { tier, cases: 0, automatic: 0, right: 0, precision: 1, abstained: 0 };
  rows.set(tier, row);
  return row;
}

function count(row: MeasureRow, one: LabelledCase, match: Match, found: { kind: Difference['kind'] }[]): void {
  row.cases++;
  if (isAutomatic(match.verdict)) {
    row.automatic++;
    if (found.length === 0) row.right++;
  } else if (isAutomatic(one.expect)) row.abstained++;
  row.precision = row.automatic === 0 ? 1 : row.right / row.automatic;
}

function tableOf(rows: MeasureRow[], differences: Difference[]): string {
  const head = ['tier', 'cases', 'automatic', 'right', 'precision', 'abstained'];
  const body = rows.map((r) =>
    [r.tier, r.cases, r.automatic, r.right, `${(100 * r.precision).toFixed(1)} %`, r.abstained].map(String),
  );
  const widths = head.map((h, i) => Math.max(h.length, ...body.map((line) => line[i]!.length)));
  const line = (cells: string[]): string =>
    cells.map((c, i) => (i === 0 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!))).join('  ');
  const said = differences.map((d) => `${d.kind}: ${d.id}: expected ${d.expected}, got ${d.got} (${d.reason})`);
  return [line(head), ...body.map(line), ...(said.length > 0 ? ['', ...said] : [])].join('\n');
}
