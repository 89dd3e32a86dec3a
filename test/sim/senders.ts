// Who sends events: a shop with leads, the registry whose records are ready, and nudges; lost, late, twice, and again when nobody answered.
import { takeEvent } from '../../src/flow/take-event.js';
import type { Tables } from './ledger/tables.js';
import type { Outside } from './outside.js';
import type { BotProcess } from './process.js';
import type { WorldEvent } from './world-log.js';

export interface Receivers {
  alive: () => BotProcess[];
  tables: Tables;
  onBroken: (what: string) => void;
}

/** The sender comes again when nobody answered, and when nobody waits for its event yet. */
const AGAIN_MS = 10_000;
const AGAIN_MOST = 6;
/** No answer in this time is none: a process that dies while it is asked never answers. */
const PATIENCE_MS = 30_000;

interface Sent {
  event: string;
  data: Record<string, string>;
  /** How often it was told that no case waits for it. */
  strays: number;
}

export class Senders {
  onTheWay = 0;
  #leads = 0;
  #nudges = 0;

  constructor(
    readonly outside: Outside,
    readonly receivers: Receivers,
  ) {}

  lead(): void {
    this.#leads += 1;
    this.#send('Lead:Create', { id: `lead-${this.#leads}` });
  }

  /** Something happened to a ticket, says the system that knows its number. */
  nudge(ticket: string): void {
    this.#nudges += 1;
    this.#send('Ticket:Ready', { ticket, nth: String(this.#nudges) });
  }

  /** The registry made a record: after a while, or before its answer is heard, it says that the record is ready. */
  onRequest({ details, isEcho }: WorldEvent): void {
    const { random, scheduler } = this.outside;
    const record = details.split(' ').at(-1)!;
    if (isEcho || !details.startsWith('registry POST /records') || !random.chance(0.8)) return;
    const ms = random.chance(0.3) ? random.int(1, 80) : random.int(1, 120) * 1_000;
    this.onTheWay += 1;
    scheduler.after(ms, () => {
      this.onTheWay -= 1;
      this.#send('Record:Ready', { record });
    });
  }

  #send(event: string, data: Record<string, string>): void {
    const { faults, random, seen, scheduler, log } = this.outside;
    const fate = faults.webhookFate();
    log.append({
      at: scheduler.now(),
      by: 'world',
      what: 'sends',
      details: `${event} ${JSON.stringify(data)} ${fate}`,
    });
    if (fate !== 'arrives') seen(`event ${fate}`);
    if (fate === 'lost') return;
    const some = () => random.int(0, 600) * 1_000;
    const sent = { event, data, strays: 0 };
    this.#deliver(sent, fate === 'late' ? some() : 0);
    if (fate === 'twice' || fate === 'replayed') this.#deliver({ ...sent }, fate === 'twice' ? 0 : some());
  }

  #deliver(sent: Sent, ms: number): void {
    const { scheduler, random } = this.outside;
    this.onTheWay += 1;
    scheduler.after(ms + random.int(5, 500), () => {
      const alive = this.receivers.alive();
      let isOver = false;
      const end = (againMs: number | null) => {
        if (isOver) return;
        isOver = true;
        this.onTheWay -= 1;
        if (againMs !== null) this.#deliver(sent, againMs);
      };
      if (alive.length === 0) return end(AGAIN_MS);
      scheduler.after(PATIENCE_MS, () => end(0));
      this.#knock(random.pick(alive), sent).then(
        () => end(null),
        () => end(AGAIN_MS),
      );
    });
  }

  /** Rejects when the process could not keep the event; never answers when it dies. */
  async #knock({ deps, parts }: BotProcess, sent: Sent): Promise<void> {
    const { seen } = this.outside;
    const source = parts.knowledge.rulebook.programmes.flatMap((p) => p.sources).find((s) => s.name === 'shop');
    if (!source) return;
    const taken = await takeEvent(deps, source, { event: sent.event, data: sent.data });
    if (taken.kind === 'misfit') this.receivers.onBroken(`a bug: ${taken.problems.join('; ')}`);
    if (taken.kind === 'no-case') {
      seen('event without a case');
      sent.strays += 1;
      if (sent.strays < AGAIN_MOST) this.#deliver(sent, AGAIN_MS);
    }
    if (taken.kind !== 'taken') return;
    if (taken.isRepeat) seen('event repeat told');
    this.#expectKept(sent, taken.caseId);
  }

  /** What was answered with a yes stands in the ledger: the sender will not come again. */
  #expectKept({ event, data }: Sent, caseId: string): void {
    const { tables, onBroken } = this.receivers;
    const wanted = JSON.stringify(Object.entries(data).sort());
    const kept = [...tables.events.values()].find(
      (e) => e.name === event && JSON.stringify(Object.entries(e.fields).sort()) === wanted,
    );
    const isHeard = tables.triggers.some((t) => t.caseId === caseId && t.key === `event:shop:${kept?.key}`);
    if (kept?.caseId !== caseId || !isHeard) onBroken(`2: the event ${event} was acknowledged before it was kept`);
  }
}
