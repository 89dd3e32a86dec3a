// How the test runner finds, orders and isolates tests.
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait long go first, so that no core is idle at the end. */
const SLOW_FIRST = [
  'test/e2e/killed',
  'test/real/',
  'test/flow/people',
  'test/e2e/',
  'test/flow/',
  'test/http/',
  'test/',
];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => SLOW_FIRST.findIndex((part) => moduleId.includes(`/${part}`));
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // On demand only: `npm run real`.
    exclude: [...configDefaults.exclude, ...(process.env.REAL === 'long' ? [] : ['test/real/load.test.ts'])],
    globalSetup: ['test/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Much of the time is waited for timers and processes: three files at once keep two cores busy.
    pool: 'forks',
    poolOptions: { forks: { maxForks: 3 } },
    sequence: { sequencer: SlowFirst },
  },
});
