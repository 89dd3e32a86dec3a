// What is told outside any case, as the ledger keeps it.
import type { WriteState } from '../core/write.js';

/** The reason of an announcement whose cause is gone. */
export const OVER = 'over';

export interface Announcement {
  key: string;
  channelId: string;
  /** Escaped mrkdwn. */
  text: string;
  mark: string;
  state: WriteState;
  sends: number;
  /** The post, once it is there. */
  ts: string | null;
  claimAgeSeconds: number;
}

/** A day in numbers. */
export interface Numbers {
  done: number;
  outcomes: { outcome: string; count: number }[];
  held: number;
  open: number;
  /** As `stuck()`. */
  stuck: number;
  /** Steps of which nobody knows whether they arrived. */
  unsure: number;
  oldest: { caseId: string; hours: number } | null;
}

/** Where announcements are kept. */
export interface Announcements {
  /** The same key again changes nothing. */
  plan(announcement: Pick<Announcement, 'key' | 'channelId' | 'text' | 'mark'>): Promise<void>;
  open(): Promise<Announcement[]>;
  /** Not taken back yet (reason `OVER`), whatever became of them, whose key begins so. */
  standing(start: string): Promise<Announcement[]>;
  /** false: somebody else has it. Counts a send. */
  claim(key: string): Promise<boolean>;
  settle(
    key: string,
    end: { state: WriteState; reason: string | null; receipt?: Record<string, string>; waitMs?: number },
  ): Promise<void>;
  /** Whether it was planned, whatever became of it. */
  has(key: string): Promise<boolean>;
  /** Reads every case: for once a day. */
  numbers(hours: number): Promise<Numbers>;
  /** Cases that were begun and have had no end for an hour. */
  stuck(): Promise<number>;
}
