// Lets time pass in a database without waiting: everything that happened is made so much older.
import { sql } from 'kysely';
import type { Database } from '../../src/storage/pool.js';

const TIMES: Record<string, string[]> = {
  cases: ['grace_until', 'wake_at', 'leased_at', 'lease_until', 'opened_at', 'updated_at', 'held_at'],
  triggers: ['at', 'handled_at'],
  decisions: ['at'],
  writes: ['not_before', 'planned_at', 'claimed_at', 'settled_at'],
  meta: ['at'],
  duties: ['until'],
  intake_runs: ['began_at', 'ended_at'],
  deliveries: ['due_at'],
};

export async function letPass(db: Database, ms: number): Promise<void> {
  for (const [table, columns] of Object.entries(TIMES)) {
    const older = columns.map((c) => sql`${sql.ref(c)} = ${sql.ref(c)} - ${ms}::float8 * interval '1 millisecond'`);
    await sql`update ${sql.table(`usher.${table}`)} set ${sql.join(older)}`.execute(db.kysely<unknown>());
  }
}
