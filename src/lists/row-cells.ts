// The mapped cells of one row, and what is needed to read any row of a sheet.
import type ExcelJS from 'exceljs';
import type { ListMapping } from '../core/rulebook.js';
import { type CellText, cellText } from './cell-text.js';
import type { Columns } from './header-row.js';
import type { Lint } from './lint.js';
import type { SheetScan } from './sheet-scan.js';

/** What reading any row of one sheet needs. */
export interface RowContext {
  mapping: ListMapping;
  columns: Columns;
  scan: SheetScan;
  lint: Lint;
  /** Folded cell text -> status word. */
  words: Map<string, string>;
  hiddenColumns: Set<number>;
}

/** The mapped cells of one row. */
export interface RowCells {
  name: CellText;
  status: CellText | null;
  aliases: CellText[];
  domains: CellText[];
  admins: CellText[];
  organizationId: CellText | null;
  approvedFrom: CellText | null;
  approvedUntil: CellText | null;
  values: Record<string, CellText>;
}

/** Reads the mapped cells of a row. */
export function rowCells(row: ExcelJS.Row, { columns, scan }: RowContext): RowCells {
  const at = (column: number) => cellText(row.getCell(column), scan);
  const maybe = (column: number | null) => (column === null ? null : at(column));
  return {
    name: at(columns.name),
    status: maybe(columns.status),
    aliases: columns.aliases.map(at),
    domains: columns.domains.map(at),
    admins: columns.admins.map(at),
    organizationId: maybe(columns.organizationId),
    approvedFrom: maybe(columns.approvedFrom),
    approvedUntil: maybe(columns.approvedUntil),
    values: Object.fromEntries(Object.entries(columns.values).map(([key, column]) => [key, at(column)])),
  };
}

/** Every mapped cell. */
export function allCells(cells: RowCells): CellText[] {
  const { status, approvedFrom, approvedUntil, values } = cells;
  const single = [status, approvedFrom, approvedUntil].filter((cell) => cell !== null);
  return [...identityCells(cells), ...single, ...Object.values(values)];
}

/** Cells that say who the organization is. */
export function identityCells(cells: RowCells): CellText[] {
  return [
    cells.name,
    ...cells.aliases,
    ...cells.domains,
    ...cells.admins,
    ...(cells.organizationId ? [cells.organizationId] : []),
  ];
}

/** Cell addresses by key, of the first column where a key has several. */
export function addresses(cells: RowCells): Record<string, string> {
  const named: Record<string, string> = { name: cells.name.address };
  for (const key of ['status', 'organizationId', 'approvedFrom', 'approvedUntil'] as const)
    if (cells[key]) named[key] = cells[key].address;
  for (const key of ['aliases', 'domains', 'admins'] as const) if (cells[key][0]) named[key] = cells[key][0].address;
  for (const [key, cell] of Object.entries(cells.values)) named[key] = cell.address;
  return named;
}
