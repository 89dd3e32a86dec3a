// The plan of one run: who files what and when, who dies where, who meddles, and which faults strike.
import type { Caps } from '../../src/ledger.js';
import type { Soup } from './faults.js';
import type { Place } from './network-faults.js';
import type { Death } from './process.js';
import type { TicketKind } from './tickets.js';

/** What people do; on the ticket with this number. */
export const ACTS = [
  'agent replies',
  'agent assigns',
  'agent merges',
  'agent closes',
  'agent deletes',
  'customer writes',
  'agent notes',
  'agent solves',
  'automation tags',
  'agent steers',
] as const;
export type Act = (typeof ACTS)[number];

/** What operators and admins do, to any case there is. */
export const OFFICE_ACTS = ['settle', 'resume', 'correct', 'pause', 'go on', 'lists change', 'tell again'] as const;
export type OfficeAct = (typeof OFFICE_ACTS)[number];

export interface Plan {
  /** What kind of run it is: `kill`, `network`, … */
  mode: string;
  seed: number;
  tickets: { kind: TicketKind; atMs: number }[];
  acts: { atMs: number; act: Act | OfficeAct; ticket: number }[];
  /** Events that other systems send: a lead, or something about the ticket with this number. */
  events: { atMs: number; about: 'lead' | number }[];
  /** An act exactly when a point is passed for the nth time. */
  interfering: { at: string; nth: number; act: Act; ticket: number } | null;
  /** How many processes there are at a time. */
  processes: 1 | 2;
  /** The first process dies by the first of them, its heir by the second, and so on. */
  deaths: Death[];
  /** Processes also die at these times. */
  killsAtMs: number[];
  /** At these times a process is stopped as operators stop it, and started again. */
  stopsAtMs: number[];
  strikes: { place: Place; fault: string; times: number }[];
  soup: Soup | null;
  /** After so long all faults are over. */
  faultsEndMs: number;
  isGraceKept: boolean;
  /** No webhook arrives: everything is learned by polling. */
  isDeaf: boolean;
  /** Each requester writes so often within seconds: a storm. */
  caps: Caps;
}

/** As the settings have them without being told. */
export const CAPS: Caps = {
  repliesPerRequesterDay: 3,
  repliesPerDomainHour: 20,
  repliesPerMinute: 60,
  breakerPerTenMinutes: 300,
};

export const calm = (mode: string, seed: number): Plan => ({
  mode,
  seed,
  tickets: [{ kind: 'approved', atMs: 0 }],
  acts: [],
  events: [],
  interfering: null,
  processes: 1,
  deaths: [],
  killsAtMs: [],
  stopsAtMs: [],
  strikes: [],
  soup: null,
  faultsEndMs: 0,
  isGraceKept: false,
  isDeaf: false,
  caps: CAPS,
});
