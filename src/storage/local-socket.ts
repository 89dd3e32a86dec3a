// Sockets in the file system: readable by us alone, and with paths longer than the kernel takes.
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { connect, type Server, type Socket } from 'node:net';
import { basename, dirname, join, relative } from 'node:path';
import { ProblemError, problem } from '../problem.js';

/** Linux takes 107 bytes, macOS 103. */
const LONGEST_PATH_BYTES = 100;

/** How to name the socket to the kernel; `done` must be called when the socket is closed. */
interface Address {
  path: string;
  done: () => void;
}

function addressOf(path: string): Address {
  if (process.platform === 'win32') {
    const name = createHash('sha256').update(path.toLowerCase()).digest('hex').slice(0, 32);
    return { path: `\\\\.\\pipe\\usher-${name}`, done: () => {} };
  }
  for (const candidate of [path, relative(process.cwd(), path)]) {
    if (Buffer.byteLength(candidate) <= LONGEST_PATH_BYTES) return { path: candidate, done: () => {} };
  }
  if (process.platform === 'linux') {
    // The directory under a short name: the kernel follows it, and the limit counts only what we write.
    const directory = openSync(dirname(path), 'r');
    return { path: join('/proc/self/fd', String(directory), basename(path)), done: () => closeSync(directory) };
  }
  throw new ProblemError(
    problem(
      'data-dir-path-too-long',
      `${path} is too long for a socket (at most ${LONGEST_PATH_BYTES} bytes)`,
      'Set DATA_DIR to a shorter path, or start Usher from a directory near it',
    ),
  );
}

/** Listens with mode 0600 from the first moment. Returns the function that closes it and removes the file. */
export async function listenLocally(server: Server, path: string): Promise<() => Promise<void>> {
  const address = addressOf(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The file is made inside this call, and the mask is this process's: set it for exactly that long.
    const mask = process.umask(0o177);
    try {
      server.listen(address.path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  }).catch((error) => {
    address.done();
    throw cannotListen(path, error);
  });
  return async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    address.done();
    await unlink(path).catch(() => {});
  };
}

function cannotListen(path: string, error: unknown): ProblemError {
  const code = String((error as { code?: unknown }).code ?? error);
  return new ProblemError(
    problem(
      'data-dir-no-socket',
      `No socket can be made at ${path} (${code})`,
      'DATA_DIR must be a writable directory on a local disk: network and shared folders often refuse sockets',
    ),
    { cause: error },
  );
}

/** Connects, or returns null when nobody listens there. Throws on anything else, such as a socket of another user. */
export async function connectLocally(path: string): Promise<Socket | null> {
  let address: Address;
  try {
    address = addressOf(path);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = connect(address.path, () => {
        socket.off('error', reject);
        resolve(socket);
      });
      socket.once('error', reject);
    });
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR' || code === 'ENOTSOCK') return null;
    throw error;
  } finally {
    address.done();
  }
}
