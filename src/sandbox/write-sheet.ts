// Writes a plain spreadsheet for the sandbox: the rows that a programme's sample scenarios speak of.
import { access, mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface SampleSheet {
  path: string;
  sheet: string;
  /** The first is the header. */
  rows: string[][];
}

/** Makes folders as needed. A file that is there already is left alone: it may have been edited. */
export async function writeSheet({ path, sheet, rows }: SampleSheet): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await mkdir(dirname(path), { recursive: true });
  // It takes long to load, and mostly the file is there.
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  const page = workbook.addWorksheet(sheet);
  for (const row of rows) page.addRow(row.map((text) => (text === '' ? null : text)));
  page.getRow(1).font = { bold: true };
  for (const column of page.columns) column.width = 28;
  // Written beside and renamed: a reader never sees half a file.
  await workbook.xlsx.writeFile(`${path}.new`);
  await rename(`${path}.new`, path);
}
