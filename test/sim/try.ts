// scratch
import { sampleKnowledge } from '../flow/sample-knowledge.js';
import * as modes from './modes.js';
import { Simulation } from './simulation.js';

const knowledge = await sampleKnowledge();
const mode = process.argv[2]!,
  from = Number(process.argv[3] ?? 1),
  n = Number(process.argv[4] ?? 1);
const t = performance.now();
const seen = new Map<string, number>();
const points = new Map<string, number>();
let bad = 0;
for (let seed = from; seed < from + n; seed++) {
  const plan =
    mode === 'soup'
      ? modes.soup(seed)
      : mode === 'interleaving'
        ? modes.interleaving(seed)
        : mode === 'network'
          ? modes.network(seed, 'accepted then reset')
          : modes.kill(seed, []);
  const r = await new Simulation(plan, knowledge).play();
  for (const [k, v] of r.seen) seen.set(k, (seen.get(k) ?? 0) + v);
  for (const [k, v] of r.points) points.set(k, (points.get(k) ?? 0) + v);
  if (r.broken.length) {
    bad++;
    if (bad < 6) {
      console.log(seed, r.broken.slice(0, 4).join('\n'));
      if (n === 1) {
        console.log(JSON.stringify(plan));
        for (const c of r.tables.cases.values()) console.log(JSON.stringify(c));
        for (const w of r.tables.writes)
          console.log(
            JSON.stringify({ ...w, steps: r.tables.steps.filter((s) => s.writeId === w.id).map((s) => s.slot) }),
          );
      }
    }
  }
  if (n === 1) console.log(r.log.text().slice(0, 6000));
}
console.log(n, 'runs', bad, 'bad', ((performance.now() - t) / n).toFixed(1), 'ms each');
console.log(
  [...seen]
    .sort()
    .map(([k, v]) => `${k}:${v}`)
    .join(' | '),
);
if (n > 1)
  console.log(
    points.size,
    [...points]
      .sort()
      .map(([k, v]) => `${k}:${v}`)
      .join(' | '),
  );
