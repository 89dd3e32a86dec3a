// What events from other systems need of the ledger.
import type { EventValue, LinkedRecord } from '../core/event.js';

/** An event as it was read and checked. */
export interface TakenEvent {
  source: string;
  /** Names the event within its source; the same key again is the same event. */
  key: string;
  name: string;
  fields: Record<string, EventValue>;
  /** Names the case that it shares with other events of its source; absent: its key does. */
  caseKey?: string;
  /** Records that it adds to its case. */
  links?: LinkedRecord[];
}

/** Whose case an event wakes: one by its id, or the latest that holds a value another system answered. */
export type Woken = { caseId: string } | { name: string; value: string };

export interface StoredEvent extends Omit<TakenEvent, 'caseKey' | 'links'> {
  /** When it was taken, ISO, by the database's clock. */
  at: string;
}

export interface EventLedger {
  /**
   * Keeps an event and opens its case, or wakes another, in one transaction. The same event again changes nothing.
   * `caseId` is null when there is no case to wake, or (`isFull`) it has as many linked records as a case can: nothing is kept then.
   */
  takeEvent(
    event: TakenEvent,
    wakes: Woken | null,
  ): Promise<{ caseId: string | null; isRepeat: boolean; isFull?: true }>;
  /** The event, or null when there is none. */
  eventOf(source: string, key: string): Promise<StoredEvent | null>;
}
