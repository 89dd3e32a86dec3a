// Names as keys: what is folded, what is kept apart, and what is no name at all.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shown, skeleton } from '../../src/core/match/confusables.js';
import { formsAgree } from '../../src/core/match/legal-forms.js';
import { foldCase, nameKey } from '../../src/core/match/normalize.js';

const keysOf = (name: string): string[] => nameKey(name).parts.map((p) => p.key);

describe('names as keys', () => {
  it.each([
    ['Acme, Inc.', 'acme'],
    ['ACME L.L.C.', 'acme'],
    ['Acme L. L. C.', 'acme'],
    ['Acme G.m.b.H.', 'acme'],
    ['Acme GmbH & Co. KG', 'acme'],
    ['Acme Sp. z o.o.', 'acme'],
    ['Acme S.A. de C.V.', 'acme'],
    ['Acme Co., Ltd.', 'acme'],
    ['Acme Pty Ltd', 'acme'],
    ['Acme & Sons', 'acme and sons'],
    ['Acme Company', 'acme co'],
    ['U.S. Solar', 'us solar'],
    ['Solar U.S.A.', 'solar usa'],
    ['Sunrise NV', 'sunrise nv'],
    ['Sunrise N.V.', 'sunrise'],
    ['O’Hara', 'ohara'],
    ['Straße', 'strasse'],
    ['IŞIK', 'işik'],
    ['ışık', 'işik'],
    ['İzmir', 'izmir'],
    ['ΣΊΓΜΑΣ', 'σίγμασ'],
    ['Paciﬁc Sun', 'pacific sun'],
  ])('folds %j to %j', (name, key) => {
    expect(keysOf(name)).toEqual([key]);
  });

  it.each([
    ['Zed LLC d/b/a Acme Solar', ['zed', 'acme solar']],
    ['Zed LLC (dba Acme Solar)', ['zed', 'acme solar']],
    ['Zed, doing business as: Acme', ['zed', 'acme']],
    ['Zed D.B.A. N/A', ['zed']],
    ['Dbase Solar', ['dbase solar']],
  ])('splits the trading name from %j', (name, keys) => {
    expect(keysOf(name)).toEqual(keys);
  });

  it.each([
    '',
    ' ',
    '-',
    '*',
    '%',
    '.*',
    'n/a',
    'N/A',
    'null',
    'A',
    '7',
    '42',
    'LLC',
    'Inc.',
    '???',
    '…',
    'x'.repeat(201),
  ])('takes %j for no name', (name) => {
    expect(nameKey(name)).toMatchObject({ parts: [], problem: 'no-name' });
  });

  it.each([
    ['Ac\u200bme', 'hidden-characters'],
    ['Acme\u00ad', 'hidden-characters'],
    ['\ufeffAcme', 'hidden-characters'],
    ['Acme\u0000', 'hidden-characters'],
    ['\u202eemcA', 'hidden-characters'],
    ['\u0410cme', 'mixed-script'],
    ['\u0391cme', 'mixed-script'],
    ['\uff21cme', 'mixed-script'],
    ['\u1d00cme', 'mixed-script'],
    ['Acme Солнце', 'mixed-script'],
    ['Солнце', null],
    ['東京ソーラー ABC', null],
    ['Müller', null],
    ['  Acme\u00a0Solar\t', null],
  ])('says of %j: %j', (name, problem) => {
    expect(nameKey(name).problem).toBe(problem);
  });

  it('sees that names look the same without taking them for the same', () => {
    for (const [a, b] of [
      ['асме', 'acme'],
      ['acrne', 'acme'],
      ['vvind', 'wind'],
      ['s0lar', 'solar'],
      ['café', 'cafe'],
    ] as const) {
      expect(skeleton(a)).toBe(skeleton(b));
      expect(keysOf(a)).not.toEqual(keysOf(b));
    }
  });

  it('lets Inc stand for LLC but not for GmbH', () => {
    const form = (name: string) => nameKey(name).parts[0]!.form;
    expect(formsAgree(form('Acme Inc'), form('Acme LLC'))).toBe(true);
    expect(formsAgree(form('Acme Inc'), form('Acme'))).toBe(true);
    expect(formsAgree(form('Acme Inc'), form('Acme GmbH'))).toBe(false);
  });

  it('shows hidden characters as escapes', () => {
    expect(shown('A\u200bc\u3164me\u202e')).toBe('A\\u200bc\\u{3164}me\\u202e');
  });

  it('never throws, and folding twice changes nothing, on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const part of nameKey(text).parts) expect(part.key.length).toBeGreaterThan(1);
        const once = foldCase(text);
        expect(foldCase(once)).toBe(once);
        expect(foldCase(text.normalize('NFD'))).toBe(foldCase(text.normalize('NFC')));
      }),
    );
  });
});
