// Names the machine a measurement was made on: what matters for speed, and nothing that tells whose it is.
import { cpus, loadavg, totalmem } from 'node:os';

/** `2 cores, Intel Xeon, 24 GB of memory, Node v20.20.2`. */
export function machine(): string {
  const all = cpus();
  const model = all[0]?.model.replace(/\s+/g, ' ').trim() || 'unknown processor';
  return `${all.length} cores, ${model}, ${Math.round(totalmem() / 2 ** 30)} GB of memory, Node ${process.version}`;
}

/** Processes that wanted to run at once over the last minute, ours among them. */
export function load(): number {
  return loadavg()[0]!;
}

/** The value at a share of a sorted list: 0.5 is the median. */
export function quantile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
