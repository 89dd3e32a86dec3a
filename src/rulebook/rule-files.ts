// Finds and reads the files of a rulebook: plain files only, inside the two folders, nothing followed.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { type Problem, problem } from '../problem.js';
import { YAML_BYTES_MAX } from './yaml-limits.js';

/** A file's name as shown to people and its text, or why it could not be read. */
export type ReadFile = { file: string; text: string; problems: [] } | { file: string; text: null; problems: Problem[] };

/** The path as people see it: relative to the working directory where it lies inside it. */
export function shownPath(path: string): string {
  const inside = relative(process.cwd(), path);
  return (inside.startsWith('..') ? path : inside).split(sep).join('/');
}

/** Reads a text file of at most 256 kB; a symlink, a folder or a missing file is a Problem. */
export async function readRuleFile(path: string): Promise<ReadFile> {
  const file = shownPath(path);
  const refuse = (code: string, message: string, fix: string): ReadFile => ({
    file,
    text: null,
    problems: [problem(code, message, fix, { file })],
  });
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return refuse('symlink', 'The file is a symbolic link', 'Put the file itself here');
    if (!found.isFile()) return refuse('not-a-file', 'This is not a file', 'Put a text file here');
    if (found.size > YAML_BYTES_MAX) {
      return refuse('file-too-large', `The file is larger than ${YAML_BYTES_MAX / 1024} kB`, 'Make it shorter');
    }
    const bytes = await readFile(path);
    return { file, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes), problems: [] };
  } catch (error) {
    if (error instanceof TypeError) return refuse('not-utf-8', 'The file is not UTF-8 text', 'Save it as UTF-8');
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return refuse('file-missing', 'The file is missing', 'Create it, or put it back');
    return refuse('file-unreadable', `The file cannot be read (${code ?? 'unknown'})`, 'Check its permissions');
  }
}

/** Names of the entries of a folder, sorted; null when it is not there. A symlinked folder is a Problem. */
export async function readFolder(path: string): Promise<{ names: string[] | null; problems: Problem[] }> {
  try {
    if ((await lstat(path)).isSymbolicLink()) {
      const file = shownPath(path);
      return {
        names: null,
        problems: [problem('symlink', 'The folder is a symbolic link', 'Put the folder itself here', { file })],
      };
    }
    return { names: (await readdir(path)).filter(isWanted).sort(), problems: [] };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return { names: null, problems: [] };
    const file = shownPath(path);
    return {
      names: null,
      problems: [
        problem('file-unreadable', `The folder cannot be read (${code ?? 'unknown'})`, 'Check its permissions', {
          file,
        }),
      ],
    };
  }
}

/** What editors leave beside a file while it is open is not part of the rulebook. */
function isWanted(name: string): boolean {
  return !/^[.#]|~$|\.(swp|swx|tmp|bak|orig)$/.test(name) && !/^\d+$/.test(name);
}
