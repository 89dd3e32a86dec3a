// How the test runner finds, orders and isolates tests.
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that wait long go first, so that no core is idle at the end. */
const SLOW_FIRST = [
  'test/e2e/killed',
  'test/real/',
  'test/sim/planted',
  'test/e2e/commands',
  'test/e2e/',
  'test/flow/people',
  'test/flow/',
  'test/http/browser',
  'test/sim/',
  'test/',
];

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => SLOW_FIRST.findIndex((part) => moduleId.includes(`/${part}`));
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}

/** They leave nothing behind in their process, so all of them share what they load: loading it anew for each took as long as they do. */
const TOGETHER = [
  ...['adapters', 'attacks', 'commands', 'core', 'flow', 'lists', 'log', 'match', 'programmes', 'rulebook', 'sandbox'],
  ...['settings', 'audit', 'doctor', 'images', 'openapi'],
].map((folder) => `test/${folder}/**/*.test.ts`);
const threads = { isolate: false, minThreads: 1, maxThreads: 2 };
// No test lives long enough to earn back what optimizing the embedded database's code costs.
const forks = { minForks: 1, maxForks: 3, execArgv: ['--liftoff-only'] };

// Much of the time is waited for timers and processes: two threads and three processes keep two cores busy to the end.
export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    sequence: { sequencer: SlowFirst },
    // How many there are, and what they are started with, is read here only, not in the projects.
    poolOptions: { threads, forks },
    projects: [
      { extends: true, test: { name: 'together', include: TOGETHER, pool: 'threads', poolOptions: { threads } } },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.ts'],
          // The load is on demand only: `npm run real`.
          exclude: [
            ...configDefaults.exclude,
            ...TOGETHER,
            ...(process.env.REAL === 'long' ? [] : ['test/real/load.test.ts']),
          ],
          pool: 'forks',
        },
      },
    ],
  },
});
