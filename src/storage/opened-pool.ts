// What both kinds of database hand to pool.ts, and how their connections fail quietly.
import type { Pool } from 'pg';

export interface OpenedPool {
  pool: Pool;
  maintain(): Promise<void>;
  close(): Promise<void>;
}

export interface PoolHooks {
  onProgress?: (line: string) => void;
  onError?: (error: Error) => void;
}

/**
 * A connection that breaks while checked out, between two statements of a transaction, would end the process: nobody
 * listens then. Its next statement fails anyway, which is where the caller hears of it. Idle ones go to `onError`.
 */
export function keepErrorsInside(pool: Pool, onError?: (error: Error) => void): void {
  // BullMQ adds one listener a queue and never removes it.
  pool.setMaxListeners(0);
  pool.on('error', (error) => onError?.(error));
  pool.on('connect', (client) => client.on('error', () => {}));
}
