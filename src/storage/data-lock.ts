// One process on a data directory: a second embedded database on the same files would destroy them without a word.
import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { ProblemError, problem } from '../problem.js';
import { connectLocally, listenLocally } from './local-socket.js';

export interface DataLock {
  /** Lets go of the directory. Safe to call twice. */
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  since: string;
  /** The holder's own socket in the lock directory: the kernel answers on it as long as the process lives. */
  socket: string;
}

/**
 * Takes the directory, or throws ProblemError `data-dir-in-use` naming the process that has it.
 *
 * `lock/` holds numbered files; the highest number names the holder, and whoever creates the next number has taken over.
 * A number is created by linking a finished file, so exactly one of two starters gets it. The highest is never deleted,
 * not even when let go, so that nobody can win with a number that is already old. Whether a holder lives is asked of the
 * kernel, by connecting to its socket: a process id that was given to another program cannot deceive that.
 */
export async function lockDataDir(dataDir: string): Promise<DataLock> {
  const directory = join(resolve(dataDir), 'lock');
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch((error) => {
    throw notWritable(dataDir, error);
  });
  const name = randomBytes(6).toString('hex');
  // Alive before visible: a holder whose socket does not answer would be taken for dead.
  const server = createServer((socket) => socket.destroy());
  server.unref();
  const closeSocket = await listenLocally(server, join(directory, `${name}.sock`));
  try {
    const number = await takeNumber(directory, { pid: process.pid, since: new Date().toISOString(), socket: name });
    await sweep(directory, number);
    await showPid(dataDir, name);
  } catch (error) {
    await closeSocket();
    throw error;
  }
  let released: Promise<void> | undefined;
  return {
    release: () => {
      released ??= unlink(join(dataDir, 'usher.pid'))
        .catch(() => {})
        .then(closeSocket);
      return released;
    },
  };
}

async function takeNumber(directory: string, me: Holder): Promise<number> {
  const draft = join(directory, `${me.socket}.draft`);
  await writeFile(draft, JSON.stringify(me), { mode: 0o600 });
  try {
    for (;;) {
      const newest = Math.max(0, ...(await numbers(directory)));
      const holder = newest > 0 ? await readHolder(directory, newest) : null;
      if (holder && (await isAlive(directory, holder))) throw inUse(directory, holder);
      const mine = newest + 1;
      if (!(await linked(draft, join(directory, String(mine))))) continue;
      // We may have looked so long ago that this number had come and gone: then a higher one stands, and that one counts.
      if (Math.max(...(await numbers(directory))) === mine) return mine;
      await unlink(join(directory, String(mine)));
    }
  } finally {
    await unlink(draft).catch(() => {});
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return false;
    throw error;
  }
}

async function numbers(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names.filter((name) => /^\d+$/.test(name) && name.length < 12).map(Number);
}

/** null for a file that no living process can have left: removed, or cut short by a machine that stopped. */
async function readHolder(directory: string, number: number): Promise<Holder | null> {
  const text = await readFile(join(directory, String(number)), 'utf8').catch(() => '');
  try {
    const holder = JSON.parse(text) as Holder;
    return /^[0-9a-f]{12}$/.test(holder.socket) ? holder : null;
  } catch {
    return null;
  }
}

async function isAlive(directory: string, holder: Holder): Promise<boolean> {
  try {
    const socket = await connectLocally(join(directory, `${holder.socket}.sock`));
    socket?.destroy();
    return socket !== null;
  } catch {
    // Another user's socket, or too many at the door: somebody is there.
    return true;
  }
}

/** Removes what earlier holders left; all of them are older than ours, so nobody can win with them any more. */
async function sweep(directory: string, mine: number): Promise<void> {
  for (const number of await numbers(directory)) {
    if (number >= mine) continue;
    const holder = await readHolder(directory, number);
    if (holder) await unlink(join(directory, `${holder.socket}.sock`)).catch(() => {});
    await unlink(join(directory, String(number))).catch(() => {});
  }
}

/** For people and service managers; the lock itself does not read it. */
async function showPid(dataDir: string, name: string): Promise<void> {
  const draft = join(dataDir, `usher.pid.${name}`);
  await writeFile(draft, `${process.pid}\n`, { mode: 0o600 });
  await rename(draft, join(dataDir, 'usher.pid'));
}

function inUse(directory: string, holder: Holder): ProblemError {
  return new ProblemError(
    problem(
      'data-dir-in-use',
      `Usher already runs on ${resolve(directory, '..')}: process ${holder.pid}, since ${holder.since}`,
      `Use the one that runs, stop it (Ctrl-C where it runs, or kill ${holder.pid}), or set another DATA_DIR`,
    ),
  );
}

function notWritable(dataDir: string, error: unknown): ProblemError {
  return new ProblemError(
    problem(
      'data-dir-not-writable',
      `The data directory ${dataDir} cannot be used (${(error as { code?: string }).code ?? String(error)})`,
      'Create it for the user who runs Usher, or set DATA_DIR to a directory that this user may write to',
    ),
    { cause: error },
  );
}
