// The edit distance, which counts only near the diagonal, against one that counts everything.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildFuzzy, findFuzzy } from '../../src/core/match/fuzzy.js';
import { editDistance } from '../../src/problem.js';

/** By the definition of optimal string alignment, cell by cell. */
function plainly(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i ? (j ? 0 : i) : j)),
  );
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      d[i]![j] = Math.min(d[i - 1]![j]! + 1, d[i]![j - 1]! + 1, d[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        d[i]![j] = Math.min(d[i]![j]!, d[i - 2]![j - 2]! + 1);
    }
  return d[a.length]![b.length]!;
}

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 });

it('is the plain distance, or the limit where that is reached', () => {
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 6 }), (a, b, limit) => {
      const plain = plainly(a, b);
      expect(editDistance(a, b)).toBe(plain);
      expect(editDistance(a, b, limit)).toBe(Math.min(plain, limit));
    }),
    { numRuns: 3_000 },
  );
});

it('finds among many texts all that are near, and the nearest first', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), word, fc.integer({ min: 1, max: 2 }), (texts, text, limit) => {
      // Below this length a change may leave no piece that both have.
      const asked = `${text}dddddddd`;
      const all = texts.map((t) => `${t}dddddddd`);
      const found = findFuzzy(buildFuzzy(all), asked, limit);
      const wanted = [...new Set(all)].filter((t) => t !== asked && plainly(asked, t) <= limit);
      expect(found.map((f) => f.text).sort()).toEqual(wanted.sort());
      expect(found.map((f) => f.distance)).toEqual(found.map((f) => f.distance).sort());
    }),
    { numRuns: 1_000 },
  );
});
