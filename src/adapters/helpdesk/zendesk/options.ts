// What has to be known to speak to one Zendesk account, and the limits that hold for all calls.
import type { Problem } from '../../../problem.js';
import type { Governor } from './governor.js';

export interface ZendeskOptions {
  /** Name of this help desk in tickets and the directory, usually `zendesk`. */
  name: string;
  /** `https://acme.zendesk.com` */
  url: string;
  email: string;
  apiToken: string;
  /** Our own user's id; asked once with `/users/me` when absent. */
  botUserId?: string;
  /** Key of the user field that says whether a requester is an org admin; without it nobody knows. */
  orgAdminUserField?: string;
  /** Permits http and private addresses: tests, the sandbox, on-premise. */
  allowPrivateNetwork?: boolean;
  /** For one request, in milliseconds. */
  timeoutMs?: number;
  /** Milliseconds since the epoch; for tests. The far side's own clock is then not believed: it may run at another speed. */
  now?: () => number;
  /** Keeps to the account's rate limits; one for all that speak to the account. Default: one of its own. */
  governor?: Governor;
  /** Told once of what is passed over instead of stopping all work, such as a row of polling without an id. */
  onProblem?: (problem: Problem) => void;
}

export const TIMEOUT_MS = 10_000;
export const ANSWER_BYTES_MAX = 20_000_000;
export const PAGE_SIZE = 100;
export const COMMENTS_MAX = 1_000;
export const AUDIT_PAGES_MAX = 50;
export const FIELDS_MAX_AGE_MS = 600_000;
export const USERS_MAX_AGE_MS = 600_000;
/** Polling looks back this much: rows may show up late. */
export const OVERLAP_MS = 600_000;
/** How long an account without the right to export is taken at its word. */
export const EXPORT_ASKED_AGAIN_MS = 6 * 3_600_000;
/** All waits of one write for the rate limit together; it must end well before the lease of its case. */
export const WRITE_WAIT_MAX_MS = 20_000;
/** Our clock and theirs may differ; history is read this much further back than asked. */
export const LOOK_BACK_MS = 300_000;
/** The key of our mark in an update's metadata; comes back as `audit.metadata.custom.usher`. */
export const MARK_KEY = 'usher';
