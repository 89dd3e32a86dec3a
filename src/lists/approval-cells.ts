// The days on which an approval holds, read from a row's cells; a cell that is not surely a day makes the row's status unknown.
import { datesOf } from '../core/approval-dates.js';
import type { ApprovalDates } from '../core/listing.js';
import { visible } from '../problem.js';
import type { CellText } from './cell-text.js';
import type { RowCells, RowContext } from './row-cells.js';
import { doubtAbout, type Status } from './row-status.js';

/** The status with its dates; unknown where one of the cells is not surely a day, whatever the status says. */
export function statusWithDates(
  status: Status,
  { approvedFrom, approvedUntil }: RowCells,
  context: RowContext,
): Status & { approval?: ApprovalDates } {
  if (status.problem !== null) return status;
  const { columns, hiddenColumns, mapping } = context;
  const unknown = (code: string, problem: string, cell: string, fix: string): Status => ({
    word: null,
    problem: `${problem} in ${cell}`,
    code,
    cell,
    fix,
  });
  for (const [cell, column] of [
    [approvedFrom, columns.approvedFrom],
    [approvedUntil, columns.approvedUntil],
  ] as const) {
    if (cell === null || column === null) continue;
    const doubt = hiddenColumns.has(column) ? 'hidden column' : doubtAbout(cell);
    if (doubt !== null) return unknown('unreliable-day', doubt, cell.address, 'show, type or say the day plainly');
    if (cell.kind === 'blank' || dayOf(cell) !== null) continue;
    const problem = `"${visible(cell.text.slice(0, 100))}" is not surely a day`;
    return unknown('not-a-day', problem, cell.address, 'enter a date without a time of day, or write it as 2026-11-30');
  }
  const dates = { from: approvedFrom && dayOf(approvedFrom), until: approvedUntil && dayOf(approvedUntil) };
  if (dates.from !== null && dates.until !== null && dates.until < dates.from) {
    const problem = `the approval ends with ${dates.until}, before it begins with ${dates.from}`;
    return unknown('days-reversed', problem, approvedUntil!.address, 'correct one of the two days');
  }
  return { ...status, ...datesOf(status.word, dates, mapping) };
}

/**
 * A real date cell, or text of the one form that nobody reads otherwise: `30/11/26` and `3/4/2026` mean other days elsewhere. Before the
 * year 2000 it is a slip: spreadsheets make 1930 of a typed 30.
 */
function dayOf({ kind, text }: CellText): string | null {
  if (kind !== 'date' && kind !== 'text') return null;
  const day = kind === 'date' ? text.replace(/T00:00:00(\.0+)?Z?$/, '') : text;
  if (!/^[2-9]\d{3}-\d{2}-\d{2}$/.test(day)) return null;
  const read = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day) ? day : null;
}
