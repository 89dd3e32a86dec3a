// What Usher installs at run time: few packages named, each with a licence that may be used, none with a script that must run.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { type LockFile, type RuntimePackage, runtimePackages } from '../src/generate-dependencies.js';

const DIRECT_MOST = 45;
const PERMISSIVE = [
  'MIT',
  'MIT/X11',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Unlicense',
  'BlueOak-1.0.0',
  '(MIT OR GPL-3.0-or-later)',
  '(MIT AND Zlib)',
];
/** Comes with exceljs, by way of its reader of zip files, and states no licence; nothing of ours calls it. */
const NONE_STATED = ['buffers'];

let packages: RuntimePackage[];
let lock: LockFile;
beforeAll(async () => {
  lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as LockFile;
  packages = runtimePackages(lock);
});

it(`names at most ${DIRECT_MOST} packages`, async () => {
  const { dependencies } = JSON.parse(await readFile('package.json', 'utf8')) as { dependencies: object };
  const direct = packages.filter((p) => p.isDirect).map((p) => p.name);
  expect(direct).toEqual(Object.keys(dependencies).sort());
  expect(direct.length).toBeLessThanOrEqual(DIRECT_MOST);
});

it('uses packages only whose licence is permissive', () => {
  expect(packages.filter((p) => p.license === null).map((p) => p.name)).toEqual(NONE_STATED);
  expect(packages.filter((p) => p.license !== null && !PERMISSIVE.includes(p.license))).toEqual([]);
});

it('has a script for a bill of materials that names every one of them, and nothing else', async () => {
  // Built before the tests; what `npm run sbom` runs.
  const { stdout } = await promisify(execFile)('node', ['dist/bill-of-materials.js'], { maxBuffer: 20_000_000 });
  const bill = JSON.parse(stdout) as { bomFormat: string; components: { name: string; version: string }[] };
  expect(bill.bomFormat).toBe('CycloneDX');
  const named = [...new Set(bill.components.map((c) => `${c.name} ${c.version}`))].sort();
  expect(named).toEqual(packages.map((p) => `${p.name} ${p.version}`).sort());
}, 60_000);
