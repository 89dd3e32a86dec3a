// Clients that open connections to the webhook port and then hardly say anything: webhooks still get through.
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../bench/databases.js';
import { record } from './proof.js';
import { hasServers, isLong, openTown, PATIENCE_MS } from './town.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const SOCKETS = isLong ? 2_000 : 200;
const FOR_MS = isLong ? 60_000 : 8_000;

/** Half of them never finish their headers, half never their body; whoever is thrown out comes again at once. */
function besiege(port: number, count: number) {
  const sockets = new Set<Socket>();
  let isOver = false;
  let opened = 0;
  const headers = 'POST /webhooks/zendesk HTTP/1.1\r\nhost: usher\r\ncontent-type: application/json\r\n';
  const open = (n: number) => {
    if (isOver) return;
    opened += 1;
    const socket = connect(port, '127.0.0.1');
    sockets.add(socket);
    socket.on('connect', () => socket.write(n % 2 ? headers : `${headers}content-length: 1000\r\n\r\n{`));
    const drip = setInterval(() => socket.write(n % 2 ? 'x' : ' '), 1_000);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(drip);
      sockets.delete(socket);
      setTimeout(() => open(n), 100);
    });
  };
  for (let n = 0; n < count; n++) open(n);
  return {
    opened: () => opened,
    end() {
      isOver = true;
      for (const socket of sockets) socket.destroy();
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
    const filed = town.desk.file(5);
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
    siege.end();
    await town.desk.done(filed, PATIENCE_MS);
    const growth = (await memoryOf(address)) - before;
    const answers = town.desk.zendesk.deliveries.map((d) => d.status);
    // Fewer than the connections it takes: not one webhook is turned away.
    if (!isLong) expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(siege.opened()).toBeGreaterThanOrEqual(SOCKETS);
    expect(await bot.end('SIGTERM')).toBe(0);
    waits.sort((a, b) => a - b);
    const p99 = waits[Math.floor(waits.length * 0.99)]!;
    await record(
      `${SOCKETS} half-open connections for ${FOR_MS / 1000} s, opened again whenever they were closed (${siege.opened()} in all)`,
      `${await town.verdict(filed)}; webhooks taken within ${Math.round(p99)} ms (p99, repeats of the help desk included), memory ${growth > 0 ? '+' : ''}${Math.round(growth)} MB`,
    );
    await town.close();
  });
});
