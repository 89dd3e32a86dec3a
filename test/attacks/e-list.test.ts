// Attacks 39 to 48: spreadsheets that are bombs, traps or forgeries, given to the real reader in its process of its own.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import type { ListMapping } from '../../src/core/rulebook.js';
import { checkArchive } from '../../src/lists/archive-check.js';
import { listInUse, refreshList } from '../../src/lists/keeper.js';
import { listReader } from '../../src/lists/read-list.js';
import { readWorkbook } from '../../src/lists/read-workbook.js';
import { localFileSource } from '../../src/lists/source.js';
import { ensureCompiled } from '../lists/compiled.js';
import { memorySnapshots } from '../lists/memory-snapshots.js';
import {
  type Cell,
  craftedZip,
  entriesOf,
  headers,
  mapping,
  marks,
  patched,
  patchedSheet,
  tidy,
  workbook,
} from '../lists/workbooks.js';
import { attacks } from './attacks.js';

beforeAll(ensureCompiled, 120_000);

const AT = '2026-11-22T12:00:00.000Z';
const SHEET = 'xl/worksheets/sheet1.xml';
/** Smaller than the real limits, so that a bomb that got through would be seen. */
const reader = listReader({ heapMb: 256, timeoutMs: 20_000 });

/** The first Problem's code, or `ok`. What the archive's check refuses is read here, by what the process runs: a start costs half a second. */
async function codeOf(bytes: Buffer, how: ListMapping = mapping()): Promise<string> {
  const isRefused = checkArchive(bytes, 'partners.xlsx').kind === 'failed';
  const result = isRefused
    ? await readWorkbook(bytes, 'partners.xlsx', how)
    : await reader(bytes, 'partners.xlsx', how, AT);
  return result.kind === 'failed' ? result.problems[0]!.code : 'ok';
}

async function read(bytes: Buffer, how: ListMapping = mapping()) {
  const result = await reader(bytes, 'partners.xlsx', how, AT);
  if (result.kind === 'failed') throw new Error(JSON.stringify(result.problems));
  return { listings: result.snapshot.listings, marks: marks(result.snapshot.lint) };
}

/** The code of each file. */
async function codesOf(files: Record<string, Buffer>): Promise<Record<string, string>> {
  const codes: Record<string, string> = {};
  for (const [name, bytes] of Object.entries(files)) codes[name] = await codeOf(bytes);
  return codes;
}

const sound = () => workbook([tidy('Acme'), tidy('Bolt', 'Not approved')]);
const hyperlink = (text: string, to: string): Cell => ({ text, hyperlink: to });

