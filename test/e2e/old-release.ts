// An older release of this repository, taken from its history and built with the compiler of this one.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
/** The last one before the tables for people, modes and duties; where a clone does not reach that far, the one before this. */
const COMMITS = ['47fac3a9a261e2f331b85d978f0493f8a6ea9e04', 'HEAD~1'];

export interface OldRelease {
  root: string;
  /** Its built entry. */
  main: string;
  path(file: string): string;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

/** Throws with what to do when the clone has no history at all. */
export async function buildOldRelease(): Promise<OldRelease> {
  const root = await mkdtemp(join(tmpdir(), 'usher-old-'));
  const commit = await firstThere();
  const archive = join(root, 'old.tar');
  await exec('git', [
    'archive',
    '--output',
    archive,
    commit,
    'src',
    'rules',
    'templates',
    'package.json',
    'tsconfig.json',
  ]);
  await exec('tar', ['-xf', archive, '-C', root]);
  await symlink(resolve('node_modules'), join(root, 'node_modules'));
  await exec(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], { cwd: root });
  const path = (file: string) => join(root, file);
  return {
    root,
    main: path('dist/main.js'),
    path,
    read: (file) => readFile(path(file), 'utf8'),
    write: (file, text) => writeFile(path(file), text),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function firstThere(): Promise<string> {
  for (const commit of COMMITS) {
    const there = await exec('git', ['cat-file', '-e', `${commit}^{commit}`]).then(
      () => true,
      () => false,
    );
    if (there) return commit;
  }
  throw new Error('This test needs the history of the repository: clone it with at least two commits (no --depth 1).');
}
