// Damage of any kind: a file is read or refused, never thrown at the caller.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWorkbook } from '../../src/lists/read-workbook.js';
import { mapping, patchedSheet, tidy, workbook } from './workbooks.js';

const sound = () => workbook([tidy('Acme', 'Not approved'), tidy('Bolt', 'maybe'), tidy('Cord', null)]);

describe('a damaged file', () => {
  it('with some bytes changed is read as it was or refused', async () => {
    const bytes = await sound();
    const before = await readWorkbook(bytes, 'partners.xlsx', mapping());
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, mask] of changes) damaged[at] = damaged[at]! ^ mask;
        const result = await readWorkbook(damaged, 'partners.xlsx', mapping());
        if (result.kind === 'failed') expect(result.problems[0]!.code).toMatch(/^list-/);
        // The check sums leave no third way, save for names and times that nothing is read from.
        else expect(result).toEqual(before);
      }),
      { numRuns: 150 },
    );
  });

  it('cut anywhere is torn', async () => {
    const bytes = await sound();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        expect(await readWorkbook(bytes.subarray(0, length), 'partners.xlsx', mapping())).toMatchObject({
          kind: 'failed',
          problems: [{ family: length < 4 && length > 0 ? 'admin' : 'network' }],
        });
      }),
      { numRuns: 100 },
    );
  });

  it('with its XML garbled, but sound check sums, is read or refused', async () => {
    const bytes = await sound();
    const garble = fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(
          '<',
          '>',
          '"',
          '</c>',
          '<f>',
          '<row r="2">',
          '<c r="E2">',
          '&',
          '&#0;',
          '<v>0</v>',
          '<is><t>x</t></is>',
          ' t="d"',
          '<mergeCell ref="A1:B9"/>',
          '',
        ),
      ),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(garble, async (pieces) => {
        const damaged = patchedSheet(bytes, (xml) =>
          pieces.reduce((text, [at, piece]) => {
            const i = Math.floor(at * text.length);
            return text.slice(0, i) + piece + text.slice(i + (piece === '' ? 3 : 0));
          }, xml),
        );
        const result = await readWorkbook(damaged, 'partners.xlsx', mapping());
        if (result.kind === 'failed') expect(result.problems[0]!.code).toMatch(/^list-/);
        else expect(result.listings.every((l) => (l.status === null) !== (l.statusProblem === null))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
