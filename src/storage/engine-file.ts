// Finds the compiled file of a thread or child process, also when the asking module runs from its TypeScript source.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `from` is the asker's `import.meta.url`, `name` a sibling's file name ending in `.js`. Sources under test have no
 * compiled sibling: the one in `dist/storage` is taken, which `npm test` builds first.
 */
export function engineFile(from: string, name: string): string {
  const wanted = fileURLToPath(new URL(from.endsWith('.ts') ? `../../dist/storage/${name}` : `./${name}`, from));
  if (!existsSync(wanted)) throw new Error(`${wanted} is missing: run \`npm run build\` first`);
  return wanted;
}
