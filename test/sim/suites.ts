// The suites: so many runs of each kind, every boundary among them; sizes are the caller's.
import { CHECKPOINTS } from '../../src/flow/checkpoints.js';
import * as modes from './modes.js';
import { NETWORK_FAULTS } from './network-faults.js';
import type { Death } from './process.js';
import { Random, seedOf } from './random.js';
import type { Tally } from './tally.js';

/** What a plan of this seed comes by when nobody dies, and how often: a death there is sure to happen. */
interface Rehearsal {
  seed: number;
  points: Map<string, number>;
}

/** Points come by this often at most are told apart: timers pass theirs hundreds of times. */
const NTH_MOST = 12;

export async function rehearse(tally: Tally, count: number, from = 1): Promise<Rehearsal[]> {
  const rehearsals: Rehearsal[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const { points } = await tally.play(modes.kill(seed, []));
    rehearsals.push({ seed, points });
  }
  return rehearsals;
}

/** Points that no rehearsal came by. */
export function neverPassed(rehearsals: Rehearsal[], points: string[]): string[] {
  return points.filter((point) => !rehearsals.some((r) => r.points.has(point)));
}

function deathAt(rehearsals: Rehearsal[], at: string, random: Random): { seed: number; death: Death } | null {
  const able = rehearsals.filter((r) => r.points.has(at));
  if (able.length === 0) return null;
  const { seed, points } = random.pick(able);
  return { seed, death: { at, nth: random.int(1, Math.min(NTH_MOST, points.get(at)!)) } };
}

export interface Sizes {
  /** Deaths at each named checkpoint, and at each side of each call. */
  checkpointSeeds: number;
  callSeeds: number;
}

/** One process dies at every boundary, so many times each. Answers how many of these deaths did not happen. */
export async function killEverywhere(
  tally: Tally,
  rehearsals: Rehearsal[],
  points: string[],
  sizes: Sizes,
): Promise<number> {
  let missing = 0;
  for (const at of points) {
    const isNamed = (CHECKPOINTS as readonly string[]).includes(at);
    for (let n = 1; n <= (isNamed ? sizes.checkpointSeeds : sizes.callSeeds); n++) {
      const chosen = deathAt(rehearsals, at, new Random(seedOf(n, at)));
      if (!chosen) continue;
      const { deaths } = await tally.play(modes.kill(chosen.seed, [chosen.death]));
      if (deaths === 0) missing += 1;
    }
  }
  return missing;
}

/** A process dies, and its heir dies too. Answers how many died twice. */
export async function killTwice(tally: Tally, rehearsals: Rehearsal[], points: string[], runs: number, from = 1) {
  let twice = 0;
  for (let n = from; n < from + runs; n++) {
    const random = new Random(seedOf(n, 'double kill'));
    const first = deathAt(rehearsals, random.pick(points), random);
    // The heir comes by what its own start and what is left of the work lead to.
    const second = { at: random.pick(points), nth: random.int(1, 3) };
    if (!first) continue;
    const { deaths } = await tally.play(modes.kill(first.seed, [first.death, second]));
    if (deaths > 1) twice += 1;
  }
  return twice;
}

export async function networkFaults(tally: Tally, runs: number, from = 1): Promise<void> {
  const names = Object.keys(NETWORK_FAULTS);
  for (let n = from; n < from + runs; n++) await tally.play(modes.network(n, names[n % names.length]!));
}

/** People act between two boundaries: at each point in turn. */
export async function humanActs(tally: Tally, points: string[], runs: number, from = 1): Promise<void> {
  // What the timers do again and again is no boundary of a ticket.
  const able = points.filter(
    (p) => !/holdDuty|dueCases|latestRun|cursor|polled|Polled|Run |deliveries|webhooks|ledger.pauses/.test(p),
  );
  for (let n = from; n < from + runs; n++) {
    const random = new Random(seedOf(n, 'human'));
    await tally.play(modes.human(n, able[n % able.length]!, random.int(1, 3)));
  }
}

export async function interleavings(tally: Tally, runs: number, from = 1): Promise<void> {
  for (let n = from; n < from + runs; n++) await tally.play(modes.interleaving(n));
}

export async function answers(tally: Tally, runs: number, from = 1): Promise<void> {
  for (let n = from; n < from + runs; n++) await tally.play(modes.answers(n));
}

export async function soups(tally: Tally, runs: number, from = 1): Promise<void> {
  for (let n = from; n < from + runs; n++) await tally.play(modes.soup(n));
}

export async function stalls(tally: Tally, runs: number, from = 1): Promise<void> {
  for (let n = from; n < from + runs; n++) await tally.play(modes.stalls(n));
}

/** What must have been seen at least once, or the runs proved nothing (research 3.5). */
export const MUST_HAPPEN = [
  'repeat told',
  'replay told',
  'lookup found',
  'lookup absent',
  'update conflict',
  'held',
  'hold over',
  'lease lost',
  'send stopped by the fence',
  'interfered',
  'claim cap',
  'claim handed-off',
  'claim paused',
  'marked duplicate',
  'stall',
  'approval approved',
  'approval refused',
  'approval by a crowd',
  'approval of what has changed',
  'approval not counted: approved',
  'approval not counted: closed',
  'request repeated',
  'request unknown',
  'event twice',
  'event late',
  'event repeat told',
  'event without a case',
  'told again',
  'subscriber gone',
];
