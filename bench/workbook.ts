// Writes a plain spreadsheet row by row, so that a long one needs little memory.
import ExcelJS from 'exceljs';

export async function writeWorkbook(file: string, sheet: string, rows: Iterable<string[]>): Promise<void> {
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: file, useSharedStrings: true });
  const page = workbook.addWorksheet(sheet);
  for (const row of rows) page.addRow(row).commit();
  page.commit();
  await workbook.commit();
}
