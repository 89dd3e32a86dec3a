// What a process that works does: takes cases, polls, and looks after the database; a web process only lets its queue go.
import type { FlowDeps } from '../flow/deps.js';
import { startWorker, type Worker } from '../flow/worker.js';
import { gathered } from '../gather.js';
import type { CaseDetail, Log } from '../ports.js';
import type { Settings } from '../settings.js';
import { announcements } from '../storage/announcements.js';
import { endingApprovals } from '../storage/ending-approvals.js';
import type { CaseQueue } from '../storage/queue.js';
import { startCare } from './care.js';
import { startComparing } from './comparing.js';
import { startDelivering } from './delivering.js';
import { dutyOf } from './duty.js';
import type { IntakeNumbers } from './intake-numbers.js';
import type { KnowledgeBase } from './knowledge.js';
import type { Outside } from './outside.js';
import type { Opened, Store } from './store.js';
import { startTelling } from './telling.js';
import { startTellingOwners } from './telling-owners.js';

export interface WorkParts extends Store {
  settings: Settings;
  deps: FlowDeps;
  queue: CaseQueue;
  log: Log;
  isSandbox: boolean;
  outside: Outside;
  knowledge: KnowledgeBase;
  intake: IntakeNumbers;
  /** How far a back-fill is. */
  onProgress: (line: string) => void;
  /** After a visit to a case. */
  onCase: (detail: CaseDetail) => void;
}

/** What came of cases is told together, this often. */
const TELL_PACE_MS = 100;

export async function openWork(parts: WorkParts, opened: Opened): Promise<Worker> {
  const { settings, deps, queue, ledger, views, db, log } = parts;
  const delivering = await startDelivering(parts);
  opened.push(() => delivering.stop());
  const visited = gathered(async (ids: string[]) => byId(await views.details(ids, 1)), { paceMs: TELL_PACE_MS });
  const tellings = new Set<Promise<void>>();
  opened.push(() => Promise.all(tellings));
  const worker = await startWorker({
    deps,
    queue,
    pollMs: (settings.POLL_SECONDS ?? (parts.isSandbox ? 15 : 60)) * 1000,
    refillMs: 500,
    since: deps.actSince ?? new Date(deps.clock.now().getTime() - 7 * 86_400_000),
    onProgress: parts.onProgress,
    // Nobody waits for it: the case has been given back, and the next one has its turn.
    onVisited(caseId) {
      const telling = visited(caseId)
        .then((detail) => detail && parts.onCase(detail))
        .catch((error) => log.warn({ case: caseId, err: error }, 'what came of a case could not be told'))
        .finally(() => tellings.delete(telling));
      tellings.add(telling);
    },
  });
  const care = startCare(db, log, {
    retentionDays: settings.RETENTION_DAYS,
    retention: dutyOf(ledger, 'retention', deps.owner),
  });
  opened.push(() => care.stop());
  const { knowledge, intake } = parts;
  const telling = startTelling({
    deps,
    knowledge,
    deliveries: parts.deliveries,
    announcements: announcements(db.kysely()),
    intake,
  });
  opened.push(() => telling.stop());
  const endings = startTellingOwners(deps, endingApprovals(db.kysely()));
  opened.push(() => endings.stop());
  const comparing = startComparing(deps, { comparisons: parts.comparisons, rulebook: () => knowledge.rulebook() });
  opened.push(() => comparing.stop());
  return worker;
}

const byId = (details: CaseDetail[]) => new Map(details.map((detail) => [detail.id, detail]));
