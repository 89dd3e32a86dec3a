// Where the list stands in the workbook: sheets, header rows, tables, sizes.
import { describe, expect, it } from 'vitest';
import { headers, mapping, marks, patched, patchedSheet, read, refused, tidy, workbook } from './workbooks.js';

describe('the sheet', () => {
  it('is found by its exact name, and a missing one names those that are there', async () => {
    const bytes = await workbook([tidy('Acme')], (_, book) => {
      book.addWorksheet('Old').state = 'veryHidden';
    });
    const [problem] = await refused(bytes, mapping({ sheet: 'Trakcer' }));
    expect(problem).toMatchObject({ code: 'list-sheet-missing', file: 'rules/sample/lists.yaml', line: 4 });
    expect(problem!.message).toContain('"Tracker", "Old" (hidden)');
    expect(problem!.fix).toContain('did you mean "Tracker"?');
  });

  it('is not read while hidden', async () => {
    const bytes = await workbook([tidy('Acme')], (sheet, book) => {
      book.addWorksheet('Front');
      sheet.state = 'hidden';
    });
    expect(await refused(bytes)).toMatchObject([{ code: 'list-sheet-hidden' }]);
  });

  it('is never replaced by another when its content is missing', async () => {
    const bytes = await workbook([tidy('Acme')], (_, book) => book.addWorksheet('Old').addRow(headers));
    expect(await refused(patched(bytes, 'xl/worksheets/sheet1.xml', () => null))).toMatchObject([
      { code: 'list-torn' },
    ]);
  });

  it('that breaks the format is a Problem', async () => {
    const bytes = patchedSheet(await workbook([tidy('Acme')]), (xml) => xml.replace('</sheetData>', ''));
    expect(await refused(bytes)).toMatchObject([{ code: 'list-unreadable' }]);
  });

  it('without an organization is not used, as it would decline everybody', async () => {
    expect(await refused(await workbook([]))).toMatchObject([{ code: 'list-empty' }]);
  });
});

describe('the header row', () => {
  it('is found below title rows and merged banners', async () => {
    const bytes = await workbook([tidy('Acme')], (sheet) => {
      sheet.insertRows(1, [['Partners 2026'], ['do not sort']]);
      sheet.mergeCells('A1:G1');
    });
    expect((await read(bytes)).listings).toMatchObject([{ name: 'Acme', row: 4, cells: { name: 'A4', status: 'E4' } }]);
  });

  it('may have its columns in any order, with unknown ones between', async () => {
    const bytes = await workbook([], (sheet) => {
      sheet.getRow(1).values = [
        'Notes',
        'Status ',
        'State',
        ' Company',
        'Admin',
        'Org\nID',
        'Domain',
        'Also  known as',
      ];
      sheet.addRow(['x', 'Approved', 'TX', 'Acme', 'a@acme.example', '7', 'acme.example', 'Ace']);
    });
    expect((await read(bytes)).listings).toMatchObject([
      { name: 'Acme', status: 'approved', organizationId: '7', aliases: ['Ace'], values: { state: 'TX' } },
    ]);
  });

  it('counts a header merged over two columns or two rows once', async () => {
    const bytes = await workbook([[null, ...headers.slice(1)], tidy('Acme')], (sheet) => {
      for (const column of 'ABCDEFG') {
        sheet.getCell(`${column}2`).value = null;
        sheet.mergeCells(`${column}1:${column}2`);
      }
      sheet.mergeCells('H1:I1');
    });
    expect((await read(bytes)).listings.map((l) => l.name)).toEqual(['Acme']);
  });

  it('with renamed and doubled columns names each, all at once, with a suggestion', async () => {
    const bytes = await workbook([tidy('Acme')], (sheet) => {
      sheet.getCell('A1').value = 'Compnay';
      sheet.getCell('H1').value = 'Status';
      sheet.getCell('G1').value = 'Region';
    });
    const problems = await refused(bytes);
    expect(problems.map((p) => p.code)).toEqual(['list-header', 'list-header', 'list-header']);
    const text = problems.map((p) => `${p.message} | ${p.fix}`).join('\n');
    expect(text).toContain('did you mean "Compnay" (A1)?');
    expect(text).toContain('column "Status" stands there 2 times: E1, H1');
    expect(text).toContain('column "State" is missing in header row 1');
  });

  it('that is nowhere in the first thirty rows is a Problem', async () => {
    const bytes = await workbook([tidy('Acme')], (sheet) =>
      sheet.insertRows(
        1,
        Array.from({ length: 30 }, () => ['title']),
      ),
    );
    expect(await refused(bytes)).toMatchObject([{ code: 'list-header' }]);
  });

  it('standing again further down ends the list, and says so', async () => {
    const bytes = await workbook([tidy('Acme'), [], headers, tidy('Former Partner')]);
    const { listings, lint } = await read(bytes);
    expect(listings.map((l) => l.name)).toEqual(['Acme']);
    expect(lint).toMatchObject([{ code: 'second-header', severity: 'error', cell: 'A4' }]);
  });
});

