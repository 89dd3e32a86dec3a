// One run: a plan is played to its end on virtual time, and then asked whether every promise was kept.
import type { Knowledge } from '../../src/flow/deps.js';
import { Approvers } from './approvers.js';
import { isAtRest } from './at-rest.js';
import { Desk } from './desk.js';
import { Faults } from './faults.js';
import { brokenPromises } from './invariants.js';
import { memoryLedger } from './ledger/memory-ledger.js';
import type { Tables } from './ledger/tables.js';
import { actByOffice } from './office.js';
import type { Outside } from './outside.js';
import { type Act, OFFICE_ACTS, type OfficeAct, type Plan } from './plan.js';
import { BotProcess } from './process.js';
import { Random, seedOf } from './random.js';
import { Scheduler } from './scheduler.js';
import { type Receivers, Senders } from './senders.js';
import { CANARY, COMMANDS, LATER_WORDS, TICKET_KINDS } from './tickets.js';
import { Webhooks } from './webhooks.js';
import { type WorldEvent, WorldLog } from './world-log.js';

const START_MS = Date.parse('2026-11-23T18:00:00Z');
/** After the faults have ended, everything must be settled within this. */
export const LIVENESS_MS = 60 * 60_000;
/** A poll that ended so long after a change has seen it: the newest minute it leaves out, and its own time. */
const SEEN_AFTER_MS = 65_000;

export interface RunResult {
  plan: Plan;
  /** Broken promises, in words; empty when all is well. */
  broken: string[];
  log: WorldLog;
  tables: Tables;
  /** How often each point was passed. */
  points: Map<string, number>;
  /** What was seen, and how often. */
  seen: Map<string, number>;
  deaths: number;
}

export class Simulation {
  readonly scheduler = new Scheduler(START_MS);
  readonly log = new WorldLog();
  readonly desk = new Desk(this.scheduler, this.log);
  readonly tickets: string[] = [];
  readonly points = new Map<string, number>();
  readonly seen = new Map<string, number>();
  readonly broken: string[] = [];
  readonly outside: Outside;
  readonly random: Random;
  readonly #memory = memoryLedger(this.scheduler.now);
  readonly #posts: { atMs: number; channelId: string; mark: string; ts: string }[] = [];
  readonly #processes: BotProcess[] = [];
  readonly #records = new Map<string, string>();
  readonly approvers: Approvers;
  readonly #senders: Senders;
  readonly #webhooks: Webhooks;
  #lastChangeMs = 0;
  #faultsOverMs = 0;
  #deaths = 0;
  /** How many of the plan's deaths have come, and how often the point of the next was passed since. */
  #deathsPlanned = 0;
  #passesToDeath = 0;
  #spawned = 0;
  #isOpen = true;

  constructor(
    readonly plan: Plan,
    readonly knowledge: Knowledge,
  ) {
    this.random = new Random(seedOf(plan.seed, plan.mode));
    this.outside = {
      scheduler: this.scheduler,
      random: this.random,
      faults: new Faults(this.random, plan.soup, this.scheduler.now),
      desk: this.desk,
      log: this.log,
      seen: (what) => count(this.seen, what),
    };
    const receivers: Receivers = {
      alive: () => this.#processes.filter((p) => !p.isDead),
      tables: this.tables,
      onBroken: (what) => this.broken.push(what),
    };
    this.#webhooks = new Webhooks(this.outside, receivers);
    this.#senders = new Senders(this.outside, receivers);
    this.approvers = new Approvers(this.outside, receivers, this.desk);
    this.log.onEvent = (event) => this.#react(event);
    this.desk.onChange = (ticketId) => {
      this.#lastChangeMs = this.scheduler.now();
      if (!plan.isDeaf) this.#webhooks.send(ticketId);
    };
  }

  get ledger() {
    return this.#memory.ledger;
  }
  get deliveries() {
    return this.#memory.deliveries;
  }
  get tables(): Tables {
    return this.#memory.tables;
  }

