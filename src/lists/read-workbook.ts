// From the bytes of an .xlsx file to listings and lint, in this process: what the child process runs.
import type ExcelJS from 'exceljs';
import Workbook from 'exceljs/lib/doc/workbook.js';
import type { LintFinding, Listing } from '../core/listing.js';
import type { ListMapping } from '../core/rulebook.js';
import { type Problem, problem, visible } from '../problem.js';
import { checkArchive } from './archive-check.js';
import { type Columns, findHeader } from './header-row.js';
import { Lint, lintTwice } from './lint.js';
import { readRow } from './read-row.js';
import type { RowContext } from './row-cells.js';
import { statusWords } from './row-status.js';
import { type SheetScan, sheetProblem, tooManyRows } from './sheet-scan.js';
import { findSheet, slimWorkbook } from './workbook-parts.js';

export type WorkbookResult =
  | { kind: 'ok'; listings: Listing[]; lint: LintFinding[] }
  | { kind: 'failed'; problems: Problem[] };

// Half of these exceljs expands cell by cell (a drop-down on a whole column blocks it for minutes); none says anything about a row.
const ignoreNodes = [
  'dataValidations',
  'conditionalFormatting',
  'drawing',
  'picture',
  'extLst',
  'tableParts',
  'rowBreaks',
  'headerFooter',
  'pageSetup',
  'autoFilter',
];

/**
 * Reads one list out of a workbook. Everything that makes the file as a whole unreliable is `failed`; what concerns one row makes that
 * row's status unknown and is lint. Runs without limits of time and memory: call it in a process of its own (`readList`).
 */
export async function readWorkbook(bytes: Buffer, name: string, mapping: ListMapping): Promise<WorkbookResult> {
  const archive = checkArchive(bytes, visible(name));
  if (archive.kind === 'failed') return archive;
  const found = findSheet(archive.parts, mapping.sheet, visible(name));
  if (found.kind === 'failed') {
    const { file, line } = mapping.place;
    return { kind: 'failed', problems: found.problems.map((p) => ({ ...p, file, line })) };
  }
  const slim = slimWorkbook(archive.parts, found.sheet);
  const place = `sheet "${mapping.sheet}" of ${visible(name)}`;
  const refused = sheetProblem(slim.scan, place, mapping.maxRows);
  if (refused) return { kind: 'failed', problems: [refused] };
  const sheet = await load(slim.bytes, mapping.sheet);
  if (!sheet) {
    return failed(
      'list-unreadable',
      `${place} cannot be read: it breaks the rules of the format`,
      'open it in Excel, let it repair the file, and save it',
    );
  }
  return readSheet(sheet, mapping, slim.scan, place);
}

async function load(bytes: Buffer, sheet: string): Promise<ExcelJS.Worksheet | null> {
  const workbook = new Workbook();
  try {
    // A copy in an ArrayBuffer of its own: exceljs' types ask for one.
    await workbook.xlsx.load(new Uint8Array(bytes).buffer, { ignoreNodes });
  } catch {
    return null;
  }
  return workbook.getWorksheet(sheet) ?? null;
}

function readSheet(sheet: ExcelJS.Worksheet, mapping: ListMapping, scan: SheetScan, place: string): WorkbookResult {
  const header = findHeader(sheet, mapping, scan);
  if (header.kind === 'failed') return header;
  const lint = new Lint(mapping.sheet);
  const hiddenColumns = hiddenOf(sheet, header.columns, header.row, lint);
  const context: RowContext = {
    mapping,
    columns: header.columns,
    scan,
    lint,
    words: statusWords(mapping),
    hiddenColumns,
  };
  const listings: Listing[] = [];
  for (let number = header.row + 1; number <= sheet.rowCount; number++) {
    const row = sheet.findRow(number);
    if (!row || isHeaderTail(row, header.columns.name, header.row)) continue;
    if (header.isHeader(row)) {
      lint.error(
        'second-header',
        `A${number}`,
        `the headers stand again in row ${number}; nothing from there on was read`,
        'put the second table on a sheet of its own, or remove its header',
      );
      break;
    }
    const listing = readRow(row, context);
    if (listing) listings.push(listing);
    if (listings.length > mapping.maxRows)
      return { kind: 'failed', problems: [tooManyRows(place, listings.length, mapping.maxRows)] };
  }
  if (listings.length === 0) {
    return failed(
      'list-empty',
      `${place} has a header in row ${header.row} and no organization below it`,
      'an empty list would decline everybody, so it is not used; fill it or restore the last version',
    );
  }
  lintTwice(listings, lint);
  return { kind: 'ok', listings, lint: lint.findings() };
}

/** A row below the header into which the merged header cells reach. */
function isHeaderTail(row: ExcelJS.Row, column: number, headerRow: number): boolean {
  const cell = row.getCell(column);
  return cell.isMerged && Number(cell.master.row) === headerRow;
}

function hiddenOf(sheet: ExcelJS.Worksheet, columns: Columns, headerRow: number, lint: Lint): Set<number> {
  const { name, status, aliases, domains, admins, organizationId, approvedFrom, approvedUntil, values } = columns;
  const hidden = new Set<number>();
  const single = [name, status, organizationId, approvedFrom, approvedUntil];
  for (const number of [...single, ...aliases, ...domains, ...admins, ...Object.values(values)]) {
    if (number === null || hidden.has(number)) continue;
    const column = sheet.getColumn(number);
    if (!column.hidden && column.width !== 0) continue;
    hidden.add(number);
    lint.warn(
      'hidden-column',
      `${column.letter}${headerRow}`,
      `column ${column.letter} is hidden`,
      'show the column, so that people see what Usher reads',
    );
  }
  return hidden;
}

function failed(code: string, message: string, fix: string): WorkbookResult {
  return { kind: 'failed', problems: [problem(code, message, fix)] };
}
