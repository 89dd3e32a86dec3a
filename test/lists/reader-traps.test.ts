// Traps of spreadsheet files that readers fall into, and the findings that a list's keeper is shown.
import { describe, expect, it } from 'vitest';
import { type Cell, mapping, marks, patched, patchedSheet, read, tidy, workbook } from './workbooks.js';

const hyperlink = (text: string, to: string): Cell => ({ text, hyperlink: to });
const first = async (bytes: Buffer, how = mapping()) => {
  const { listings, lint } = await read(bytes, how);
  return { ...listings[0]!, marks: marks(lint), lint };
};

describe('traps of the reader', () => {
  it('sees the formula of a cell that also has a link', async () => {
    const bytes = patchedSheet(await workbook([tidy('Acme', hyperlink('Approved', 'https://x.example'))]), (xml) =>
      xml.replace(/(<c r="E2"[^>]*?) t="s"[^>]*><v>\d+<\/v>/, '$1 t="str"><f>"Appr"&amp;"oved"</f><v>Approved</v>'),
    );
    expect(await first(bytes)).toMatchObject({ status: null, statusProblem: 'formula' });
  });

  it('sees shared formulas', async () => {
    const shared = { formula: '"Approved"', shareType: 'shared', ref: 'E2:E3', result: 'Approved' };
    const bytes = await workbook([tidy('Acme', shared), tidy('Bolt', { sharedFormula: 'E2', result: 'Approved' })]);
    expect((await read(bytes)).listings.map((l) => l.statusProblem)).toEqual(['formula', 'formula']);
  });

  it('reads an ISO date cell as a day, not as the number of its year', async () => {
    const how = mapping({ columns: { ...mapping().columns, values: { since: 'State' } } });
    const bytes = patchedSheet(await workbook([tidy('Acme')]), (xml) =>
      xml.replace(/<c r="G2"[^>]*><v>\d+<\/v>/, '<c r="G2" t="d"><v>2026-01-31</v>'),
    );
    expect((await first(bytes, how)).values).toEqual({ since: '2026-01-31' });
  });

  it('reads dates in both date systems', async () => {
    const dated = await workbook([[...tidy('Acme').slice(0, 6), new Date(Date.UTC(2026, 0, 31))]]);
    expect((await first(dated)).values).toEqual({ state: '2026-01-31' });
    const in1904 = patched(dated, 'xl/workbook.xml', (xml) =>
      xml.replace(/<workbookPr[^>]*>/, '<workbookPr date1904="1"/>'),
    );
    expect((await first(in1904)).values).toEqual({ state: '2030-02-01' });
  });

  it('joins rich text, and takes the text of a link', async () => {
    const row: Cell[] = [
      { richText: [{ text: 'Ac' }, { font: { bold: true }, text: 'me ' }, { text: ' Solar' }] },
      null,
      hyperlink('acme.example', 'http://www.acme.example/x'),
      hyperlink('a@acme.example', 'mailto:a@acme.example'),
      'Approved',
    ];
    expect(await first(await workbook([row]))).toMatchObject({
      name: 'Acme Solar',
      domains: ['acme.example'],
      admins: ['a@acme.example'],
      marks: ['spaces A2'],
    });
  });

  it('keeps leading zeros that the number format shows, and drops ids whose digits are lost', async () => {
    const bytes = await workbook([tidy('Acme'), tidy('Bolt')], (sheet) => {
      sheet.getCell('F2').value = 42;
      sheet.getCell('F2').numFmt = '000000';
    });
    const long = patchedSheet(bytes, (xml) =>
      xml.replace(/<c r="F3"[^>]*\/>/, '').replace(/(<c r="G3")/, '<c r="F3"><v>12345678901234567890</v></c>$1'),
    );
    const { listings, lint } = await read(long);
    expect(listings.map((l) => l.organizationId)).toEqual(['000042', null]);
    expect(marks(lint)).toEqual(['rounded-number F3']);
  });

  it('sees a threaded comment', async () => {
    const noted = await workbook([tidy('Acme')]);
    const rels =
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>';
    const threaded = patched(
      patched(noted, 'xl/worksheets/_rels/sheet1.xml.rels', () => rels),
      'xl/threadedComments/threadedComment1.xml',
      () => '<ThreadedComments><threadedComment ref="E2"><text>wait</text></threadedComment></ThreadedComments>',
    );
    expect(await first(threaded)).toMatchObject({ status: null, statusProblem: 'commented' });
  });
});

describe('lint', () => {
  it('names a link that leads elsewhere than its text', async () => {
    const row = tidy('Acme');
    row[2] = hyperlink('acme.example', 'https://evil.test/');
    const listing = await first(await workbook([row]));
    expect(listing).toMatchObject({ status: 'approved', domains: ['acme.example'], marks: ['link-differs C2'] });
    expect(listing.lint[0]!.message).toContain('its link leads to evil.test');
  });

  it('passes over what is no domain and no mail address', async () => {
    const row: Cell[] = ['Acme', 'n/a', 'acme.example, ask Bob; -', 'call 555-0100', 'Approved'];
    expect(await first(await workbook([row]))).toMatchObject({
      aliases: [],
      domains: ['acme.example'],
      admins: [],
      marks: ['not-a-domain C2', 'not-a-mail D2'],
    });
  });

  it('skips captions merged over the row, blank rows, and remarks without an organization', async () => {
    const bytes = await workbook(
      [tidy('Acme'), ['Onboarded in 2025'], [], [null, null, null, null, null, null, 'checked by Eve'], tidy('Bolt')],
      (sheet) => sheet.mergeCells('A3:G3'),
    );
    const { listings, lint } = await read(bytes);
    expect(listings.map((l) => l.name)).toEqual(['Acme', 'Bolt']);
    expect(marks(lint)).toEqual(['banner A3', 'no-name A5']);
  });

  it('keeps a row that has a domain but no organization, so that nobody from there is declined', async () => {
    const { listings, lint } = await read(await workbook([[null, ...tidy('Acme').slice(1)]]));
    expect(listings).toMatchObject([{ name: '(no name)', domains: ['acme.example'], status: null }]);
    expect(marks(lint)[0]).toBe('no-name A2');
  });

  it('finds names and domains that stand twice, naming both cells', async () => {
    const { lint } = await read(
      await workbook([
        tidy('Blue Mesa Solar'),
        tidy('BlueMesa Solar, LLC', 'Not approved', 'bluemesasolar.example'),
        tidy('Blue Mesa Solar', 'Approved', 'other.example'),
      ]),
    );
    expect(marks(lint)).toEqual(['two-spellings A3', 'shared-domain C3', 'duplicate-name A4']);
    expect(lint[0]!.message).toContain(
      'stands also in A2 as "Blue Mesa Solar", and their statuses differ (approved, not-approved)',
    );
    expect(lint[1]!.message).toContain('bluemesasolar.example stands also in C2');
  });
});
