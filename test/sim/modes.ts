// The kinds of runs: each makes a plan from a seed, and the same seed makes the same plan.
import type { Soup } from './faults.js';
import { NETWORK_FAULTS, type Place } from './network-faults.js';
import { ACTS, type Act, CAPS, calm, OFFICE_ACTS, type Plan } from './plan.js';
import type { Death } from './process.js';
import { Random, seedOf } from './random.js';
import { TICKET_KINDS, type TicketKind } from './tickets.js';

const MINUTE_MS = 60_000;
const KINDS = Object.keys(TICKET_KINDS) as TicketKind[];
/** The six acts of people that a run of `human` puts between two boundaries. */
const INTERFERING: Act[] = ACTS.slice(0, 6);
const SOUP: Soup = { writes: 0.15, reads: 0.05, ledger: 0.01, stalls: 0.003, webhooks: 0.3 };
const SUBSCRIBER_FAULTS = ['404 (deleted/merged)', '500 applied', '429 with seconds / date / absurd / no header'];
const BROTH: Soup = { writes: 0.03, reads: 0.02, ledger: 0.002, stalls: 0.001, webhooks: 0.1 };

/** Base of a plan for points: one ticket, sometimes with a lost answer, a second ticket or a later message. */
function small(mode: string, seed: number): { plan: Plan; random: Random } {
  const random = new Random(seedOf(seed, `plan ${mode}`));
  const plan = calm(mode, seed);
  plan.tickets = [{ kind: random.pick(KINDS), atMs: 0 }];
  plan.isGraceKept = random.chance(0.3);
  plan.processes = random.chance(0.3) ? 2 : 1;
  plan.isDeaf = random.chance(0.15);
  if (random.chance(0.3))
    plan.strikes.push({
      place: random.pick(['desk', 'chat', 'mail'] as const),
      fault: 'accepted then reset',
      times: 1,
    });
  if (random.chance(0.15)) plan.strikes.push({ place: 'desk', fault: '409', times: 1 });
  if (random.chance(0.15)) plan.acts.push({ act: 'customer writes', ticket: 0, atMs: random.int(1, 120_000) });
  if (random.chance(0.2)) plan.acts.push({ act: 'agent steers', ticket: 0, atMs: random.int(1, 300_000) });
  if (random.chance(0.05)) plan.acts.push({ act: 'agent deletes', ticket: 0, atMs: random.int(1, 60_000) });
  if (random.chance(0.15)) plan.stopsAtMs.push(random.int(1_000, 30_000));
  // A closed ticket that is followed up by another one.
  if (random.chance(0.05))
    plan.acts.push(
      { act: 'agent closes', ticket: 0, atMs: 60_000 },
      { act: 'customer writes', ticket: 0, atMs: 70_000 },
    );
  // Who was asked answers, and an approval is asked for.
  if (plan.tickets[0]!.kind === 'nobody known' && random.chance(0.8))
    plan.acts.push({ act: 'customer writes', ticket: 0, atMs: random.int(20_000, 100_000) });
  if (random.chance(0.15)) plan.events.push({ about: 'lead', atMs: random.int(0, 60_000) });
  if (random.chance(0.1)) plan.events.push({ about: 0, atMs: random.int(0, 400_000) });
  if (random.chance(0.1))
    plan.strikes.push({
      place: 'http',
      fault: random.pick(['accepted then reset', '502-504 applied or not']),
      times: 1,
    });
  if (random.chance(0.1)) plan.strikes.push({ place: 'subscriber', fault: random.pick(SUBSCRIBER_FAULTS), times: 1 });
  return { plan, random };
}

/** A process dies at the points named, one after the other. */
export function kill(seed: number, deaths: Death[]): Plan {
  const { plan } = small('kill', seed);
  return { ...plan, deaths };
}

/** A person acts exactly when a point is passed. */
export function human(seed: number, at: string, nth: number): Plan {
  const { plan, random } = small('human', seed);
  return { ...plan, interfering: { at, nth, act: random.pick(INTERFERING), ticket: 0 } };
}

/** One of the 28 network faults meets one of the writes. */
export function network(seed: number, fault: string): Plan {
  const { plan, random } = small('network', seed);
  const places = (['desk', 'chat', 'mail', 'http', 'subscriber'] as Place[]).filter((p) => NETWORK_FAULTS[fault]?.[p]);
  const kind = random.pick(['approved', 'unlisted', 'not approved', 'nobody known', 'lists disagree'] as const);
  const place = random.pick(places);
  // A subscriber that fails for long is told again only after hours.
  const times = random.pick(place === 'subscriber' ? [1, 2] : [1, 1, 1, 2, 4]);
  const events: Plan['events'] = place === 'http' ? [{ about: 'lead', atMs: 0 }] : [];
  return { ...plan, tickets: [{ kind, atMs: 0 }], events, strikes: [{ place, fault, times }], acts: [] };
}

/** Events at any time; `tickets`: how many there are. */
function anyEvents(random: Random, tickets: number, withinMs: number): Plan['events'] {
  return Array.from({ length: random.pick([0, 0, 1, 2]) }, () => ({
    about: random.chance(0.7) ? ('lead' as const) : random.int(0, tickets - 1),
    atMs: random.int(0, withinMs),
  }));
}

