// npm run fuzz -- --minutes 10 [--seed 7]: fuzzes for so long in all, from a seed that is printed, and keeps what fails in test/fuzz/corpus/.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const PROPERTIES = 6;
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
console.log(`seed ${seed}`);
const env = { ...process.env, FUZZ_MINUTES: String(Number(values.minutes) / PROPERTIES), FUZZ_SEED: seed };
const { status } = spawnSync('npx', ['vitest', 'run', 'test/fuzz', '--maxWorkers=1'], { env, stdio: 'inherit' });
process.exit(status ?? 1);
