// Rows of a ledger for tests of the audit chain: finished cases with all that the chain speaks of.
import { sql } from 'kysely';
import type { Database } from '../../src/storage/pool.js';

/** Runs statements one after another. */
export async function run(db: Database, ...statements: string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db.kysely());
}

/** A case of `daysAgo` days: decided, its reply done, its mail unsure, and a person said something. Numbers are those of the case. */
export function caseRows(n: number, { daysAgo = 0 } = {}): string[] {
  const at = `now() - interval '${daysAgo} days'`;
  const triage = `{"decision":{"kind":"act","programme":"p","rule":"r","outcome":"passed","reason":"Acme"}}`;
  return [
    `insert into usher.cases (id, helpdesk, ticket_id, state, subject, updated_at) values ('t-${n}', 't', '${n}', 'done', 'Hello', ${at})`,
    `insert into usher.decisions (case_id, episode, trigger, at, ticket, case_facts, triage, knowledge)
      values ('t-${n}', 1, 'ticket', ${at}, '{"subject":"Hello"}', '{}', '${triage}', '{"rulebook":"abc"}')`,
    `insert into usher.writes (case_id, decision_id, episode, seq, target, state, mark, content_hash, reason, planned_at, claimed_at, settled_at)
      select 't-${n}', max(id), 1, 1, 'ticket', 'done', 'm', 'c', 'fine', ${at}, ${at}, ${at} from usher.decisions`,
    `insert into usher.steps (case_id, number, write_id, slot, type, effect)
      select 't-${n}', 1, max(id), 't-${n}/reply', 'reply', '{"type":"reply","text":"Dear Ann"}' from usher.writes`,
    `insert into usher.writes (case_id, decision_id, episode, seq, target, state, planned_at, settled_at)
      select 't-${n}', max(id), 1, 2, 'mail', 'unsure', ${at}, ${at} from usher.decisions`,
    `insert into usher.steps (case_id, number, write_id, slot, type, effect)
      select 't-${n}', 2, max(id), 't-${n}/mail', 'email', '{"type":"email","text":"Dear Sam"}' from usher.writes`,
    `insert into usher.timeline (case_id, at, kind, text) values ('t-${n}', ${at}, 'opened', 'seen'), ('t-${n}', ${at}, 'settled', 'ann said: it arrived')`,
  ];
}

/** Rules and a list as they are published and in use. */
export const versions = [
  `insert into usher.published (kind, hash, content) values ('rule-texts', 'abc', '{"files":{"a.yaml":"x"}}')`,
  `insert into usher.meta (key, value) values ('rules-active', '"abc"')`,
  `insert into usher.snapshots (list, hash, state, snapshot, first_at, read_at) values ('sellers', 's1', 'live', '{"listings":[]}', now(), now())`,
];
