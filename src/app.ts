// The composition root: the only place, with src/app/, that knows everyone; it builds adapters and storage and wires them to the flow.
import { join } from 'node:path';
import { startCare } from './app/care.js';
import { startComparing } from './app/comparing.js';
import { consoleSide } from './app/console-side.js';
import { controlHandlers } from './app/control-handlers.js';
import { doctorInside } from './app/doctor-inside.js';
import { noWebhooks, readiness, sandboxSide, zendeskDoor } from './app/doors.js';
import { flowDeps } from './app/flow-deps.js';
import { type IntakeNumbers, intakeNumbers } from './app/intake-numbers.js';
import { type KnowledgeBase, openKnowledge } from './app/knowledge.js';
import { publishRulebook } from './app/publish-rulebook.js';
import { followSamples, type SampleHandlings, whatCameOf } from './app/sample-handlings.js';
import { samplesIn } from './app/samples-in.js';
import { closeAll, type Opened, openStore, type Store } from './app/store.js';
import { startTelling } from './app/telling.js';
import { TIMING } from './flow/deps.js';
import { wakeRelisted } from './flow/relisting.js';
import { startWorker, type Worker } from './flow/worker.js';
import { startControlSocket } from './http/control-socket.js';
import { startHttp } from './http/server.js';
import type { Ledger, Mode } from './ledger.js';
import { createLog } from './log.js';
import type { CaseDetail, CaseState, CaseViews, Clock } from './ports.js';
import type { Problem } from './problem.js';
import { writeSampleLists } from './sandbox/sample-lists.js';
import { type Sandbox, startSandbox } from './sandbox/sandbox.js';
import { type Settings, secretValues } from './settings.js';
import { announcements } from './storage/announcements.js';
import { openQueue } from './storage/queue.js';

export interface AppEvents {
  /** Something takes a while, or an admin's file changed: one human line. */
  onProgress: (line: string) => void;
  /** After a visit to a case. */
  onCase: (detail: CaseDetail) => void;
  onProblems: (problems: Problem[]) => void;
  /** Aborted: the start goes no further, and its reason is thrown. */
  stopping?: AbortSignal;
}

export interface App {
  address: string;
  views: CaseViews;
  ledger: Ledger;
  knowledge: KnowledgeBase;
  sandbox: Sandbox | null;
  mode: 'sandbox' | Mode;
  /** What the sandbox's samples still bring; null without a sandbox. */
  samples: SampleHandlings | null;
  /** Cases that were at rest when this start began, with what had come of them (`whatCameOf`). */
  atRest: ReadonlyMap<string, string>;
  /** How intake stands, what became of webhooks, and how much of the help desk's rate limit is used. */
  intake: IntakeNumbers;
  /** Begins nothing new, waits for what runs, closes everything. Names cases that were not finished in time. */
  stop(deadlineMs?: number): Promise<{ unfinished: string[] }>;
}

/** Nothing more is done about these until something happens. */
export const AT_REST: readonly CaseState[] = ['done', 'held', 'not-for-usher'];
const STOP_DEADLINE_MS = 20_000;
const clock: Clock = { now: () => new Date() };

