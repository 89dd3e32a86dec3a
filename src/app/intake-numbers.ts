// Numbers of intake for screens and metrics: how far it is, what became of webhooks, how much of the rate limit is used.
import type { Governor, GovernorNumbers } from '../adapters/helpdesk/zendesk/governor.js';
import type { WebhookCounts } from '../http/http-options.js';
import type { IntakeStatus } from '../ports.js';
import { intakeStatus } from '../storage/intake-runs.js';
import type { Database } from '../storage/pool.js';

export interface IntakeNumbers {
  status(): Promise<IntakeStatus>;
  webhooks(): WebhookCounts;
  rateLimit(): GovernorNumbers;
}

export function intakeNumbers(parts: {
  db: Database;
  name: string;
  governor: Governor;
  counts: WebhookCounts;
}): IntakeNumbers {
  return {
    status: () => intakeStatus(parts.db.kysely(), parts.name),
    webhooks: () => parts.counts,
    rateLimit: () => parts.governor.numbers(),
  };
}
