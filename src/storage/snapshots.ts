// Snapshots of lists by content hash: one live a list, some waiting for a person, the old ones kept for 'who is gone'.

import { sql } from 'kysely';
import type { GoneListing, ListSnapshot } from '../core/listing.js';
import type { Snapshots } from '../ports.js';
import { toJsonb } from './jsonb.js';
import type { Db, Tx } from './rows.js';

interface SnapshotRow {
  snapshot: ListSnapshot;
  why: string | null;
  first_at: Date;
  read_at: Date;
}

export function snapshotStore(db: Db): Snapshots {
  const one = async (list: string, state: 'live' | 'waiting') => {
    const found = await sql<SnapshotRow>`select snapshot, why, first_at, read_at from usher.snapshots
      where list = ${list} and state = ${state} order by first_at desc limit 1`.execute(db);
    return found.rows[0];
  };
  return {
    async live(list) {
      const row = await one(list, 'live');
      return row ? { snapshot: row.snapshot, readAt: row.read_at.toISOString() } : null;
    },
    async waiting(list) {
      const row = await one(list, 'waiting');
      return row ? { snapshot: row.snapshot, why: row.why ?? '', since: row.first_at.toISOString() } : null;
    },
    async publish(snapshot, readAt) {
      await db.transaction().execute((tx) => makeLive(tx, snapshot, readAt));
    },
    async holdBack(snapshot, why, readAt) {
      await db.transaction().execute(async (tx) => {
        await sql`delete from usher.snapshots where list = ${snapshot.list} and state = 'waiting' and hash <> ${snapshot.hash}`.execute(
          tx,
        );
        await sql`insert into usher.snapshots (list, hash, state, snapshot, why, first_at, read_at)
          values (${snapshot.list}, ${snapshot.hash}, 'waiting', ${toJsonb(snapshot)}::jsonb, ${why}, ${readAt}, ${readAt})
          on conflict (list, hash) do update set state = 'waiting', why = excluded.why, read_at = excluded.read_at,
            first_at = case when snapshots.state = 'waiting' then snapshots.first_at else excluded.first_at end`.execute(
          tx,
        );
      });
    },
    async seen(list, hash, readAt) {
      await sql`update usher.snapshots set read_at = ${readAt} where list = ${list} and hash = ${hash}`.execute(db);
    },
    async failed(list, problem, at) {
      await sql`insert into usher.list_reads (list, failure, at) values (${list}, ${problem}, ${at})
        on conflict (list) do update set failure = excluded.failure, at = excluded.at`.execute(db);
    },
    async lastFailure(list) {
      const found = await sql<{
        failure: string | null;
      }>`select failure from usher.list_reads where list = ${list}`.execute(db);
      return found.rows[0]?.failure ?? null;
    },
    async accept(hash) {
      return db.transaction().execute(async (tx) => {
        const found = await sql<SnapshotRow>`select snapshot, why, first_at, read_at from usher.snapshots
          where hash like ${`${hash.replace(/[^0-9a-f]/gi, '')}%`} and state = 'waiting' for update`.execute(tx);
        // A shortened hash must name exactly one.
        if (hash.length < 8 || found.rows.length !== 1) return null;
        const row = found.rows[0]!;
        await makeLive(tx, row.snapshot, row.read_at.toISOString());
        return row.snapshot;
      });
    },
    gone: (list, days) => goneListings(db, list, days),
  };
}

async function makeLive(tx: Tx, snapshot: ListSnapshot, readAt: string): Promise<void> {
  await sql`update usher.snapshots set state = 'old' where list = ${snapshot.list} and state = 'live' and hash <> ${snapshot.hash}`.execute(
    tx,
  );
  await sql`insert into usher.snapshots (list, hash, state, snapshot, first_at, read_at)
    values (${snapshot.list}, ${snapshot.hash}, 'live', ${toJsonb(snapshot)}::jsonb, ${readAt}, ${readAt})
    on conflict (list, hash) do update set state = 'live', why = null, read_at = excluded.read_at`.execute(tx);
}

/** Organizations of earlier live snapshots of the last `days` that no name or alias of the live one repeats. */
async function goneListings(db: Db, list: string, days: number): Promise<GoneListing[]> {
  const listed = await sql<{ name: string }>`select l.value ->> 'name' as name
    from usher.snapshots s, jsonb_array_elements(s.snapshot -> 'listings') l where s.list = ${list} and s.state = 'live'`.execute(
    db,
  );
  const names = listed.rows.map((r) => r.name);
  const found = await sql<{ hash: string; read_at: Date; listing: GoneListing['listing'] }>`
    select s.hash, s.read_at, l.value as listing from usher.snapshots s, jsonb_array_elements(s.snapshot -> 'listings') l
    where s.list = ${list} and s.state = 'old' and s.read_at > now() - ${days}::float8 * interval '1 day'
      and l.value ->> 'name' <> all (${names}::text[])
    order by s.read_at desc`.execute(db);
  const seen = new Set<string>();
  const gone: GoneListing[] = [];
  for (const row of found.rows) {
    if (seen.has(row.listing.name)) continue;
    seen.add(row.listing.name);
    gone.push({ listing: row.listing, hash: row.hash, lastSeenAt: row.read_at.toISOString() });
  }
  return gone;
}
