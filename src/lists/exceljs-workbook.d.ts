// The part of exceljs that reads a workbook: loading all of it costs twice as much, in each process that reads a list.
declare module 'exceljs/lib/doc/workbook.js' {
  import type { Workbook } from 'exceljs';

  const workbook: typeof Workbook;
  export = workbook;
}
