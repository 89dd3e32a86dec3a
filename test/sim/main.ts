// `npm run sim`: plays runs by seed and prints what was broken, with the command that plays it again.
import { parseArgs } from 'node:util';
import { simKnowledge } from './knowledge.js';
import * as modes from './modes.js';
import { NETWORK_FAULTS } from './network-faults.js';
import type { Plan } from './plan.js';
import type { Death } from './process.js';
import { inWords, Tally } from './tally.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1' },
    mode: { type: 'string', default: 'soup' },
    kill: { type: 'string', multiple: true, default: [] },
    at: { type: 'string', default: 'send-begun:1' },
    fault: { type: 'string', default: Object.keys(NETWORK_FAULTS)[0]! },
  },
});

const pointOf = (text: string): Death => {
  const at = text.slice(0, text.lastIndexOf(':'));
  return { at, nth: Number(text.slice(text.lastIndexOf(':') + 1)) };
};

const MODES: Record<string, (seed: number) => Plan> = {
  kill: (seed) => modes.kill(seed, values.kill.map(pointOf)),
  human: (seed) => modes.human(seed, pointOf(values.at).at, pointOf(values.at).nth),
  network: (seed) => modes.network(seed, values.fault),
  interleaving: modes.interleaving,
  answers: modes.answers,
  soup: modes.soup,
};

const planOf = MODES[values.mode];
if (!planOf) throw new Error(`--mode is one of ${Object.keys(MODES).join(', ')}`);
const tally = new Tally(await simKnowledge());
const from = Number(values.seed);
for (let seed = from; seed < from + Number(values.runs); seed++) {
  const result = await tally.play(planOf(seed));
  // One run is looked at closely: what the world saw, in order.
  if (values.runs === '1') console.log(result.log.text());
}
const seen = [...tally.seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, n]) => `${what} ${n}`);
console.log(`\n${tally.runs} runs, ${tally.deaths} processes died, ${tally.failures.length} runs broke a promise`);
console.log(`Seen: ${seen.join(', ')}`);
if (tally.failures.length > 0) console.error(inWords(tally.failures));
process.exitCode = tally.failures.length > 0 ? 1 : 0;
