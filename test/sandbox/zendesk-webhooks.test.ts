// The sandbox Zendesk sends signed webhooks with the vendor's shapes and unreliability, and plays customers and agents.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startZendeskSandbox, type ZendeskOptions, type ZendeskSandbox } from '../../src/sandbox/zendesk-server.js';
import { signWebhook } from '../../src/sandbox/zendesk-webhooks.js';
import { clientOf } from './zendesk-client.js';

let receiver: Server;
let zendesk: ZendeskSandbox;
let received: { body: string; headers: NodeJS.Dict<string | string[]>; status: number }[];
let answers: { status: number; retryAfter?: string }[];

beforeEach(async () => {
  received = [];
  answers = [];
  receiver = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      const { status, retryAfter } = answers.shift() ?? { status: 200 };
      received.push({ body, headers: incoming.headers, status });
      outgoing.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await start();
});
afterEach(async () => {
  await zendesk.close();
  await new Promise((resolve) => receiver.close(resolve));
});

async function start(options: ZendeskOptions = {}): Promise<void> {
  await zendesk?.close();
  const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  zendesk = await startZendeskSandbox({ webhookUrl, webhookRetryMs: 1, ...options });
}
const file = () => zendesk.customerFiles({ name: 'Ann', email: 'ann@acme.example', subject: 'Grüße', body: 'Please' });
const bodies = () => received.map((r) => JSON.parse(r.body) as Record<string, never>);
const types = () => bodies().map((b) => String(b.type).replace('zen:event-type:ticket.', ''));

describe('the signature', () => {
  const secret = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==';
  it.each([
    ['{"ticket_id":"35436","event":"comment_added"}', '0YzAAL85yI2uWv9EmkvB4zuUBrOuFS4E91cwsyuJ1+8='],
    ['', '65LfoiceSA1SCyVdX1UAFK00SacF7WVQjKJP0JWZcqE='],
    ['{"t":"Grüße ☃"}', 'K2BMtyRxSBktISvo+SBNp7RFLRbwtBPrtwaSEwKNwcA='],
  ])('of %s is the one of the contract', (body, signature) => {
    expect(signWebhook(secret, '2026-02-03T04:05:06Z', body)).toBe(signature);
  });
});

describe('webhooks', () => {
  it('carry string ids and upper-case enums, signed over timestamp and raw body', async () => {
    const id = file();
    await zendesk.webhooksSettled();
    expect(bodies()).toMatchObject([
      {
        type: 'zen:event-type:ticket.created',
        subject: `zen:ticket:${id}`,
        detail: { id, status: 'NEW', assignee_id: '' },
      },
    ]);
    const { headers, body } = received[0]!;
    const timestamp = String(headers['x-zendesk-webhook-signature-timestamp']);
    expect(headers['x-zendesk-webhook-signature']).toBe(signWebhook(zendesk.webhookSecret, timestamp, body));
    expect(headers['x-zendesk-webhook-invocation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('follow every act, the bot’s own writes too', async () => {
    const id = file();
    await clientOf(zendesk)('PUT', `/tickets/${id}`, {
      ticket: { comment: { body: 'Hi', public: true }, assignee_id: 9001 },
    });
    zendesk.customerReplies(id, 'Thanks');
    await zendesk.webhooksSettled();
    expect(types().sort()).toEqual([
      'agent_assignment_changed',
      'comment_added',
      'comment_added',
      'created',
      'status_changed',
    ]);
    const own = bodies().find((b) => JSON.stringify(b.event).includes('"Hi"'));
    expect(own).toMatchObject({
      detail: { actor_id: '9000' },
      event: { comment: { author: { id: '9000', is_staff: true } } },
    });
  });

  it('can be of the trigger style, with a template of the admin’s', async () => {
    await start({ webhookStyle: 'trigger' });
    const id = file();
    await zendesk.webhooksSettled();
    expect(received[0]!.body).toBe(`{"ticket_id":"${id}","event":"created"}`);
  });

  it('are repeated on 409 and on 503 with a short Retry-After, not on other failures', async () => {
    answers = [{ status: 409 }, { status: 503, retryAfter: '0' }, { status: 200 }];
    file();
    await zendesk.webhooksSettled();
    expect(received.map((r) => r.status)).toEqual([409, 503, 200]);
    answers = [{ status: 500 }];
    file();
    await zendesk.webhooksSettled();
    expect(received.map((r) => r.status)).toEqual([409, 503, 200, 500]);
    expect(zendesk.state().outbox).toEqual([]);
  });

  it('get lost, come twice, come late, come forged', async () => {
    zendesk.fault('webhook-lost');
    file();
    await zendesk.webhooksSettled();
    expect(received).toEqual([]);
    zendesk.fault('webhook-duplicate');
    file();
    await zendesk.webhooksSettled();
    expect(bodies()[0]!.id).toBe(bodies()[1]!.id);
    zendesk.fault('webhook-late', { match: 'created' });
    zendesk.customerReplies(file(), 'More');
    await zendesk.webhooksSettled();
    expect(types().slice(2)).toEqual(['comment_added', 'created']);
    zendesk.fault('webhook-forged');
    file();
    await zendesk.webhooksSettled();
    const { headers, body } = received.at(-1)!;
    const timestamp = String(headers['x-zendesk-webhook-signature-timestamp']);
    expect(headers['x-zendesk-webhook-signature']).not.toBe(signWebhook(zendesk.webhookSecret, timestamp, body));
  });

  it('wait in the outbox of the world until they are delivered', async () => {
    const { port } = receiver.address() as AddressInfo;
    await start({ webhookUrl: 'http://127.0.0.1:9/nobody', webhookRetryMs: 60_000 });
    file();
    const state = structuredClone(zendesk.state());
    expect(state.outbox).toHaveLength(1);
    await start({ state, webhookUrl: `http://127.0.0.1:${port}/hook` });
    await zendesk.webhooksSettled();
    expect(types()).toEqual(['created']);
  });
});

describe('people', () => {
  it('reopen a solved ticket by replying, and make a follow-up of a closed one', () => {
    const id = file();
    zendesk.agentReplies(id, 'Done', { status: 'solved' });
    zendesk.customerReplies(id, 'Not quite');
    expect(zendesk.ticket(id).status).toBe('open');
    zendesk.agentSets(id, { status: 'closed' });
    zendesk.customerReplies(id, 'Once more');
    const followUp = zendesk.state().tickets.at(-1)!;
    expect(followUp).toMatchObject({
      status: 'new',
      via: { source: { rel: 'follow_up', from: { ticket_id: Number(id) } } },
    });
  });

  it('merge, assign and delete tickets, and the world remembers who', async () => {
    const [a, b] = [file(), file()];
    zendesk.agentAssigns(a, 9002);
    zendesk.agentMerges(a, b);
    zendesk.agentDeletes(b);
    expect(zendesk.ticket(a)).toMatchObject({ status: 'closed', tags: ['closed_by_merge'] });
    const kinds = zendesk
      .world()
      .filter((e) => e.by === 'agent')
      .map((e) => e.kind);
    expect(kinds).toEqual(expect.arrayContaining(['assignee', 'internal-note', 'merged', 'deleted']));
    await zendesk.webhooksSettled();
    expect(types()).toEqual(expect.arrayContaining(['merged', 'soft_deleted']));
  });

  it('cannot have their log changed from outside', () => {
    file();
    zendesk.world()[0]!.text = 'forged';
    expect(zendesk.world()[0]!.text).toBe('Grüße');
  });
});