describe('sizes', () => {
  it('refuses more rows than the mapping allows', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => tidy(`Company ${i}`));
    expect((await read(await workbook(rows), mapping({ maxRows: 12 }))).listings).toHaveLength(12);
    expect(await refused(await workbook(rows), mapping({ maxRows: 11 }))).toMatchObject([
      { code: 'list-too-many-rows' },
    ]);
    const many = Array.from({ length: 400 }, (_, i) => tidy(`Company ${i}`));
    expect(await refused(await workbook(many), mapping({ maxRows: 11 }))).toMatchObject([
      { code: 'list-too-many-rows' },
    ]);
  });

  it('refuses a few bytes that merge ten million cells', async () => {
    const bytes = patchedSheet(await workbook([tidy('Acme')]), (xml) =>
      xml.replace('</sheetData>', '</sheetData><mergeCells count="1"><mergeCell ref="A1:ZZ20000"/></mergeCells>'),
    );
    expect(await refused(bytes)).toMatchObject([{ code: 'list-merges-too-large' }]);
  });

  it('is not slowed down by a drop-down on millions of cells', async () => {
    const rule =
      '<dataValidations count="1"><dataValidation type="list" sqref="A1:XFD5000"><formula1>"a,b"</formula1></dataValidation></dataValidations>';
    const bytes = patchedSheet(await workbook([tidy('Acme')]), (xml) =>
      xml.replace('</sheetData>', `</sheetData>${rule}`),
    );
    const started = Date.now();
    expect((await read(bytes)).listings).toHaveLength(1);
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  it('is not slowed down by bombs on other sheets', async () => {
    const bytes = await workbook([tidy('Acme')], (_, book) => book.addWorksheet('Other').addRow([1]));
    const bombed = patched(bytes, 'xl/worksheets/sheet2.xml', (xml) =>
      xml.replace('</sheetData>', '</sheetData><mergeCells count="1"><mergeCell ref="A1:ZZ20000"/></mergeCells>'),
    );
    expect((await read(bombed)).listings).toHaveLength(1);
  });

  it('refuses cells beyond column ZZ and XML comments', async () => {
    const bytes = await workbook([tidy('Acme')]);
    expect(
      await refused(patchedSheet(bytes, (xml) => xml.replace('</row>', '<c r="AAA1" t="str"><v>x</v></c></row>'))),
    ).toMatchObject([{ code: 'list-too-many-columns' }]);
    expect(
      await refused(patchedSheet(bytes, (xml) => xml.replace('<sheetData>', '<sheetData><!-- <c r="A1"/> -->'))),
    ).toMatchObject([{ code: 'list-unsafe-xml' }]);
  });

  it('counts no more findings than a person can use', async () => {
    const rows = Array.from({ length: 700 }, (_, i) => tidy(`Company ${i}`, 'maybe'));
    const { lint } = await read(await workbook(rows));
    expect(lint).toHaveLength(501);
    expect(lint.at(-1)).toMatchObject({ code: 'more', message: '200 more findings' });
  });
});

describe('files written by other programs', () => {
  it('finds parts by absolute targets', async () => {
    const bytes = patched(await workbook([tidy('Acme')]), 'xl/_rels/workbook.xml.rels', (xml) =>
      xml.replaceAll('Target="', 'Target="/xl/'),
    );
    expect((await read(bytes)).listings).toHaveLength(1);
  });

  it('finds a sheet whose part has an unusual name', async () => {
    const bytes = await workbook([tidy('Acme')]);
    let sheet = '';
    const without = patched(bytes, 'xl/worksheets/sheet1.xml', (xml) => {
      sheet = xml;
      return null;
    });
    const renamed = patched(
      patched(without, 'xl/data/list.xml', () => sheet),
      'xl/_rels/workbook.xml.rels',
      (xml) => xml.replace('worksheets/sheet1.xml', 'data/list.xml'),
    );
    expect((await read(renamed)).listings).toHaveLength(1);
  });

  it('reads comments, tables and names without stumbling over them', async () => {
    const bytes = await workbook([tidy('Acme')], (sheet, book) => {
      sheet.getCell('G2').note = 'a remark';
      book.definedNames.add('Tracker!$A$1:$B$3', 'Everything');
      sheet.addTable({ name: 'T', ref: 'K1', columns: [{ name: 'x' }], rows: [[1]] });
    });
    expect(marks((await read(bytes)).lint)).toEqual([]);
  });
});
