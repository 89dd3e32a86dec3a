// One process of the bot: the real flow on guarded ports, so that it can die or freeze at every boundary.
import { createHash, createHmac } from 'node:crypto';
import { type DeliverDeps, deliverEvents } from '../../src/flow/deliver-events.js';
import type { FlowDeps, Knowledge, Timing } from '../../src/flow/deps.js';
import { TIMING } from '../../src/flow/deps.js';
import { everyMs, type Repeating } from '../../src/flow/every.js';
import { startWorker, type Worker } from '../../src/flow/worker.js';
import type { Deliveries } from '../../src/ledger/deliveries.js';
import { type Caps, LeaseLost, type Ledger } from '../../src/ledger.js';
import { ProblemError } from '../../src/problem.js';
import { Carrier } from './carrier.js';
import { Cut } from './faults.js';
import { chatOf, deskReader, deskWriter, mailOf, type Outside } from './outside.js';
import { httpOf, type Records, subscribersOf } from './systems.js';

/** Where a process dies: when it comes by a point for the nth time. */
export interface Death {
  at: string;
  nth: number;
}

export interface ProcessParts {
  outside: Outside;
  ledger: Ledger;
  deliveries: Deliveries;
  knowledge: Knowledge;
  posts: Parameters<typeof chatOf>[1];
  records: Records;
  name: string;
  /** Told of every point that is passed; true: here it dies. */
  onPoint: (name: string) => boolean;
  onDeath: () => void;
  /** Told of every line of the log and of errors that nobody expects. */
  onLog: (line: string) => void;
  onBug: (error: unknown) => void;
  caps: Caps;
  isGraceKept: boolean;
  /** Polling begins with tickets changed since then. */
  since: Date;
  timing?: Partial<Timing>;
}

const POLL_MS = 30_000;
const REFILL_MS = 5_000;
const TELLING_MS = 15_000;
const STOP_MS = 30_000;

export class BotProcess {
  readonly deps: FlowDeps;
  isDead = false;
  readonly parts: ProcessParts;
  readonly #carrier = new Carrier(this);
  #worker: Worker | null = null;
  #telling: Repeating | null = null;

  constructor(parts: ProcessParts) {
    this.parts = parts;
    this.deps = this.#build();
  }

