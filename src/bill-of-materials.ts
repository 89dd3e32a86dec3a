// Prints the software bill of materials (CycloneDX, JSON) of what Usher installs at run time; run by `npm run --silent sbom`.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type LockFile, runtimePackages } from './generate-dependencies.js';

interface Bill {
  metadata: { component: { 'bom-ref': string; name: string } };
  components: { 'bom-ref': string; name: string; version: string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/**
 * The bill without what only development needs. npm's own `--omit dev` also leaves out packages that both need (npm 11.19:
 * yaml, ajv and 18 more), so the lock file decides.
 */
export function runtimeBill(whole: Bill, lock: LockFile): Bill {
  const wanted = new Set(runtimePackages(lock).map(({ name, version }) => `${name} ${version}`));
  const components = whole.components.filter(({ name, version }) => wanted.has(`${name} ${version}`));
  const refs = new Set([whole.metadata.component['bom-ref'], ...components.map((c) => c['bom-ref'])]);
  const dependencies = whole.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
  return { ...whole, components, dependencies };
}

if (process.argv[1] === import.meta.filename) {
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
  const whole = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', maxBuffer: 50_000_000 })) as Bill;
  whole.metadata.component.name = 'usher';
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile;
  process.stdout.write(`${JSON.stringify(runtimeBill(whole, lock), null, 2)}\n`);
}
