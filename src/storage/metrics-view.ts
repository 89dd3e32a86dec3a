// The numbers of the ledger that /metrics shows: cases, writes, ages, what is due.
import { sql } from 'kysely';
import type { LedgerNumbers } from '../ports/ledger-numbers.js';
import { sealAge } from './audit-seal.js';
import type { Db } from './rows.js';

export async function ledgerNumbers(db: Db): Promise<LedgerNumbers> {
  const cases = await sql<{ programme: string; state: string; outcome: string; count: number }>`
    select coalesce(programme, '') as programme, state, coalesce(outcome, '') as outcome, count(*)::int as count
    from usher.cases group by 1, 2, 3 order by 1, 2, 3`.execute(db);
  const writes = await sql<{
    target: string;
    state: string;
    count: number;
  }>`select target, state, count(*)::int as count
    from usher.writes group by 1, 2 order by 1, 2`.execute(db);
  const ages = await sql<{ held: number | null; open: number | null; due: number; longest: number | null }>`select
      (select extract(epoch from now() - min(held_at))::float8 from usher.cases where state = 'held') as held,
      (select extract(epoch from now() - min(opened_at))::float8 from usher.cases where state in ('new','acting')) as open,
      count(*)::int as due, extract(epoch from now() - min(wake_at))::float8 as longest
    from usher.cases where wake_at <= now() and (lease_until is null or lease_until <= now())`.execute(db);
  const stops = await sql<{
    key: string;
  }>`select key from usher.meta where key = 'breaker' or starts_with(key, 'pause:')`.execute(db);
  const { unsealedSeconds } = await sealAge(db);
  const row = ages.rows[0]!;
  return {
    cases: cases.rows,
    writes: writes.rows,
    oldestHeldSeconds: row.held ?? 0,
    oldestOpenSeconds: row.open ?? 0,
    unsealedSeconds,
    due: row.due,
    longestDueSeconds: row.longest ?? 0,
    breaker: stops.rows.some((r) => r.key === 'breaker'),
    paused: stops.rows.some((r) => r.key !== 'breaker'),
  };
}
