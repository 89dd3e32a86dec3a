// Columns with the days of an approval: what is surely a day, and everything else holds its row and names the cell.
import type ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { listHash } from '../../src/lists/read-list.js';
import { type Cell, headers, mapping, marks, patched, read, tidy, workbook } from './workbooks.js';

const zone = 'UTC';
const dated = mapping({ approvalDates: { from: 'From', until: 'Until', announceDays: 14, zone } });
const date = (day: string) => new Date(`${day}T00:00:00Z`);

async function row(
  cells: { from?: Cell; until?: Cell; status?: Cell },
  edit: (sheet: ExcelJS.Worksheet) => void = () => {},
) {
  const bytes = await workbook([[...tidy('Acme', cells.status ?? 'Approved'), cells.from, cells.until]], (sheet) => {
    sheet.getRow(1).values = [...headers, 'From', 'Until'];
    edit(sheet);
  });
  const { listings, lint } = await read(bytes, dated);
  return { ...listings[0]!, marks: marks(lint), lint };
}

describe('the days of an approval', () => {
  it.each<[string, { from?: Cell; until?: Cell; status?: Cell }, unknown]>([
    [
      'real dates',
      { from: date('2026-01-01'), until: date('2026-11-30') },
      { from: '2026-01-01', until: '2026-11-30' },
    ],
    ['text of the one form', { until: ' 2026-11-30 ' }, { from: null, until: '2026-11-30' }],
    ['a leap day', { until: '2028-02-29' }, { from: null, until: '2028-02-29' }],
    ['for ever', { until: '9999-12-31' }, { from: null, until: '9999-12-31' }],
    ['one day only', { from: '2026-11-30', until: '2026-11-30' }, { from: '2026-11-30', until: '2026-11-30' }],
    ['none', {}, undefined],
    ['of a row that is not approved', { until: '2026-11-30', status: 'Not approved' }, undefined],
  ])('are read: %s', async (_what, cells, approval) => {
    const listing = await row(cells);
    expect(listing.statusProblem).toBeNull();
    expect(listing.approval).toEqual(approval);
    expect(listing.marks).toEqual(cells.until === ' 2026-11-30 ' ? ['spaces I2'] : []);
    expect(listing.cells).toMatchObject({ approvedFrom: 'H2', approvedUntil: 'I2' });
  });

  it.each<[string, { from?: Cell; until?: Cell; status?: Cell }, string]>([
    ['day and month in an order that nobody knows', { until: '03/04/2026' }, 'not-a-day I2'],
    ['two digits for a year', { until: '30.11.26' }, 'not-a-day I2'],
    ['words', { from: 'November 2026' }, 'not-a-day H2'],
    ['a day that is none', { until: '2026-02-30' }, 'not-a-day I2'],
    ['a number that is not shown as a date', { until: 46_356 }, 'not-a-day I2'],
    ['a year that a spreadsheet made of two digits', { until: date('1930-11-30') }, 'not-a-day I2'],
    ['a time of day', { until: new Date('2026-11-30T15:00:00Z') }, 'not-a-day I2'],
    ['a formula', { until: { formula: 'H2+365', result: date('2026-11-30') } as Cell }, 'unreliable-day I2'],
    ['an error', { until: { error: '#N/A' } as Cell }, 'unreliable-day I2'],
    ['days in reverse', { from: '2026-12-01', until: '2026-11-30' }, 'days-reversed I2'],
    ['no day in a row that is not approved', { until: 'soon', status: 'Not approved' }, 'not-a-day I2'],
  ])('hold the row otherwise: %s', async (_what, cells, mark) => {
    const listing = await row(cells);
    expect(listing).toMatchObject({ status: null, statusProblem: expect.stringContaining(mark.split(' ')[1]!) });
    expect(listing.approval).toBeUndefined();
    expect(listing.marks).toEqual([mark]);
  });

  it.each<[string, (sheet: ExcelJS.Worksheet) => void, string[]]>([
    ['struck through', (s) => (s.getCell('I2').font = { strike: true }), ['unreliable-day I2']],
    ['commented', (s) => (s.getCell('I2').note = 'extended by phone'), ['unreliable-day I2']],
    ['hidden', (s) => (s.getColumn(9).hidden = true), ['hidden-column I1', 'unreliable-day I2']],
  ])('hold the row while the cell is %s', async (_what, edit, expected) => {
    const listing = await row({ until: '2026-11-30' }, edit);
    expect(listing.status).toBeNull();
    expect(listing.marks).toEqual(expected);
  });

  it('are the same days in a workbook that counts from 1904, and in cells of the date type', async () => {
    const cells = [...tidy('Acme'), null, date('2026-11-30')];
    const until = async (bytes: Buffer) => (await read(bytes, dated)).listings[0]!.approval?.until;
    const setHeaders = (sheet: ExcelJS.Worksheet) => {
      sheet.getRow(1).values = [...headers, 'From', 'Until'];
    };
    const old = await workbook([cells], (sheet, book) => {
      setHeaders(sheet);
      book.properties.date1904 = true;
    });
    expect(await until(old)).toBe('2026-11-30');
    const typed = patched(await workbook([cells], setHeaders), 'xl/worksheets/sheet1.xml', (xml) =>
      xml.replace(/<c r="I2"[^>]*>.*?<\/c>/, '<c r="I2" t="d"><v>2026-11-30T00:00:00</v></c>'),
    );
    expect(await until(typed)).toBe('2026-11-30');
  });

  it('belong to everybody in a list without a status column', async () => {
    const how = { ...dated, columns: { ...dated.columns, status: null }, statuses: {}, approving: [] };
    const bytes = await workbook([[...tidy('Acme'), null, '2026-11-30']], (sheet) => {
      sheet.getRow(1).values = [...headers, 'From', 'Until'];
    });
    expect((await read(bytes, how)).listings[0]).toMatchObject({ status: 'listed', approval: { until: '2026-11-30' } });
  });

  it('make another version of a list, and their announcement does not', () => {
    const bytes = Buffer.from('x');
    const with_ = (announceDays: number) =>
      listHash(bytes, { ...dated, approvalDates: { ...dated.approvalDates!, announceDays } });
    expect(with_(14)).toBe(with_(30));
    expect(with_(14)).not.toBe(listHash(bytes, mapping()));
  });
});
