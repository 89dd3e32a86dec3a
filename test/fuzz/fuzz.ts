// Plays the kept inputs again, then new ones: a fixed number with a fixed seed, or as many as fit into the minutes that were asked for.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';

/** Minutes of a long run for each property; 0 is the short one of every push. */
const MINUTES = Number(process.env.FUZZ_MINUTES ?? 0);
const SEED = Number(process.env.FUZZ_SEED ?? 20261122);

interface Kept {
  /** What it once broke. */
  why: string;
  input: unknown;
}

/** `check` throws when the promise is broken. Inputs that break it are kept in `corpus/NAME.json` and played first ever after. */
export function fuzz<T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  runs: number,
  check: (input: T) => void | Promise<void>,
): void {
  const path = new URL(`./corpus/${name}.json`, import.meta.url);
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Kept[]) : [];

  it.runIf(kept.length > 0).each(kept)(`${name}: $why`, async ({ input }) => {
    await check(input as T);
  });

  it(
    `${name}: new inputs`,
    async () => {
      const until = MINUTES > 0 ? { numRuns: 1e9, interruptAfterTimeLimit: MINUTES * 60_000 } : { numRuns: runs };
      const result = await fc.check(
        fc.asyncProperty(inputs, async (input) => {
          // Timers and the test runner get their turn between two inputs.
          await new Promise((resolve) => setImmediate(resolve));
          await check(input);
        }),
        { seed: SEED, ...until },
      );
      if (MINUTES > 0) process.stderr.write(`${name}: ${result.numRuns} inputs, seed ${SEED}\n`);
      if (result.failed && result.counterexample) {
        const [input] = result.counterexample;
        const why = String(result.errorInstance).split('\n')[0]!.slice(0, 120);
        writeFileSync(path, `${JSON.stringify([...kept, { why, input }], null, 2)}\n`);
        throw result.errorInstance;
      }
      expect(result.numRuns).toBeGreaterThan(0);
    },
    MINUTES > 0 ? MINUTES * 60_000 + 120_000 : undefined,
  );
}
