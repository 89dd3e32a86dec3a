// The local file as a source: what is read, what is refused, and when nobody is writing.
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveLimits } from '../../src/lists/archive-check.js';
import { localFileSource } from '../../src/lists/source.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-lists-'));
  path = join(folder, 'Partner list.xlsx');
});
afterEach(() => rm(folder, { recursive: true }));

const codeOf = async (at: string) => {
  const fetched = await localFileSource(at).fetch();
  return fetched.kind === 'failed' ? fetched.problem.code : 'ok';
};
const inMs = (ms: number) => new Date(Date.now() + ms);

describe('fetching', () => {
  it('gives the bytes, the name people know and the time of change', async () => {
    await writeFile(path, 'content');
    const fetched = await localFileSource(path).fetch();
    expect(fetched).toMatchObject({ kind: 'ok', name: 'Partner list.xlsx', bytes: Buffer.from('content') });
    expect(localFileSource(path).describe()).toBe(path);
  });

  it('reads what a link points to', async () => {
    await writeFile(join(folder, 'real'), 'content');
    await symlink(join(folder, 'real'), path);
    expect(await codeOf(path)).toBe('ok');
  });

  it('refuses a missing file, a folder and a file that is too large', async () => {
    expect(await codeOf(path)).toBe('list-file-missing');
    await mkdir(path);
    expect(await codeOf(path)).toBe('list-file-unreadable');
    const large = join(folder, 'large.xlsx');
    await writeFile(large, Buffer.alloc(archiveLimits.fileBytes + 1));
    expect(await codeOf(large)).toBe('list-too-large');
  });
});

describe('quiet', () => {
  const quiet = async (now: Date) => (await localFileSource(path).isQuiet(120_000, now)).quiet;

  it('comes when the file has not changed for the period', async () => {
    await writeFile(path, 'x');
    expect(await quiet(inMs(60_000))).toBe(false);
    expect(await quiet(inMs(121_000))).toBe(true);
  });

  it('is not feigned by a synchronization that sets an old time of change', async () => {
    await writeFile(path, 'x');
    await utimes(path, new Date(0), new Date(0));
    expect(await quiet(inMs(60_000))).toBe(false);
    expect(await quiet(inMs(121_000))).toBe(true);
  });

  it('comes although the file claims a time in the future', async () => {
    await writeFile(path, 'x');
    await utimes(path, inMs(9_000_000), inMs(9_000_000));
    expect(await quiet(inMs(121_000))).toBe(true);
  });

  it.each(['~$Partner list.xlsx', '~$rtner list.xlsx', '.~lock.Partner list.xlsx#'])(
    'waits while the editor keeps its lock file %s',
    async (lock) => {
      await writeFile(path, 'x');
      await writeFile(join(folder, lock), '');
      const answer = await localFileSource(path).isQuiet(120_000, inMs(600_000));
      expect(answer).toEqual({ quiet: false, why: `open in an editor (${lock})` });
    },
  );

  it('does not wait for a lock file that a crash left 12 hours ago', async () => {
    await writeFile(path, 'x');
    await writeFile(join(folder, '~$Partner list.xlsx'), '');
    expect(await quiet(inMs(13 * 3_600_000))).toBe(true);
  });

  it('is not there for a file that is gone', async () => {
    expect(await quiet(new Date())).toBe(false);
  });
});
