// Tests of the tests: each of 20 bugs, planted into a compiled copy of the product, is caught by the suite that is named for it.
import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { PLANTS, type Plant } from './plants.js';

const BUILT = 'dist-sim';
const run = promisify(execFile);

interface End {
  code: number;
  said: string;
}

/** Runs suites on the compiled copy in `folder`. */
async function show(folder: string, suites: string[]): Promise<End> {
  try {
    const { stdout } = await run(process.execPath, [join(folder, 'test/sim/planted/catch.js'), ...suites]);
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: `${stdout}${stderr}` };
  }
}

async function plant({ file, snippet, instead }: Plant, folder: string): Promise<void> {
  for (const part of ['src', 'test']) await cp(join(BUILT, part), join(folder, part), { recursive: true });
  const path = join(folder, 'src', file);
  const text = await readFile(path, 'utf8');
  expect(text.split(snippet), `${file} holds the snippet once`).toHaveLength(2);
  await writeFile(
    path,
    text.replace(snippet, () => instead),
  );
}

describe('planted bugs', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    await run('npx', ['tsc', '-p', 'test/sim/tsconfig.json']);
  }, 300_000);

  it('are 20, and the product itself passes every suite that catches one', async () => {
    expect(PLANTS).toHaveLength(20);
    const suites = [...new Set(PLANTS.map((p) => p.catcher))];
    expect(await show(BUILT, suites)).toEqual({ code: 0, said: '' });
  });

  it.each(PLANTS.map((p, n) => [p.name, p.catcher, p, n] as const))('%s: caught by "%s"', async (_, __, bug, n) => {
    const folder = join(BUILT, 'planted', String(n));
    await plant(bug, folder);
    const end = await show(folder, [bug.catcher]);
    expect(end.code, end.said).toBe(3);
    await rm(folder, { recursive: true });
  });
});
