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
    const flaw = flawOf(one);
    if (flaw && !(flaw.code === 'hidden-characters' && one === cell))
      return unknown(flaw.code, flaw.problem, one, flaw.fix);
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

interface Flaw {
  code: string;
  problem: string;
  fix: string;
}

/** The first thing about a cell that makes any use of it unreliable, or null. */
function flawOf({ merged, formula, kind, struck, tooLong, text }: CellText): Flaw | null {
  const flaw = (code: string, problem: string, fix: string): Flaw => ({ code, problem, fix });
  if (merged) return flaw('merged', 'merged cells', 'unmerge the cells and fill each row');
  if (formula) return flaw('formula', 'formula', 'type the value instead of the formula');
  if (kind === 'error') return flaw('error-value', `error value ${visible(text)}`, 'type the value');
  if (struck) return flaw('struck-through', 'struck through', 'delete the row or set a status that says what it means');
  if (tooLong) return flaw('too-long', 'text too long', 'shorten the text');
  if (visible(text) !== text)
    return flaw('hidden-characters', 'invisible characters', `it reads "${visible(text)}": type it again`);
  return null;
}

/** Why a cell besides name and status cannot be relied on, in a word or two; null when it can. */
export function doubtAbout(cell: CellText): string | null {
  return flawOf(cell)?.problem ?? (cell.commented ? 'commented' : null);
}
