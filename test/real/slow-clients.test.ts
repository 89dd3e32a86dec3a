// Clients that open connections to the webhook port and then hardly say anything: webhooks still get through.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../bench/databases.js';
import { record } from './proof.js';
import { hasServers, isLong, openTown, PATIENCE_MS } from './town.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const SOCKETS = isLong ? 2_000 : 200;
/** What 2,000 of them may take; measured where the process was as busy before. */
const GROWTH_MOST_MB = 100;
const FOR_MS = isLong ? 60_000 : 8_000;

/** In a process of their own: what they cost is not to be measured here. */
function besiege(port: number, count: number) {
  const clients = fork(fileURLToPath(new URL('besiege.mjs', import.meta.url)), [port, count, 1_000].map(String));
  return {
    /** Answers how many connections there were in all. */
    async end(): Promise<number> {
      clients.send('end');
      const [opened] = await once(clients, 'message');
      return opened as number;
    },
  };
}

async function memoryOf(address: string): Promise<number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(text)![1]) / 1e6;
}

describe.skipIf(!hasServers)('real processes', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = (await startCluster())!;
  });
  afterAll(() => cluster.stop());

  it(`take webhooks while ${SOCKETS} clients hardly say anything`, { timeout: 900_000 }, async () => {
    const town = await openTown(cluster);
    const bot = await town.bot('data');
    const address = await bot.address();
    // As busy as it will be, so that what it takes besides is the clients'.
    const filed = town.desk.file(isLong ? 200 : 5);
    await town.desk.done(filed, PATIENCE_MS);
    const before = await memoryOf(address);
    const siege = besiege(Number(new URL(address).port), SOCKETS);
    await sleep(1_000);
    const waits: number[] = [];
    const until = Date.now() + FOR_MS;
    while (Date.now() < until) {
      filed.push(...town.desk.file(1));
      const asked = performance.now();
      await town.desk.zendesk.webhooksSettled();
      waits.push(performance.now() - asked);
      await sleep(200);
    }
    const opened = await siege.end();
    await town.desk.done(filed, PATIENCE_MS);
    const growth = (await memoryOf(address)) - before;
    const answers = town.desk.zendesk.deliveries.map((d) => d.status);
    if (isLong) expect(growth).toBeLessThan(GROWTH_MOST_MB);
    // Fewer than the connections it takes: not one webhook is turned away.
    if (!isLong) expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(opened).toBeGreaterThanOrEqual(SOCKETS);
    expect(await bot.end('SIGTERM')).toBe(0);
    waits.sort((a, b) => a - b);
    const p99 = waits[Math.floor(waits.length * 0.99)]!;
    await record(
      `${SOCKETS} half-open connections for ${FOR_MS / 1000} s, opened again whenever they were closed (${opened} in all)`,
      `${await town.verdict(filed)}; webhooks taken within ${Math.round(p99)} ms (p99, repeats of the help desk included), memory ${growth > 0 ? '+' : ''}${Math.round(growth)} MB`,
    );
    await town.close();
  });
});
