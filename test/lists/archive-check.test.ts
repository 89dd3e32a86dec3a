// Files that are no workbook, half a workbook, or a trap: each is refused by its content, with a Problem that says what to do.
import { describe, expect, it } from 'vitest';
import { archiveLimits, checkArchive } from '../../src/lists/archive-check.js';
import { craftedZip, entriesOf, patched, read, tidy, workbook } from './workbooks.js';

const codes = (bytes: Buffer) => {
  const result = checkArchive(bytes, 'partners.xlsx');
  return result.kind === 'failed' ? result.problems.map((p) => p.code) : ['ok'];
};

describe('what is not a whole .xlsx file', () => {
  it.each([0, 0.5, 0.9, 0.999])('calls a file cut at %s of its length torn', async (share) => {
    const bytes = await workbook(Array.from({ length: 200 }, (_, i) => tidy(`Company ${i}`)));
    expect(codes(bytes)).toEqual(['ok']);
    expect(codes(bytes.subarray(0, Math.floor(bytes.length * share)))).toEqual(['list-torn']);
  });

  it('calls a file with a damaged byte torn, by its check sum', async () => {
    const bytes = Buffer.from(await workbook([tidy('Acme')]));
    const at = bytes.indexOf('xl/worksheets/sheet1.xml') + 60;
    bytes[at] = bytes[at]! ^ 0xff;
    expect(codes(bytes)).toEqual(['list-torn']);
  });

  it('calls zeros that a synchronization left torn', () => {
    expect(codes(Buffer.alloc(5000))).toEqual(['list-torn']);
  });

  it('tells a password-protected workbook from an old one', () => {
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
    const encrypted = Buffer.concat([ole, Buffer.from('EncryptedPackage', 'utf16le'), Buffer.alloc(600)]);
    expect(codes(encrypted)).toEqual(['list-encrypted']);
    expect(codes(ole)).toEqual(['list-old-format']);
  });

  it.each([
    ['a web page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'list-html'],
    ['a web page after blank lines', '\n\n  <html>', 'list-html'],
    ['a CSV file', 'Company,Status\nAcme,Approved\n', 'list-not-xlsx'],
  ])('refuses %s under a workbook name', (_what, text, code) => {
    expect(codes(Buffer.from(text))).toEqual([code]);
  });

  it('refuses macro workbooks by their content', async () => {
    const bytes = await workbook([tidy('Acme')]);
    expect(codes(patched(bytes, 'xl/vbaProject.bin', () => 'code'))).toEqual(['list-macros']);
    const types = patched(bytes, '[Content_Types].xml', (xml) =>
      xml
        .replace('spreadsheetml.sheet.main+xml', 'sheet.macroEnabled.main+xml')
        .replace('openxmlformats-officedocument.', ''),
    );
    expect(codes(types)).toEqual(['list-macros']);
  });

  it('refuses binary workbooks, OpenDocument files and zips without a workbook', async () => {
    const bytes = await workbook([tidy('Acme')]);
    expect(codes(patched(bytes, 'xl/workbook.bin', () => 'x'))).toEqual(['list-old-format']);
    expect(codes(patched(bytes, 'xl/workbook.xml', () => null))).toEqual(['list-not-xlsx']);
    const openDocument = craftedZip([
      { name: 'mimetype', content: Buffer.from('application/vnd.oasis.opendocument.spreadsheet') },
      { name: 'content.xml', content: Buffer.from('<x/>') },
    ]);
    expect(codes(openDocument)).toEqual(['list-not-xlsx']);
  });
});

describe('traps', () => {
  it('refuses a file larger than the limit before looking inside', () => {
    expect(codes(Buffer.alloc(archiveLimits.fileBytes + 1, 'PK'))).toEqual(['list-too-large']);
  });

  it('stops a bomb at what it really unpacks to, though it claims ten bytes', async () => {
    const sound = entriesOf(await workbook([tidy('Acme')]));
    const bomb = craftedZip([
      ...sound,
      { name: 'xl/worksheets/sheet9.xml', content: Buffer.alloc(30_000_000, 0x20), statedBytes: 10 },
    ]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(codes(bomb)).toEqual(['list-bomb']);
  });

  it('stops many parts that are each small enough', async () => {
    const sound = entriesOf(await workbook([tidy('Acme')]));
    // A little noise between blanks: packs 50:1, so that neither ratio nor the size of a part gives it away.
    const noise = Buffer.from(Array.from({ length: 8_000 }, (_, i) => 97 + ((i * i * 31 + (i >> 3)) % 26)));
    const part = Buffer.concat(Array.from({ length: 80 }, () => [noise, Buffer.alloc(392_000, 0x20)]).flat());
    const many = craftedZip([
      ...sound,
      ...Array.from({ length: 4 }, (_, i) => ({ name: `xl/extra${i}.xml`, content: part })),
    ]);
    expect(many.length).toBeLessThan(archiveLimits.fileBytes);
    expect(codes(many)).toEqual(['list-bomb']);
  });

  it('refuses more parts than a workbook has', () => {
    const entries = Array.from({ length: archiveLimits.entries + 1 }, (_, i) => ({
      name: `p${i}.xml`,
      content: Buffer.from('x'),
    }));
    expect(codes(craftedZip(entries))).toEqual(['list-bomb']);
  });

  it.each([
    ['/etc/passwd', 'list-unsafe-part'],
    ['xl/../../outside.xml', 'list-unsafe-part'],
    ['C:\\outside.xml', 'list-unsafe-part'],
    ['..\\outside.xml', 'list-unsafe-part'],
    ['XL/Workbook.xml', 'list-unsafe-part'],
    ['xl/embeddings/inner.xlsx', 'list-nested-archive'],
  ])('refuses a part named %s', async (name, code) => {
    expect(
      codes(craftedZip([...entriesOf(await workbook([tidy('Acme')])), { name, content: Buffer.from('x') }])),
    ).toEqual([code]);
  });

  it('refuses an archive inside under a harmless name', async () => {
    const inner = craftedZip([{ name: 'a', content: Buffer.from('a') }]);
    expect(
      codes(craftedZip([...entriesOf(await workbook([tidy('Acme')])), { name: 'xl/media/logo.png', content: inner }])),
    ).toEqual(['list-nested-archive']);
  });

  it('refuses encrypted parts', async () => {
    const [first, ...rest] = entriesOf(await workbook([tidy('Acme')]));
    expect(codes(craftedZip([{ ...first!, flags: 1 }, ...rest]))).toEqual(['list-encrypted']);
  });

  it.each([
    ['a document type', '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><worksheet/>'],
  ])('refuses XML that declares %s', async (_what, xml) => {
    expect(codes(patched(await workbook([tidy('Acme')]), 'xl/worksheets/sheet1.xml', () => xml))).toEqual([
      'list-unsafe-xml',
    ]);
  });

  it('refuses XML in UTF-16, where a document type could hide', async () => {
    const [first, ...rest] = entriesOf(await workbook([tidy('Acme')]));
    const hidden = Buffer.from('\ufeff<!DOCTYPE x>', 'utf16le');
    expect(codes(craftedZip([...rest, { ...first!, content: hidden }]))).toEqual(['list-unsafe-xml']);
  });

  it('reads a sound workbook through the same packer', async () => {
    const { listings } = await read(craftedZip(entriesOf(await workbook([tidy('Acme')]))));
    expect(listings.map((l) => l.name)).toEqual(['Acme']);
  });
});
