// The status word of a row, or the first thing in the row that makes it unreliable.
import type ExcelJS from 'exceljs';
import type { ListMapping } from '../core/rulebook.js';
import { visible } from '../problem.js';
import { type CellText, foldSpaces } from './cell-text.js';
import { identityCells, type RowCells, type RowContext } from './row-cells.js';

/** The word of a list without a status column: standing in it is all it says. */
export const listedWord = 'listed';

/** Folded cell texts to their words. */
export function statusWords(mapping: ListMapping): Map<string, string> {
  return new Map(
    Object.entries(mapping.statuses).flatMap(([word, texts]) => texts.map((t) => [foldStatus(t), word] as const)),
  );
}

function foldStatus(text: string): string {
  return foldSpaces(text).toLowerCase();
}

/** `word` is null exactly where `problem` is not; code, cell and fix are for the lint. */
export interface Status {
  word: string | null;
  problem: string | null;
  code: string;
  cell: string;
  fix: string;
}

/** The status word, or the first thing in the row that makes it unreliable. */
export function statusOf(row: ExcelJS.Row, cells: RowCells, context: RowContext): Status {
  const cell = cells.status;
  const unknown = (code: string, problem: string, at: CellText | null, fix: string): Status => ({
    word: null,
    problem: at === null || at === cell ? problem : `${problem} in ${at.address}`,
    code,
    cell: (at ?? cell ?? cells.name).address,
    fix,
  });
  const { columns, hiddenColumns } = context;
  if (row.hidden || row.height === 0)
    return unknown('hidden-row', 'hidden row', null, 'show the row if it holds, delete it if it does not');
  for (const column of [columns.name, columns.status]) {
    if (column !== null && hiddenColumns.has(column))
      return unknown('hidden-column', 'hidden column', column === columns.name ? cells.name : cell, 'show the column');
  }
  for (const one of [...(cell ? [cell] : []), ...identityCells(cells)]) {
    if (one.merged) return unknown('merged', 'merged cells', one, 'unmerge the cells and fill each row');
    if (one.formula) return unknown('formula', 'formula', one, 'type the value instead of the formula');
    if (one.kind === 'error') return unknown('error-value', `error value ${visible(one.text)}`, one, 'type the value');
    if (one.struck)
      return unknown('struck-through', 'struck through', one, 'delete the row or set a status that says what it means');
    if (one.tooLong) return unknown('too-long', 'text too long', one, 'shorten the text');
    if (one !== cell && visible(one.text) !== one.text)
      return unknown(
        'hidden-characters',
        'invisible characters',
        one,
        `it reads "${visible(one.text)}": type it again`,
      );
  }
  if (cells.name.text === '') return unknown('no-name', 'no organization', cells.name, 'name the organization');
  if (cell === null) return { word: listedWord, problem: null, code: '', cell: '', fix: '' };
  if (cell.commented)
    return unknown('commented', 'commented', cell, 'say it in the status or another column and remove the comment');
  if (cell.kind === 'blank') return unknown('blank-status', 'blank', cell, 'fill in the status');
  const word = context.words.get(foldStatus(cell.text));
  if (word === undefined)
    return unknown(
      'unmapped-status',
      `unmapped value "${visible(cell.text.slice(0, 100))}"`,
      cell,
      `use one of the known texts, or add this one to "statuses" in lists.yaml`,
    );
  return { word, problem: null, code: '', cell: '', fix: '' };
}
