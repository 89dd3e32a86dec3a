// What every step of the flow is given; wired once in app.ts.
import type { Json } from '../core/decision.js';
import type { ListInUse } from '../core/listing.js';
import type { MatchIndexes } from '../core/match/programme-indexes.js';
import type { Rulebook } from '../core/rulebook.js';
import type { Caps, Ledger, Mode } from '../ledger.js';
import type { Files } from '../ports/files.js';
import type { Chat, Clock, HelpdeskReader, HelpdeskWriter, Http, Log, Mail } from '../ports.js';
import type { Checkpoint } from './checkpoints.js';

/** The rulebook and the lists that a decision made now would use. */
export interface Knowledge {
  rulebook: Rulebook;
  lists: ListInUse[];
  indexes: MatchIndexes;
}

/** What the lists were when it was decided: with the snapshots of these hashes the match can be traced. */
export function knowledgeUsed({ lists }: Knowledge): Json {
  return lists.map((l) => ({
    list: l.name,
    hash: l.snapshot?.hash ?? null,
    problem: l.problem,
    gone: l.gone.map((g) => `${g.hash}:${g.listing.sheet}:${g.listing.row}`),
  }));
}

/** Everything able to write. In shadow there is none, in propose neither chat nor mail, so nothing can be written by mistake. */
export interface Hands {
  helpdesk: HelpdeskWriter;
  chat: Chat | null;
  mail: Mail | null;
  /** Other systems that rules speak to; absent where none may be written to. */
  http?: Http;
  /** Files of other systems; absent where none may be fetched. */
  files?: Files;
}

/** Durations in milliseconds. */
export interface Timing {
  leaseMs: number;
  /** Less of the lease than this, and no send begins: longer than the slowest answer that is waited for. */
  sendMarginMs: number;
  /** A ticket changed less than this ago is left alone: help desk stamps count whole seconds. */
  quietMs: number;
  /** When to look for our mark after an unclear answer; after the last one absence is believed. */
  lookDelaysMs: number[];
  /** A mail that may have been sent is sent again, marked, after this. */
  mailDuplicateAfterMs: number;
  /** A mark that cannot be looked up makes the write unsure after this. */
  unsureAfterMs: number;
  backoffBaseMs: number;
  backoffMostMs: number;
}

export const TIMING: Timing = {
  leaseMs: 120_000,
  sendMarginMs: 75_000,
  quietMs: 2_000,
  lookDelaysMs: [5_000, 30_000, 120_000],
  mailDuplicateAfterMs: 120_000,
  unsureAfterMs: 30 * 60_000,
  backoffBaseMs: 1_000,
  backoffMostMs: 5 * 60_000,
};

export interface FlowDeps {
  ledger: Ledger;
  reader: HelpdeskReader;
  hands: Hands | null;
  knowledge: () => Promise<Knowledge>;
  clock: Clock;
  log: Log;
  caps: Caps;
  /** `propose`: the helpdesk hand takes internal notes and nothing else, and there is no other hand. */
  mode: Mode;
  /** Where people see a case; null when nobody knows under which address. */
  caseUrl: (caseId: string) => string | null;
  /** Where an approval can be answered, by the path of its link; null when nobody knows under which address. */
  approveUrl: (path: string) => string | null;
  /** Names this process in leases; never reused by another. */
  owner: string;
  /** Tickets created earlier are left alone; null: none are. */
  actSince: Date | null;
  /** false: grace periods are over at once (the sandbox). */
  isGraceKept: boolean;
  timing: Timing;
  /** Keyed hash of a slot, 32 hex digits: our mark at the far side. */
  mark: (slots: string) => string;
  /** sha256 in hex. */
  digest: (text: string) => string;
  /** 0 to 1, for jitter. */
  random: () => number;
  checkpoint: (name: Checkpoint, caseId: string) => Promise<void>;
  /** Width and height of an image in pixels; null when it cannot be read. Absent: nobody measures. */
  measureImage?: (bytes: Uint8Array) => Promise<{ width: number; height: number } | null>;
  /** Measures a piece of work on a case, where somebody watches; ids and counts only. */
  span?: <T>(name: string, attributes: Record<string, string | number>, work: () => Promise<T>) => Promise<T>;
  /** Calls `task` after so many milliseconds and answers how to take that back; the machine's own timers without it. */
  after?: (ms: number, task: () => void) => () => void;
  /** Aborted when this process is to stop: nothing new is begun from then on. */
  stopping?: AbortSignal;
  /** Asks for a worker on a case, at once or later; the ledger stays the truth when this is lost. */
  enqueue: (caseId: string, delayMs?: number) => Promise<void> | void;
}

/** Does the work under a span, or just does it. */
export function span<T>(
  deps: FlowDeps,
  name: string,
  attributes: Record<string, string | number>,
  work: () => Promise<T>,
): Promise<T> {
  return deps.span ? deps.span(name, attributes, work) : work();
}

/** Exponential with full jitter above the half: 0.5..1 of base * 2^attempt, at most `backoffMostMs`. */
export function backoffMs(deps: Pick<FlowDeps, 'timing' | 'random'>, attempt: number): number {
  const most = Math.min(deps.timing.backoffMostMs, deps.timing.backoffBaseMs * 2 ** Math.min(attempt, 30));
  return most * (0.5 + deps.random() / 2);
}
