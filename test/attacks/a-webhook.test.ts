// Attacks 1 to 10: what comes to the webhook door of the real server.
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { ticketShape } from '../../src/core/ticket.js';
import { untilRest } from '../flow/journey.js';
import { visit } from '../http/console-server.js';
import { rawRequest } from '../http/raw-request.js';
import { attacks } from './attacks.js';
import { webhookDoor } from './webhook-door.js';

const door = webhookDoor();
let tickets = 900_000;
const body = () => JSON.stringify({ ticket_id: String(++tickets), event: 'created' });
const HEAD = 'POST /webhooks/zendesk HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

/** What the attack leaves behind: how many triggers, and how many refusals by a look at the signature. */
async function leaves(attack: () => Promise<void>): Promise<{ triggers: number; refused: number }> {
  const refusals = () => Object.values(door.counts.refused).reduce((a, b) => a + b, 0);
  const before = { triggers: await door.triggers(), refused: refusals() };
  await attack();
  return { triggers: (await door.triggers()) - before.triggers, refused: refusals() - before.refused };
}

attacks('A', {
  1: async () => {
    const left = await leaves(async () => {
      const unsigned = await visit(`${door.console.address}/webhooks/zendesk`, {
        method: 'POST',
        body: body(),
        headers: { 'content-type': 'application/json' },
      });
      expect([unsigned.status, unsigned.text]).toEqual([401, '']);
      for (const signature of ['', 'x', 'A'.repeat(44), `${'A'.repeat(43)}=`])
        expect(await door.send(body(), { headers: { 'x-zendesk-webhook-signature': signature } })).toBe(401);
      expect(await door.send('{not even JSON', { secret: 'guessed' })).toBe(401);
    });
    expect(left).toEqual({ triggers: 0, refused: 6 });
    expect(JSON.stringify(door.console.log)).not.toContain('not even JSON');
  },

  2: async () => {
    const signed = `{ "ticket_id" : "${++tickets}" }`;
    const left = await leaves(async () => {
      expect(await door.send(signed, { body: JSON.stringify(JSON.parse(signed)) })).toBe(401);
      expect(await door.send(signed, { body: `${signed}\n` })).toBe(401);
    });
    expect(left).toEqual({ triggers: 0, refused: 2 });
    expect(await door.send(signed)).toBe(200);
  },

  3: async () => {
    const left = await leaves(async () => {
      const captured = body();
      expect(await door.send(captured, { age: 360 })).toBe(401);
      expect(await door.send(captured, { age: -600 })).toBe(401);
    });
    expect(left).toEqual({ triggers: 0, refused: 2 });
  },

  4: async () => {
    const captured = body();
    const left = await leaves(async () => {
      const delivery = { headers: { 'x-zendesk-webhook-invocation-id': 'one' } };
      for (let n = 0; n < 3; n++) expect(await door.send(captured, delivery)).toBe(200);
    });
    expect(left).toEqual({ triggers: 1, refused: 0 });
  },

  5: async () => {
    const left = await leaves(async () => {
      const said = await rawRequest(
        door.console.address,
        `${HEAD}Content-Length: 50000000\r\nConnection: close\r\n\r\n{`,
      );
      expect(said.status).toBe(413);
      const large = await rawRequest(door.console.address, `${HEAD}X-Big: ${'x'.repeat(1_000_000)}\r\n\r\n`);
      expect(large.status).toBe(431);
      const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
      const endless = await rawRequest(
        door.console.address,
        `${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}`,
      );
      expect(endless.status).toBe(413);
    });
    expect(left).toEqual({ triggers: 0, refused: 0 });
  },

  6: async () => {
    const refusedJson = [
      '{"ticket_id":',
      '{"ticket_id":NaN}',
      '['.repeat(10_000),
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      '"just a text"',
      '{"ticket_id":"7\\ud800"}',
      '{"ticket_id":1e300}',
      `{"ticket_id":"${'7'.repeat(20)}"}`,
    ];
    const left = await leaves(async () => {
      for (const odd of refusedJson) expect(await door.send(odd), odd.slice(0, 40)).toBe(400);
      expect(await door.send(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))).toBe(400);
      const bomb = gzipSync(Buffer.alloc(20_000_000));
      expect(await door.send(bomb, { headers: { 'content-encoding': 'gzip' } })).toBe(415);
    });
    expect(left.triggers).toBe(0);
    // Readable although odd: a hint that costs one look. What becomes a key in the ledger is bounded, whatever it says.
    const event = (id: string) =>
      `{"type":"zen:event-type:ticket.created","subject":"zen:ticket:${++tickets}","id":"${id}"}`;
    const readable = [
      `\ufeff${body()}`,
      `{"ticket_id":"1","ticket_id":"${++tickets}"}`,
      `{"ticket_id":"${++tickets}","deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      event('\\u0000'),
      event('\\ud800'),
      event('x'.repeat(200_000)),
    ];
    const taken = await leaves(async () => {
      for (const odd of readable) expect(await door.send(odd), odd.slice(0, 100)).toBe(200);
    });
    expect(taken).toEqual({ triggers: readable.length, refused: 0 });
  },

  7: async () => {
    const left = await leaves(async () => {
      expect(await door.send('{"__proto__":{"ticket_id":"7"}}')).toBe(400);
      expect(await door.send('{"constructor":{"prototype":{"ticket_id":"7"}}}')).toBe(400);
    });
    expect(left.triggers).toBe(0);
    const fields = JSON.parse('{"__proto__":"a","constructor":"b","Company":"Acme"}') as Record<string, string>;
    const ticket = ticketShape.parse({ id: '1', fields, requester: {} });
    expect(ticket.fields.Company).toBe('Acme');
    expect(Object.getPrototypeOf(ticket.fields)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).ticket_id).toBeUndefined();
  },

  8: async () => {
    const left = await leaves(async () => {
      expect(await door.send(body(), { secret: 'the secret of another account' })).toBe(401);
      for (const path of ['/webhooks/jira', '/webhooks/zendesk/other', '/webhooks/ZENDESK'])
        expect(await door.send(body(), { path }), path).toBe(404);
    });
    expect(left).toEqual({ triggers: 0, refused: 1 });
  },

  9: async () => {
    const { stage } = door;
    const process = stage.world.process();
    expect(await door.send('{"ticket_id":"777777","subject":"API access","status":"new"}')).toBe(200);
    const missing = await untilRest(stage, process, '777777');
    expect(missing).toMatchObject({ state: 'not-for-usher', steps: [] });
    // The payload says one thing, the help desk another: nothing of the payload is believed.
    const ticketId = stage.world.file(stage.stranger(), { subject: 'Invoice', body: 'Where is my invoice?' });
    const lie = { ticket_id: ticketId, subject: 'API access', organization: { name: 'Halcyon Rooftop Inc.' } };
    expect(await door.send(JSON.stringify(lie))).toBe(200);
    const detail = await untilRest(stage, process, ticketId);
    expect(detail).toMatchObject({ state: 'not-for-usher', subject: 'Invoice' });
    expect(stage.world.replies(ticketId)).toEqual([]);
  },

  10: async () => {
    const tight = await door.another({ headersMs: 200, requestMs: 400, connections: 20 });
    try {
      const { hostname, port } = new URL(tight.address);
      const idle = Array.from({ length: 40 }, () =>
        connect(Number(port), hostname)
          .on('error', () => {})
          .resume(),
      );
      const gone = Promise.all(idle.map((s) => new Promise((resolve) => s.on('close', resolve))));
      for (const socket of idle) socket.write('POST /webhooks/zendesk HTTP/1.1\r\nX-Slow: ');
      await gone;
      expect((await visit(`${tight.address}/healthz`)).status).toBe(200);
      const both = `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
      expect((await rawRequest(tight.address, both)).status).toBe(400);
      const signed = body();
      const one = `${HEAD}${door.signatureLines(signed)}Content-Length: ${signed.length}\r\n`;
      const forged = `${HEAD}Content-Length: 2\r\nConnection: close\r\n\r\n{}`;
      const pipeline = await rawRequest(tight.address, `${one}\r\n${signed}${forged}`);
      expect(pipeline.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401']);
    } finally {
      await tight.close();
    }
  },
});
