// One process on a data directory, with real processes: races, crashes, reused process ids, odd paths.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from '../../src/storage/data-lock.js';

const child = fileURLToPath(new URL('./hold-lock.mjs', import.meta.url));
let dataDir: string;
let children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usher-test-lock-'));
});
afterEach(async () => {
  for (const c of children.filter((c) => c.exitCode === null && c.signalCode === null)) {
    c.kill('SIGKILL');
    await once(c, 'exit');
  }
  children = [];
  await rm(dataDir, { recursive: true, force: true });
});

async function starter(): Promise<ChildProcess> {
  const c = fork(child, [dataDir], { execArgv: [] });
  children.push(c);
  await once(c, 'message');
  return c;
}

interface Take {
  got: boolean;
  problems?: { code: string; message: string; fix: string }[];
}
async function take(c: ChildProcess): Promise<Take> {
  const answer = once(c, 'message');
  c.send('take');
  return (await answer)[0] as Take;
}
async function leave(c: ChildProcess): Promise<void> {
  const gone = once(c, 'exit');
  c.send('leave');
  await gone;
}
async function crash(c: ChildProcess): Promise<void> {
  const gone = once(c, 'exit');
  c.kill('SIGKILL');
  await gone;
}

describe('the lock of a data directory', () => {
  it('refuses a second process, names the first and says what to do', async () => {
    const [first, second] = [await starter(), await starter()];
    expect(await take(first)).toEqual({ got: true });
    const refused = await take(second);
    expect(refused.problems).toMatchObject([{ code: 'data-dir-in-use' }]);
    expect(refused.problems?.[0]?.message).toContain(`process ${first.pid}`);
    expect(refused.problems?.[0]?.fix).toContain(`kill ${first.pid}`);
    expect(await readFile(join(dataDir, 'usher.pid'), 'utf8')).toBe(`${first.pid}\n`);
    await leave(first);
    expect(existsSync(join(dataDir, 'usher.pid'))).toBe(false);
    expect(await take(second)).toEqual({ got: true });
  });

  it('refuses a second attempt of the same process', async () => {
    const lock = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toMatchObject({ problems: [{ code: 'data-dir-in-use' }] });
    await lock.release();
    await lock.release();
    await (await lockDataDir(dataDir)).release();
  });

  it('is held by a process that is stopped and cannot answer', async () => {
    const [frozen, second] = [await starter(), await starter()];
    await take(frozen);
    frozen.kill('SIGSTOP');
    expect((await take(second)).got).toBe(false);
  });

  it('passes on from a process that was killed', async () => {
    const [first, second] = [await starter(), await starter()];
    await take(first);
    await crash(first);
    expect(await take(second)).toEqual({ got: true });
  });

  it('is not deceived by a dead holder whose process id belongs to another program now', async () => {
    const first = await starter();
    await take(first);
    await crash(first);
    const lockFile = join(dataDir, 'lock', '1');
    await writeFile(lockFile, JSON.stringify({ ...JSON.parse(await readFile(lockFile, 'utf8')), pid: process.pid }));
    expect(await take(await starter())).toEqual({ got: true });
  });

  it('survives a lock file that a stopping machine cut short', async () => {
    await mkdir(join(dataDir, 'lock'));
    await writeFile(join(dataDir, 'lock', '7'), '{"pid":');
    expect(await take(await starter())).toEqual({ got: true });
    expect((await readdir(join(dataDir, 'lock'))).filter((n) => /^\d+$/.test(n))).toEqual(['8']);
  });

  it('goes to exactly one of many that start at once, round after round, after crashes and after clean ends', async () => {
    for (let round = 0; round < 5; round++) {
      const starters = await Promise.all(Array.from({ length: 6 }, starter));
      const answers = await Promise.all(starters.map(take));
      expect(answers.filter((a) => a.got)).toHaveLength(1);
      const winner = starters[answers.findIndex((a) => a.got)]!;
      await Promise.all(starters.map((c) => (c === winner && round % 2 === 0 ? crash(c) : leave(c))));
    }
  });

  it('leaves one small file behind, readable by its owner alone', async () => {
    for (let i = 0; i < 4; i++) await (await lockDataDir(dataDir)).release();
    expect(await readdir(join(dataDir, 'lock'))).toEqual(['4']);
    expect((await stat(join(dataDir, 'lock', '4'))).mode & 0o777).toBe(0o600);
  });

  it('works in a directory whose path is longer than a socket may be', async () => {
    const deep = join(dataDir, 'd'.repeat(90), 'e'.repeat(90));
    const lock = await lockDataDir(deep);
    await expect(lockDataDir(deep)).rejects.toMatchObject({ problems: [{ code: 'data-dir-in-use' }] });
    await lock.release();
    expect(await readdir(join(deep, 'lock'))).toEqual(['1']);
  });

  it('says so when the directory cannot be written', async () => {
    await writeFile(join(dataDir, 'file'), '');
    await expect(lockDataDir(join(dataDir, 'file', 'data'))).rejects.toMatchObject({
      problems: [{ code: 'data-dir-not-writable' }],
    });
  });
});
