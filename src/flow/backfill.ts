// Back-fill: tickets from before the first start, walked once with a line of progress, beside polling and behind it.
import type { IntakeRun } from '../ledger/intake.js';
import type { FlowDeps } from './deps.js';
import { after } from './every.js';
import { inScope, openUnseen } from './intake.js';

/** A past nearer than this is polling's. */
const PAST_MS = 10 * 60_000;
/** Cases due at the same time: those of new tickets should not wait behind thousands of old ones. */
const DUE_MOST = 50;
const CHUNK = 25;
const ROOM_LOOK_MS = 250;
const PROGRESS_MS = 3_000;

/**
 * Where polling starts when it has no cursor yet. When tickets of the past are to be acted upon, they are left to a back-fill,
 * which is noted down before polling begins, and polling starts a little before it.
 */
export async function startOfPolling(deps: FlowDeps, since: Date): Promise<Date> {
  const { ledger, reader, actSince, clock } = deps;
  const run = await ledger.latestRun(reader.name, 'backfill');
  const { cursor } = await ledger.cursor(reader.name);
  const isPast = actSince !== null && clock.now().getTime() - actSince.getTime() > PAST_MS;
  const isWanted = isPast && (run ? Date.parse(run.since) > actSince.getTime() : cursor === null);
  if (isWanted && (run === null || run.endedAt !== null)) await ledger.beginRun(reader.name, 'backfill', actSince);
  return isWanted || run?.endedAt === null ? new Date(clock.now().getTime() - PAST_MS) : since;
}

export interface BackfillOptions {
  /** Asked before each page and while waiting; false: another process does it by now. */
  keep: () => Promise<boolean>;
  onProgress?: (line: string) => void;
}

/**
 * Goes on with a back-fill that is not finished, if there is one, to its end. A page is dealt with before its cursor is kept, so
 * that a walk whose process died goes on where it was. Throws ProblemError when the help desk cannot be read.
 */
export async function backfill(deps: FlowDeps, options: BackfillOptions): Promise<void> {
  let run = await deps.ledger.latestRun(deps.reader.name, 'backfill');
  if (!run || run.endedAt !== null) return;
  const tell = progress(options.onProgress);
  tell(run);
  for (let more = true; more; ) {
    if (deps.stopping?.aborted || !(await options.keep())) return;
    const page = await deps.reader.changedSince(run.cursor, new Date(run.since), { isWalk: true });
    const wanted = inScope(deps, page.sightings).filter((s) => !s.deleted);
    for (let from = 0; from < wanted.length; from += CHUNK) {
      if (!(await room(deps, options.keep))) return;
      const chunk = wanted.slice(from, from + CHUNK);
      await openUnseen(deps, chunk);
      tell({ ...run, seen: run.seen + from + chunk.length, at: chunk.at(-1)!.updatedAt });
    }
    const at: string | null = page.sightings.at(-1)?.updatedAt ?? run.at;
    run = { ...run, cursor: page.cursor, at, seen: run.seen + wanted.length };
    more = page.more;
    await deps.ledger.saveRun(run, !more);
  }
  options.onProgress?.(`Back-fill: done, ${count(run.seen)} seen`);
}

/** Waits until few cases are due; false when this process is to stop or another has taken over. */
async function room(deps: FlowDeps, keep: () => Promise<boolean>): Promise<boolean> {
  for (;;) {
    if (deps.stopping?.aborted) return false;
    if ((await deps.ledger.dueCases(DUE_MOST)).length < DUE_MOST) return true;
    if (!(await keep())) return false;
    await new Promise<void>((resolve) => after(deps, ROOM_LOOK_MS, resolve));
  }
}

/** One line every few seconds: `Back-fill: 1,200 tickets seen, at 2026-10-03`. */
function progress(onProgress: ((line: string) => void) | undefined): (run: IntakeRun) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (run) => {
    const now = performance.now();
    if (now - toldAt < PROGRESS_MS) return;
    toldAt = now;
    onProgress?.(`Back-fill: ${count(run.seen)} seen, at ${(run.at ?? run.since).slice(0, 10)}`);
  };
}

const count = (n: number) => `${n.toLocaleString('en-US')} ${n === 1 ? 'ticket' : 'tickets'}`;