  #react(event: WorldEvent): void {
    if (event.what === 'mail' && event.by === 'usher') this.approvers.onMail(event);
    if (event.what === 'request') this.#senders.onRequest(event);
  }

  async play(): Promise<RunResult> {
    const { plan, scheduler } = this;
    for (const { place, fault, times } of plan.strikes) this.outside.faults.lay(place, fault, times);
    for (const { kind, atMs } of plan.tickets) scheduler.after(atMs, () => this.#file(kind));
    for (const { act, atMs, ticket } of plan.acts) scheduler.after(atMs, () => this.#act(act, ticket));
    for (const { about, atMs } of plan.events) scheduler.after(atMs, () => this.#sendEvent(about));
    for (const atMs of plan.killsAtMs) scheduler.after(atMs, () => this.#killOne());
    for (const atMs of plan.stopsAtMs) scheduler.after(atMs, () => this.#stopOne());
    for (let n = 0; n < plan.processes; n++) this.#spawn();
    const lastMs = Math.max(
      plan.faultsEndMs,
      ...plan.tickets.map((t) => t.atMs),
      ...[...plan.acts, ...plan.events].map((a) => a.atMs),
    );
    await scheduler.run(() => false, START_MS + lastMs);
    this.#isOpen = false;
    this.#faultsOverMs = scheduler.now();
    this.outside.faults.end();
    const isQuiet = await this.#comeToRest();
    if (!isQuiet) this.broken.push(`12: ${LIVENESS_MS / 60_000} minutes after the last fault something is still open`);
    this.broken.push(...brokenPromises(this));
    this.#countHolds();
    const { broken, log, tables, points, seen } = this;
    return { plan, broken, log, tables, points, seen, deaths: this.#deaths };
  }

  async #comeToRest(): Promise<boolean> {
    for (;;) {
      const lastFaultMs = Math.max(this.#faultsOverMs, this.outside.faults.lastMs);
      const isQuiet = await this.scheduler.run(() => this.#isQuiet(), lastFaultMs + LIVENESS_MS);
      if (isQuiet || this.outside.faults.lastMs <= lastFaultMs) return isQuiet;
    }
  }

  #file(kind: Plan['tickets'][number]['kind']): void {
    const { requester, subject, body } = TICKET_KINDS[kind](this.random);
    this.tickets.push(this.desk.file(requester, subject, body));
  }

  #sendEvent(about: Plan['events'][number]['about']): void {
    const ticket = about === 'lead' ? undefined : this.tickets[about];
    if (about === 'lead') this.#senders.lead();
    else if (ticket !== undefined) this.#senders.nudge(ticket);
  }

  #act(act: Act | OfficeAct, ticket: number): void {
    if ((OFFICE_ACTS as readonly string[]).includes(act)) {
      // What an operator may not do now, the console tells them; nothing comes of it.
      void actByOffice(this, act as OfficeAct).catch(() => {});
      return;
    }
    const id = this.tickets[ticket];
    if (id !== undefined) this.#actOn(act as Act, id);
  }

  #actOn(act: Act, id: string): void {
    const { desk } = this;
    const acts: Record<Act, () => void> = {
      'agent replies': () => desk.agentReplies(id),
      'agent assigns': () => desk.agentAssigns(id),
      'agent merges': () => desk.agentMerges(id),
      'agent closes': () => desk.agentCloses(id),
      'agent deletes': () => desk.agentDeletes(id),
      'customer writes': () => desk.customerReplies(id, this.random.pick(LATER_WORDS)),
      'agent notes': () => desk.agentNotes(id),
      'agent steers': () => desk.agentSteers(id, this.random.pick(COMMANDS)),
      'agent solves': () => desk.agentSolves(id),
      'automation tags': () => desk.automationTags(id),
    };
    acts[act]();
  }

  #spawn(): void {
    const n = this.#spawned;
    this.#spawned += 1;
    const { plan } = this;
    const isOnlyOne = plan.processes === 1 && this.random.chance(0.5);
    const process: BotProcess = new BotProcess({
      outside: this.outside,
      ledger: this.ledger,
      deliveries: this.deliveries,
      knowledge: this.knowledge,
      posts: this.#posts,
      records: this.#records,
      name: `process-${n + 1}`,
      onPoint: (name) => this.#pass(name),
      onDeath: () => {
        this.#deaths += 1;
        this.scheduler.after(this.random.int(1, 30) * 1_000, () => this.#spawn());
      },
      onLog: (line) => {
        if (line.includes(CANARY)) this.broken.push(`9: a customer's words stand in the log: ${line.slice(0, 200)}`);
      },
      onBug: (error) => this.broken.push(`a bug: ${error instanceof Error ? (error.stack ?? error.message) : error}`),
      caps: plan.caps,
      isGraceKept: plan.isGraceKept,
      since: new Date(START_MS - 60_000),
    });
    this.#processes.push(process);
    // A start that fails is tried again, as by the system's service manager.
    process.start(isOnlyOne).catch(() => process.die());
  }

  /** Whether the process that passes there dies of it. */
  #pass(name: string): boolean {
    const nth = count(this.points, name);
    const { interfering, deaths } = this.plan;
    if (interfering?.at === name && interfering.nth === nth) this.#interfere(interfering);
    const death = deaths[this.#deathsPlanned];
    if (death?.at !== name) return false;
    this.#passesToDeath += 1;
    if (this.#passesToDeath < death.nth) return false;
    this.#deathsPlanned += 1;
    this.#passesToDeath = 0;
    return true;
  }

  #interfere({ act, ticket }: { act: Act; ticket: number }): void {
    const id = this.tickets[ticket];
    if (id === undefined) return;
    this.outside.seen('interfered');
    this.#actOn(act, id);
  }

  #killOne(): void {
    const alive = this.#processes.filter((p) => !p.isDead);
    if (this.#isOpen && alive.length > 0) this.random.pick(alive).die();
  }

  #stopOne(): void {
    const alive = this.#processes.filter((p) => !p.isDead);
    if (alive.length > 0) void this.random.pick(alive).stop();
  }

  #countHolds(): void {
    for (const { id, state } of this.tables.cases.values()) {
      const wasHeld = this.tables.decisions.some((d) => d.caseId === id && d.commit.state === 'held');
      if (wasHeld) this.outside.seen(state === 'held' ? 'held' : 'hold over');
    }
    for (const e of this.log.events())
      if (e.details.includes('possible duplicate')) this.outside.seen('marked duplicate');
  }

  #isQuiet(): boolean {
    const isUnderWay = this.#webhooks.onTheWay + this.#senders.onTheWay + this.approvers.onTheWay > 0;
    return (
      !isUnderWay && isAtRest(this.tables, { now: this.scheduler.now(), seenMs: this.#lastChangeMs + SEEN_AFTER_MS })
    );
  }
}

/** Counts one more and answers how many there are. */
export function count(counts: Map<string, number>, what: string): number {
  const n = (counts.get(what) ?? 0) + 1;
  counts.set(what, n);
  return n;
}
