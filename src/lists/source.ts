// Where a list's bytes come from: an interface for SharePoint and Google to follow, and the local file.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Problem, problem, visible } from '../problem.js';
import { archiveLimits } from './archive-check.js';

export type Fetched =
  | { kind: 'ok'; bytes: Buffer; name: string; modifiedAt: Date }
  | { kind: 'failed'; problem: Problem };

/** `why` is a sentence for people. */
export type Quiet = { quiet: true } | { quiet: false; why: string };

export interface ListSource {
  /** The place as people know it: a path, a share, a document's address. */
  describe(): string;
  /** One consistent copy of the bytes. Failing is an answer, not an exception. */
  fetch(): Promise<Fetched>;
  /** Whether nobody is writing: unchanged for `quietMs` and not open in an editor. */
  isQuiet(quietMs: number, now: Date): Promise<Quiet>;
}

/** An editor that crashed leaves its lock file behind; after this it no longer counts. */
export const lockMaxAgeMs = 12 * 60 * 60 * 1000;

/** A file on this machine or a mounted share. `path` is absolute. */
export function localFileSource(path: string): ListSource {
  return {
    describe: () => path,
    fetch: () => fetchFile(path),
    isQuiet: (quietMs, now) => isFileQuiet(path, quietMs, now),
  };
}

async function fetchFile(path: string): Promise<Fetched> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'r');
    const before = await file.stat();
    if (!before.isFile()) return failed(unreadable(path, 'it is not a file'));
    if (before.size > archiveLimits.fileBytes) return failed(tooLarge(path, before.size));
    // One more byte than the limit: a file that grows meanwhile is seen, not swallowed.
    const bytes = await readUpTo(file, archiveLimits.fileBytes + 1);
    const after = await file.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs || bytes.length !== after.size) {
      return failed(
        problem(
          'list-file-changing',
          `${visible(basename(path))} changed while it was read`,
          'nothing to do: it is read again',
          { family: 'network' },
        ),
      );
    }
    return { kind: 'ok', bytes, name: basename(path), modifiedAt: after.mtime };
  } catch (error) {
    return failed(fileProblem(path, error));
  } finally {
    await file?.close();
  }
}

async function readUpTo(file: FileHandle, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < bytesMax) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(256 * 1024, bytesMax - total)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return Buffer.concat(chunks);
}

async function isFileQuiet(path: string, quietMs: number, now: Date): Promise<Quiet> {
  try {
    const { mtimeMs, ctimeMs } = await stat(path);
    // Programs that synchronize set the time of change to the original's; the inode's own time shows when it came.
    const changed = Math.max(...[mtimeMs, ctimeMs].filter((t) => t <= now.getTime()), 0);
    const forMs = now.getTime() - changed;
    if (forMs < quietMs)
      return {
        quiet: false,
        why: `changed ${Math.round(forMs / 1000)} s ago; waiting until nobody has saved for ${Math.round(quietMs / 1000)} s`,
      };
    const lock = await lockFile(path, now);
    return lock ? { quiet: false, why: `open in an editor (${visible(lock)})` } : { quiet: true };
  } catch (error) {
    return { quiet: false, why: fileProblem(path, error).message };
  }
}

/** Excel writes `~$name.xlsx` (longer names lose their first two letters), LibreOffice `.~lock.name.xlsx#`. */
async function lockFile(path: string, now: Date): Promise<string | null> {
  const name = basename(path);
  for (const lock of [`~$${name}`, `~$${name.slice(2)}`, `.~lock.${name}#`]) {
    const age = await stat(join(dirname(path), lock)).then(
      (s) => now.getTime() - s.mtimeMs,
      () => null,
    );
    if (age !== null && age < lockMaxAgeMs) return lock;
  }
  return null;
}

function failed(one: Problem): Fetched {
  return { kind: 'failed', problem: one };
}

function tooLarge(path: string, size: number): Problem {
  const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  return problem(
    'list-too-large',
    `${visible(basename(path))} has ${mb(size)} MB, at most ${mb(archiveLimits.fileBytes)} are read`,
    'remove pictures, old sheets and formatting of empty rows',
  );
}

function unreadable(path: string, why: string): Problem {
  return problem(
    'list-file-unreadable',
    `${visible(path)} cannot be read: ${why}`,
    'check the path in lists.yaml and the permissions of the file',
  );
}

function fileProblem(path: string, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return problem(
      'list-file-missing',
      `there is no file ${visible(path)}`,
      'put it there, or correct "file" in lists.yaml',
    );
  }
  return unreadable(path, code);
}
