// The composition root: the only place, with src/app/, that knows everyone; it opens the parts of a process by its role.
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createGovernor } from './adapters/helpdesk/zendesk/governor.js';
import { controlHandlers } from './app/control-handlers.js';
import { doctorInside } from './app/doctor-inside.js';
import { noWebhooks } from './app/doors.js';
import { flowDeps } from './app/flow-deps.js';
import { type IntakeNumbers, intakeNumbers } from './app/intake-numbers.js';
import type { KnowledgeBase } from './app/knowledge.js';
import { openDesk } from './app/open-desk.js';
import { casePlace, openHttp } from './app/open-http.js';
import { openLists, relistedLater } from './app/open-lists.js';
import { openWork } from './app/open-work.js';
import { outsideOf } from './app/outside.js';
import { ownerName, ROLES } from './app/roles.js';
import { sendSampleEvents } from './app/sample-events.js';
import { followSamples, type SampleHandlings, whatCameOf } from './app/sample-handlings.js';
import { ruleSecrets } from './app/secrets.js';
import { closeAll, type Opened, openStore } from './app/store.js';
import { startTracing } from './app/tracing.js';
import { runningWait } from './core/wait.js';
import { TIMING } from './flow/deps.js';
import type { Worker } from './flow/worker.js';
import { startControlSocket } from './http/control-socket.js';
import type { Ledger, Mode } from './ledger.js';
import { createLog } from './log.js';
import type { CaseDetail, CaseState, CaseViews, Clock } from './ports.js';
import { type Problem, ProblemError } from './problem.js';
import type { Sandbox } from './sandbox/sandbox.js';
import { type Settings, secretValues } from './settings.js';
import { openQueue, type QueueOptions } from './storage/queue.js';

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
const AT_REST: readonly CaseState[] = ['done', 'held', 'not-for-usher'];

/** Whether nothing more is done about a case until something happens; one that sleeps on somebody rests too, in a grace period it does not. */
export function isAtRest({ state, wait }: Pick<CaseDetail, 'state' | 'wait'>): boolean {
  return AT_REST.includes(state) || (state === 'waiting' && runningWait(wait) !== null);
}
/** The newest cases whose standing a start remembers, so that its lines tell only what is new: a start must not take longer with every case. */
const AT_REST_MOST = 1_000;
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
  const role = ROLES[settings.ROLE];
  const owner = ownerName();
  const log = createLog({
    level: settings.LOG_LEVEL,
    pretty: settings.HELPDESK.includes('sandbox') || process.stdout.isTTY === true,
    secrets: secretValues(settings),
  });
  const store = await openStore(settings, { onProgress: events.onProgress, log }, opened);
  const { ledger, views, db } = store;
  events.stopping?.throwIfAborted();
  const desk = await openDesk(settings, opened);
  const { name, mode, isSandbox, sandbox } = desk;
  const relisted = relistedLater();
  const knowledge = await openLists(
    settings,
    events,
    { ...store, role, owner, isSandbox, isLive: mode === 'live', onUsed: relisted.onUsed },
    opened,
  );

  events.stopping?.throwIfAborted();
  const queue = await openQueue(db, {
    name: 'cases',
    concurrency: settings.WORKER_CONCURRENCY,
    lockMs: TIMING.leaseMs,
    redis: await redisPlace(settings, ledger),
    onError: (error, caseId) => log.error({ err: error, case: caseId }, 'the queue reported a failure'),
  });
  const enqueue = (caseId: string, delayMs?: number) =>
    // The ledger knows what is due: a wake-up lost here is found again by the refill, which tells of a queue that is away.
    queue.add(caseId, { delayMs }).catch((error) => {
      if (!(error instanceof ProblemError)) log.warn({ err: error, case: caseId }, 'not queued');
    });
  const place = casePlace(settings);
  const outside = outsideOf(desk);
  // Whoever does not work is given nothing that could read or write a ticket.
  const ending = new AbortController();
  const flow = role.works
    ? await flowDeps({
        settings,
        reach: desk.reach,
        name,
        owner,
        ledger,
        knowledge,
        log,
        clock,
        isSandbox,
        outside,
        mode: mode === 'sandbox' ? 'live' : mode,
        caseUrl: place.caseUrl,
        approveUrl: place.approveUrl,
        enqueue,
        ending: ending.signal,
      })
    : null;
  const tracing = flow && (await startTracing(settings.OTEL_EXPORTER_OTLP_ENDPOINT, settings.ALLOW_PRIVATE_NETWORK));
  if (flow && tracing) {
    flow.deps.span = tracing.span;
    opened.push(() => tracing.stop());
  }
  if (flow) relisted.wire(flow.deps);
  const counts = noWebhooks();
  const governor = flow?.governor ?? createGovernor({ signal: ending.signal });
  const intake = intakeNumbers({ db, name, governor, counts });
  const door = { ledger, enqueue, clock, log, digest, checkpoint: async () => {}, reader: { name } };
  const address = await openHttp(
    { ...store, settings, role, desk, knowledge, log, door, counts, intake, enqueue, caseUrl: place.caseUrl },
    opened,
  );
  if (isSandbox) place.listens(address);
  const doctor = doctorInside({ settings, reach: desk.reach, db, knowledge, clock, isSandbox });
  const control = await startControlSocket(
    join(settings.DATA_DIR, 'usher.sock'),
    { ...controlHandlers({ ...store, programmes: settings.PROGRAMMES, knowledge: async () => knowledge }), doctor },
    (error, command) => log.error({ err: error, command }, 'a command failed'),
  );
  opened.push(() => control.close());
  const atRest = await casesAtRest(views);
  events.stopping?.throwIfAborted();
  const worker: Worker = flow
    ? await openWork(
        { ...store, ...events, settings, deps: flow.deps, queue, log, isSandbox, outside, knowledge, intake },
        opened,
      )
    : queue;
  sandbox?.setWebhook(`${address}/webhooks/zendesk`);
  sandbox?.slack.setEvents(`${address}/slack/events`);
  sandbox?.fileSamples();
  const told = { address, events: desk.sampleEvents, secrets: ruleSecrets(desk), now: clock.now, log };
  await sendSampleEvents({ ...told, rulebook: knowledge.rulebook() });
  const samples = sandbox ? await followSamples(sandbox, { helpdesk: name, views, atRest: atRest.keys() }) : null;
  const stop = stopOnce(worker, opened, ending);
  return { address, views, ledger, knowledge, sandbox, mode, samples, atRest, stop, intake };
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Named after the database, so that two of them can share a Redis. */
async function redisPlace({ QUEUE_URL: url }: Settings, ledger: Ledger): Promise<QueueOptions['redis']> {
  if (!url) return undefined;
  return { url, prefix: await ledger.keep('queue-prefix', () => `usher-${randomBytes(6).toString('hex')}`) };
}

async function casesAtRest(views: CaseViews): Promise<App['atRest']> {
  const known = await views.list({ limit: AT_REST_MOST, offset: 0 });
  return new Map(
    known.filter((c) => AT_REST.includes(c.state) || c.state === 'waiting').map((c) => [c.id, whatCameOf(c)]),
  );
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
