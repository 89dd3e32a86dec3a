// Defects that the simulator found, each as the shortest run that showed it.
import { beforeAll, expect, it } from 'vitest';
import { sampleKnowledge } from '../flow/sample-knowledge.js';
import { simKnowledge } from './knowledge.js';
import { answers } from './modes.js';
import { calm, type Plan } from './plan.js';
import { Simulation } from './simulation.js';

let knowledge: Awaited<ReturnType<typeof sampleKnowledge>>;
beforeAll(async () => {
  knowledge = await sampleKnowledge();
}, 120_000);

const runOf = (more: Partial<Plan>) => new Simulation({ ...calm('found', 1), ...more }, knowledge);
const statesOf = (sim: Simulation, target: string) =>
  sim.tables.writes.filter((w) => w.target === target).map((w) => w.state);

it('looks for a notice that may have left also when the ticket no longer needs a person', async () => {
  const sim = runOf({
    tickets: [{ kind: 'only claimed', atMs: 0 }],
    strikes: [{ place: 'desk', fault: 'reset before request', times: 1 }],
    acts: [{ act: 'agent deletes', ticket: 0, atMs: 4_000 }],
  });
  const { broken } = await sim.play();
  expect(broken).toEqual([]);
  expect(statesOf(sim, 'ticket')).toEqual(['dropped']);
});

it('is unsure of a mail that was refused only at its second attempt', async () => {
  const sim = runOf({
    tickets: [{ kind: 'unlisted', atMs: 0 }],
    strikes: [
      { place: 'mail', fault: 'accepted then reset', times: 1 },
      { place: 'mail', fault: '403', times: 1 },
    ],
  });
  const { broken } = await sim.play();
  expect(broken).toEqual([]);
  expect(statesOf(sim, 'mail')).toEqual(['unsure']);
  expect([...sim.tables.cases.values()][0]?.state).toBe('held');
});

it('does not believe a yes when the look for the update finds no answer', async () => {
  const sim = runOf({
    tickets: [{ kind: 'nobody known', atMs: 0 }],
    strikes: [{ place: 'desk', fault: '200 but nothing stored', times: 1 }],
  });
  const { faults } = sim.outside;
  const strikeAt = faults.strikeAt.bind(faults);
  let isNextLookLost = false;
  let lost = 0;
  faults.strikeAt = (place) => {
    const strike = strikeAt(place);
    isNextLookLost = strike !== null;
    return strike;
  };
  faults.readFails = () => {
    const isLost = isNextLookLost;
    isNextLookLost = false;
    if (isLost) lost += 1;
    return isLost;
  };
  const { broken, log } = await sim.play();
  expect(broken).toEqual([]);
  expect([lost, log.events().filter((e) => e.what === 'reply').length]).toEqual([1, 1]);
});

it('looks at the ticket again when it stood still between looking and claiming', async () => {
  const sim = runOf({
    tickets: [{ kind: 'unlisted', atMs: 0 }],
    acts: [{ act: 'agent assigns', ticket: 0, atMs: 60_000 }],
  });
  const { faults } = sim.outside;
  let isStill = false;
  faults.stallMs = () => {
    if (isStill || !sim.points.has('ticket-inspected')) return 0;
    isStill = true;
    return 300_000;
  };
  const { broken, log } = await sim.play();
  expect(broken).toEqual([]);
  expect(log.events().filter((e) => e.by === 'usher')).toEqual([]);
});

it('looks for the answer to a command also after the ticket was opened again', async () => {
  const sim = runOf({
    deaths: [{ at: 'desk.findMark asked', nth: 3 }],
    acts: [
      { act: 'agent steers', ticket: 0, atMs: 25_000 },
      { act: 'customer writes', ticket: 0, atMs: 57_000 },
    ],
  });
  const { broken } = await sim.play();
  expect(broken).toEqual([]);
  expect(sim.tables.writes.filter((w) => w.isNotice).map((w) => [w.episode, w.state])).toEqual([[1, 'done']]);
  expect([...sim.tables.cases.values()][0]?.episode).toBe(2);
});

it('looks for the note of a hold also after the ticket was opened again', async () => {
  const sim = runOf({
    tickets: [{ kind: 'only claimed', atMs: 0 }],
    strikes: [{ place: 'desk', fault: 'accepted then reset', times: 1 }],
    acts: [
      { act: 'agent replies', ticket: 0, atMs: 10_000 },
      { act: 'customer writes', ticket: 0, atMs: 20_000 },
    ],
  });
  // What stands there is not shown for a while.
  sim.outside.faults.staleMs = 45_000;
  const { broken } = await sim.play();
  expect(broken).toEqual([]);
  expect(sim.tables.writes.map((w) => [w.episode, w.state])).toEqual([[1, 'done']]);
  expect([...sim.tables.cases.values()][0]?.episode).toBe(2);
});

it('takes an approval back that was given before its wait began, when the requester wrote before the first step', async () => {
  const sim = new Simulation(answers(29), await simKnowledge());
  const { broken } = await sim.play();
  expect(broken).toEqual([]);
  const [first, second] = [...sim.tables.approvals.values()].filter((a) => a.caseId === 'sandbox-101');
  expect(first?.history.map((h) => h.state)).toEqual(['approved', 'withdrawn']);
  expect(second?.history.at(-1)?.state).toBe('approved');
  // A step before it was still open, so that the wait began, and ended, with the answer.
  const granted = sim.tables.decisions.find((d) => d.commit.triage.decision.rule === 'granted');
  expect(granted?.commit.wait).toMatchObject({ rule: 'answered', endedBy: 'approval' });
});
