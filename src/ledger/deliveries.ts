// What telling subscribers of case events needs of the store.
import type { CaseEventType } from '../core/case-events.js';

/** One case event on its way to one subscriber. */
export interface Delivery {
  id: string;
  /** Of the case event: the same for every subscriber and attempt. */
  eventId: string;
  subscriber: string;
  type: CaseEventType;
  /** When it happened, ISO. */
  at: string;
  /** Ids, outcome and rule; nothing that anybody wrote. */
  data: Record<string, string | number | null>;
  /** With the one that is about to be made. */
  attempts: number;
}

/** A line of the delivery log. */
export interface DeliveryLine extends Omit<Delivery, 'data'> {
  caseId: string;
  state: 'waiting' | 'delivered' | 'failed';
  /** What came of the latest attempt: a status, or the network's word. */
  status: string | null;
  /** While it waits: when it is tried again. */
  dueAt: string;
}

/** A subscriber that is told nothing for now. */
export interface SubscriberPause {
  subscriber: string;
  since: string;
  reason: string;
}

export interface Deliveries {
  /** Case events are kept from now on only while somebody subscribes to them; what nobody was told of when that changes is told to nobody. */
  listen(isListening: boolean): Promise<void>;
  /** Makes a delivery of each new case event for each subscriber to its type. */
  spread(subscribers: { name: string; events: CaseEventType[] }[]): Promise<void>;
  /** Takes up to so many that are due for these subscribers; nobody else takes them for `ms`. Counts the attempt. Paused ones wait. */
  take(subscribers: string[], limit: number, ms: number): Promise<Delivery[]>;
  /** What was taken and not sent is due again, as if nobody had taken it. */
  putBack(ids: string[]): Promise<void>;
  settle(id: string, end: { state: DeliveryLine['state']; status: string; waitMs?: number }): Promise<void>;
  /** Newest first. */
  list(limit: number): Promise<DeliveryLine[]>;
  /** Sends it once more, under the same id, whatever came of it. false: there is no such delivery. */
  replay(id: string): Promise<boolean>;
  pause(subscriber: string, reason: string): Promise<void>;
  /** false: it was not paused. */
  resume(subscriber: string): Promise<boolean>;
  pauses(): Promise<SubscriberPause[]>;
}

/** What `usher deliveries` shows. */
export interface DeliveryLog {
  deliveries: DeliveryLine[];
  paused: SubscriberPause[];
}
