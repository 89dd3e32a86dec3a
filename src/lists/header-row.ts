// Finds the row with the column headers by their exact texts, wherever titles and banners have pushed it.
import type ExcelJS from 'exceljs';
import type { ListMapping } from '../core/rulebook.js';
import { type Problem, problem, suggestion, visible } from '../problem.js';
import { cellText, foldSpaces } from './cell-text.js';
import type { SheetScan } from './sheet-scan.js';

/** How far down the header row may stand. */
export const headerRowMax = 30;

/** Column numbers (from 1) of what the mapping names. */
export interface Columns {
  name: number;
  status: number | null;
  aliases: number[];
  domains: number[];
  admins: number[];
  organizationId: number | null;
  approvedFrom: number | null;
  approvedUntil: number | null;
  values: Record<string, number>;
}

export type HeaderResult =
  | { kind: 'ok'; row: number; columns: Columns; isHeader: (row: ExcelJS.Row) => boolean }
  | { kind: 'failed'; problems: Problem[] };

/** Every header must stand in one row, each exactly once; otherwise all that is missing or doubled is named. */
export function findHeader(sheet: ExcelJS.Worksheet, mapping: ListMapping, scan: SheetScan): HeaderResult {
  const wanted = wantedHeaders(mapping);
  let best: { row: number; texts: Map<string, string[]>; score: number } | null = null;
  for (let number = 1; number <= Math.min(headerRowMax, sheet.rowCount); number++) {
    const texts = headerTexts(sheet.getRow(number), scan);
    const score =
      wanted.filter((w) => texts.has(w)).length * 2 + wanted.filter((w) => nearest(w, texts) !== undefined).length;
    if (score > (best?.score ?? 0)) best = { row: number, texts, score };
  }
  if (!best) {
    const heads = wanted.map((w) => `"${w}"`).join(', ');
    return failedHeaders(mapping, [
      `no header row in the first ${headerRowMax} rows; looked for ${heads}`,
      'correct "columns" in lists.yaml or the sheet',
    ]);
  }
  const { row, texts } = best;
  const wrong = wanted.flatMap((header): [string, string][] => {
    const cells = texts.get(header) ?? [];
    if (cells.length === 1) return [];
    if (cells.length > 1)
      return [
        [
          `column "${header}" stands there ${cells.length} times: ${cells.join(', ')}`,
          'give each column its own header',
        ],
      ];
    const near = nearest(header, texts);
    const cell = near === undefined ? '' : ` (${texts.get(near)!.join(', ')})`;
    return [
      [
        `column "${header}" is missing in header row ${row}`,
        near === undefined
          ? 'correct "columns" in lists.yaml or the header in the sheet'
          : `did you mean "${visible(near)}"${cell}? Correct the header in the sheet or "columns" in lists.yaml`,
      ],
    ];
  });
  if (wrong.length > 0) return failedHeaders(mapping, ...wrong);
  return {
    kind: 'ok',
    row,
    columns: columnsOf(mapping, texts),
    isHeader: (other) => isHeaderAgain(headerTexts(other, scan), mapping),
  };
}

function wantedHeaders(mapping: ListMapping): string[] {
  const { name, status, aliases, domains, admins, organizationId, values } = mapping.columns;
  const { from = null, until = null } = mapping.approvalDates ?? {};
  const all = [name, status, ...aliases, ...domains, ...admins, organizationId, from, until, ...Object.values(values)];
  return [...new Set(all.filter((h): h is string => h !== null).map(foldSpaces))];
}

/** Header text -> addresses. Only the first cell of a merged header counts; computed headers do not. */
function headerTexts(row: ExcelJS.Row, scan: SheetScan): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  row.eachCell({ includeEmpty: false }, (cell) => {
    if (cell.isMerged && cell.master !== cell) return;
    const { text, kind, formula, address } = cellText(cell, scan);
    if (kind !== 'text' || formula) return;
    texts.set(text, [...(texts.get(text) ?? []), address]);
  });
  return texts;
}

function nearest(header: string, texts: Map<string, string[]>): string | undefined {
  if (texts.has(header)) return undefined;
  return suggestion(header, texts.keys());
}

function isHeaderAgain(texts: Map<string, string[]>, mapping: ListMapping): boolean {
  const { name, status } = mapping.columns;
  return texts.has(foldSpaces(name)) && (status === null || texts.has(foldSpaces(status)));
}

function columnsOf(mapping: ListMapping, texts: Map<string, string[]>): Columns {
  const at = (header: string) => {
    const letters = /^[A-Z]+/.exec(texts.get(foldSpaces(header))![0]!)![0];
    return [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0);
  };
  const maybe = (header: string | null) => (header === null ? null : at(header));
  const { name, status, aliases, domains, admins, organizationId, values } = mapping.columns;
  const { from = null, until = null } = mapping.approvalDates ?? {};
  return {
    name: at(name),
    status: maybe(status),
    aliases: aliases.map(at),
    domains: domains.map(at),
    admins: admins.map(at),
    organizationId: maybe(organizationId),
    approvedFrom: maybe(from),
    approvedUntil: maybe(until),
    values: Object.fromEntries(Object.entries(values).map(([key, header]) => [key, at(header)])),
  };
}

function failedHeaders(mapping: ListMapping, ...wrong: [string, string][]): HeaderResult {
  const place = mapping.place;
  return {
    kind: 'failed',
    problems: wrong.map(([what, fix]) =>
      problem('list-header', `list ${mapping.name}, sheet "${mapping.sheet}": ${what}`, fix, {
        file: place.file,
        line: place.line,
      }),
    ),
  };
}