/** Starts everything; on failure what was opened is closed again. Throws ProblemError. */
export async function startApp(settings: Settings, events: AppEvents): Promise<App> {
  const opened: Opened = [];
  try {
    return await build(settings, events, opened);
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function build(settings: Settings, events: AppEvents, opened: Opened): Promise<App> {
  const isSandbox = settings.HELPDESK.includes('sandbox');
  const mode = isSandbox ? 'sandbox' : (settings.MODE ?? 'shadow');
  const log = createLog({
    level: settings.LOG_LEVEL,
    pretty: isSandbox || process.stdout.isTTY === true,
    secrets: secretValues(settings),
  });
  const store = await openStore(settings, { onProgress: events.onProgress, log }, opened);
  events.stopping?.throwIfAborted();
  const sandbox = isSandbox ? await openSandbox(settings, opened) : null;
  const reach: Settings = sandbox ? { ...settings, ...sandbox.settings(), ALLOW_PRIVATE_NETWORK: true } : settings;
  // The flow is wired after the lists are there; whom they let in by now is asked then.
  let usedState: string | null = null;
  let onUsed = async (state: string): Promise<void> => {
    usedState = state;
  };
  const knowledge = await openLists(settings, events, { ...store, mode, onUsed: (state) => onUsed(state) }, opened);

  events.stopping?.throwIfAborted();
  const queue = await openQueue(store.db, {
    name: 'cases',
    concurrency: settings.WORKER_CONCURRENCY,
    lockMs: TIMING.leaseMs,
    onError: (error, caseId) => log.error({ err: error, case: caseId }, 'the queue reported a failure'),
  });
  // Known once the status page listens: a link in a note must lead somewhere.
  let place = settings.PUBLIC_URL?.replace(/\/+$/, '') ?? null;
  const name = isSandbox ? 'sandbox' : settings.HELPDESK[0]!;
  const enqueue = (caseId: string, delayMs?: number) => {
    // The ledger knows what is due: a wake-up lost here is found again by the refill.
    queue.add(caseId, { delayMs }).catch((error) => log.warn({ err: error, case: caseId }, 'not queued'));
  };
  const { ledger, views, comparisons, db } = store;
  const ending = new AbortController();
  const { deps, governor } = await flowDeps({
    settings,
    reach,
    name,
    ledger,
    knowledge,
    log,
    clock,
    isSandbox,
    mode: mode === 'sandbox' ? 'live' : mode,
    caseUrl: (caseId) => (place ? `${place}/cases/${encodeURIComponent(caseId)}` : null),
    enqueue,
    ending: ending.signal,
  });
  onUsed = async (state) => {
    await wakeRelisted(deps, state);
  };
  if (usedState !== null) await onUsed(usedState);
  const counts = noWebhooks();
  const door = { secret: reach.ZENDESK_WEBHOOK_SECRET, allowTestSecret: isSandbox, counts };
  const http = await startHttp({
    host: settings.HOST,
    port: settings.PORT,
    consolePassword: settings.CONSOLE_PASSWORD,
    publicUrl: settings.PUBLIC_URL,
    ...consoleSide(store, knowledge, settings.PROGRAMMES),
    ready: () => readiness(db, ledger),
    webhooks: { zendesk: zendeskDoor(deps, door) },
    webhookCounts: counts,
    limits: { webhooksPerMinute: settings.WEBHOOKS_PER_MINUTE },
    sandbox: sandbox ? sandboxSide(sandbox) : undefined,
    mode,
    log,
  });
  opened.push(() => http.close());
  if (isSandbox) place ??= http.address;
  const doctor = doctorInside({ settings, reach, db, knowledge, clock, isSandbox });
  const control = await startControlSocket(
    join(settings.DATA_DIR, 'usher.sock'),
    { ...controlHandlers({ ...store, programmes: settings.PROGRAMMES, knowledge: async () => knowledge }), doctor },
    (error, command) => log.error({ err: error, command }, 'a command failed'),
  );
  opened.push(() => control.close());
  const atRest = await casesAtRest(views);
  events.stopping?.throwIfAborted();
  const worker = await startWorker({
    deps,
    queue,
    pollMs: (settings.POLL_SECONDS ?? (isSandbox ? 15 : 60)) * 1000,
    refillMs: 500,
    since: deps.actSince ?? new Date(clock.now().getTime() - 7 * 86_400_000),
    onProgress: events.onProgress,
    async onVisited(caseId) {
      const detail = await views.detail(caseId);
      if (detail) events.onCase(detail);
    },
  });
  const care = startCare(db, log, settings.RETENTION_DAYS);
  opened.push(() => care.stop());
  const intake = intakeNumbers({ db, name, governor, counts });
  const telling = startTelling({ deps, knowledge, announcements: announcements(db.kysely()), intake });
  opened.push(() => telling.stop());
  const comparing = startComparing(deps, { comparisons, rulebook: () => knowledge.rulebook() });
  opened.push(() => comparing.stop());
  sandbox?.setWebhook(`${http.address}/webhooks/zendesk`);
  sandbox?.fileSamples();
  const samples = sandbox ? await followSamples(sandbox, { helpdesk: name, views, atRest: atRest.keys() }) : null;
  return {
    address: http.address,
    views,
    ledger,
    knowledge,
    sandbox,
    mode,
    samples,
    atRest,
    stop: stopOnce(worker, opened, ending),
    intake,
  };
}

async function casesAtRest(views: CaseViews): Promise<App['atRest']> {
  const known = await views.list({ limit: 10_000, offset: 0 });
  return new Map(known.filter((c) => AT_REST.includes(c.state)).map((c) => [c.id, whatCameOf(c)]));
}

async function openSandbox(settings: Settings, opened: Opened): Promise<Sandbox> {
  await writeSampleLists(join(settings.DATA_DIR, 'lists'));
  const sandbox = await startSandbox({ dataDir: settings.DATA_DIR });
  opened.push(() => sandbox.close());
  return sandbox;
}

async function openLists(
  settings: Settings,
  events: AppEvents,
  parts: Store & Pick<App, 'mode'> & { onUsed: (state: string) => Promise<void> },
  opened: Opened,
): Promise<KnowledgeBase> {
  const { ledger, mode } = parts;
  const isSandbox = mode === 'sandbox';
  const knowledge = await openKnowledge({
    source: { rulesDir: settings.RULES_DIR, templatesDir: settings.TEMPLATES_DIR, programmes: settings.PROGRAMMES },
    dataDir: settings.DATA_DIR,
    snapshots: parts.snapshots,
    clock,
    quietMs: (settings.LIST_QUIET_SECONDS ?? (isSandbox ? 2 : 120)) * 1000,
    lookMs: isSandbox ? 2_000 : 15_000,
    async onState(rulebook, state) {
      await publishRulebook(ledger, rulebook);
      const before = await ledger.swap('knowledge-state', state);
      // Also what changed while nobody ran: cases that wait or are held are looked at once more.
      if (before !== null && before !== state)
        await ledger.wakeHeld(`state:${state}:${clock.now().toISOString()}`, null);
    },
    mayUse: (rulebook) => (mode === 'live' ? samplesIn(rulebook, settings.RULES_DIR) : []),
    onUsed: parts.onUsed,
    onChange: events.onProgress,
    onProblems: events.onProblems,
  });
  opened.push(() => knowledge.stop());
  return knowledge;
}

function stopOnce(worker: Worker, opened: Opened, ending: AbortController): App['stop'] {
  let stopping: Promise<{ unfinished: string[] }> | undefined;
  return (deadlineMs = STOP_DEADLINE_MS) => {
    // Nobody waits for the rate limit any more.
    ending.abort();
    stopping ??= worker.stop(deadlineMs).then(async (ended) => {
      await closeAll(opened);
      return ended;
    });
    return stopping;
  };
}
