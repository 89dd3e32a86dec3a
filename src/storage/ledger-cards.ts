// Cards in a chat, in the ledger: claimed before they are posted, settled by what is known; and what was delivered from there.
import { sql } from 'kysely';
import type { CardLedger } from '../ledger/cards.js';
import { type Db, underLease } from './rows.js';

export function cardLedger(db: Db): CardLedger {
  return {
    async claimCard(lease, { slot, channelId, mark }) {
      await underLease(db, lease, [
        sql`insert into usher.cards (case_id, slot, channel_id, mark, state)
          select id, ${slot}::text, ${channelId}::text, ${mark}::text, 'claimed' from held
          on conflict (case_id, slot) do update set state = 'claimed', sends = cards.sends + 1, claimed_at = now()`,
      ]);
    },

    async settleCard(lease, slot, end) {
      const which = sql`from held where c.case_id = held.id and c.slot = ${slot}`;
      await underLease(db, lease, [
        end === null
          ? sql`delete from usher.cards c using held where c.case_id = held.id and c.slot = ${slot}`
          : sql`update usher.cards c set state = ${end.state}::text, ts = ${end.ts}::text, shown = ${end.shown}::text ${which}`,
      ]);
    },

    async redraw(caseId) {
      await sql`update usher.cards set shown = null where case_id = ${caseId}`.execute(db);
      await sql`update usher.cases set wake_at = case when lease_until is null then now()
          else least(now(), lease_until - interval '1 millisecond') end where id = ${caseId}`.execute(db);
    },

    async standingOf(caseId) {
      const found = await sql<{ episode: number; decision: string | null; held: boolean }>`select episode,
          (select max(d.id)::text from usher.decisions d where d.case_id = c.id) as decision, state = 'held' as held
        from usher.cases c where id = ${caseId}`.execute(db);
      const row = found.rows[0];
      return row ? { episode: row.episode, decisionId: row.decision, isHeld: row.held } : null;
    },

    async isNewDelivery(key) {
      await sql`delete from usher.slack_deliveries where at < now() - interval '1 hour'`.execute(db);
      const put =
        await sql`insert into usher.slack_deliveries (key) values (${key}) on conflict do nothing returning key`.execute(
          db,
        );
      return put.rows.length > 0;
    },
  };
}
