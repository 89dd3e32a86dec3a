// The queue of cases to look at: BullMQ on our own database or on a Redis. The ledger decides, the queue only carries.
import type { JobsOptions } from 'bullmq';
import { CaseLanes } from './case-lanes.js';
import type { Database } from './pool.js';
import {
  type HomeQueue,
  type HomeWorker,
  homeInDatabase,
  homeOnRedis,
  type QueueHome,
  type RedisPlace,
} from './queue-home.js';
import { type Line, Turns } from './turns.js';

export interface QueueOptions {
  name: string;
  /** How many cases are handled at a time in this process. */
  concurrency: number;
  /** How long a job stays ours without a sign of life, in milliseconds; renewed at half of it. */
  lockMs: number;
  /** A Redis to keep it on; absent: the database keeps it. */
  redis?: RedisPlace;
  /** A handler that threw (with its case) or a connection that failed (without). Nothing is repeated for it: the ledger's refill does. */
  onError?: (error: Error, caseId: string | null) => void;
}

export interface WakeUp {
  /** Not before this many milliseconds from now. */
  delayMs?: number;
}

/** `isDue`: the ledger's refill asks, and other processes' refills may have asked for the same. */
export type CaseHandler = (caseId: string, how: { isDue: boolean; stopping: AbortSignal }) => Promise<void>;

export interface CaseQueue {
  /** Once this resolves, a handler starts later than now with this case, unless the queue is lost: then the ledger refills it. */
  add(caseId: string, wakeUp?: WakeUp): Promise<void>;
  /**
   * What the ledger says is due, longest first: begun in this process in that order, turn about with what the queue brings. The queue itself
   * is not asked: what is lost with this process stays due. Asked again while it waits or is on the way, nothing changes; before `work` nothing does.
   */
  due(caseIds: string[]): void;
  /** Many at once. */
  addAll(wakeUps: ({ caseId: string } & WakeUp)[]): Promise<void>;
  /** Starts handling. One case is never handled twice at a time in this process. */
  work(handler: CaseHandler): Promise<void>;
  counts(): Promise<{ waiting: number; active: number; delayed: number }>;
  /**
   * Begins nothing new, tells the handlers (`stopping`), and waits for them until the deadline in milliseconds. What is
   * not finished then is named and handed over: another process finds it again when its lock is over.
   */
  stop(deadlineMs: number): Promise<{ unfinished: string[] }>;
}

/** Opens the queue, on a migrated database unless it is kept elsewhere; `work` begins to take from it. Throws ProblemError for a Redis that cannot be used. */
export async function openQueue(db: Database, options: QueueOptions): Promise<CaseQueue> {
  const home = options.redis ? await homeOnRedis(options.redis, options) : homeInDatabase(db, options);
  const opened = new BullCaseQueue(home, options);
  await opened.ready();
  if (db.kind === 'embedded' && !options.redis) await reviveOrphans(db, options.name);
  return opened;
}

/**
 * Embedded, we are the only process: what is marked as running belongs to a dead one and may be given out at once.
 * (BullMQ would wait for two sweeps after the lock's end.) The ledger knows what the dead one had claimed.
 */
async function reviveOrphans(db: Database, queue: string): Promise<void> {
  await db.pool.query(
    `update bullmq.job set state = 'waiting', lock_token = null, locked_until_ms = null, stalled_marked = false
      where queue = $1 and state = 'active'`,
    [queue],
  );
}

/** So long what was asked for is believed to be in the queue; after that it may have been lost. */
const ON_THE_WAY_MS = 10_000;
const TELL_AGAIN_MS = 60_000;

class BullCaseQueue implements CaseQueue {
  readonly #home: QueueHome;
  readonly #queue: HomeQueue;
  readonly #options: QueueOptions;
  readonly #lanes = new CaseLanes();
  /** Cases that were asked for at once and have not begun, with when that was. */
  readonly #asked = new Map<string, number>();
  readonly #stopping = new AbortController();
  /** What failed of late without a case, with when it was told of. */
  readonly #toldAt = new Map<string, number>();
  readonly #turns: Turns;
  #worker: HomeWorker | undefined;
  /** Due cases that wait for a turn. */
  readonly #inLine = new Set<string>();
  /** Begins a case in this process without the queue; undefined before `work` and after `stop`. */
  #direct: ((caseId: string, line: Line) => Promise<void>) | undefined;
  #stopped: Promise<{ unfinished: string[] }> | undefined;

  constructor(home: QueueHome, options: QueueOptions) {
    this.#home = home;
    this.#options = options;
    this.#turns = new Turns(options.concurrency);
    this.#queue = home.queue();
    this.#queue.on('error', (error) => this.#tell(error));
  }

  async ready(): Promise<void> {
    await this.#queue.waitUntilReady();
  }

