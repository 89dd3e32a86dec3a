// What is told outside any case, in the ledger: planned, claimed before it is sent, settled by what is known.

import { sql } from 'kysely';
import { type Announcement, type Announcements, OVER } from '../ledger/announcements.js';
import { toJsonb } from './jsonb.js';
import type { Db } from './rows.js';

interface Row {
  key: string;
  channel_id: string;
  text: string;
  mark: string;
  state: Announcement['state'];
  sends: number;
  receipt: { ts?: string } | null;
  claim_age: number | null;
}

const COLUMNS = sql`key, channel_id, text, mark, state, sends, receipt, extract(epoch from now() - claimed_at)::float8 as claim_age`;

const IS_STUCK = sql`state in ('new','acting') and updated_at < now() - interval '1 hour'`;

export function announcements(db: Db): Announcements {
  return {
    async plan({ key, channelId, text, mark }) {
      await sql`insert into usher.announcements (key, channel_id, text, mark) values (${key}, ${channelId}, ${text}, ${mark})
        on conflict (key) do nothing`.execute(db);
    },

    async open() {
      const found = await sql<Row>`select ${COLUMNS} from usher.announcements
        where state in ('planned','claimed') and (not_before is null or not_before <= now()) order by at limit 50`.execute(
        db,
      );
      return found.rows.map(toAnnouncement);
    },

    async standing(start) {
      const found = await sql<Row>`select ${COLUMNS} from usher.announcements
        where starts_with(key, ${start}) and reason is distinct from ${OVER} order by at`.execute(db);
      return found.rows.map(toAnnouncement);
    },

    async claim(key) {
      // Before the first byte leaves; another process that claimed it a moment ago has it.
      const claimed = await sql`update usher.announcements set state = 'claimed', sends = sends + 1, claimed_at = now()
        where key = ${key} and (state = 'planned' or (state = 'claimed' and claimed_at < now() - interval '2 minutes'))
        returning key`.execute(db);
      return claimed.rows.length > 0;
    },

    async settle(key, { state, reason, receipt, waitMs }) {
      await sql`update usher.announcements set state = ${state}, reason = ${reason},
          receipt = coalesce(${receipt ? toJsonb(receipt) : null}::jsonb, receipt),
          sends = case when ${state} = 'planned' then greatest(0, sends - 1) else sends end,
          not_before = now() + ${waitMs ?? 0}::float8 * interval '1 millisecond' where key = ${key}`.execute(db);
    },

    async has(key) {
      const found = await sql`select 1 from usher.announcements where key = ${key}`.execute(db);
      return found.rows.length > 0;
    },

    async stuck() {
      const found = await sql<{ n: number }>`select count(*)::int as n from usher.cases where ${IS_STUCK}`.execute(db);
      return found.rows[0]!.n;
    },

    async numbers(hours) {
      const since = sql`now() - ${hours}::int * interval '1 hour'`;
      const cases = await sql<{
        done: number;
        held: number;
        open: number;
        stuck: number;
        oldest: number | null;
        oldest_id: string | null;
      }>`select
          count(*) filter (where state = 'done' and updated_at > ${since})::int as done,
          count(*) filter (where state = 'held')::int as held,
          count(*) filter (where state in ('new','acting','waiting'))::int as open,
          count(*) filter (where ${IS_STUCK})::int as stuck,
          extract(epoch from now() - min(held_at))::float8 / 3600 as oldest,
          (array_agg(id order by held_at) filter (where state = 'held' and held_at is not null))[1] as oldest_id
        from usher.cases`.execute(db);
      const outcomes = await sql<{ outcome: string; n: number }>`select outcome, count(*)::int as n from usher.cases
        where state = 'done' and outcome is not null and updated_at > ${since} group by outcome order by n desc, outcome`.execute(
        db,
      );
      const unsure = await sql<{
        n: number;
      }>`select count(*)::int as n from usher.writes where state = 'unsure'`.execute(db);
      const row = cases.rows[0]!;
      return {
        done: row.done,
        outcomes: outcomes.rows.map(({ outcome, n }) => ({ outcome, count: n })),
        held: row.held,
        open: row.open,
        stuck: row.stuck,
        unsure: unsure.rows[0]!.n,
        oldest: row.oldest_id === null ? null : { caseId: row.oldest_id, hours: row.oldest ?? 0 },
      };
    },
  };
}

function toAnnouncement(row: Row): Announcement {
  return {
    key: row.key,
    channelId: row.channel_id,
    text: row.text,
    mark: row.mark,
    state: row.state,
    sends: row.sends,
    ts: row.receipt?.ts ?? null,
    claimAgeSeconds: row.claim_age ?? 0,
  };
}
