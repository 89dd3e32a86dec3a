// `usher backup` and `usher restore`: a file is written whole or not at all, by the running bot where only that has the database.
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { callRunning } from '../commands/control-client.js';
import { ProblemError, problem } from '../problem.js';
import type { Settings } from '../settings.js';
import { backupLines } from '../storage/backup.js';
import { lockDataDir } from '../storage/data-lock.js';
import { migrate } from '../storage/migrate.js';
import { migrations } from '../storage/migrations.js';
import { type Database, openDatabase } from '../storage/pool.js';
import { openBackup } from '../storage/read-backup.js';
import { restore } from '../storage/restore.js';
import { closeAll, type Opened } from './store.js';

/** A large database takes a while; the bot says nothing meanwhile. */
const BACKUP_MOST_MS = 60 * 60_000;
const CHUNK_CHARACTERS = 1_000_000;

export interface BackupDone {
  file: string;
  rows: number;
}

/** Throws ProblemError, `backup-file-exists` among others. The file holds personal data and is the user's alone (0600). */
export async function backupCommand(settings: Settings, file: string): Promise<BackupDone> {
  const path = resolve(file);
  if (!settings.DATABASE_URL) {
    // The embedded database belongs to the bot that runs.
    const running = await callRunning<BackupDone>(settings.DATA_DIR, 'backup', { file: path }, BACKUP_MOST_MS);
    if (running) return running.result;
  }
  return withDatabase(settings, async (db) => {
    await neededTables(db);
    return writeBackup(db, path);
  });
}

/** Throws ProblemError; the database is as it was then. */
export async function restoreCommand(settings: Settings, file: string): Promise<BackupDone> {
  const path = resolve(file);
  const backup = await openBackup(path);
  return withDatabase(settings, async (db) => {
    const rows = await restore(db, backup, migrations);
    await migrate(db, migrations);
    return { file: path, rows };
  });
}

/** On a server beside whatever runs; embedded only while no bot does. */
async function withDatabase<T>(settings: Settings, work: (db: Database) => Promise<T>): Promise<T> {
  const opened: Opened = [];
  try {
    if (!settings.DATABASE_URL) {
      const lock = await lockDataDir(settings.DATA_DIR);
      opened.push(() => lock.release());
    }
    const db = await openDatabase({ databaseUrl: settings.DATABASE_URL, dataDir: settings.DATA_DIR });
    opened.push(() => db.close());
    return await work(db);
  } finally {
    await closeAll(opened);
  }
}

/** Writes beside the place and renames at the end, so that a torn file never has the name asked for. */
export async function writeBackup(db: Database, file: string): Promise<BackupDone> {
  const draft = `${file}.part`;
  const handle = await openNew(file, draft);
  try {
    const rows = await writeLines(handle, db);
    await handle.sync();
    await handle.close();
    await rename(draft, file);
    return { file, rows };
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(draft, { force: true });
    throw (error as { syscall?: string }).syscall === 'write' ? notWritten(file, error) : error;
  }
}

async function writeLines(handle: FileHandle, db: Database): Promise<number> {
  let rows = -2;
  let chunk = '';
  for await (const line of backupLines(db)) {
    rows += 1;
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    await handle.write(chunk);
    chunk = '';
  }
  await handle.write(chunk);
  return rows;
}

/** Claims the name first: a backup is never written over another. */
async function openNew(file: string, draft: string): Promise<FileHandle> {
  try {
    await (await open(file, 'wx', 0o600)).close();
    await rm(file);
    await rm(draft, { force: true });
    return await open(draft, 'wx', 0o600);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw notWritten(file, error);
    throw new ProblemError(
      problem('backup-file-exists', 'There is a file of this name already', 'Name another one, or remove it', { file }),
    );
  }
}

function notWritten(file: string, error: unknown): ProblemError {
  const code = (error as { code?: string }).code ?? String(error);
  return new ProblemError(
    problem(
      'backup-not-written',
      `The backup cannot be written (${code})`,
      'Look at the folder and the room on its disk',
      {
        file,
      },
    ),
    { cause: error },
  );
}

async function neededTables(db: Database): Promise<void> {
  const { rows } = await db.pool.query<{ there: boolean }>(
    `select to_regclass('usher.migrations') is not null as there`,
  );
  if (rows[0]!.there) return;
  throw new ProblemError(
    problem(
      'backup-nothing',
      'Usher has never run on this database',
      'Set DATABASE_URL or DATA_DIR to the one to save',
    ),
  );
}
