// The HTTP side of a process: status page and webhooks, or for a worker health alone.
import type { FlowDeps } from '../flow/deps.js';
import type { WebhookCounts } from '../http/http-options.js';
import { createMetrics } from '../http/metrics.js';
import { startHttp } from '../http/server.js';
import type { Log } from '../ports.js';
import type { Settings } from '../settings.js';
import { ledgerNumbers } from '../storage/metrics-view.js';
import { approvalDoor } from './approval-door.js';
import { consoleSide } from './console-side.js';
import { type DoorDeps, readiness, sandboxSide, zendeskDoor } from './doors.js';
import { markOf } from './flow-deps.js';
import type { IntakeNumbers } from './intake-numbers.js';
import type { KnowledgeBase } from './knowledge.js';
import type { Desk } from './open-desk.js';
import type { Role } from './roles.js';
import type { Opened, Store } from './store.js';

export interface HttpParts extends Store {
  settings: Settings;
  role: Role;
  desk: Desk;
  knowledge: KnowledgeBase;
  log: Log;
  door: DoorDeps;
  /** What became of webhooks. */
  counts: WebhookCounts;
  intake: IntakeNumbers;
  enqueue: FlowDeps['enqueue'];
}

/** Answers where it listens. */
export async function openHttp(parts: HttpParts, opened: Opened): Promise<string> {
  const { settings, role, desk, knowledge, log, ledger, db } = parts;
  const secret = desk.reach.ZENDESK_WEBHOOK_SECRET;
  const door = { secret, allowTestSecret: desk.isSandbox, counts: parts.counts };
  const http = await startHttp({
    host: settings.HOST,
    port: settings.PORT,
    healthOnly: !role.hasConsole,
    consolePassword: settings.CONSOLE_PASSWORD,
    publicUrl: settings.PUBLIC_URL,
    ...consoleSide(parts, knowledge, settings.PROGRAMMES),
    ready: () => readiness(db, ledger),
    webhooks: { zendesk: zendeskDoor(parts.door, door) },
    webhookCounts: parts.counts,
    metrics: createMetrics({
      ledger: () => ledgerNumbers(db.kysely()),
      lists: () => knowledge.listStatuses(),
      ruleProblems: () => knowledge.problems().filter((p) => p.severity === 'error').length,
      intake: () => parts.intake.status(),
      webhooks: () => parts.counts,
      rateLimit: () => parts.intake.rateLimit(),
      now: () => new Date(),
    }),
    limits: { webhooksPerMinute: settings.WEBHOOKS_PER_MINUTE },
    sandbox: desk.sandbox ? sandboxSide(desk.sandbox) : undefined,
    approvals: approvalDoor({
      ledger,
      directory: async () => (await knowledge.current()).rulebook.directory,
      enqueue: parts.enqueue,
      mark: await markOf(ledger),
    }),
    mode: desk.mode,
    log,
  });
  opened.push(() => http.close());
  return http.address;
}

/** Where people see a case, once that is known. */
export function casePlace(
  settings: Settings,
): Pick<FlowDeps, 'caseUrl' | 'approveUrl'> & { listens(address: string): void } {
  let place = settings.PUBLIC_URL?.replace(/\/+$/, '') ?? null;
  return {
    caseUrl: (caseId) => (place ? `${place}/cases/${encodeURIComponent(caseId)}` : null),
    approveUrl: (path) => (place ? `${place}/approve/${path}` : null),
    listens(address) {
      place ??= address;
    },
  };
}
