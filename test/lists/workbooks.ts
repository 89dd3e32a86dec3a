// Makes mappings, workbooks and broken archives for the tests of lists.
import { crc32, deflateRawSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import type { LintFinding, Listing } from '../../src/core/listing.js';
import type { ListMapping } from '../../src/core/rulebook.js';
import { readWorkbook } from '../../src/lists/read-workbook.js';
import { readDirectory, readEntry, storedZip } from '../../src/lists/zip.js';
import type { Problem } from '../../src/problem.js';

/** A mapping onto the columns of `headers`. */
export function mapping(more: Partial<ListMapping> = {}): ListMapping {
  return {
    name: 'partners',
    title: 'Partners',
    programme: 'sample',
    file: 'partners.xlsx',
    sheet: 'Tracker',
    columns: {
      name: 'Company',
      status: 'Status',
      aliases: ['Also known as'],
      domains: ['Domain'],
      admins: ['Admin'],
      organizationId: 'Org ID',
      values: { state: 'State' },
    },
    statuses: { approved: ['Approved', 'Approved - Tier 2'], 'not-approved': ['Not approved'] },
    approving: ['approved'],
    maxAgeMs: 24 * 60 * 60 * 1000,
    maxRows: 50_000,
    place: { file: 'rules/sample/lists.yaml', line: 4 },
    ...more,
  };
}

export const headers = ['Company', 'Also known as', 'Domain', 'Admin', 'Status', 'Org ID', 'State'];

export type Cell = ExcelJS.CellValue;

/** A tidy row: name, status, and a domain made of the name unless given. */
export function tidy(
  name: string,
  status: Cell = 'Approved',
  domain = `${name.toLowerCase().replace(/\W+/g, '')}.example`,
): Cell[] {
  return [name, null, domain, `admin@${domain}`, status, null, 'CA'];
}

/** A workbook with sheet `Tracker`: headers in row 1, then the rows; `edit` may do anything to it. */
export async function workbook(
  rows: Cell[][],
  edit: (sheet: ExcelJS.Worksheet, book: ExcelJS.Workbook) => void = () => {},
): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Tracker');
  sheet.addRow(headers);
  for (const row of rows) sheet.addRow(row);
  edit(sheet, book);
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** Reads a workbook in this process; fails the test if it is refused. */
export async function read(bytes: Buffer, how = mapping()): Promise<{ listings: Listing[]; lint: LintFinding[] }> {
  const result = await readWorkbook(bytes, 'partners.xlsx', how);
  if (result.kind === 'failed') throw new Error(`refused: ${JSON.stringify(result.problems)}`);
  return result;
}

/** Reads a workbook that must be refused, and gives the Problems. */
export async function refused(bytes: Buffer, how = mapping()): Promise<Problem[]> {
  const result = await readWorkbook(bytes, 'partners.xlsx', how);
  return result.kind === 'failed' ? result.problems : [];
}

/** The same workbook with one part's text changed, dropped (null) or added. */
export function patched(bytes: Buffer, part: string, edit: (xml: string) => string | null): Buffer {
  const entries = readDirectory(bytes, 10_000).map((e) => ({ name: e.name, content: readEntry(bytes, e, 1e9) }));
  const text = entries.find((e) => e.name === part)?.content.toString('utf8') ?? '';
  const changed = edit(text);
  const others = entries.filter((e) => e.name !== part);
  return storedZip(changed === null ? others : [...others, { name: part, content: Buffer.from(changed) }]);
}

/** The XML of the tracker's sheet changed. */
export function patchedSheet(bytes: Buffer, edit: (xml: string) => string): Buffer {
  return patched(bytes, 'xl/worksheets/sheet1.xml', edit);
}

export interface CraftedEntry {
  name: string;
  content: Buffer;
  /** General purpose flags; 1 is encrypted. */
  flags?: number;
  /** A lie about the unpacked size. */
  statedBytes?: number;
}

/** A deflated zip with whatever the entries claim. */
export function craftedZip(entries: CraftedEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const packedOnce = new Map<Buffer, Buffer>();
  for (const entry of entries) {
    const packed = packedOnce.get(entry.content) ?? deflateRawSync(entry.content);
    packedOnce.set(entry.content, packed);
    const name = Buffer.from(entry.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(entry.content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.statedBytes ?? entry.content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('504b01021400', 'hex'), common, tail, name]));
    const body = Buffer.concat([Buffer.from('504b0304', 'hex'), common, name, packed]);
    bodies.push(body);
    offset += body.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, list, end]);
}

/** The entries of a sound workbook, to be joined by unsound ones. */
export function entriesOf(bytes: Buffer): CraftedEntry[] {
  return readDirectory(bytes, 10_000).map((e) => ({ name: e.name, content: readEntry(bytes, e, 1e9) }));
}

/** Codes of lint findings with their cells, `formula E2`, in order. */
export function marks(lint: LintFinding[]): string[] {
  return lint.map((f) => `${f.code} ${f.cell}`);
}
