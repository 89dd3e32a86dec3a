// An older release of this repository, taken from its history and built with the compiler of this one.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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

const PARTS = ['src', 'rules', 'templates', 'package.json', 'tsconfig.json'];

/** From the history, where the clone has one. */
export async function buildOldRelease(): Promise<OldRelease> {
  const root = await mkdtemp(join(tmpdir(), 'usher-old-'));
  const commit = await firstThere();
  if (commit) {
    const archive = join(root, 'old.tar');
    await exec('git', ['archive', '--output', archive, commit, ...PARTS]);
    await exec('tar', ['-xf', archive, '-C', root]);
  } else {
    console.warn(
      'No history here (a shallow clone, or no clone at all): the upgrade is tested from this very release.',
    );
    for (const part of PARTS) await cp(part, join(root, part), { recursive: true });
  }
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

async function firstThere(): Promise<string | null> {
  for (const commit of COMMITS) {
    const there = await exec('git', ['cat-file', '-e', `${commit}^{commit}`]).then(
      () => true,
      () => false,
    );
    if (there) return commit;
  }
  return null;
}
