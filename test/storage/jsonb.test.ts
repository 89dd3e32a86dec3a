// Texts that PostgreSQL refuses in jsonb are stored all the same, and everything else as it is.
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { toJsonb } from '../../src/storage/jsonb.js';
import type { Database } from '../../src/storage/pool.js';
import { eachDatabase, OPENING_MS } from './databases.js';

describe('JSON for a jsonb column', () => {
  it('leaves well-formed texts alone, escapes and look-alikes of escapes among them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const value = { [text]: [text, `\\u0000 \\ud800 ${text}\\`] };
        fc.pre(!text.includes('\0'));
        expect(JSON.parse(toJsonb(value))).toEqual(value);
      }),
    );
  });
});

eachDatabase((_name, open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  }, OPENING_MS);

  it.each([
    ['NUL', 'a\0b', 'a\ufffdb'],
    ['half a pair that was cut off', 'Solar 😀'.slice(0, -1), 'Solar \ufffd'],
    ['the other half', '😀 Solar'.slice(1), '\ufffd Solar'],
    ['a backslash before one', '\\\0\\\\\ud83d', '\\\ufffd\\\\\ufffd'],
    ['the words for one', '\\u0000', '\\u0000'],
  ])('takes %s', async (_what, text, stored) => {
    const value = { [text]: [text] };
    const { rows } = await sql<{ v: unknown }>`select ${toJsonb(value)}::jsonb as v`.execute(db.kysely<unknown>());
    expect(rows[0]!.v).toEqual({ [stored]: [stored] });
  });
});
