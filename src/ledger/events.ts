// What events from other systems need of the ledger.
import type { EventValue } from '../core/event.js';

/** An event as it was read and checked. */
export interface TakenEvent {
  source: string;
  /** Names the event within its source; the same key again is the same event. */
  key: string;
  name: string;
  fields: Record<string, EventValue>;
}

/** Whose case an event wakes: one by its id, or the latest that holds a value another system answered. */
export type Woken = { caseId: string } | { name: string; value: string };

export interface StoredEvent extends TakenEvent {
  /** When it was taken, ISO, by the database's clock. */
  at: string;
}

export interface EventLedger {
  /**
   * Keeps an event and opens its case, or wakes another, in one transaction. The same event again changes nothing.
   * `caseId` is null when there is no case to wake: nothing is kept then.
   */
  takeEvent(event: TakenEvent, wakes: Woken | null): Promise<{ caseId: string | null; isRepeat: boolean }>;
  /** The event, or null when there is none. */
  eventOf(source: string, key: string): Promise<StoredEvent | null>;
}
