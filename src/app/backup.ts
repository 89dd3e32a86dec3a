// `usher backup` and `usher restore`: a file is written whole or not at all, by the running bot where only that has the database.
import { resolve } from 'node:path';
import { callRunning } from '../commands/control-client.js';
import { type Problem, ProblemError, problem } from '../problem.js';
import type { Settings } from '../settings.js';
import { backupLines } from '../storage/backup.js';
import { lockDataDir } from '../storage/data-lock.js';
import { migrate } from '../storage/migrate.js';
import { migrations } from '../storage/migrations.js';
import { type Database, openDatabase } from '../storage/pool.js';
import { openBackup } from '../storage/read-backup.js';
import { restore } from '../storage/restore.js';
import { writeNewFile } from './new-file.js';
import { closeAll, type Opened } from './store.js';

/** A large database takes a while; the bot says nothing meanwhile. */
const BACKUP_MOST_MS = 60 * 60_000;

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

/** The file is written whole or not at all. */
export async function writeBackup(db: Database, file: string): Promise<BackupDone> {
  // The head and the end are no rows.
  return { file, rows: (await writeNewFile(file, backupLines(db), { exists, notWritten })) - 2 };
}

function exists(file: string): Problem {
  return problem('backup-file-exists', 'There is a file of this name already', 'Name another one, or remove it', {
    file,
  });
}

function notWritten(file: string, why: string): Problem {
  const message = `The backup cannot be written (${why})`;
  return problem('backup-not-written', message, 'Look at the folder and the room on its disk', { file });
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
