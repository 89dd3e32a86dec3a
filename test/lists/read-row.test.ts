// What cells say: every way in which a row can be unreliable makes its status not known, and names the cell.
import type ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { type Cell, mapping, marks, read, tidy, workbook } from './workbooks.js';

const first = async (bytes: Buffer, how = mapping()) => {
  const { listings, lint } = await read(bytes, how);
  return { ...listings[0]!, marks: marks(lint), lint };
};
const edited = async (edit: (sheet: ExcelJS.Worksheet) => void) => first(await workbook([tidy('Acme')], edit));

describe('a tidy row', () => {
  it('gives name, aliases, domains, admins, id, status, values and the cells they came from', async () => {
    const row = [
      'Tri-County Electric Inc',
      'd/b/a SunUp Homes; AKA: TCE',
      'https://Sunup.example/ , @tce.example',
      'Ann <Ann@SunUp.example>, mailto:bo@tce.example',
      ' approved  - TIER 2',
      42,
      'FL',
    ];
    expect(await first(await workbook([row]))).toMatchObject({
      list: 'partners',
      sheet: 'Tracker',
      row: 2,
      name: 'Tri-County Electric Inc',
      aliases: ['SunUp Homes', 'TCE'],
      domains: ['sunup.example', 'tce.example'],
      admins: ['ann@sunup.example', 'bo@tce.example'],
      organizationId: '42',
      status: 'approved',
      statusProblem: null,
      values: { state: 'FL' },
      cells: {
        name: 'A2',
        aliases: 'B2',
        domains: 'C2',
        admins: 'D2',
        status: 'E2',
        organizationId: 'F2',
        state: 'G2',
      },
    });
  });

  it('may hold a further cell that is in doubt: nobody is held by it, and it says so', async () => {
    const struck = await edited((sheet) => {
      sheet.getCell('G2').font = { strike: true };
    });
    expect(struck).toMatchObject({ status: 'approved', values: { state: 'CA' }, doubts: { state: 'struck through' } });
    const computed = await edited((sheet) => {
      sheet.getCell('G2').value = { formula: 'UPPER("ca")', result: 'CA' };
    });
    expect(computed.doubts).toEqual({ state: 'formula' });
    expect(await first(await workbook([tidy('Acme')]))).not.toHaveProperty('doubts');
  });

  it('of a list without a status column says that it is listed', async () => {
    const how = mapping({ columns: { ...mapping().columns, status: null }, statuses: {}, approving: [] });
    expect(await first(await workbook([tidy('Acme', null)]), how)).toMatchObject({
      status: 'listed',
      statusProblem: null,
    });
  });
});

