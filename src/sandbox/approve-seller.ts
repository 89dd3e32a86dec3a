// Sets one company's row in the sample sellers list to approved, as somebody at EverBright would in the spreadsheet.
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type ExcelJS from 'exceljs';
import { sampleSellers } from './sample-lists.js';

/**
 * Leaves everything else in the file as it is; a row that says so already is left alone too. False when the row cannot be found or
 * the file not be read: it is the admin's, who may have put another in its place. Safe to repeat.
 */
export async function approveSeller(folder: string, company: string): Promise<boolean> {
  const path = join(folder, sampleSellers.file);
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  try {
    await workbook.xlsx.readFile(path);
  } catch {
    return false;
  }
  const cell = statusCell(workbook, company);
  if (!cell) return false;
  if (cell.value === 'Approved') return true;
  cell.value = 'Approved';
  // Written beside and renamed: a reader never sees half a file.
  await workbook.xlsx.writeFile(`${path}.new`);
  await rename(`${path}.new`, path);
  return true;
}

function statusCell(workbook: ExcelJS.Workbook, company: string): ExcelJS.Cell | undefined {
  const sheet = workbook.getWorksheet(sampleSellers.sheet);
  const rows = sheet?.getRows(1, sheet.rowCount) ?? [];
  const texts = (row: ExcelJS.Row) => sampleSellers.columns.map((_, i) => row.getCell(i + 1).text.trim());
  const isHeader = (row: ExcelJS.Row) => texts(row).join() === sampleSellers.columns.join();
  if (!rows.some(isHeader)) return undefined;
  return rows.find((row) => texts(row)[0] === company)?.getCell(sampleSellers.columns.length);
}
