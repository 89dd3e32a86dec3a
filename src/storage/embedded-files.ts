// Makes sure that the embedded database's files are there, whole, and of the version that this engine reads.
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, problem } from '../problem.js';
import { engineFile } from './engine-file.js';

/** PostgreSQL's major version inside the PGlite release that package.json pins. */
const ENGINE_MAJOR = '18';

/**
 * Returns the directory of the database under `dataDir`, creating it where there is none. Creation happens beside it
 * and ends in a rename: a crash in the middle leaves nothing that looks like a database. Throws ProblemError.
 */
export async function ensureEmbeddedFiles(dataDir: string, onProgress?: (line: string) => void): Promise<string> {
  const directory = join(dataDir, 'database');
  if (!existsSync(directory)) {
    onProgress?.('creating the embedded database, about 4 s…');
    await create(dataDir, directory);
  }
  const version = await readFile(join(directory, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) {
    throw new ProblemError(
      problem(
        'database-damaged',
        `${directory} is not a database: PG_VERSION is missing`,
        'Restore the data directory from a backup, or move the directory away to start with an empty one',
      ),
    );
  }
  if (version.trim() !== ENGINE_MAJOR) {
    throw new ProblemError(
      problem(
        'database-version',
        `The embedded database was written by PostgreSQL ${version.trim()}; this release reads ${ENGINE_MAJOR}`,
        'Run the release that wrote it, make a backup there, and restore it here',
      ),
    );
  }
  return directory;
}

async function create(dataDir: string, directory: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  for (const name of await readdir(dataDir)) {
    // A process that is just dying may still write there; the next start tries again.
    if (name.startsWith('database.creating-'))
      await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => {});
  }
  const unfinished = join(dataDir, `database.creating-${process.pid}`);
  const failure = await runChild(unfinished);
  if (failure !== null) {
    await rm(unfinished, { recursive: true, force: true });
    throw new ProblemError(
      problem(
        'database-not-created',
        `The embedded database could not be created in ${dataDir}: ${failure}`,
        'Check that the directory is writable, with 100 MB of disk and 1 GB of memory free, then start again',
      ),
    );
  }
  await rename(unfinished, directory);
}

/** Resolves to null when the child finished its work, else to why it did not. */
function runChild(directory: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = fork(engineFile(import.meta.url, 'create-embedded.js'), [directory], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-2000);
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      if (code === 0) resolve(null);
      else resolve(signal ? `its process was ended by ${signal}` : firstError(said) || `exit code ${code}`);
    });
  });
}

function firstError(said: string): string {
  return (said.split('\n').find((line) => /error/i.test(line)) ?? '').trim();
}
