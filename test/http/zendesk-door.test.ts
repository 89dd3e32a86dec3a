// Zendesk's webhooks over real HTTP into a real store: signed and fresh, taken once, not too many.
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { zendeskSignature } from '../../src/adapters/helpdesk/zendesk/signature.js';
import { noWebhooks, zendeskDoor } from '../../src/app/doors.js';
import type { HttpOptions } from '../../src/http/http-options.js';
import { WebhookLimit } from '../../src/http/webhook-limit.js';
import { openLedger } from '../../src/storage/ledger.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { startTestConsole, type TestConsole, visit } from './console-server.js';

const SECRET = 'the secret of this webhook';
const NOW = Date.parse('2026-02-03T04:05:06Z');

interface Sent {
  body?: string;
  /** Seconds before (positive) or after now at which it was signed. */
  age?: number;
  invocation?: string;
  secret?: string;
  /** The signature is over another timestamp than the one that is sent. */
  claimedAge?: number;
}

oneDatabase((open) => {
  let db: Database;
  const consoles: TestConsole[] = [];
  beforeAll(async () => {
    db = await open();
    await migrate(db, migrations);
  }, OPENING_MS);
  afterEach(async () => {
    await Promise.all(consoles.splice(0).map((c) => c.close()));
    for (const table of ['triggers', 'timeline', 'cases'])
      await sql`delete from ${sql.table(`usher.${table}`)}`.execute(db.kysely<unknown>());
  });

  async function start(change: Partial<HttpOptions> = {}) {
    const counts = noWebhooks();
    const log: string[] = [];
    const note = (fields: object, message: string) => void log.push(`${message} ${JSON.stringify(fields)}`);
    const door = zendeskDoor(
      {
        ledger: openLedger(db.kysely<unknown>()),
        reader: { name: 'zendesk' },
        clock: { now: () => new Date(NOW) },
        log: { debug: note, info: note, warn: note, error: note },
        digest: (text) => createHash('sha256').update(text).digest('hex'),
        checkpoint: async () => {},
        enqueue: () => {},
      },
      { secret: SECRET, allowTestSecret: false, counts },
    );
    const console = await startTestConsole({ webhooks: { zendesk: door }, webhookCounts: counts, ...change });
    consoles.push(console);
    const send = async (given: Sent = {}) => {
      const { body = '{"ticket_id":"7","event":"created"}', age = 0, secret = SECRET } = given;
      const stamp = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();
      return visit(`${console.address}/webhooks/zendesk`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'x-zendesk-webhook-signature': zendeskSignature(secret, stamp(age), body),
          'x-zendesk-webhook-signature-timestamp': stamp(given.claimedAge ?? age),
          ...(given.invocation === undefined ? {} : { 'x-zendesk-webhook-invocation-id': given.invocation }),
        },
      });
    };
    return { send, counts, log, console };
  }

  const triggers = async () =>
    (await sql<{ case_id: string }>`select case_id from usher.triggers`.execute(db.kysely<unknown>())).rows.length;
  const event = JSON.stringify({
    id: 'event-1',
    type: 'zen:event-type:ticket.created',
    subject: 'zen:ticket:7',
    detail: { id: '7' },
  });

  const table: [string, Sent[], statuses: number[], triggers: number, repeated: number][] = [
    [
      'the same delivery three times',
      [{ invocation: 'a' }, { invocation: 'a' }, { invocation: 'a' }],
      [200, 200, 200],
      1,
      2,
    ],
    ['a delivery that was signed anew', [{ invocation: 'a' }, { invocation: 'a', age: 2 }], [200, 200], 1, 1],
    ['a captured one under another name', [{ invocation: 'a' }, { invocation: 'b' }], [200, 200], 1, 1],
    ['a captured one without a name', [{ invocation: 'a' }, {}], [200, 200], 1, 1],
    [
      'an event under two names',
      [
        { body: event, invocation: 'a' },
        { body: event, invocation: 'b', age: 3 },
      ],
      [200, 200],
      1,
      1,
    ],
    ['a captured one, old, under another name', [{ invocation: 'a' }, { invocation: 'b', age: 301 }], [200, 401], 1, 0],
    ['one from the future', [{ age: -301 }], [401], 0, 0],
    ['one at the edge of the past, and of the future', [{ age: 300 }, { age: -300 }], [200, 200], 2, 0],
    ['an old one that claims to be new', [{ age: 400, claimedAge: 0 }], [401], 0, 0],
    ['one signed with another secret', [{ secret: 'guessed' }], [401], 0, 0],
    ['one without a ticket', [{ body: '{"user_id":"7"}' }], [400], 0, 0],
    ['two of two tickets', [{ invocation: 'a' }, { invocation: 'b', body: '{"ticket_id":"8"}' }], [200, 200], 2, 0],
  ];
  it.each(table)('of %s takes what is news, once', async (_, sent, statuses, news, repeated) => {
    const { send, counts, log } = await start();
    const got: number[] = [];
    for (const one of sent) got.push((await send(one)).status);
    expect(got).toEqual(statuses);
    expect(await triggers()).toBe(news);
    expect(counts.repeated).toBe(repeated);
    expect(counts.taken).toBe(statuses.filter((s) => s === 200).length);
    expect(Object.values(counts.refused).reduce((a, b) => a + b, 0)).toBe(statuses.filter((s) => s >= 400).length);
    expect(log.filter((line) => line.startsWith('a webhook came again'))).toHaveLength(repeated);
  });

  it('says why it refused to the log and to nobody else', async () => {
    const { send, counts, log } = await start();
    expect((await send({ age: 301 })).text).toBe('');
    expect((await send({ secret: 'guessed' })).text).toBe('');
    expect(counts.refused).toEqual({ stale: 1, wrong: 1 });
    expect(log.join('\n')).toContain('{"reason":"stale"}');
  });

  it('takes no more than is allowed within a minute, before it reads any of it', async () => {
    const { send, counts, console } = await start({ limits: { webhooksPerMinute: 6 } });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1)
      statuses.push((await send({ invocation: `${n}`, body: `{"ticket_id":"${n + 1}"}` })).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const refused = await send({ body: 'x'.repeat(1_000_000) });
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(60);
    expect(counts).toMatchObject({ taken: 3, limited: 3 });
    expect(await triggers()).toBe(3);
    // Told of once a minute; and pages are not kept from anybody.
    expect(console.log.filter((line) => line.message.includes('more webhooks'))).toHaveLength(1);
    expect((await visit(`${console.address}/healthz`)).status).toBe(200);
  });
});

describe('the limit of webhooks', () => {
  const full = (perMinute: number, addresses: string[]) => {
    const limit = new WebhookLimit(perMinute);
    for (const address of addresses) limit.waitSeconds(address, 1_000);
    return limit;
  };
  const table: [string, string[], string, number, number][] = [
    ['takes the half of it from one address', ['a'], 'a', 2_000, 0],
    ['takes no more from it', ['a', 'a'], 'a', 2_000, 59],
    ['takes others then', ['a', 'a'], 'b', 2_000, 0],
    ['takes no more than all', ['a', 'b', 'c', 'd'], 'e', 31_000, 30],
    ['begins anew after a minute', ['a', 'b', 'c', 'd'], 'a', 61_000, 0],
    ['does not count what it refused', ['a', 'a', 'a', 'a', 'a'], 'b', 2_000, 0],
  ];
  it.each(table)('%s', (_, before, address, now, wait) => {
    expect(full(4, before).waitSeconds(address, now)).toBe(wait);
  });
});