attacks('E', {
  39: async () => {
    const bytes = await sound();
    const parts = entriesOf(bytes);
    const blanks = Buffer.alloc(30_000_000, 0x20);
    const dropDown =
      '<dataValidations count="1"><dataValidation type="list" sqref="A1:XFD1048576"><formula1>"a"</formula1></dataValidation></dataValidations>';
    const shared = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${'<si><t>x</t></si>'.repeat(1_100_000)}</sst>`;
    const sheets = Array.from({ length: 50_000 }, (_, i) => `<sheet name="S${i}" sheetId="${i + 9}" r:id="rId1"/>`);
    expect(
      await codesOf({
        zip: craftedZip([...parts, { name: 'xl/worksheets/sheet9.xml', content: blanks, statedBytes: 10 }]),
        'shared strings': craftedZip([
          ...parts.filter((p) => p.name !== 'xl/sharedStrings.xml'),
          { name: 'xl/sharedStrings.xml', content: Buffer.from(shared) },
        ]),
        'drop-down': patchedSheet(bytes, (xml) => xml.replace('</sheetData>', `</sheetData>${dropDown}`)),
        dimension: patchedSheet(bytes, (xml) =>
          xml.replace(/<dimension ref="[^"]*"/, '<dimension ref="A1:XFD1048576"'),
        ),
        'a row far away': patchedSheet(bytes, (xml) =>
          xml.replace('</sheetData>', '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        ),
        sheets: patched(bytes, 'xl/workbook.xml', (xml) => xml.replace('</sheets>', `${sheets.join('')}</sheets>`)),
        'a thousand parts': craftedZip(
          Array.from({ length: 1_001 }, (_, i) => ({ name: `p${i}.xml`, content: Buffer.from('x') })),
        ),
      }),
    ).toEqual({
      zip: 'list-bomb',
      'shared strings': 'list-bomb',
      'drop-down': 'ok',
      dimension: 'ok',
      'a row far away': 'list-too-many-columns',
      sheets: 'ok',
      'a thousand parts': 'list-bomb',
    });
  },

  40: async () => {
    const bytes = await sound();
    const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
    const types = [
      '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
      `<!DOCTYPE x [<!ENTITY e0 "ha">${entities}]>`,
      '<!DOCTYPE x SYSTEM "https://evil.test/x.dtd">',
    ];
    for (const part of [SHEET, 'xl/workbook.xml'])
      for (const type of types)
        expect(await codeOf(patched(bytes, part, (xml) => xml.replace(/^(<\?xml[^>]*>)?/, `$1${type}`)))).toBe(
          'list-unsafe-xml',
        );
    const undeclared = patchedSheet(bytes, (xml) => xml.replace('</sheetData>', '&evil;</sheetData>'));
    expect(await codeOf(undeclared)).toBe('list-unreadable');
  },

  41: async () => {
    const rows: Cell[][] = [
      tidy('Acme', { formula: '"Appr"&"oved"', result: 'Approved' }),
      [{ formula: 'A2', result: 'Bolt' }, ...tidy('Bolt').slice(1)],
      tidy('Cord', { error: '#N/A' }),
      tidy('Dyne', { formula: "'[other.xlsx]Sheet1'!A1", result: 'Approved' }),
      tidy('Echo', { formula: '"Approved"' }),
    ];
    const { listings, marks } = await read(await workbook(rows));
    expect(listings.map((l) => l.status)).toEqual([null, null, null, null, null]);
    expect(listings.map((l) => l.statusProblem)).not.toContain(null);
    expect(marks).toContain('formula E2');
  },

  42: async () => {
    const { listings } = await read(
      await workbook([tidy('Acme'), tidy('Bolt', null), tidy('Cord'), tidy('Dyne')], (sheet) => {
        sheet.mergeCells('E2:E3');
        sheet.mergeCells('A4:B4');
      }),
    );
    expect(listings.map((l) => [l.name, l.status])).toEqual([
      ['Acme', null],
      ['Bolt', null],
      ['Cord', null],
      ['Dyne', 'approved'],
    ]);
  },

  43: async () => {
    const hidden = await workbook([tidy('Acme'), tidy('Bolt')], (sheet, book) => {
      sheet.getRow(2).hidden = true;
      const other = book.addWorksheet('Archive', { state: 'veryHidden' });
      other.addRow(headers);
      other.addRow(tidy('Cord'));
    });
    const { listings } = await read(hidden);
    expect(listings.map((l) => [l.name, l.status])).toEqual([
      ['Acme', null],
      ['Bolt', 'approved'],
    ]);
    expect(await codeOf(hidden, mapping({ sheet: 'Sellers' }))).toBe('list-sheet-missing');
    expect(await codeOf(hidden, mapping({ sheet: 'Archive' }))).toBe('list-sheet-hidden');
  },

  44: async () => {
    const put = (cell: string, value: Cell) => (sheet: { getCell(at: string): { value: Cell } }) => {
      sheet.getCell(cell).value = value;
    };
    const changed = (edit: Parameters<typeof workbook>[1]) =>
      workbook([tidy('Acme'), tidy('Bolt', 'Not approved')], edit);
    expect(
      await codesOf({
        renamed: await changed(put('E1', 'State of play')),
        doubled: await changed(put('H1', 'Status')),
        gone: await changed((sheet) => sheet.spliceColumns(5, 1)),
      }),
    ).toEqual({ renamed: 'list-header', doubled: 'list-header', gone: 'list-header' });
    const moved = await read(await changed((sheet) => sheet.insertRows(1, [['Partners 2026'], []])));
    expect(moved.listings.map((l) => [l.row, l.status])).toEqual([
      [4, 'approved'],
      [5, 'not-approved'],
    ]);
    const second = await read(
      await changed((sheet) => {
        sheet.addRow([]);
        sheet.addRow(headers);
        sheet.addRow(tidy('Cord'));
      }),
    );
    expect(second.listings.map((l) => l.name)).toEqual(['Acme', 'Bolt']);
    expect(second.marks).toContain('second-header A5');
  },

  45: async () => {
    const bytes = await sound();
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
    expect(
      await codesOf({
        torn: bytes.subarray(0, Math.floor(bytes.length * 0.9)),
        empty: Buffer.alloc(0),
        encrypted: Buffer.concat([ole, Buffer.from('EncryptedPackage', 'utf16le')]),
        old: ole,
        html: Buffer.from('<!DOCTYPE html><html><body>Sign in</body></html>'),
        macros: patched(bytes, 'xl/vbaProject.bin', () => 'code'),
        'cut XML': patchedSheet(bytes, (xml) => xml.slice(0, xml.length * 0.6)),
      }),
    ).toEqual({
      torn: 'list-torn',
      empty: 'list-torn',
      encrypted: 'list-encrypted',
      old: 'list-old-format',
      html: 'list-html',
      macros: 'list-macros',
      'cut XML': 'list-unreadable',
    });
  },

  46: async () => {
    const many = (count: number, status: string) =>
      Array.from({ length: count }, (_, i) => tidy(`Company ${i}`, status));
    const before = [...many(40, 'Not approved'), ...many(10, 'Approved').map(([n, ...rest]) => [`Old ${n}`, ...rest])];
    const kept = await keeper(await workbook(before));
    try {
      for (const [what, rows] of [
        ['all approved', before.map(([n]) => tidy(String(n)))],
        ['500 more', [...before, ...many(500, 'Approved').map(([n, ...rest]) => [`New ${n}`, ...rest])]],
        ['40 % fewer', before.slice(20)],
      ] as [string, Cell[][]][]) {
        const result = await kept.saves(await workbook(rows));
        expect(result.kind, what).toBe('waiting');
        expect(await kept.approved(), what).toBe(10);
      }
    } finally {
      await kept.close();
    }
  },

  47: async () => {
    const row = tidy('Acme');
    row[0] = { richText: [{ text: 'Ac' }, { font: { bold: true }, text: 'me' }] };
    row[2] = hyperlink('acme.example', 'https://evil.test/');
    const { listings, marks } = await read(await workbook([row]));
    expect(listings).toMatchObject([{ name: 'Acme', domains: ['acme.example'], status: 'approved' }]);
    expect(marks).toContain('link-differs C2');
  },

  48: async () => {
    const kept = await keeper(await sound());
    try {
      // While one reads, another writes, also in place: every reading is one of the files whole, or refused.
      const versions = [
        await workbook([tidy('Acme'), tidy('Bolt')]),
        await workbook([tidy('Acme'), tidy('Bolt'), tidy('Cord')]),
      ];
      const writing = (async () => {
        for (let n = 0; n < 40; n++) await kept.writes(versions[n % 2]!, n % 4 < 2);
      })();
      for (let n = 0; n < 40; n++) {
        const fetched = await localFileSource(kept.path).fetch();
        if (fetched.kind === 'failed') expect(fetched.problem.code).toBe('list-file-changing');
        else if (!versions.some((v) => v.equals(fetched.bytes))) expect(await codeOf(fetched.bytes)).toBe('list-torn');
      }
      await writing;
      await kept.writes(versions[0]!, false);
      expect((await kept.refresh()).kind).toBe('published');
      const hash = await kept.hash();
      await kept.writes(versions[0]!.subarray(0, 900), false);
      expect(await kept.refresh()).toMatchObject({ kind: 'failed', problems: [{ code: 'list-torn' }] });
      expect(await kept.hash()).toBe(hash);
    } finally {
      await kept.close();
    }
  },
});

/** A list that is live with this content; its file can be saved again and is then looked at an hour later. */
async function keeper(bytes: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'usher-attack-'));
  const path = join(folder, 'partners.xlsx');
  const now = () => new Date(Date.now() + 3_600_000);
  const snapshots = memorySnapshots(now);
  const refresh = () => refreshList(mapping(), localFileSource(path), snapshots, { quietMs: 120_000, now: now() });
  const writes = async (content: Buffer, isInPlace: boolean) => {
    if (isInPlace) return writeFile(path, content);
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  };
  await writes(bytes, false);
  expect((await refresh()).kind).toBe('published');
  const live = async () => (await listInUse(mapping(), snapshots, now())).snapshot!;
  return {
    path,
    writes,
    refresh,
    saves: async (content: Buffer) => {
      await writes(content, false);
      return refresh();
    },
    approved: async () => (await live()).listings.filter((l) => l.status === 'approved').length,
    hash: async () => (await live()).hash,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
