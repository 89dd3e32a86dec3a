// The names of a case's cards, and the thread of each channel: its first card is the head, and what comes later answers to it.
import type { CardRecord, CaseRecord } from '../ledger.js';

const APPROVAL = 'approval-';
const LINE = 'line-';

/** One for each episode in which a person is needed; the first keeps the name it always had. */
export const holdSlot = (episode: number): string => (episode === 1 ? 'hold' : `hold-${episode}`);
/** With `user`, the direct message to that approver. */
export const approvalSlot = (id: string, user?: string): string => `${APPROVAL}${id}${user ? `@${user}` : ''}`;
/** What is said once in the thread of a channel. */
export const lineSlot = (of: string, channelId: string): string => `${LINE}${of}@${channelId}`;
export const endOf = (episode: number): string => `end-${episode}`;

/** Id of the approval that a card shows; null for another card. */
export function approvalIn(slot: string): string | null {
  return slot.startsWith(APPROVAL) ? slot.slice(APPROVAL.length).split('@')[0]! : null;
}

/** The direct message to an approver. */
export const isDirect = (slot: string): boolean => approvalIn(slot) !== null && slot.includes('@');
export const isLine = (slot: string): boolean => slot.startsWith(LINE);

/** Cards that may head a thread: in direct messages every approval stands by itself. */
const inChannels = ({ cards }: Pick<CaseRecord, 'cards'>): CardRecord[] =>
  cards.filter(({ slot }) => !isLine(slot) && !isDirect(slot));

/** The post that heads the thread in each channel, by channel id. */
export function headsOf(record: Pick<CaseRecord, 'cards'>): Map<string, string> {
  const heads = new Map<string, string>();
  for (const { channelId, state, ts } of inChannels(record)) {
    const known = heads.get(channelId);
    // Stamps are seconds and six decimals, so that they sort as text.
    if (state === 'standing' && ts !== null && (known === undefined || ts < known)) heads.set(channelId, ts);
  }
  return heads;
}

/**
 * The post that a card answers to: undefined for one that stands by itself. `wait`: nobody knows yet whether the card that would be
 * the head was posted.
 */
export function headFor(record: CaseRecord, slot: string, channelId: string): string | undefined | 'wait' {
  const others = { cards: record.cards.filter((c) => c.slot !== slot && c.channelId === channelId) };
  if (isDirect(slot)) return undefined;
  const head = headsOf(others).get(channelId);
  if (head !== undefined) return head;
  return inChannels(others).some((c) => c.state === 'claimed') ? 'wait' : undefined;
}
