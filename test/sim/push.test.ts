// The simulator on every push: every boundary, faults, people, interleavings and soups on virtual time, and the same seed twice.
import { beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINTS } from '../../src/flow/checkpoints.js';
import { simKnowledge } from './knowledge.js';
import * as modes from './modes.js';
import { allPoints, namedCheckpoints } from './points.js';
import { Simulation } from './simulation.js';
import {
  answers,
  humanActs,
  interleavings,
  killEverywhere,
  killTwice,
  MUST_HAPPEN,
  networkFaults,
  neverPassed,
  rehearse,
  soups,
  stalls,
} from './suites.js';
import { inWords, Tally } from './tally.js';

const PATIENCE_MS = 300_000;

describe('the simulator', { timeout: PATIENCE_MS }, () => {
  let tally: Tally;
  let points: string[];
  let rehearsals: Awaited<ReturnType<typeof rehearse>>;

  beforeAll(async () => {
    tally = new Tally(await simKnowledge());
    points = await allPoints();
    rehearsals = await rehearse(tally, 150);
  }, PATIENCE_MS);

  /** Runs of one kind, none of which may break a promise. */
  async function unbroken(work: () => Promise<unknown>): Promise<void> {
    const before = tally.failures.length;
    await work();
    expect(inWords(tally.failures.slice(before))).toBe('');
  }

  it('knows every checkpoint of the flow by name', async () => {
    expect(await namedCheckpoints()).toEqual([...CHECKPOINTS].sort());
    expect(points.length).toBeGreaterThan(70);
  });

  it('comes by every boundary in rehearsal, and breaks no promise there', () => {
    expect(inWords(tally.failures)).toBe('');
    expect(neverPassed(rehearsals, points)).toEqual([]);
  });

  it('keeps its promises when a process dies at any boundary', () =>
    unbroken(async () => {
      expect(await killEverywhere(tally, rehearsals, points, { checkpointSeeds: 20, callSeeds: 1 })).toBe(0);
    }));

  it('keeps them when its heir dies as well', () =>
    unbroken(async () => expect(await killTwice(tally, rehearsals, points, 60)).toBeGreaterThan(10)));

  it('keeps them through the 28 network faults', () => unbroken(() => networkFaults(tally, 112)));

  it('keeps them when people act between any two boundaries', () => unbroken(() => humanActs(tally, points, 100)));

  it('keeps them however customers, agents and operators interleave', () => unbroken(() => interleavings(tally, 70)));

  it('keeps them when approvals are answered, other systems are told, and events come back', () =>
    unbroken(() => answers(tally, 80)));

  it('comes to rest within an hour after ten minutes of everything at once', () => unbroken(() => soups(tally, 60)));

  it('keeps them when processes stand still longer than their leases', () => unbroken(() => stalls(tally, 25)));

  it('saw what must be seen for all this to mean something', () => {
    expect(MUST_HAPPEN.filter((what) => !tally.seen.get(what))).toEqual([]);
  });

  it('writes the same world log for the same seed, byte for byte', async () => {
    const plans = [
      () => modes.kill(3, [{ at: 'send-begun', nth: 1 }]),
      () => modes.network(5, '500 applied'),
      () => modes.human(7, 'ticket-inspected', 1),
      () => modes.interleaving(9),
      () => modes.answers(4),
      () => modes.soup(11),
    ];
    for (const plan of plans) {
      const first = await new Simulation(plan(), tally.knowledge).play();
      const second = await new Simulation(plan(), tally.knowledge).play();
      expect(first.log.text()).not.toBe('');
      expect(second.log.text()).toBe(first.log.text());
      expect([...second.points]).toEqual([...first.points]);
    }
  });
});
