// Case events for subscribers: put down in the same statement as the decision or settlement that they tell of.
import { type RawBuilder, sql } from 'kysely';
import type { CaseEventType } from '../core/case-events.js';
import type { DecisionCommit } from '../ledger.js';
import { toJsonb } from './jsonb.js';

/** Kept only while somebody subscribes: otherwise it costs one look at one row. */
const LISTENING = sql`exists (select 1 from usher.meta m where m.key = 'subscribers' and m.value = '"yes"')`;

/** For `underLease`: what a decision tells. What was only decided about, in shadow or propose, is told to nobody. */
export function decisionEvents(commit: DecisionCommit): RawBuilder<unknown>[] {
  const { decision } = commit.triage;
  // The same hold again is no news.
  if (commit.mode !== 'live' || decision.kind === 'ignore' || commit.timeline.length === 0) return [];
  const data = {
    programme: decision.programme,
    rule: decision.rule,
    outcome: decision.outcome,
    episode: commit.episode,
  };
  const types: CaseEventType[] = ['case.opened', 'case.decided'];
  if (commit.state === 'held') types.push('case.held');
  if (commit.state === 'done') types.push('case.done');
  return [
    sql`insert into usher.case_events (case_id, type, data)
      select c.id, t.type, ${toJsonb(data)}::jsonb || jsonb_build_object('case', c.id, 'helpdesk', c.helpdesk, 'ticket', c.ticket_id)
      from held join usher.cases c on c.id = held.id, unnest(${types}::text[]) with ordinality as t(type, n)
      where ${LISTENING} and (t.type <> 'case.opened' or not exists (select 1 from usher.decisions d where d.case_id = c.id))
      order by t.n`,
  ];
}

/** For `underLease`: what a change of state tells; `changed` is a part that holds the case's id when there was one. */
export function stateEvent(state: string, changed: RawBuilder<unknown>): RawBuilder<unknown>[] {
  if (state !== 'held' && state !== 'done') return [];
  return [
    sql`insert into usher.case_events (case_id, type, data)
      select c.id, ${`case.${state}`}::text, jsonb_build_object('programme', c.programme, 'rule', c.rule, 'outcome', c.outcome,
        'episode', c.episode, 'case', c.id, 'helpdesk', c.helpdesk, 'ticket', c.ticket_id)
      from usher.cases c where c.id in (select id from ${changed}) and c.mode = 'live' and ${LISTENING}`,
  ];
}
