// A PostgreSQL server to measure on: the one of DATABASE_URL, or one of Debian's binaries on a free port; a fresh database for each use.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

export interface Server {
  /** Says what it is, for the table. */
  title: string;
  /** The address of a new, empty database. */
  fresh(): Promise<string>;
  close(): Promise<void>;
}

/** null when there is neither a DATABASE_URL nor an installed PostgreSQL. */
export async function openServer(): Promise<Server | null> {
  const given = process.env.DATABASE_URL;
  const own = given ? null : await startCluster();
  const url = given ?? own?.url;
  if (!url) return null;
  const admin = new pg.Pool({ connectionString: url, max: 1 });
  const { rows } = await admin.query<{ version: string; fsync: string }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync`,
  );
  const made: string[] = [];
  return {
    title: `PostgreSQL ${rows[0]!.version.split(' ')[0]}, fsync ${rows[0]!.fsync}`,
    async fresh() {
      const name = `usher_bench_${process.pid}_${made.length}`;
      await admin.query(`create database ${name}`);
      made.push(name);
      const address = new URL(url);
      address.pathname = `/${name}`;
      return address.href;
    },
    async close() {
      for (const name of made) await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
      await own?.stop();
    },
  };
}

export interface Cluster {
  url: string;
  /** Ends it at once, as a crash does; `start` brings it back. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/** A PostgreSQL of our own on a free port, its files in a new folder of `under`; null where none is installed. */
export async function startCluster(under = tmpdir()): Promise<Cluster | null> {
  if (!existsSync(DEBIAN)) return null;
  const newest = (await readdir(DEBIAN)).sort((a, b) => Number(a) - Number(b)).at(-1);
  const bin = join(DEBIAN, newest!, 'bin');
  const folder = await mkdtemp(join(under, 'usher-pg-'));
  const port = await freePort();
  const data = join(folder, 'data');
  // PostgreSQL refuses to run as root: then its own user does.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    await run('chown', ['postgres', folder]);
    await chmod(folder, 0o755);
  }
  const as = (program: string, args: string[]) =>
    isRoot
      ? run('runuser', ['-u', 'postgres', '--', join(bin, program), ...args], { cwd: folder })
      : run(join(bin, program), args, { cwd: folder });
  await as('initdb', ['-D', data, '-A', 'trust', '-U', 'usher', '--no-sync']);
  const options = `-c listen_addresses=127.0.0.1 -p ${port} -k ${folder}`;
  const start = async () => {
    await as('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start']);
  };
  const crash = async () => {
    await as('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
  };
  await start();
  return {
    url: `postgres://usher@127.0.0.1:${port}/postgres`,
    crash,
    start,
    async stop() {
      await crash();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
