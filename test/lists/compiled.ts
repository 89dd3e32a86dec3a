// Makes sure that the compiled reading program is there and current: Node cannot start the TypeScript source.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Compiles the project if `dist/lists` is missing or older than the source. `npm test` builds first, and then this does nothing. */
export function ensureCompiled(): void {
  if (newest(`${root}dist/lists`, '.js') >= newest(`${root}src/lists`, '.ts')) return;
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--incremental', 'false'], {
    cwd: root,
  });
}

/** Time of the newest file with the ending, 0 without one. */
function newest(folder: string, ending: string): number {
  try {
    return Math.max(
      0,
      ...readdirSync(folder)
        .filter((f) => f.endsWith(ending))
        .map((f) => statSync(`${folder}/${f}`).mtimeMs),
    );
  } catch {
    return 0;
  }
}