  async add(caseId: string, wakeUp: WakeUp = {}): Promise<void> {
    if (wakeUp.delayMs === undefined) {
      // Another process may have taken them: a memory of these is no loss when it is gone.
      if (this.#asked.size > 10_000) this.#asked.clear();
      this.#asked.set(caseId, Date.now());
      // This process can begin at once: the ways through the database are saved, and what would die with it the ledger knows.
      if (this.#direct && this.#turns.isFree) return void this.#direct(caseId, 'called');
    }
    try {
      await this.#queue.add('case', { caseId }, jobOptions(wakeUp));
    } catch (error) {
      this.#asked.delete(caseId);
      throw this.#home.told(error);
    }
  }

  due(caseIds: string[]): void {
    for (const caseId of caseIds) {
      // Who was asked for a moment ago is on the way through the queue, and a second visit finds nothing.
      const isOnTheWay = this.#inLine.has(caseId) || Date.now() - (this.#asked.get(caseId) ?? 0) < ON_THE_WAY_MS;
      if (!this.#direct || isOnTheWay) continue;
      this.#inLine.add(caseId);
      void this.#direct(caseId, 'due');
    }
  }

  async addAll(wakeUps: ({ caseId: string } & WakeUp)[]): Promise<void> {
    if (wakeUps.length === 0) return;
    await this.#queue.addBulk(
      wakeUps.map((w) => ({ name: 'case' as const, data: { caseId: w.caseId }, opts: jobOptions(w) })),
    );
  }

  async work(handler: CaseHandler): Promise<void> {
    if (this.#worker) throw new Error('this queue is being worked on already');
    const handle = (caseId: string, line: Line) =>
      this.#turns.run(() => this.#handle(caseId, handler, line === 'due'), line);
    const worker = this.#home.worker((job) => handle(job.data.caseId, 'called'));
    worker.on('error', (error) => this.#tell(error));
    this.#worker = worker;
    await worker.waitUntilReady();
    this.#direct = (caseId, line) =>
      handle(caseId, line).catch((error: Error) => this.#options.onError?.(error, caseId));
  }

  async counts(): Promise<{ waiting: number; active: number; delayed: number }> {
    const counts = await this.#queue.getJobCounts('waiting', 'active', 'delayed');
    return { waiting: counts.waiting ?? 0, active: counts.active ?? 0, delayed: counts.delayed ?? 0 };
  }

  stop(deadlineMs: number): Promise<{ unfinished: string[] }> {
    this.#stopped ??= this.#stop(deadlineMs);
    return this.#stopped;
  }

  async #handle(caseId: string, handler: CaseHandler, isDue: boolean): Promise<void> {
    this.#inLine.delete(caseId);
    const stopping = this.#stopping.signal;
    // Taken just before the stop: put it back first, then let go of it, so that a crash between leaves two and not none.
    if (stopping.aborted) return isDue ? undefined : this.add(caseId);
    this.#asked.delete(caseId);
    const wantedAgain = await this.#lanes.run(caseId, async () => {
      try {
        await handler(caseId, { isDue, stopping });
      } catch (error) {
        this.#options.onError?.(error instanceof Error ? error : new Error(String(error)), caseId);
      }
      return !stopping.aborted;
    });
    if (wantedAgain) await this.add(caseId);
  }

  /** A server that is away fails every connection again and again: each kind of failure is told of once a minute. */
  #tell(error: Error): void {
    const kind = error.message.replace(/job \S+/, 'job');
    if (Date.now() - (this.#toldAt.get(kind) ?? 0) < TELL_AGAIN_MS) return;
    if (this.#toldAt.size > 100) this.#toldAt.clear();
    this.#toldAt.set(kind, Date.now());
    this.#options.onError?.(error, null);
  }

  async #stop(deadlineMs: number): Promise<{ unfinished: string[] }> {
    this.#stopping.abort();
    this.#direct = undefined;
    await this.#worker?.pause(true);
    const finished = await this.#lanes.idle(deadlineMs);
    const unfinished = this.#lanes.running();
    // A queue that is away takes nothing back and answers no farewell: the ledger's refill finds these when their lease is over.
    const isThere = await this.addAll(unfinished.map((caseId) => ({ caseId, delayMs: this.#options.lockMs })))
      .then(() => this.counts())
      .then(
        () => true,
        (error: Error) => this.#tell(error),
      );
    await this.#worker?.close(!(finished && isThere));
    await this.#queue.close().catch((error: Error) => this.#tell(error));
    return { unfinished };
  }
}

/** Attempts are ours (the ledger's), and a finished job leaves nothing behind that could swallow a later one. */
function jobOptions({ delayMs }: WakeUp): JobsOptions {
  const options: JobsOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };
  if (delayMs !== undefined) options.delay = Math.max(0, Math.round(delayMs));
  return options;
}