describe('a status that is not known', () => {
  const styled = (address: string, style: Partial<ExcelJS.Style>) => (sheet: ExcelJS.Worksheet) => {
    sheet.getCell(address).style = style;
  };
  const valued = (address: string, value: Cell) => (sheet: ExcelJS.Worksheet) => {
    sheet.getCell(address).value = value;
  };
  const cases: [string, (sheet: ExcelJS.Worksheet) => void, string, string][] = [
    ['blank', valued('E2', null), 'blank', 'blank-status E2'],
    ['of spaces only', valued('E2', ' \u00a0 '), 'blank', 'blank-status E2'],
    [
      'in another wording',
      valued('E2', 'approved (pending legal)'),
      'unmapped value "approved (pending legal)"',
      'unmapped-status E2',
    ],
    ['with a question mark', valued('E2', 'Approved?'), 'unmapped value "Approved?"', 'unmapped-status E2'],
    [
      'with a zero-width space',
      valued('E2', 'App\u200broved'),
      'unmapped value "App\\u200broved"',
      'unmapped-status E2',
    ],
    ['with a look-alike letter', valued('E2', 'Аpproved'), 'unmapped value "Аpproved"', 'unmapped-status E2'],
    ['a number', valued('E2', 1), 'unmapped value "1"', 'unmapped-status E2'],
    ['a boolean', valued('E2', true), 'unmapped value "TRUE"', 'unmapped-status E2'],
    ['a date', valued('E2', new Date(Date.UTC(2026, 0, 31))), 'unmapped value "2026-01-31"', 'unmapped-status E2'],
    [
      'a formula with a stored result',
      valued('E2', { formula: '"Approved"', result: 'Approved' }),
      'formula',
      'formula E2',
    ],
    ['a formula without a result', valued('E2', { formula: 'A1' } as Cell), 'formula', 'formula E2'],
    ['an error', valued('E2', { error: '#N/A' }), 'error value #N/A', 'error-value E2'],
    ['struck through', styled('E2', { font: { strike: true } }), 'struck through', 'struck-through E2'],
    [
      'half struck through',
      valued('E2', { richText: [{ text: 'App' }, { text: 'roved', font: { strike: true } }] }),
      'struck through',
      'struck-through E2',
    ],
    ['under a struck name', styled('A2', { font: { strike: true } }), 'struck through in A2', 'struck-through A2'],
    ['beside a struck domain', styled('C2', { font: { strike: true } }), 'struck through in C2', 'struck-through C2'],
    ['beside a name that is a formula', valued('A2', { formula: 'B9', result: 'Acme' }), 'formula in A2', 'formula A2'],
    [
      'beside a domain that is a formula',
      valued('C2', { formula: 'B9', result: 'acme.example' }),
      'formula in C2',
      'formula C2',
    ],
    ['beside a name that is an error', valued('A2', { error: '#REF!' }), 'error value #REF! in A2', 'error-value A2'],
    [
      'beside a name with an invisible character',
      valued('A2', 'Ac\u202eme'),
      'invisible characters in A2',
      'hidden-characters A2',
    ],
    [
      'in a hidden row',
      (sheet) => {
        sheet.getRow(2).hidden = true;
      },
      'hidden row',
      'hidden-row E2',
    ],
    [
      'in a hidden column',
      (sheet) => {
        sheet.getColumn(5).hidden = true;
      },
      'hidden column',
      'hidden-column E2',
    ],
    [
      'with a comment',
      (sheet) => {
        sheet.getCell('E2').note = 'ask legal';
      },
      'commented',
      'commented E2',
    ],
  ];
  it.each(cases)('%s is not known, and says why and where', async (_what, edit, problem, mark) => {
    const listing = await edited(edit);
    expect(listing).toMatchObject({ status: null, statusProblem: problem, domains: ['acme.example'] });
    expect(listing.marks).toContain(mark);
  });

  it('shared over merged rows is not known in any of them', async () => {
    const bytes = await workbook([tidy('Acme'), tidy('Bolt', null)], (sheet) => sheet.mergeCells('E2:E3'));
    expect((await read(bytes)).listings.map((l) => [l.name, l.status, l.statusProblem])).toEqual([
      ['Acme', null, 'merged cells'],
      ['Bolt', null, 'merged cells'],
    ]);
  });

  it('is not known where a name is merged over two rows, and the second row is not lost', async () => {
    const bytes = await workbook([tidy('Acme'), [null, ...tidy('Bolt').slice(1)]], (sheet) =>
      sheet.mergeCells('A2:A3'),
    );
    expect((await read(bytes)).listings.map((l) => [l.row, l.statusProblem, l.domains[0]])).toEqual([
      [2, 'merged cells in A2', 'acme.example'],
      [3, 'merged cells in A3', 'bolt.example'],
    ]);
  });

  it('quarantines only its own row', async () => {
    const { listings } = await read(
      await workbook([tidy('Acme', 'maybe'), tidy('Bolt'), tidy('Cord', 'Not approved')]),
    );
    expect(listings.map((l) => l.status)).toEqual([null, 'approved', 'not-approved']);
  });
});