/** Approvals, asked for of a ticket whose requester answers, and events, with any fault that may meet them. */
export function answers(seed: number): Plan {
  const random = new Random(seedOf(seed, 'plan answers'));
  const strikes = Array.from({ length: random.pick([0, 1, 2]) }, () => ({
    place: random.pick(['http', 'http', 'mail', 'desk'] as Place[]),
    fault: random.pick(Object.keys(NETWORK_FAULTS)),
    times: 1,
  }));
  const acts = Array.from({ length: random.pick([0, 0, 1, 2]) }, () => ({
    act: random.pick(random.chance(0.3) ? OFFICE_ACTS : ACTS),
    ticket: 0,
    atMs: random.int(0, 6 * MINUTE_MS),
  }));
  return {
    ...calm('answers', seed),
    tickets: [{ kind: 'nobody known', atMs: 0 }],
    acts: withAnEnd([{ act: 'customer writes', ticket: 0, atMs: random.int(10_000, 60_000) }, ...acts]),
    events: anyEvents(random, 1, 6 * MINUTE_MS),
    strikes,
    processes: random.chance(0.5) ? 2 : 1,
    killsAtMs: random.chance(0.3) ? [random.int(0, 5 * MINUTE_MS)] : [],
    isDeaf: random.chance(0.15),
    soup: random.chance(0.2) ? BROTH : null,
    faultsEndMs: 6 * MINUTE_MS,
  };
}

/** Customers, agents and the bot in any order, with few faults or none. */
export function interleaving(seed: number): Plan {
  const random = new Random(seedOf(seed, 'plan interleaving'));
  const tickets = Array.from({ length: random.int(1, 3) }, () => ({
    kind: random.pick(KINDS),
    atMs: random.int(0, MINUTE_MS),
  }));
  // Two tickets of one organization, sometimes.
  if (random.chance(0.3)) {
    const atMs = random.int(0, 3 * MINUTE_MS);
    tickets.push({ kind: 'not approved', atMs }, { kind: 'not approved', atMs: atMs + random.int(0, 2_000) });
  }
  const isStormy = random.chance(0.1);
  const acts = Array.from({ length: isStormy ? 12 : random.int(1, 6) }, () => ({
    act: isStormy ? ('customer writes' as const) : random.pick(random.chance(0.2) ? OFFICE_ACTS : ACTS),
    ticket: isStormy ? 0 : random.int(0, tickets.length - 1),
    atMs: random.int(0, isStormy ? 40 * MINUTE_MS : 6 * MINUTE_MS),
  }));
  return {
    ...calm('interleaving', seed),
    tickets,
    acts: withAnEnd(acts),
    events: anyEvents(random, tickets.length, 6 * MINUTE_MS),
    processes: random.chance(0.5) ? 2 : 1,
    soup: random.chance(0.3) ? BROTH : null,
    faultsEndMs: 6 * MINUTE_MS,
    isGraceKept: random.chance(0.3),
    caps: random.chance(0.2) ? { ...CAPS, repliesPerRequesterDay: 1 } : CAPS,
  };
}

/** Everything at once for ten minutes; and then an hour in which all must come to rest. */
export function soup(seed: number): Plan {
  const random = new Random(seedOf(seed, 'plan soup'));
  const tickets = Array.from({ length: random.int(2, 5) }, () => ({
    kind: random.pick(KINDS),
    atMs: random.int(0, 5 * MINUTE_MS),
  }));
  const acts = Array.from({ length: random.int(2, 8) }, () => ({
    act: random.pick(random.chance(0.4) ? OFFICE_ACTS : ACTS),
    ticket: random.int(0, tickets.length - 1),
    atMs: random.int(0, 10 * MINUTE_MS),
  }));
  return {
    ...calm('soup', seed),
    tickets,
    acts: withAnEnd(acts),
    events: anyEvents(random, tickets.length, 10 * MINUTE_MS),
    processes: random.chance(0.5) ? 2 : 1,
    stopsAtMs: random.chance(0.3) ? [random.int(0, 10 * MINUTE_MS)] : [],
    killsAtMs: Array.from({ length: random.int(0, 6) }, () => random.int(0, 10 * MINUTE_MS)),
    soup: SOUP,
    faultsEndMs: 10 * MINUTE_MS,
    isGraceKept: random.chance(0.3),
  };
}

/** Processes that stand still again and again, longer than their leases: what they had begun is not theirs any more. */
export function stalls(seed: number): Plan {
  return { ...soup(seed), soup: { writes: 0.05, reads: 0.02, ledger: 0, stalls: 0.03, webhooks: 0.1 } };
}

/** Who stops all sending lets it go on in the end. */
function withAnEnd(acts: Plan['acts']): Plan['acts'] {
  const last = Math.max(...acts.map((a) => a.atMs));
  return acts.some((a) => a.act === 'pause') ? [...acts, { act: 'go on', ticket: 0, atMs: last + 1_000 }] : acts;
}
