// Reads one spreadsheet with a plain library, in a process of its own.
import { readFile } from 'node:fs/promises';
import ExcelJS from 'exceljs';
import * as sheetjs from 'xlsx';
import { serveParent } from './process-file.js';

async function withExcelJs(bytes: Buffer): Promise<number> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes as unknown as ArrayBuffer);
  let rows = 0;
  workbook.worksheets[0]!.eachRow((row) => {
    if (row.values) rows += 1;
  });
  return rows;
}

function withSheetJs(bytes: Buffer): number {
  const workbook = sheetjs.read(bytes, { dense: true });
  return sheetjs.utils.sheet_to_json(workbook.Sheets[workbook.SheetNames[0]!]!, { header: 1 }).length;
}

serveParent({
  read: async ({ reader, file }: { reader: 'exceljs' | 'sheetjs'; file: string }) => {
    const bytes = await readFile(file);
    const began = performance.now();
    const rows = reader === 'exceljs' ? await withExcelJs(bytes) : withSheetJs(bytes);
    return { rows, ms: performance.now() - began, peakMb: process.resourceUsage().maxRSS / 1024 };
  },
});
