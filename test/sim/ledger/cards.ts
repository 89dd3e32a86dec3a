// The ledger's stand-in, cards: where each stands and what it shows, and what was delivered from the chat already.
import type { CardLedger } from '../../../src/ledger/cards.js';
import type { Tables } from './tables.js';

const HOUR_MS = 3_600_000;

export function memoryCards(t: Tables): CardLedger {
  return {
    async claimCard(lease, { slot, channelId, mark }) {
      const { id: caseId } = t.held(lease);
      const known = t.cards.find((c) => c.caseId === caseId && c.slot === slot);
      if (known) Object.assign(known, { state: 'claimed', sends: known.sends + 1, claimedAt: t.now() });
      else
        t.cards.push({
          ...{ caseId, slot, channelId, mark, sends: 1, ts: null, shown: null },
          state: 'claimed',
          claimedAt: t.now(),
        });
    },
    async settleCard(lease, slot, end) {
      const { id: caseId } = t.held(lease);
      const at = t.cards.findIndex((c) => c.caseId === caseId && c.slot === slot);
      if (end === null) t.cards.splice(at, at < 0 ? 0 : 1);
      else if (t.cards[at]) Object.assign(t.cards[at], end);
    },
    async redraw(caseId) {
      for (const c of t.cards) if (c.caseId === caseId) c.shown = null;
      const row = t.cases.get(caseId);
      if (row) t.poke(row);
    },
    async standingOf(caseId) {
      const row = t.cases.get(caseId);
      if (!row) return null;
      const decision = t.newestDecision(caseId);
      return { episode: row.episode, decisionId: decision ? String(decision.id) : null, isHeld: row.state === 'held' };
    },
    async isNewDelivery(key) {
      const before = t.deliveries.get(key);
      if (before !== undefined && before > t.now() - HOUR_MS) return false;
      t.deliveries.set(key, t.now());
      return true;
    },
  };
}
