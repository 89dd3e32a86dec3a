// Plays many plans and keeps count: what was seen, what never was, and how to play a failed run again.
import type { Knowledge } from '../../src/flow/deps.js';
import type { Plan } from './plan.js';
import { type RunResult, Simulation } from './simulation.js';

export interface Failure {
  /** The command that plays this run again. */
  replay: string;
  broken: string[];
}

export class Tally {
  runs = 0;
  deaths = 0;
  readonly points = new Map<string, number>();
  readonly seen = new Map<string, number>();
  readonly failures: Failure[] = [];

  constructor(readonly knowledge: Knowledge) {}

  async play(plan: Plan): Promise<RunResult> {
    const result = await new Simulation(plan, this.knowledge).play();
    this.runs += 1;
    this.deaths += result.deaths;
    for (const [name, n] of result.points) this.points.set(name, (this.points.get(name) ?? 0) + n);
    for (const [name, n] of result.seen) this.seen.set(name, (this.seen.get(name) ?? 0) + n);
    if (result.broken.length > 0) this.failures.push({ replay: replayOf(plan), broken: result.broken });
    return result;
  }
}

/** `npm run sim -- --mode kill --seed 7 --kill "send-begun:1"`: the same plan, and so the same run. */
export function replayOf(plan: Plan): string {
  const more = [
    ...plan.deaths.map((d) => `--kill ${JSON.stringify(`${d.at}:${d.nth}`)}`),
    ...(plan.interfering ? [`--at ${JSON.stringify(`${plan.interfering.at}:${plan.interfering.nth}`)}`] : []),
    ...(plan.mode === 'network' ? [`--fault ${JSON.stringify(plan.strikes.at(-1)?.fault)}`] : []),
  ];
  return ['npm run sim --', `--mode ${plan.mode}`, `--seed ${plan.seed}`, ...more].join(' ');
}

/** A few failures in words; '' when there is none. */
export function inWords(failures: Failure[], most = 5): string {
  const told = failures.slice(0, most).map((f) => `${f.replay}\n  ${f.broken.slice(0, 3).join('\n  ')}`);
  const rest = failures.length - told.length;
  return [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}
