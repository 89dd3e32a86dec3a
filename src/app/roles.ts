// What a process does by its role, and the name under which it holds leases and duties.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Settings } from '../settings.js';

export interface Role {
  /** Serves the status page and takes webhooks. */
  hasConsole: boolean;
  /** Takes cases, polls, and has duties such as reading lists. */
  works: boolean;
}

/** Every role answers /healthz and /readyz and has a control socket under its DATA_DIR. */
export const ROLES: Record<Settings['ROLE'], Role> = {
  all: { hasConsole: true, works: true },
  web: { hasConsole: true, works: false },
  worker: { hasConsole: false, works: true },
};

/** Never used by another process, nor by this one after a restart. */
export function ownerName(): string {
  return `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
}
