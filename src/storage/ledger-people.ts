// What people tell the ledger of one case: a step arrived or not, it goes on, its outcome was wrong.
import { sql } from 'kysely';
import type { WriteState } from '../core/write.js';
import type { Ledger } from '../ledger.js';
import { ProblemError, problem } from '../problem.js';
import { lockCase, putTrigger } from './ledger-cases.js';
import { addTimeline, type Db, type Tx } from './rows.js';

type PeoplePart = Pick<Ledger, 'settleByPerson' | 'resumeCase' | 'correct'>;

const SETTLEABLE: WriteState[] = ['unsure', 'refused', 'planned'];
const WORDS = { done: 'it arrived', again: 'send it again', drop: 'do not send it' } as const;

export function peopleLedger(db: Db): PeoplePart {
  return {
    async settleByPerson(caseId, stepId, how, by) {
      await db.transaction().execute(async (tx) => {
        // The case first, as every claim does: a step is dropped before it is claimed or not at all.
        await lockCase(tx, caseId);
        const write = await findWrite(tx, caseId, stepId);
        if (!SETTLEABLE.includes(write.state) || (write.state === 'planned' && how !== 'drop'))
          throw new ProblemError(
            problem(
              'step-not-open',
              `Step ${stepId} of ${caseId} is ${write.state}; there is nothing to settle`,
              `See the open steps with: usher cases ${caseId}`,
            ),
          );
        const state: WriteState = how === 'done' ? 'done' : how === 'again' ? 'planned' : 'dropped';
        await sql`update usher.writes set state = ${state}, reason = ${`settled by ${by}: ${WORDS[how]}`}, not_before = null,
            settled_at = case when ${state} = 'planned' then null else now() end,
            claimed_at = case when ${state} = 'planned' then null else claimed_at end where id = ${write.id}`.execute(
          tx,
        );
        // A question that the newest decision left to a person stays one, whatever became of an older step.
        await sql`with newest as (select triage -> 'decision' as decision from usher.decisions
              where case_id = ${caseId} order by id desc limit 1),
            question as (select decision ->> 'reason' as reason from newest where decision ->> 'kind' = 'hold' and ${how} <> 'again')
          update usher.cases set wake_at = now(), updated_at = now(),
            state = case when exists (select 1 from question) then 'held' else 'acting' end,
            held_at = case when exists (select 1 from question) then coalesce(held_at, now()) end,
            reason = coalesce((select reason from question), reason)
          where id = ${caseId}`.execute(tx);
        await addTimeline(tx, caseId, 'settled', `${by} said of step ${stepId} (${write.type}): ${WORDS[how]}.`);
      });
    },

    async resumeCase(caseId, by, key) {
      await db.transaction().execute(async (tx) => {
        const found = await sql<{
          state: string;
        }>`select state from usher.cases where id = ${caseId} for update`.execute(tx);
        if (!found.rows[0]) throw noSuchCase(caseId);
        if (found.rows[0].state === 'done')
          throw new ProblemError(
            problem('case-done', `Case ${caseId} is finished`, 'A reply of the requester opens it again by itself'),
          );
        const isNew = await putTrigger(tx, caseId, { key: key ?? `person:${await nextTrigger(tx)}`, kind: 'person' });
        if (isNew) await addTimeline(tx, caseId, 'resumed', `${by} asked Usher to look again.`);
      });
    },

    async correct(caseId, outcome, by) {
      await db.transaction().execute(async (tx) => {
        await lockCase(tx, caseId);
        const found = await sql<{ state: string; outcome: string | null; mode: string }>`select state, outcome, mode
          from usher.cases where id = ${caseId}`.execute(tx);
        const row = found.rows[0];
        if (!row) throw noSuchCase(caseId);
        if (row.state !== 'done' || row.outcome === null || row.mode !== 'live') throw nothingToCorrect(caseId, row);
        if (row.outcome === outcome)
          throw new ProblemError(
            problem('outcome-same', `Case ${caseId} ended with the outcome ${outcome} already`, 'Name another outcome'),
          );
        const key = `correct:${await nextTrigger(tx)}`;
        await putTrigger(tx, caseId, { key, kind: 'correction', outcome });
        await addTimeline(
          tx,
          caseId,
          'corrected',
          `${by} said that ${outcome} would have been right, not ${row.outcome}.`,
        );
      });
    },
  };
}

async function findWrite(
  tx: Tx,
  caseId: string,
  stepId: string,
): Promise<{ id: string; state: WriteState; type: string }> {
  const found = await sql<{
    id: string;
    state: WriteState;
    type: string;
  }>`select w.id, w.state, s.type from usher.steps s
    join usher.writes w on w.id = s.write_id where s.case_id = ${caseId} and s.number::text = ${stepId} for update of w`.execute(
    tx,
  );
  if (found.rows[0]) return found.rows[0];
  const known = await sql`select 1 from usher.cases where id = ${caseId}`.execute(tx);
  if (known.rows.length === 0) throw noSuchCase(caseId);
  throw new ProblemError(
    problem('no-such-step', `Case ${caseId} has no step ${stepId}`, `See its steps with: usher cases ${caseId}`),
  );
}

function nothingToCorrect(caseId: string, row: { state: string; mode: string }): ProblemError {
  const why =
    row.mode === 'live'
      ? `is ${row.state}, with nothing done that could be wrong`
      : `was only decided in ${row.mode} mode`;
  return new ProblemError(
    problem(
      'nothing-to-correct',
      `Case ${caseId} ${why}`,
      'Only a finished case with an outcome is corrected; see it with: usher cases ID',
    ),
  );
}

function noSuchCase(caseId: string): ProblemError {
  return new ProblemError(problem('no-such-case', `There is no case ${caseId}`, 'See all cases with: usher cases'));
}

async function nextTrigger(tx: Tx): Promise<string> {
  const next = await sql<{ n: string }>`select nextval('usher.triggers_id_seq')::text as n`.execute(tx);
  return next.rows[0]!.n;
}
