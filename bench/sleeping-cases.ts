// Cases that sleep, put into a database as if they had come to it over weeks: far from any timer, or with timers about to come due.
import type { Client, Pool } from 'pg';
import { nameKey } from '../src/core/match/normalize.js';
import type { Ticket } from '../src/core/ticket.js';
import { lastRequesterMessage } from '../src/flow/occasion.js';

/** Begins the ids of cases that no timer wakes: no ticket has such a number. */
const ASLEEP = 'zendesk-asleep-';

/** The wait of a case, as the ledger keeps it. */
const WAIT = (until: string) => `jsonb_build_object('rule', 'asked', 'kind', 'wait', 'event', null, 'approval', null,
  'began', to_char(now() - interval '3 days', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'until', to_char((${until}) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'followUps', jsonb_build_array(), 'taken', 0, 'endedBy', null)`;

/** What a case has behind it when it waits: its trigger, a decision, a write with its step, its story. Small, and of the same number of rows as in use. */
const BEHIND = (is: 'like' | 'not like') => `
  insert into usher.triggers (case_id, key, kind, at, handled_at)
    select id, 'hook:' || id, 'changed', opened_at, opened_at from usher.cases where id ${is} '${ASLEEP}%';
  insert into usher.decisions (case_id, episode, trigger, at, ticket, case_facts, triage)
    select id, 1, 'ticket', opened_at, '{}', '{}', null from usher.cases where id ${is} '${ASLEEP}%';
  insert into usher.writes (case_id, decision_id, episode, seq, target, state, mark, content_hash, message_id, planned_at, claimed_at, settled_at, sends, attempts)
    select d.case_id, d.id, 1, 1, 'ticket', 'done', md5(d.case_id), md5(d.case_id), '1', d.at, d.at, d.at, 1, 1
    from usher.decisions d join usher.cases c on c.id = d.case_id where c.id ${is} '${ASLEEP}%';
  insert into usher.steps (case_id, number, write_id, slot, type, effect)
    select case_id, 1, id, case_id || ':1:1', 'note', '{"type": "note", "template": "asked", "text": "Asked."}' from usher.writes where case_id ${is} '${ASLEEP}%';
  insert into usher.timeline (case_id, at, kind, text)
    select id, opened_at, 'waiting', 'Waiting.' from usher.cases, generate_series(1, 3) where id ${is} '${ASLEEP}%'`;

const COLUMNS = `id, helpdesk, ticket_id, subject, requester_email, state, programme, rule, outcome, decided_message_id, decided_message_at,
  decided_ticket_at, opened_at, updated_at, fired_rules, wait, wake_at`;
const SAME = `'API access request', 'pat@asleep.example', 'waiting', 'everbright-api-access', 'asked', 'asked'`;

async function runAll(pool: Pool, statements: string): Promise<void> {
  for (const statement of statements.split(';')) await pool.query(statement);
  await pool.query('vacuum (analyze)');
}

/** Cases whose timers are a day to a month away. */
export async function fillSleeping(pool: Pool, cases: number): Promise<void> {
  await pool.query(
    `insert into usher.cases (${COLUMNS})
      select '${ASLEEP}' || n, 'zendesk', 'asleep-' || n, ${SAME}, '1', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z',
        now() - interval '3 days', now() - interval '3 days', '["asked"]', ${WAIT('due')}, due
      from (select n, now() + interval '1 day' + n * interval '1 month' / $1::int as due from generate_series(1, $1::int) n) s`,
    [cases],
  );
  await runAll(pool, BEHIND('like'));
}

/** Cases of these tickets, a millisecond apart from `from` on, in an order of their own; each knows its ticket as it is, and whose it is. */
export async function fillDue(
  pool: Pool,
  { tickets, names, from }: { tickets: Ticket[]; names: string[]; from: Date },
): Promise<void> {
  // A step that shares no factor with their number visits each once.
  const step = [7_919, 104_729].find((prime) => tickets.length % prime !== 0)!;
  const rows = tickets.map((ticket, n) => {
    const message = lastRequesterMessage(ticket);
    const name = nameKey(names[n]!).parts[0]!;
    const organization = `${name.key}|${name.form ?? ''}`;
    return { ticket, organization, messageId: message.id, messageAt: message.at, place: (n * step) % tickets.length };
  });
  await pool.query(
    `insert into usher.cases (${COLUMNS}, organization_key)
      select 'zendesk-' || (v.ticket ->> 'id'), 'zendesk', v.ticket ->> 'id', ${SAME}, v."messageId", v."messageAt", v.ticket ->> 'updatedAt',
        now() - interval '3 days', now() - interval '3 days', '["asked"]', ${WAIT('v.due')}, v.due, v.organization
      from (select r.*, $2::timestamptz + r.place * interval '1 millisecond' as due from jsonb_to_recordset($1::jsonb)
        as r(ticket jsonb, organization text, "messageId" text, "messageAt" text, place int)) v`,
    [JSON.stringify(rows), from],
  );
  await runAll(pool, BEHIND('not like'));
  await pool.query(
    `update usher.decisions d set ticket = v.ticket from jsonb_to_recordset($1::jsonb) as v(ticket jsonb)
      where d.case_id = 'zendesk-' || (v.ticket ->> 'id')`,
    [JSON.stringify(rows)],
  );
}

export interface WaveRow {
  id: string;
  dueAt: Date;
  /** Number of its decision, in the order in which they were committed. */
  decision: number;
  decidedAt: Date;
}

/** The timers of `fillDue` that led to one decision by the rule for them. */
export async function waveOf(pool: Pool): Promise<WaveRow[]> {
  const { rows } = await pool.query<WaveRow>(
    `select c.id, (c.wait ->> 'until')::timestamptz as "dueAt", min(d.id)::int as decision, min(d.at) as "decidedAt"
      from usher.cases c join usher.decisions d on d.case_id = c.id and d.triage is not null
      where c.rule = 'lapsed' group by c.id having count(*) = 1`,
  );
  return rows;
}

/** Rows read so far in the database that the client is connected to. */
export async function countRows(client: Client): Promise<number> {
  const { rows } = await client.query<{ n: string }>(
    `select (tup_returned + tup_fetched)::text as n from pg_stat_database where datname = current_database()`,
  );
  return Number(rows[0]!.n);
}
