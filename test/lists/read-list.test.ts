// Reading in a process of its own: what comes back, and that nothing a file does reaches the bot.
import { beforeAll, describe, expect, it } from 'vitest';
import { listHash, listReader, readList } from '../../src/lists/read-list.js';
import { ensureCompiled } from './compiled.js';
import { craftedZip, entriesOf, mapping, patchedSheet, tidy, workbook } from './workbooks.js';

beforeAll(ensureCompiled, 120_000);
const at = '2026-03-01T10:00:00.000Z';

describe('readList', () => {
  it('gives a snapshot with every row of a list longer than one portion', async () => {
    const bytes = await workbook(Array.from({ length: 1_201 }, (_, i) => tidy(`Company ${i}`)));
    const result = await readList(bytes, 'partners.xlsx', mapping(), at);
    expect(result).toMatchObject({
      kind: 'ok',
      snapshot: {
        list: 'partners',
        title: 'Partners',
        file: 'partners.xlsx',
        sheet: 'Tracker',
        loadedAt: at,
        hash: listHash(bytes, mapping()),
      },
    });
    const listings = result.kind === 'ok' ? result.snapshot.listings : [];
    expect(listings.map((l) => l.row)).toEqual(Array.from({ length: 1_201 }, (_, i) => i + 2));
  });

  it('gives the Problems of a file that is refused', async () => {
    expect(await readList(Buffer.from('<html>'), 'partners.xlsx', mapping(), at)).toMatchObject({
      kind: 'failed',
      problems: [{ code: 'list-html' }],
    });
  });

  it('stops a reading that takes too long', async () => {
    const bytes = await workbook([tidy('Acme')]);
    expect(await listReader({ heapMb: 256, timeoutMs: 1 })(bytes, 'partners.xlsx', mapping(), at)).toMatchObject({
      kind: 'failed',
      problems: [{ code: 'list-too-slow' }],
    });
  });

  it('outlives a reading that runs out of memory, and says so', async () => {
    const rows = Array.from(
      { length: 40_000 },
      (_, i) =>
        `<row r="${i + 2}">${'ABCDEFGHIJ'.replace(/./g, (c) => `<c r="${c}${i + 2}" t="str"><v>text ${i}</v></c>`)}</row>`,
    );
    const sheet = patchedSheet(await workbook([]), (xml) =>
      xml.replace('</sheetData>', `${rows.join('')}</sheetData>`),
    );
    const bytes = craftedZip(entriesOf(sheet));
    const result = await listReader({ heapMb: 48, timeoutMs: 30_000 })(bytes, 'partners.xlsx', mapping(), at);
    expect(result).toMatchObject({ kind: 'failed', problems: [{ code: 'list-reader-died' }] });
    expect(result.kind === 'failed' && result.problems[0]!.message).toContain('too much memory');
  });
});

describe('the hash of a snapshot', () => {
  it('changes with the bytes and with what the mapping reads, not with the order of its words or its maximum age', async () => {
    const bytes = await workbook([tidy('Acme')]);
    const plain = listHash(bytes, mapping());
    expect(listHash(bytes, mapping({ maxAgeMs: 1, place: { file: 'x', line: 9 } }))).toBe(plain);
    expect(
      listHash(
        bytes,
        mapping({ statuses: { 'not-approved': ['Not approved'], approved: ['Approved', 'Approved - Tier 2'] } }),
      ),
    ).toBe(plain);
    expect(listHash(bytes, mapping({ statuses: { approved: ['Approved'] } }))).not.toBe(plain);
    expect(listHash(bytes, mapping({ sheet: 'Other' }))).not.toBe(plain);
    expect(listHash(Buffer.concat([bytes, Buffer.from('x')]), mapping())).not.toBe(plain);
  });
});
