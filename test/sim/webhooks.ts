// Webhooks of the simulated help desk: lost, late, twice, replayed; and a yes to one must mean that it is kept.
import { sightByWebhook } from '../../src/flow/intake.js';
import type { Tables } from './ledger/tables.js';
import type { Outside } from './outside.js';
import type { BotProcess } from './process.js';

/** The sender comes again when nobody answered. */
const AGAIN_MS = 10_000;

interface Receivers {
  alive: () => BotProcess[];
  tables: Tables;
  onBroken: (what: string) => void;
}

interface Delivery {
  ticketId: string;
  id: string;
  /** What was signed. */
  proof: string;
}

export class Webhooks {
  onTheWay = 0;
  #deliveries = 0;

  constructor(
    readonly outside: Outside,
    readonly receivers: Receivers,
  ) {}

  send(ticketId: string): void {
    const { faults, random, seen } = this.outside;
    const fate = faults.webhookFate();
    if (fate !== 'arrives') seen(`webhook ${fate}`);
    if (fate === 'lost') return;
    this.#deliveries += 1;
    const id = `delivery-${this.#deliveries}`;
    const some = () => random.int(0, 600) * 1_000;
    this.#deliver({ ticketId, id, proof: id }, fate === 'late' ? some() : 0);
    if (fate === 'twice') this.#deliver({ ticketId, id, proof: id }, some());
    if (fate === 'replayed') this.#deliver({ ticketId, id: `${id}-again`, proof: id }, some());
  }

  /** Some process answers, or the sender comes again a little later. */
  #deliver(delivery: Delivery, ms: number): void {
    const { scheduler, random, seen } = this.outside;
    const { ticketId, id, proof } = delivery;
    this.onTheWay += 1;
    scheduler.after(ms + random.int(5, 500), () => {
      this.onTheWay -= 1;
      const alive = this.receivers.alive();
      if (alive.length === 0) return this.#deliver(delivery, AGAIN_MS);
      const onRepeat = () => seen(id === proof ? 'repeat told' : 'replay told');
      sightByWebhook(random.pick(alive).deps, ticketId, id, { proof, onRepeat }).then(
        () => this.#expectKept(delivery),
        () => this.#deliver(delivery, AGAIN_MS),
      );
    });
  }

  /** What was answered with a yes stands in the ledger: the sender will not come again. */
  #expectKept({ ticketId, id, proof }: Delivery): void {
    const { tables, onBroken } = this.receivers;
    if (!tables.triggers.some((t) => t.key === `hook:${id}` || t.proof === proof))
      onBroken(`2: a webhook of ticket ${ticketId} was acknowledged before it was kept`);
  }
}
