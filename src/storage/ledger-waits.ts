// Waits and approvals in the ledger: what comes about when all steps are done, who is asked, and whose answer counts.
import { type RawBuilder, sql } from 'kysely';
import type { ApprovalState } from '../core/wait.js';
import type { ApprovalContents, DecisionCommit, Ledger, ShownApproval } from '../ledger.js';
import { stateEvent } from './case-events.js';
import { toJsonb } from './jsonb.js';
import { POKE } from './poke.js';
import { type Db, timelineLine, underLease } from './rows.js';

/** The wait for it runs, or is about to begin. */
const IS_WAITED_FOR = sql`c.episode = a.episode and ((c.state = 'waiting' and c.wait ->> 'approval' = split_part(a.name, ': ', 1)
    and c.wait ->> 'endedBy' is null and (c.wait ->> 'until')::timestamptz > now())
    or c.after_steps #>> '{wait,approval,name}' = split_part(a.name, ': ', 1))`;
/** What is new on the case may change what was shown: it is looked at first. */
const IS_CHANGING = sql`exists (select 1 from usher.triggers t where t.case_id = c.id and t.handled_at is null)`;

/** Parts of the statement that commits a decision: what is asked for, and what no longer counts. */
export function approvalParts({ approvals, withdrawn, episode }: DecisionCommit): RawBuilder<unknown>[] {
  return [
    ...(withdrawn.length === 0
      ? []
      : [
          sql`update usher.approvals a set state = 'withdrawn' from held where a.case_id = held.id and a.id = any(${withdrawn}::text[])`,
        ]),
    ...approvals.map(
      (approval) => sql`insert into usher.approvals (id, case_id, episode, name, contents)
        select ${approval.id}::text, id, ${episode}::int, ${approval.name}::text, ${toJsonb(approval.contents)}::jsonb from held
        on conflict (id) do update set state = 'open', answered_at = null, answered_by = '', answered_via = ''
          where approvals.state = 'withdrawn'`,
    ),
  ];
}

/** For `underLease`: the timeline says which stage the case has come to. */
export function stageLine(stage: string | undefined): RawBuilder<unknown>[] {
  return stage === undefined ? [] : [timelineLine('stage', `The case has come to the stage ${stage}.`)];
}

interface ApprovalRow {
  id: string;
  case_id: string;
  ticket_id: string;
  until: string | null;
  name: string;
  subject: string;
  contents: ApprovalContents | null;
  state: ApprovalState['state'] | 'withdrawn';
  answered_by: string;
  answered_at: Date | null;
  is_waited_for: boolean;
  is_changing: boolean;
}

const APPROVAL = sql`select a.id, a.case_id, a.name, a.contents, a.state, a.answered_by, a.answered_at, c.subject, c.ticket_id,
    case when c.wait ->> 'approval' = split_part(a.name, ': ', 1) then c.wait ->> 'until' end as until,
    ${IS_WAITED_FOR} as is_waited_for, ${IS_CHANGING} as is_changing
  from usher.approvals a join usher.cases c on c.id = a.case_id`;

function stateOf({ state, is_waited_for, is_changing }: ApprovalRow): ShownApproval['state'] {
  if (state === 'withdrawn' || (state === 'open' && !is_waited_for)) return 'closed';
  return state === 'open' && is_changing ? 'changing' : state;
}

/** null after retention. */
function shown(row: ApprovalRow | undefined): ShownApproval | null {
  if (!row?.contents) return null;
  const { id, case_id: caseId, name, subject, contents, answered_by: by } = row;
  return {
    id,
    caseId,
    name,
    subject,
    contents,
    by,
    state: stateOf(row),
    answeredAt: row.answered_at?.toISOString() ?? null,
  };
}

export function waitLedger(db: Db): Pick<Ledger, 'endSteps' | 'approval' | 'openApprovals' | 'answerApproval'> {
  return {
    async approval(id) {
      const found = await sql<ApprovalRow>`${APPROVAL} where a.id = ${id}`.execute(db);
      return shown(found.rows[0]);
    },

    async openApprovals(slack, limit) {
      const named = toJsonb([{ slack }]);
      const found =
        await sql<ApprovalRow>`${APPROVAL} where a.state = 'open' and a.contents -> 'approvers' @> ${named}::jsonb
        and ${IS_WAITED_FOR} order by a.asked_at, a.id limit ${limit}`.execute(db);
      return found.rows.flatMap((row) => {
        const approval = shown(row);
        return approval ? [{ ...approval, ticketId: row.ticket_id, until: row.until }] : [];
      });
    },

    async answerApproval(id, { state, by, via }, lease) {
      const isOurs = lease ? sql`and c.fence = ${lease.fence} and c.lease_owner = ${lease.owner}` : sql``;
      const isSeen = lease ? sql`true` : sql`not ${IS_CHANGING}`;
      // The case's row is locked first, as every visit does. Of two answers the second finds the row no longer open.
      const done = await sql`with locked as materialized (
          select c.* from usher.cases c where c.id = (select case_id from usher.approvals where id = ${id}) ${isOurs} for update),
        won as (update usher.approvals a set state = ${state}::text, answered_at = now(), answered_by = ${by}::text, answered_via = ${via}::text
          from locked c where a.id = ${id} and a.state = 'open' and ${IS_WAITED_FOR} and ${isSeen} returning a.case_id, a.name),
        put as (insert into usher.triggers (case_id, key, kind, at)
          select case_id, ${`approval:${id}`}::text || ':' || nextval('usher.triggers_id_seq'), 'approval', clock_timestamp() from won),
        line as (insert into usher.timeline (case_id, kind, text)
          select case_id, 'settled', ${`${by} ${state} `}::text || name || ${` (by ${via}).`}::text from won)
        update usher.cases set ${POKE} where id in (select case_id from won) returning id`.execute(db);
      return done.rows.length > 0;
    },

    async endSteps(lease, after, begin) {
      const wait = after.wait ? begin(after.wait, await databaseTime(db)) : null;
      const rules = toJsonb(wait ? [wait.rule] : []);
      await underLease(db, lease, [
        sql`update usher.cases c set state = ${wait ? 'waiting' : 'done'}, after_steps = null, updated_at = now(), held_at = null,
            stage = coalesce(${after.stage ?? null}::text, stage), fired_rules = fired_rules || ${rules}::jsonb,
            wait = coalesce(${wait === null ? null : toJsonb(wait)}::jsonb, wait)
          from held where c.id = held.id returning c.id`,
        ...(wait ? [] : stateEvent('done', sql`part0`)),
        ...stageLine(after.stage),
        ...(wait ? [timelineLine('waiting', `Waiting until ${wait.until.slice(0, 16).replace('T', ' ')} UTC.`)] : []),
      ]);
    },
  };
}

async function databaseTime(db: Db): Promise<Date> {
  const found = await sql<{ now: Date }>`select now() as now`.execute(db);
  return found.rows[0]!.now;
}
