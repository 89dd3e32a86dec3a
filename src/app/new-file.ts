// Writes lines into a new file that is there whole or not at all, and belongs to its owner alone.
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { type Problem, ProblemError } from '../problem.js';

const CHUNK_CHARACTERS = 1_000_000;

/** What the person is told, by what was to be written. */
export interface FileProblems {
  exists(file: string): Problem;
  notWritten(file: string, why: string): Problem;
}

/**
 * Answers how many lines were written. They go beside the place and are renamed at the end, so that a torn file never has the
 * name asked for. Throws ProblemError for what is wrong with the place, and whatever `lines` throws.
 */
export async function writeNewFile(
  file: string,
  lines: AsyncIterable<string>,
  problems: FileProblems,
): Promise<number> {
  const draft = `${file}.part`;
  const handle = await openNew(file, draft, problems);
  try {
    const count = await writeLines(handle, lines);
    await handle.sync();
    await handle.close();
    await rename(draft, file);
    return count;
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(draft, { force: true });
    throw (error as { syscall?: string }).syscall === 'write' ? notWritten(file, error, problems) : error;
  }
}

async function writeLines(handle: FileHandle, lines: AsyncIterable<string>): Promise<number> {
  let count = 0;
  let chunk = '';
  for await (const line of lines) {
    count += 1;
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    await handle.write(chunk);
    chunk = '';
  }
  await handle.write(chunk);
  return count;
}

/** Claims the name first: a file is never written over another. */
async function openNew(file: string, draft: string, problems: FileProblems): Promise<FileHandle> {
  try {
    await (await open(file, 'wx', 0o600)).close();
    await rm(file);
    await rm(draft, { force: true });
    return await open(draft, 'wx', 0o600);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw notWritten(file, error, problems);
    throw new ProblemError(problems.exists(file));
  }
}

function notWritten(file: string, error: unknown, problems: FileProblems): ProblemError {
  return new ProblemError(problems.notWritten(file, (error as { code?: string }).code ?? String(error)), {
    cause: error,
  });
}
