// A real webhook door for attacks: the HTTP server, the signature, the ledger on a database, and a help desk behind it.
import { sql } from 'kysely';
import { afterAll, beforeAll } from 'vitest';
import { zendeskSignature } from '../../src/adapters/helpdesk/zendesk/signature.js';
import { noWebhooks, zendeskDoor } from '../../src/app/doors.js';
import type { HttpOptions, WebhookCounts } from '../../src/http/http-options.js';
import { type Stage, stageFor } from '../flow/journey.js';
import { startTestConsole, type TestConsole, visit } from '../http/console-server.js';
import { anyDatabase } from '../storage/databases.js';

export const SECRET = 'the secret of this webhook';

export interface Door {
  stage: Stage;
  console: TestConsole;
  counts: WebhookCounts;
  /** Signs the bytes that are given, and sends others where `body` says so. Answers the status. */
  send(signed: string | Uint8Array, more?: Sending): Promise<number>;
  /** Headers of a valid signature over these bytes, as lines for a raw request. */
  signatureLines(body: string): string;
  /** How many triggers the ledger holds. */
  triggers(): Promise<number>;
  /** Another server in front of the same door, to be closed by the caller. */
  another(limits: HttpOptions['limits']): Promise<TestConsole>;
}

export interface Sending {
  body?: string | Uint8Array;
  /** Seconds before now (or, below zero, after now) at which it says it was signed. */
  age?: number;
  secret?: string;
  headers?: Record<string, string>;
  path?: string;
}

/** One for all tests of a file; virtual time goes as fast as real time. */
export function webhookDoor(): Door {
  const stage = stageFor(anyDatabase(), { speed: 1 });
  const door = { stage } as Door;
  beforeAll(async () => {
    const { deps } = stage.world.process();
    door.counts = noWebhooks();
    const zendesk = zendeskDoor(deps, { secret: SECRET, allowTestSecret: false, counts: door.counts });
    const stamp = (age: number) => new Date(deps.clock.now().getTime() - age * 1_000).toISOString();
    door.another = (limits) => startTestConsole({ webhooks: { zendesk }, webhookCounts: door.counts, limits });
    door.console = await door.another({});
    door.send = async (
      signed,
      { body = signed, age = 0, secret = SECRET, headers, path = '/webhooks/zendesk' } = {},
    ) => {
      const stamped = stamp(age);
      const answer = await visit(`${door.console.address}${path}`, {
        method: 'POST',
        body: typeof body === 'string' ? body : new Uint8Array(body),
        headers: {
          'content-type': 'application/json',
          'x-zendesk-webhook-signature': zendeskSignature(secret, stamped, signed),
          'x-zendesk-webhook-signature-timestamp': stamped,
          ...headers,
        },
      });
      return answer.status;
    };
    door.signatureLines = (body) => {
      const stamped = stamp(0);
      return `X-Zendesk-Webhook-Signature: ${zendeskSignature(SECRET, stamped, body)}\r\nX-Zendesk-Webhook-Signature-Timestamp: ${stamped}\r\n`;
    };
    door.triggers = async () => {
      const found = await sql<{ n: number }>`select count(*)::int as n from usher.triggers`.execute(
        stage.db.kysely<unknown>(),
      );
      return found.rows[0]!.n;
    };
  });
  afterAll(() => door.console?.close());
  return door;
}
