// Writes the sandbox's two sample spreadsheets, with the dirt that real ones have.
import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type ExcelJS from 'exceljs';
import { otherSampleCompanies, type SampleCompany, sampleCompanies } from './sample-companies.js';

export { otherSampleCompanies, type SampleCompany, sampleCompanies } from './sample-companies.js';

/** File, sheet and header texts, as `rules/<programme>/lists.yaml` names them. */
export const sampleTracker = {
  file: 'Installer - API Integration Tracker.xlsx',
  sheet: 'Tracker',
  columns: ['Installer', 'DBA', 'Domain', 'Admin e-mail', 'State', 'Integration Status', 'Zendesk Org ID'],
} as const;
export const sampleSellers = {
  file: 'Approved Sellers.xlsx',
  sheet: 'Sellers',
  columns: ['Company', 'Also known as', 'E-mail domain', 'Contact e-mail', 'State', 'EverBright status'],
} as const;

interface SampleList {
  file: string;
  sheet: string;
  columns: readonly string[];
  /** Lines above the header. */
  titles: string[];
  banner: { before: string; text: string };
  companies: SampleCompany[];
  cells(company: SampleCompany): string[];
  /** Column numbers that dirt is put into. */
  mail: number;
  status: number;
  /** Texts of the drop-down on the status column. */
  choices: string[];
}

/**
 * Writes both lists into `folder` (made if needed) and gives their paths. A file that is there already is left alone: it may
 * have been edited. Same content on every call.
 */
export async function writeSampleLists(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const list of [trackerList(), sellersList()]) {
    const path = join(folder, list.file);
    paths.push(path);
    if (await exists(path)) continue;
    // Written beside and renamed: a reader never sees half a file.
    await (await workbookOf(list)).xlsx.writeFile(`${path}.new`);
    await rename(`${path}.new`, path);
  }
  return paths;
}

function trackerList(): SampleList {
  return {
    ...sampleTracker,
    titles: ['Installer - API Integration Tracker', 'Owner: API integrations. Please keep one row per installer.'],
    banner: { before: 'Pinecrest Power', text: 'Started before the new portal' },
    companies: allCompanies().filter((c) => c.tracker !== undefined),
    cells: (c) => [c.name, c.dba ?? '', c.domain, c.contact.email, c.state, c.tracker!, c.orgId ?? ''],
    mail: 4,
    status: 6,
    choices: ['In Progress', 'Completed', 'Cancelled', 'On Hold'],
  };
}

function sellersList(): SampleList {
  return {
    ...sampleSellers,
    titles: ['EverBright approved sellers', 'Made-up companies for the sandbox'],
    banner: { before: 'Lumen Roofing', text: 'Reviewed this quarter' },
    companies: allCompanies().filter((c) => c.seller !== undefined),
    cells: (c) => [c.name, c.dba ?? '', c.domain, c.contact.email, c.state, c.seller!],
    mail: 4,
    status: 6,
    choices: ['Approved', 'Approved - Tier 2', 'Not approved', 'Suspended', 'Terminated'],
  };
}

/** Ordinary companies between the ones that tickets are about, as in a list that grew. */
function allCompanies(): SampleCompany[] {
  const special: SampleCompany[] = Object.values(sampleCompanies);
  return otherSampleCompanies.flatMap((other, i) => (special[i] ? [other, special[i]] : [other]));
}

async function workbookOf(list: SampleList): Promise<ExcelJS.Workbook> {
  // It takes long to load, and mostly the files are there.
  const { default: exceljs } = await import('exceljs');
  const workbook = new exceljs.Workbook();
  workbook.creator = 'Usher sandbox';
  workbook.created = new Date(Date.UTC(2026, 0, 15));
  workbook.modified = workbook.created;
  workbook.addWorksheet('Read me').addRow(['Sample data: every company here is made up.']);
  const sheet = workbook.addWorksheet(list.sheet);
  const width = list.columns.length;
  for (const title of list.titles) mergeRow(sheet, sheet.addRow([title]).number, width, { bold: true, size: 14 });
  const header = sheet.addRow([...list.columns]);
  header.font = { bold: true };
  sheet.views = [{ state: 'frozen', ySplit: header.number }];
  for (const company of list.companies) {
    if (company.name === list.banner.before)
      mergeRow(sheet, sheet.addRow([list.banner.text]).number, width, { italic: true });
    writeRow(sheet, list, company);
  }
  list.columns.forEach((_, i) => {
    sheet.getColumn(i + 1).width = i === 0 || i === list.mail - 1 ? 34 : 20;
  });
  for (let row = header.number + 1; row <= sheet.rowCount; row++) {
    sheet.getCell(row, list.status).dataValidation = {
      type: 'list',
      allowBlank: true,
      formulae: [`"${list.choices.join(',')}"`],
    };
  }
  return workbook;
}

function mergeRow(sheet: ExcelJS.Worksheet, row: number, width: number, font: Partial<ExcelJS.Font>): void {
  sheet.mergeCells(row, 1, row, width);
  sheet.getCell(row, 1).font = font;
}

function writeRow(sheet: ExcelJS.Worksheet, list: SampleList, company: SampleCompany): void {
  const row = sheet.addRow(list.cells(company).map((text) => (text === '' ? null : text)));
  // Dirt stands in the sellers list where the company is on both.
  if (list.sheet === sampleTracker.sheet && company.seller !== undefined) return;
  const status = row.getCell(list.status);
  for (const dirt of company.dirt ?? []) {
    if (dirt === 'trailing-spaces') row.getCell(1).value = `${company.name}  `;
    if (dirt === 'hidden-row') row.hidden = true;
    if (dirt === 'formula-status')
      status.value = { formula: `IF(LEN(A${row.number})>0,"${company.seller}","")`, result: company.seller! };
    if (dirt === 'struck-through')
      row.eachCell((cell) => {
        cell.font = { strike: true };
      });
    if (dirt === 'commented-status') status.note = 'check with legal before the next order';
    if (dirt === 'mail-link')
      row.getCell(list.mail).value = { text: company.contact.email, hyperlink: `mailto:${company.contact.email}` };
    if (dirt === 'mail-link-elsewhere')
      row.getCell(list.mail).value = { text: company.contact.email, hyperlink: 'mailto:office@old-granite.example' };
    if (dirt === 'numeric-id') row.getCell(7).value = 360001002020;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
