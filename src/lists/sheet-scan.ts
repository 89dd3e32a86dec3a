// A cheap look through one sheet's XML before exceljs: sizes that could choke it, and what it would lose or misread.
import { type Problem, problem } from '../problem.js';
import { decodeXml, tags } from './xml-tags.js';

export interface SheetScan {
  /** Cells with a formula, by address; exceljs drops the formula where the cell also has a link. */
  formulas: Set<string>;
  /** Cells of type `d` (ISO date) with their text; exceljs reads `2026-01-31` as the number 2026. */
  isoDates: Map<string, string>;
  commented: Set<string>;
  mergedCells: number;
  rows: number;
  /** Cells beyond the allowed columns. */
  farCell: string | null;
  /** Comments or CDATA in the XML: no spreadsheet program writes them. */
  odd: boolean;
}

export const sheetLimits = { mergedCells: 100_000, columns: 702 };

/** Looks through the sheet once. */
export function scanSheet(xml: string): SheetScan {
  const scan: SheetScan = {
    formulas: new Set(),
    isoDates: new Map(),
    commented: new Set(),
    mergedCells: 0,
    rows: 0,
    farCell: null,
    odd: xml.includes('<!--') || xml.includes('<![CDATA['),
  };
  let cell = '';
  let row = '';
  let filledRow = '';
  for (const tag of tags(xml, ['row', 'c', 'f', 'v', 'is', 'mergeCell'])) {
    if (tag.name === 'row') row = tag.attributes.r ?? '';
    else if (tag.name === 'mergeCell') scan.mergedCells += areaOf(tag.attributes.ref ?? '');
    else if (tag.name === 'f') scan.formulas.add(cell);
    else if (tag.name === 'c') {
      cell = tag.attributes.r ?? '';
      // Two letters reach column 702; what lies beyond is no list.
      if (/^[A-Z]{3}/.test(cell)) scan.farCell ??= cell;
      if (tag.attributes.t === 'd') scan.isoDates.set(cell, isoText(xml, tag.end));
    } else if (row !== filledRow) {
      filledRow = row;
      scan.rows++;
    }
  }
  return scan;
}

function isoText(xml: string, from: number): string {
  const end = xml.indexOf('</v>', from);
  const start = xml.indexOf('<v>', from);
  return start >= 0 && end > start && end - start < 100 ? decodeXml(xml.slice(start + 3, end)) : '';
}

function areaOf(range: string): number {
  const found = /^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$/.exec(range);
  if (!found) return Number.POSITIVE_INFINITY;
  const [, left, top, right, bottom] = found;
  if (!right || !bottom) return 1;
  return (Math.abs(columnNumber(right) - columnNumber(left!)) + 1) * (Math.abs(Number(bottom) - Number(top)) + 1);
}

/** `A` is 1, `AA` is 27. */
export function columnNumber(letters: string): number {
  return [...letters].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0);
}

/** Why the sheet is not handed to exceljs, or null. */
export function sheetProblem(scan: SheetScan, place: string, rowsMax: number): Problem | null {
  const copy = 'copy the rows into a new sheet without the formatting';
  if (scan.odd)
    return problem(
      'list-unsafe-xml',
      `${place} holds XML that no spreadsheet program writes`,
      'save a plain copy in Excel',
    );
  if (scan.mergedCells > sheetLimits.mergedCells)
    return problem(
      'list-merges-too-large',
      `${place} merges more than ${sheetLimits.mergedCells.toLocaleString('en')} cells`,
      copy,
    );
  if (scan.farCell)
    return problem('list-too-many-columns', `${place} uses cell ${scan.farCell}; columns up to ZZ are read`, copy);
  // Titles and banners stand above and between the rows, hence some room.
  if (scan.rows > rowsMax + 100) return tooManyRows(place, scan.rows, rowsMax);
  return null;
}

/** The Problem of a list longer than its mapping allows. */
export function tooManyRows(place: string, rows: number, rowsMax: number): Problem {
  return problem(
    'list-too-many-rows',
    `${place} has ${rows.toLocaleString('en')} rows, at most ${rowsMax.toLocaleString('en')} are read`,
    'remove old rows, or raise maxRows in lists.yaml',
  );
}
