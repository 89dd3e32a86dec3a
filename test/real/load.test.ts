// Ten times the usual load for ten minutes, with a help desk that says 429: nothing is lost, and the process stays small and awake.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Cluster, startCluster } from '../../bench/databases.js';
import { startRedis } from '../storage/redis-server.js';
import { record } from './proof.js';
import { openTown, PATIENCE_MS } from './town.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Two API-access tickets a minute are many; this is ten times as much. */
const TICKETS_PER_MINUTE = 20;
const MINUTES = Number(process.env.REAL_MINUTES ?? 10);
/** The account's limit, and how much of it other programs use. */
const REQUESTS_PER_MINUTE = 400;
const OTHERS_PER_MINUTE = 120;
/** How long the event loop may stand still. */
const LAG_MOST_MS = 200;

async function numbersOf(address: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return new Map([...text.matchAll(/^(\w+) (\S+)$/gm)].map((m) => [m[1]!, Number(m[2])]));
}

describe('a real process', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = (await startCluster())!;
  });
  afterAll(() => cluster.stop());

  for (const [database, memoryMost] of [
    ['PostgreSQL and Redis', 300],
    ['the embedded database', 600],
  ] as const)
    it(`handles ten times the usual load and 429s on ${database}`, { timeout: 3_600_000 }, async () => {
      const isEmbedded = memoryMost > 300;
      const queueUrl = isEmbedded ? undefined : (await startRedis()).url;
      const town = await openTown(isEmbedded ? null : cluster, queueUrl, { requestsPerMinute: REQUESTS_PER_MINUTE });
      const { zendesk } = town.desk;
      const bot = await town.bot('data');
      const address = await bot.address();
      const most = new Map<string, number>();
      const look = async () => {
        for (const [name, value] of await numbersOf(address)) most.set(name, Math.max(most.get(name) ?? 0, value));
      };
      // The start itself, with reading the lists, is no load.
      await numbersOf(address);
      const filed: string[] = [];
      const login = Buffer.from(`${zendesk.email}/token:${zendesk.apiToken}`).toString('base64');
      for (let second = 0; second < MINUTES * 60; second++) {
        if (second % (60 / TICKETS_PER_MINUTE) === 0) filed.push(...town.desk.file(1));
        if (second % 5 === 0) zendesk.fault('webhook-duplicate');
        // The governor keeps below the limit; what it cannot know of is said by the help desk.
        if (second % 20 === 0) zendesk.fault('429');
        for (let n = 0; n < OTHERS_PER_MINUTE / 60; n++)
          await fetch(`${zendesk.url}/api/v2/users/me.json`, { headers: { authorization: `Basic ${login}` } });
        if (second % 5 === 0) await look();
        await sleep(1_000);
      }
      const began = Date.now();
      const patience = { timeout: PATIENCE_MS, interval: 1_000 };
      await vi.waitUntil(() => filed.every((id) => zendesk.ticket(id).status === 'solved'), patience);
      // What stands on the ticket is looked for before it is believed, and that may have to wait for the account's limit.
      await vi.waitUntil(async () => (await numbersOf(address)).get('usher_oldest_open_seconds') === 0, patience);
      const drained = Math.round((Date.now() - began) / 1_000);
      await look();
      const lagMs = Math.round((most.get('nodejs_eventloop_lag_max_seconds') ?? 0) * 1_000);
      const memory = Math.round((most.get('process_resident_memory_bytes') ?? 0) / 1e6);
      const oldest = Math.round(most.get('usher_oldest_open_seconds') ?? 0);
      expect(await bot.end('SIGTERM')).toBe(0);
      const counts = await town.verdict(filed);
      const asked = zendesk.requests.filter((request) => !request.path.includes('/users/me')).length;
      await record(
        `${TICKETS_PER_MINUTE} tickets a minute for ${MINUTES} minutes on an account of ${REQUESTS_PER_MINUTE} requests a minute, ${OTHERS_PER_MINUTE} of them used by others, on ${database}`,
        `${counts}; 429 answered ${MINUTES * 3} times, ${Math.round(asked / filed.length)} requests a ticket, the oldest case open ${oldest} s, all done ${drained} s after the last; event loop blocked ${lagMs} ms at most, memory ${memory} MB at most`,
      );
      expect(memory).toBeLessThan(memoryMost);
      expect(lagMs).toBeLessThan(LAG_MOST_MS);
      await town.close();
    });
});
