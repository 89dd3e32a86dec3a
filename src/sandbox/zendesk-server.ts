// Starts a loopback server that speaks the Zendesk Support API.
import { randomBytes } from 'node:crypto';
import { type Loopback, startLoopback } from './loopback-server.js';
import { agents } from './sample-people.js';
import { zendeskError } from './zendesk-errors.js';
import { perPageMax } from './zendesk-export.js';
import { Limits } from './zendesk-limits.js';
import { peopleOf } from './zendesk-people.js';
import { answerCall, type ZendeskApi } from './zendesk-routes.js';
import type { ZendeskOptions, ZendeskSandbox } from './zendesk-sandbox.js';
import { WebhookSender } from './zendesk-webhooks.js';
import { ZendeskWorld } from './zendesk-world.js';

export type { ReceivedRequest } from './received-request.js';
export type * from './zendesk-sandbox.js';
export type * from './zendesk-types.js';

/** What the server is made of. */
interface Parts {
  world: ZendeskWorld;
  api: ZendeskApi;
  webhookSecret: string;
  stored: () => void;
  loopback: Loopback;
  webhooks: WebhookSender;
}

/**
 * Listens on 127.0.0.1. Every change is handed to `onChange` before it is answered; webhooks go out after that.
 * Behaviour: contracts of the vendor's 2024 and 2026 API descriptions; limits of its Enterprise plan.
 */
export async function startZendeskSandbox(options: ZendeskOptions = {}): Promise<ZendeskSandbox> {
  const world = new ZendeskWorld(options);
  const webhookSecret = options.webhookSecret ?? randomBytes(32).toString('base64');
  const api: ZendeskApi = {
    world,
    limits: new Limits(options.limits ?? {}, world.now),
    apiToken: options.apiToken ?? randomBytes(20).toString('hex'),
    repeatRows: options.repeatRows ?? false,
    searchLagSeconds: options.searchLagSeconds ?? 5,
    exportPageMax: options.exportPageMax ?? perPageMax,
  };
  const stored = () => options.onChange?.();
  const loopback = await listenFor(api, options.port ?? 0, { stored, written: () => webhooks.send() });
  world.url = `http://127.0.0.1:${loopback.port}`;
  const webhooks = new WebhookSender({
    world,
    secret: webhookSecret,
    retryMs: options.webhookRetryMs ?? 1000,
    faults: loopback.faults,
    delivered: (event) => {
      world.state.outbox = world.state.outbox.filter((e) => e.id !== event.id);
      stored();
    },
  });
  webhooks.send();
  return sandboxOf({ world, api, webhookSecret, stored, loopback, webhooks });
}

/** `stored` runs before a write is answered, `written` after. */
function listenFor(
  api: ZendeskApi,
  port: number,
  after: { stored: () => void; written: () => void },
): Promise<Loopback> {
  const { world } = api;
  return startLoopback({
    port,
    now: world.now,
    vendorError: zendeskError,
    remember: () => {
      const before = structuredClone(world.state);
      return () => {
        world.state = before;
        after.stored();
      };
    },
    handle: (request) => {
      const answer = answerCall(api, request);
      if (request.method !== 'GET') {
        after.stored();
        // The vendor's webhooks come from elsewhere, later than the answer.
        if (request.fault?.kind !== '200-not-stored') setImmediate(after.written);
      }
      return answer;
    },
  });
}

function sandboxOf({ world, api, webhookSecret, stored, loopback, webhooks }: Parts): ZendeskSandbox {
  const people = peopleOf(world, () => {
    stored();
    webhooks.send();
  });
  return {
    url: world.url,
    port: loopback.port,
    email: agents.usher.email,
    apiToken: api.apiToken,
    webhookSecret,
    botId: agents.usher.id,
    requests: loopback.requests,
    deliveries: webhooks.deliveries,
    tooMany: () => api.limits.refusals,
    state: () => world.state,
    world: () => structuredClone(world.state.log),
    ticket: (id) => structuredClone(world.ticket(id)),
    ...people,
    setWebhook: (url) => {
      world.webhookUrl = url;
      webhooks.send();
    },
    setTrigger: (tag) => {
      world.triggerTag = tag;
    },
    webhooksSettled: () => webhooks.settled(),
    fault: loopback.fault,
    clearFaults: () => loopback.faults.clear(),
    refuse: loopback.refuse,
    close: async () => {
      await webhooks.close();
      await loopback.close();
    },
  };
}
