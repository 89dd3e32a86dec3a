// A world in which other systems send events: a programme, the door, and processes that take their cases to rest.
import { sql } from 'kysely';
import { afterAll, beforeAll } from 'vitest';
import { httpEndpoints } from '../../src/adapters/http/endpoints.js';
import { noWebhooks } from '../../src/app/doors.js';
import { eventDoor } from '../../src/app/event-door.js';
import { buildMatchIndexes } from '../../src/core/match/programme-indexes.js';
import type { Rulebook } from '../../src/core/rulebook.js';
import type { FlowDeps } from '../../src/flow/deps.js';
import { handleCase } from '../../src/flow/handle-case.js';
import type { EventDelivery, WebhookCounts } from '../../src/http/http-options.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { type OtherSystems, startOtherSystems } from '../../src/sandbox/other-systems.js';
import { addChannels } from '../../src/sandbox/programme-samples.js';
import type { Database } from '../../src/storage/pool.js';
import { OPENING_MS, type Open } from '../storage/databases.js';
import { type Death, startWorld, type World } from './world.js';

export const URI_SECRET = 'a-secret-of-22-letters-and-more';

export interface EventWorld {
  world: World;
  db: Database;
  counts: WebhookCounts;
  /** What the log was told, as text. */
  logged: string[];
  /** POSTs the JSON of `payload` with the right secret unless told otherwise. */
  send(payload: unknown, change?: Partial<EventDelivery>): Promise<{ status: number; body?: object }>;
  /** Works on a case until nothing is left to do; `died` when the process did. */
  work(caseId: string, death?: Death): Promise<'at-rest' | 'died'>;
  /** Whoever had the case is gone for so long that its lease and its claims count no longer. */
  leftAlone(caseId: string): Promise<void>;
  count(table: 'cases' | 'events' | 'writes'): Promise<number>;
  deps: FlowDeps;
  /** The CRM. */
  others: OtherSystems;
  close(): Promise<void>;
}

/** The id of the case that an event was taken into. */
export const caseOf = (answer: { body?: object }): string => (answer.body as { taken: string }).taken;

type Change = (rulebook: Rulebook) => Rulebook;

/** One world for all tests of a suite. `change` alters the rulebook of a shipped programme, Ecologic's unless another one is named. */
export function eventsFor(open: Open, change: Change = (same) => same, programme?: string): EventWorld {
  const events = {} as EventWorld;
  beforeAll(async () => {
    Object.assign(events, await startEventWorld(await open(), change, programme));
  }, OPENING_MS);
  afterAll(() => events.close?.());
  return events;
}

async function startEventWorld(
  db: Database,
  change: Change,
  programme = 'ecologic-notifications',
): Promise<EventWorld> {
  const world = await startWorld(db);
  const loaded = await loadRulebook({ rulesDir: 'rules', templatesDir: 'templates', programmes: [programme] });
  const rulebook = change(loaded.rulebook!);
  addChannels(world.slack, [{ id: 'C0ECOLEADS', name: 'ecologic-leads' }]);
  const indexes = buildMatchIndexes(world.knowledge.lists, rulebook);
  const knowledge = async () => ({ ...world.knowledge, rulebook, indexes });
  const logged: string[] = [];
  const note = (fields: object, message: string) => void logged.push(JSON.stringify([fields, message]));
  const others = await startOtherSystems();
  const http = httpEndpoints({
    endpoint: (name) => ({ ...rulebook.directory.endpoints[name]!, url: `${others.url}/${name}` }),
    secret: () => URI_SECRET,
    allowPrivateNetwork: true,
    timeoutMs: 1_000,
  });
  const log = { debug: note, info: note, warn: note, error: note };
  const spawn = (death: Death | null) => {
    const process = world.process(death, { knowledge, log });
    process.deps.hands = { ...process.deps.hands!, http };
    return process;
  };
  const { deps } = spawn(null);
  const counts = noWebhooks();
  const door = eventDoor(deps, { rulebook: () => rulebook, secrets: () => URI_SECRET, counts });
  const kysely = db.kysely<unknown>();
  const toRest = async (own: FlowDeps, caseId: string): Promise<'at-rest'> => {
    for (;;) {
      await handleCase(own, caseId);
      const open =
        await sql`select 1 from usher.cases c where c.id = ${caseId} and (c.state in ('new','acting','waiting')
        or exists (select 1 from usher.writes w where w.case_id = c.id and w.state = 'claimed')
        or exists (select 1 from usher.triggers t where t.case_id = c.id and t.handled_at is null))`.execute(kysely);
      if (open.rows.length === 0) return 'at-rest';
      // What is due is the ledger's to say; nothing is done before.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return {
    world,
    db,
    counts,
    logged,
    deps,
    send: (payload, more = {}) =>
      door({
        source: 'ecologic',
        method: 'POST',
        query: `secret=${URI_SECRET}`,
        headers: {},
        rawBody: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
        ...more,
      }),
    async work(caseId, death) {
      if (!death) return toRest(deps, caseId);
      const dying = spawn(death);
      return Promise.race([toRest(dying.deps, caseId), dying.died]);
    },
    async leftAlone(caseId) {
      world.skip(120_000);
      await sql`update usher.cases set lease_until = now() - interval '1 second' where id = ${caseId}`.execute(kysely);
      await sql`update usher.writes set claimed_at = claimed_at - interval '3 minutes' where case_id = ${caseId}`.execute(
        kysely,
      );
    },
    async count(table) {
      const found = await sql<{ n: number }>`select count(*)::int as n from ${sql.raw(`usher.${table}`)}`.execute(
        kysely,
      );
      return found.rows[0]!.n;
    },
    others,
    async close() {
      await Promise.all([world.close(), others.close()]);
    },
  };
}
