// A ticket that needs a person says so itself: once a reason by note, tag and group, and once more when nobody came.
import type { RenderedEffect } from '../core/decision.js';
import { isEventDesk } from '../core/event.js';
import { addBusinessTime } from '../core/hours.js';
import { type HoldNotice, heldEventPost, holdMarks, holdNote, reminderNote } from '../core/notices.js';
import { planWrites } from '../core/plan.js';
import type { CaseRecord, Lease, WriteRecord } from '../ledger.js';
import type { FlowDeps } from './deps.js';
import { lookAtUnwanted } from './look.js';
import { handFor, type PerformResult, workOn } from './perform.js';
import { carriesAnswer } from './steer.js';

/** Reasons told on one ticket in one episode; what changes more often than that is seen on the status page. */
const NOTES_MOST = 3;

/**
 * Tells agents of a held case on the ticket. Answers when to look again, or that the ticket moved on meanwhile. In propose
 * mode the note alone is written.
 */
export async function tellHold(deps: FlowDeps, lease: Lease, start: CaseRecord): Promise<PerformResult> {
  if (!deps.hands) return asleep;
  let record = start;
  // What is planned, what it makes due, and then nothing more.
  for (let round = 0; round < 4; round++) {
    const open = record.notices.find((n) => (n.state === 'planned' || n.state === 'claimed') && !carriesAnswer(n));
    if (open) {
      // Planned in another mode: it stands until the mode is back.
      if (!handFor(deps, open)) return asleep;
      if (deps.stopping?.aborted) return { kind: 'wait', wakeInMs: 0 };
      const result = await workOn({ deps, lease, record, write: open });
      if (result.kind === 'decide-again') return { kind: 'decide-again' };
      if (result.kind === 'wait') return { kind: 'wait', wakeInMs: result.ms };
      // Nobody can be told on the ticket why nothing can be written there: the status page says it.
      if (result.kind === 'held') await giveUpNotice(deps, lease, open, result.reason);
    } else {
      const next = await nextNotice(deps, record);
      if (next === null) return asleep;
      if (next.kind === 'later') return { kind: 'wait', wakeInMs: next.ms };
      await deps.ledger.planNotice(lease, planWrites(next.effects));
    }
    record = await deps.ledger.read(lease);
  }
  return asleep;
}

/**
 * What nobody needs to be told any more is not told; a notice that may have left is looked for, so that nothing stays unknown: of earlier
 * episodes always, of this one when its case asks for no person (`isTold`). Answers when to look again; null when all is known.
 */
export async function settleNotices(
  deps: FlowDeps,
  lease: Lease,
  record: CaseRecord,
  { isTold }: { isTold: boolean },
): Promise<number | null> {
  for (const write of isTold ? record.leftNotices : [...record.leftNotices, ...record.notices]) {
    if (write.state !== 'claimed' || write.sends === 0 || carriesAnswer(write) || !handFor(deps, write)) continue;
    const result = await lookAtUnwanted({ deps, lease, record, write });
    if (result.kind === 'wait') return result.ms;
  }
  return null;
}

const asleep: PerformResult = { kind: 'wait', wakeInMs: null };

async function giveUpNotice(deps: FlowDeps, lease: Lease, write: WriteRecord, reason: string): Promise<void> {
  if (write.state === 'planned') await deps.ledger.settle(lease, write.id, { state: 'dropped', reason });
}

type Next = { kind: 'now'; effects: RenderedEffect[] } | { kind: 'later'; ms: number } | null;

async function nextNotice(deps: FlowDeps, record: CaseRecord): Promise<Next> {
  const triage = await deps.ledger.latestTriage(record.id);
  // Whoever took the ticket is told nothing more on it, although a step of Usher's failed before: the status page says so.
  if (!triage || triage.decision.kind === 'ignore') return null;
  const { rulebook } = await deps.knowledge();
  const reason = record.reason ?? triage.decision.reason;
  const key = deps.digest(reason).slice(0, 8);
  const notice = (template: string): HoldNotice => ({
    reason,
    triage,
    caseId: record.id,
    caseUrl: deps.caseUrl(record.id),
    template,
  });
  const programme = rulebook.programmes.find((p) => p.name === record.programme) ?? null;
  if (isEventDesk(record.helpdesk)) {
    const post = heldEventPost({ ...notice(`hold-${key}`), title: programme?.title ?? '' }, rulebook.directory);
    const told = post && hasStep(record, (e) => e.type === 'slack' && e.template === `hold-${key}`);
    return post && !told && deps.mode === 'live' ? { kind: 'now', effects: [post] } : null;
  }
  const marks = deps.mode === 'live' ? holdMarks(programme, rulebook, record.helpdesk) : [];
  // A ticket that may be about something else altogether is marked and left in peace.
  if (triage.decision.kind === 'hold' && triage.facts.intent.unsure === true)
    return hasStep(record, (e) => e.type === 'tag') || marks.length === 0 ? null : { kind: 'now', effects: marks };
  const told = toldNotes(record, 'hold-');
  if (!told.includes(`hold-${key}`) && told.length < NOTES_MOST) {
    const note = holdNote(notice(`hold-${key}`));
    return { kind: 'now', effects: [note, ...(hasStep(record, (e) => e.type === 'tag') ? [] : marks)] };
  }
  const remindAfterMs = programme?.holds.remindAfterMs ?? 0;
  if (remindAfterMs === 0 || deps.mode !== 'live' || toldNotes(record, 'reminder').length > 0) return null;
  const now = deps.clock.now().getTime();
  const since = new Date(now - (record.heldSeconds ?? 0) * 1000);
  const ms = addBusinessTime(since, remindAfterMs, programme?.hours ?? null).getTime() - now;
  return ms > 0 ? { kind: 'later', ms } : { kind: 'now', effects: [reminderNote(notice('reminder'))] };
}

/** Templates of the notes told in this episode that begin so. */
function toldNotes(record: CaseRecord, start: string): string[] {
  return record.notices
    .flatMap((n) => n.steps.map((s) => s.effect))
    .flatMap((e) => (e.type === 'note' && e.template.startsWith(start) ? [e.template] : []));
}

function hasStep(record: CaseRecord, fits: (effect: RenderedEffect) => boolean): boolean {
  return record.notices.some((n) => n.steps.some((s) => fits(s.effect)));
}

/** Whether the ticket carries our tag because of this case, or may carry it. */
export function isMarked(record: CaseRecord): boolean {
  return record.notices.some(
    (n) =>
      (n.state === 'done' || ((n.state === 'claimed' || n.state === 'unsure') && n.sends > 0)) &&
      n.steps.some((s) => s.effect.type === 'tag' && s.effect.add.length > 0),
  );
}
