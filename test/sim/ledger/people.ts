// The ledger's stand-in, people: settling, resuming, correcting, pausing and going on.
import type { WriteState } from '../../../src/core/write.js';
import type { Ledger } from '../../../src/ledger.js';
import { ProblemError, problem } from '../../../src/problem.js';
import type { CaseRow, Tables, WriteRow } from './tables.js';

type PeoplePart = Pick<
  Ledger,
  'settleByPerson' | 'resumeCase' | 'correct' | 'pause' | 'pauses' | 'waitingSteps' | 'resumeAll' | 'breaker'
>;

const fail = (code: string, caseId: string): never => {
  throw new ProblemError(problem(code, `Case ${caseId}: ${code}`, 'See all cases with: usher cases'));
};

export function memoryPeople(t: Tables): PeoplePart {
  const caseOf = (caseId: string): CaseRow => t.cases.get(caseId) ?? fail('no-such-case', caseId);
  return {
    async settleByPerson(caseId, stepId, how, by) {
      const row = caseOf(caseId);
      const step = t.steps.find((s) => s.caseId === caseId && String(s.number) === stepId);
      if (!step) return fail('no-such-step', caseId);
      const write = t.write(String(step.writeId));
      const isOpen = ['unsure', 'refused'].includes(write.state) || (write.state === 'planned' && how === 'drop');
      if (!isOpen) return fail('step-not-open', caseId);
      const state: WriteState = how === 'done' ? 'done' : how === 'again' ? 'planned' : 'dropped';
      Object.assign(write, { state, reason: `settled by ${by}: ${how}`, notBefore: null });
      write.settledAt = state === 'planned' ? null : t.now();
      if (state === 'planned') write.claimedAt = null;
      const newest = t.newestDecision(caseId)?.commit.triage.decision;
      const isQuestion = newest?.kind === 'hold' && how !== 'again';
      row.state = isQuestion ? 'held' : 'acting';
      row.heldAt = isQuestion ? (row.heldAt ?? t.now()) : null;
      if (isQuestion) row.reason = newest.reason;
      Object.assign(row, { wakeAt: t.now(), updatedAt: t.now() });
    },

    async resumeCase(caseId, _by, key) {
      if (caseOf(caseId).state === 'done') fail('case-done', caseId);
      t.putTrigger(caseId, { key: key ?? `person:${t.nextNumber()}`, kind: 'person' });
    },

    async correct(caseId, outcome) {
      const row = caseOf(caseId);
      if (row.state !== 'done' || row.outcome === null || row.mode !== 'live') fail('nothing-to-correct', caseId);
      if (row.outcome === outcome) fail('outcome-same', caseId);
      t.putTrigger(caseId, { key: `correct:${t.nextNumber()}`, kind: 'correction', outcome });
    },

    async pause(programme, by) {
      const key = `pause:${programme ?? '*'}`;
      if (!t.meta.has(key)) t.meta.set(key, { value: by, at: t.now() });
    },

    async pauses() {
      return [...t.meta]
        .filter(([key]) => key.startsWith('pause:'))
        .sort(([, a], [, b]) => a.at - b.at)
        .map(([key, { value, at }]) => ({
          programme: key === 'pause:*' ? null : key.slice('pause:'.length),
          by: value,
          since: new Date(at).toISOString(),
        }));
    },

    async waitingSteps(limit) {
      return t.writes
        .filter((w) => isWaiting(t, w))
        .flatMap((w) =>
          t.stepsOf(w.id).map((s) => {
            const { ticketId, subject } = t.cases.get(w.caseId)!;
            return { caseId: w.caseId, ticketId, subject, step: String(s.number), effect: s.effect };
          }),
        )
        .slice(0, limit);
    },

    async resumeAll(by) {
      const ended = [...t.meta.keys()].filter((key) => key === 'breaker' || key.startsWith('pause:'));
      for (const key of ended) t.meta.delete(key);
      const wasPaused = ended.some((key) => key.startsWith('pause:'));
      if (ended.includes('breaker')) t.meta.set('breaker-reset', { value: by, at: t.now() });
      const waiting = [...t.cases.values()].filter((c) => goesOn(t, c, wasPaused));
      for (const row of waiting) {
        Object.assign(row, { wakeAt: t.now(), heldAt: null, state: row.state === 'held' ? 'acting' : row.state });
      }
      return waiting.length;
    },

    async breaker() {
      const row = t.meta.get('breaker');
      return row ? { reason: row.value, since: new Date(row.at).toISOString() } : null;
    },
  };
}

function isWaiting(t: Tables, w: WriteRow): boolean {
  const row = t.cases.get(w.caseId)!;
  const isBlocked = t
    .writesOf(w.caseId)
    .some((b) => b.episode === w.episode && b.seq < w.seq && ['refused', 'unsure'].includes(b.state));
  return (
    ['planned', 'claimed'].includes(w.state) &&
    ['acting', 'waiting', 'held'].includes(row.state) &&
    w.episode === row.episode &&
    !isBlocked
  );
}

function goesOn(t: Tables, c: CaseRow, wasPaused: boolean): boolean {
  const hasOpen = t
    .writesOf(c.id)
    .some(
      (w) =>
        w.episode === c.episode &&
        !w.isNotice &&
        (w.state === 'planned' || (w.state === 'claimed' && c.state !== 'held')),
    );
  const isAtWork = c.state === 'acting' || c.state === 'waiting';
  return c.leaseUntil === null && hasOpen && (c.state === 'held' || (wasPaused && isAtWork));
}
