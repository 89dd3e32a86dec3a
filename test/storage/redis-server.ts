// A Redis of the test's own, to be killed, frozen, emptied and started again; removed after the last test of a file.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll } from 'vitest';

export interface RedisServer {
  url: string;
  /** Runs one command on a connection of its own. */
  ask(...command: [string, ...(string | number)[]]): Promise<unknown>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and files. */
  start(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

const servers = new Set<{ kill(): Promise<void>; dir: string }>();
afterAll(async () => {
  for (const { kill, dir } of servers) {
    await kill();
    await rm(dir, { recursive: true, force: true });
  }
});

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** `options` as on the command line of `redis-server`; by default it keeps nothing on disk. */
export async function startRedis(options: string[] = []): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'usher-test-redis-'));
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', ...options];
  let child: ChildProcess | undefined;
  const start = async () => {
    const starting = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child = starting;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      starting.once('close', () => reject(new Error(`redis-server ended:\n${said}`)));
      starting.once('error', reject);
      starting.stdout.on('data', (text) => {
        said += text;
        if (said.includes('Ready to accept connections')) resolve();
      });
    });
  };
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  servers.add({ kill, dir });
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    signal: (signal) => void child?.kill(signal),
    async ask(...[name, ...rest]) {
      const redis = new Redis(port, '127.0.0.1');
      return redis.call(name, ...rest).finally(() => redis.disconnect());
    },
  };
}
