// The empty embedded database that tests copy: creating one takes seconds, a copy none.
import { existsSync } from 'node:fs';
import { constants, cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureEmbeddedFiles } from '../../src/storage/embedded-files.js';

/** Kept between runs where `npm ci` clears it away, so that a new engine makes a new one. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/usher-tests', import.meta.url));

/** A data directory with an empty embedded database in it: copied, because creating one takes seconds. */
export async function embeddedDataDir(): Promise<string> {
  const template = join(CACHE, 'empty-database');
  if (!existsSync(template)) {
    await mkdir(CACHE, { recursive: true });
    const draft = await mkdtemp(join(CACHE, 'draft-'));
    await ensureEmbeddedFiles(draft);
    // Another test file may have been quicker: then its copy is as good.
    await rename(draft, template).catch(() => rm(draft, { recursive: true, force: true }));
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'usher-test-data-'));
  await cp(template, dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return dataDir;
}