  /** The worker with its timers. */
  async start(isOnlyOne: boolean): Promise<void> {
    if (isOnlyOne) await this.deps.ledger.clearLeases();
    const telling = this.#tellingDeps();
    await telling.deliveries.listen(telling.subscribers().length > 0);
    this.#telling = everyMs(this.deps, 'telling subscribers', TELLING_MS, () => deliverEvents(telling));
    this.#worker = await startWorker({
      deps: this.deps,
      queue: this.#carrier,
      pollMs: POLL_MS,
      refillMs: REFILL_MS,
      since: this.parts.since,
      onVisited: () => {},
    });
  }

  /** Ends as an operator ends it: what runs is finished first, within the usual time. */
  async stop(): Promise<void> {
    await this.#telling?.stop();
    await this.#worker?.stop(STOP_MS);
    this.die();
  }

  /** From now on it does nothing any more, ever: not even clean up. */
  die(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.parts.onDeath();
  }

  /** A boundary: the process may end here, or stand still for a while. */
  async point(name: string): Promise<void> {
    if (this.isDead) return forever();
    const { outside, onPoint } = this.parts;
    if (onPoint(name)) this.die();
    if (this.isDead) return forever();
    const stallMs = outside.faults.stallMs();
    if (stallMs === 0) return;
    outside.seen('stall');
    await outside.scheduler.turn(stallMs);
    if (this.isDead) return forever();
  }

  /** As src/app/delivering.ts wires it. */
  #tellingDeps(): DeliverDeps {
    const { outside, deliveries, knowledge } = this.parts;
    const { directory } = knowledge.rulebook;
    return {
      ...this.deps,
      deliveries: this.#guarded('deliveries', this.#overTheWire(deliveries)),
      webhooks: this.#guarded('webhooks', subscribersOf(outside)),
      subscribers: () => Object.entries(directory.subscribers).map(([name, { events }]) => ({ name, events })),
      idOf: (eventId) => `msg_${this.deps.mark(`case event ${eventId}`)}`,
    };
  }

  #build(): FlowDeps {
    const { outside: o, posts, records, knowledge, caps, isGraceKept, onLog, onBug } = this.parts;
    const { endpoints } = knowledge.rulebook.directory;
    const line = (level: string) => (fields: object, message: string) => {
      const { err } = fields as { err?: unknown };
      if (err !== undefined && !isExpected(err)) onBug(err);
      onLog(`${level} ${message} ${JSON.stringify(fields)}`);
    };
    return {
      ledger: this.#guarded('ledger', this.#overTheWire(this.parts.ledger)),
      reader: this.#guarded('desk', deskReader(o)),
      hands: {
        helpdesk: this.#guarded('desk', deskWriter(o)),
        chat: this.#guarded('chat', chatOf(o, posts)),
        mail: this.#guarded('mail', mailOf(o)),
        http: this.#guarded(
          'http',
          httpOf(o, records, (name) => endpoints[name]?.isIdempotent === true),
        ),
      },
      knowledge: async () => knowledge,
      clock: { now: () => new Date(o.scheduler.now()) },
      log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
      caps,
      mode: 'live',
      caseUrl: (caseId) => `https://usher.example/cases/${caseId}`,
      approveUrl: (path) => `https://usher.example/approve/${path}`,
      owner: this.parts.name,
      actSince: null,
      isGraceKept,
      timing: { ...TIMING, ...this.parts.timing },
      mark: (slots) => createHmac('sha256', 'sim').update(slots).digest('hex').slice(0, 32),
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      random: () => o.random.next(),
      checkpoint: (name) => this.point(name),
      enqueue: (caseId, delayMs) => this.#carrier.add(caseId, { delayMs }),
      after: (ms, task) =>
        o.scheduler.after(ms, () => {
          if (!this.isDead) task();
        }),
    };
  }

  /** Each call may be the last thing this process does, before it is asked or before its answer is heard. */
  #guarded<P extends object>(place: string, port: P): P {
    const guarded: Record<string, unknown> = {};
    for (const [name, method] of Object.entries(port)) {
      guarded[name] =
        typeof method !== 'function'
          ? method
          : async (...args: unknown[]) => {
              await this.point(`${place}.${name} asked`);
              const answer = await (method as (...a: unknown[]) => Promise<unknown>)(...args);
              await this.point(`${place}.${name} answered`);
              return answer;
            };
    }
    return guarded as P;
  }

  /** A statement once sent is carried out, whether or not the process lives to hear of it; the connection may be cut on either way. */
  #overTheWire<P extends object>(ledger: P): P {
    const { scheduler, random, faults, seen } = this.parts.outside;
    const wired: Record<string, unknown> = {};
    for (const [name, method] of Object.entries(ledger))
      wired[name] = async (...args: unknown[]) => {
        const cut = faults.ledgerCut();
        await scheduler.turn(random.int(0, 4));
        if (cut === 'before') throw new Cut('the connection was cut');
        const answer = await (method as (...a: unknown[]) => Promise<unknown>)(...args).catch((error: unknown) => {
          if (error instanceof LeaseLost) seen('lease lost');
          throw error;
        });
        const kind = (answer as { kind?: string; cap?: string } | null)?.kind;
        if (name === 'claimWrite') seen(`claim ${kind}`);
        if (name === 'beginSend' && answer === 'no') seen('send stopped by the fence');
        await scheduler.turn(random.int(0, 4));
        if (cut === 'after') throw new Cut('the connection was cut during the commit');
        return answer;
      };
    return wired as P;
  }
}

/** What a process meets in its life: the world's doing, and not a bug. */
export function isExpected(error: unknown): boolean {
  return error instanceof Cut || error instanceof LeaseLost || error instanceof ProblemError;
}

function forever(): Promise<never> {
  return new Promise(() => {});
}
