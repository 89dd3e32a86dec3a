// Rules that wait, read by the real grammar and put before the shipped ones; and time that passes for a case that sleeps.
import { sql } from 'kysely';
import type { Knowledge } from '../../src/flow/deps.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { openWorkspace, RULES } from '../rulebook/workspace.js';
import { caseIdOf, type Stage } from './journey.js';

/** The shipped rules with others before them; `head` stands above `rules:`. Throws when they do not check clean. */
export async function knowledgeWith(base: Knowledge, rules: string, head = ''): Promise<Knowledge> {
  const workspace = await openWorkspace();
  try {
    await workspace.edit(RULES, '\nrules:\n', `\n${head}\nrules:\n${rules}\n`);
    const { rulebook, problems } = await loadRulebook(workspace);
    if (!rulebook) throw new Error(JSON.stringify(problems, null, 1));
    return { ...base, rulebook };
  } finally {
    await workspace.remove();
  }
}

/** So much of the running wait is over, and the case is due. */
export async function timeGoesBy({ db }: Stage, ticketId: string, ms: number): Promise<void> {
  const earlier = (path: string) =>
    sql.raw(
      `to_char((${path})::timestamptz at time zone 'utc' - interval '${ms} milliseconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    );
  await sql`update usher.cases set wake_at = now(), wait = wait || jsonb_build_object('until', ${earlier("wait ->> 'until'")},
      'followUps', (select coalesce(jsonb_agg(f || jsonb_build_object('at', ${earlier("f ->> 'at'")})), '[]')
        from jsonb_array_elements(wait -> 'followUps') f))
    where id = ${caseIdOf(ticketId)}`.execute(db.kysely<unknown>());
}
