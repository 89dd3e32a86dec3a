// What cards in a chat need of the ledger: where each stands and what it shows, and what was delivered from there already.
import type { Lease } from '../ledger.js';
import type { CardRecord } from './records.js';

export interface CardLedger {
  /** Committed right before a card is posted (again): counts the attempt. Throws LeaseLost. */
  claimCard(lease: Lease, card: Pick<CardRecord, 'slot' | 'channelId' | 'mark'>): Promise<void>;
  /** How the card stands now. null: it is certainly not there, and forgotten. Throws LeaseLost. */
  settleCard(lease: Lease, slot: string, end: Pick<CardRecord, 'state' | 'ts' | 'shown'> | null): Promise<void>;
  /** Cards of the case are drawn again, and the case is due. */
  redraw(caseId: string): Promise<void>;
  /** The decision that stands, and the episode; null when there is no such case. */
  standingOf(caseId: string): Promise<{ episode: number; decisionId: string | null; isHeld: boolean } | null>;
  /** true the first time within an hour. */
  isNewDelivery(key: string): Promise<boolean>;
}
