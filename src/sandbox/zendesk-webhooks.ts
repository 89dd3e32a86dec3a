// Delivers webhook events as Zendesk does: signed, unordered, repeated on some failures, given up after a few attempts.
import { createHmac, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { FaultQueue } from './faults.js';
import type { WebhookDelivery } from './zendesk-sandbox.js';
import type { WebhookEvent } from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

const timeoutMs = 12_000;
const attemptsMax = 5;
const busyAttemptsMax = 3;

/** base64 of HMAC-SHA256 over timestamp and raw body, the secret taken as it is. */
export function signWebhook(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(timestamp).update(body).digest('base64');
}

export class WebhookSender {
  readonly deliveries: WebhookDelivery[] = [];
  readonly #world: ZendeskWorld;
  readonly #secret: string;
  readonly #retryMs: number;
  readonly #faults: FaultQueue;
  readonly #delivered: (event: WebhookEvent) => void;
  readonly #begun = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #held: WebhookEvent[] = [];

  constructor(options: {
    world: ZendeskWorld;
    secret: string;
    retryMs: number;
    faults: FaultQueue;
    delivered: (event: WebhookEvent) => void;
  }) {
    this.#world = options.world;
    this.#secret = options.secret;
    this.#retryMs = options.retryMs;
    this.#faults = options.faults;
    this.#delivered = options.delivered;
    // One for each delivery under way.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Starts delivering whatever in the outbox has not been begun. */
  send(): void {
    for (const event of [...this.#world.state.outbox]) {
      if (this.#begun.has(event.id)) continue;
      this.#begun.add(event.id);
      this.#begin(event);
    }
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.settled();
  }

  #begin(event: WebhookEvent): void {
    const request = { method: 'POST', path: event.type, body: event.body };
    const fault = this.#faults.take(request, (kind) => kind.startsWith('webhook-'));
    if (fault?.kind === 'webhook-lost' || fault?.kind === 'webhook-late') {
      if (fault.kind === 'webhook-late') this.#held.push(event);
      else this.#delivered(event);
      return;
    }
    const copies = fault?.kind === 'webhook-duplicate' ? 2 : 1;
    const late = this.#held;
    this.#held = [];
    this.#run(async () => {
      for (let i = 0; i < copies; i++) await this.#deliver(event, fault?.kind === 'webhook-forged');
      for (const held of late) await this.#deliver(held, false);
    });
  }

  #run(work: () => Promise<void>): void {
    const running: Promise<void> = work().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #deliver(event: WebhookEvent, forged: boolean): Promise<void> {
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const url = this.#world.webhookUrl;
      if (!url || this.#closing.signal.aborted) return;
      const { status, retryAfter } = await this.#attempt(url, event, forged);
      if (this.#closing.signal.aborted) return;
      this.deliveries.push({ eventId: event.id, type: event.type, ticketId: event.ticketId, attempt, status });
      const isBusy = status === 409 || ((status === 429 || status === 503) && retryAfter < 60);
      const again = status === null ? attempt < attemptsMax : isBusy && attempt < busyAttemptsMax;
      if (!again) break;
      const waitMs = Math.max(this.#retryMs, Number.isFinite(retryAfter) ? retryAfter * 1000 : 0);
      await setTimeout(waitMs, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
    this.#delivered(event);
  }

  async #attempt(
    url: string,
    event: WebhookEvent,
    forged: boolean,
  ): Promise<{ status: number | null; retryAfter: number }> {
    const timestamp = this.#world.now().toISOString();
    const signature = signWebhook(forged ? 'not the secret' : this.#secret, timestamp, event.body);
    try {
      const answer = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'x-zendesk-account-id': '22129848',
          'x-zendesk-webhook-id': '01HSANDBOXWEBHOOK00000000',
          'x-zendesk-webhook-invocation-id': randomUUID(),
          'x-zendesk-webhook-signature': signature,
          'x-zendesk-webhook-signature-timestamp': timestamp,
        },
        body: event.body,
      });
      await answer.arrayBuffer();
      const retryAfter = answer.headers.get('retry-after');
      return { status: answer.status, retryAfter: retryAfter === null ? Number.POSITIVE_INFINITY : Number(retryAfter) };
    } catch {
      return { status: null, retryAfter: 0 };
    }
  }
}
