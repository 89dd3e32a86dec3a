// The systemd unit and the Containerfile: checked by systemd where it is, and held against what the program really needs.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingTable } from '../src/settings-table.js';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('docs/deploy/usher.service', () => {
  let unit: string;
  let folder: string;
  let file: string;
  beforeAll(async () => {
    unit = await readFile('docs/deploy/usher.service', 'utf8');
    folder = await mkdtemp(join(tmpdir(), 'usher-unit-'));
    file = join(folder, 'usher.service');
    // The same unit with this machine's node and this checkout, which systemd looks for.
    const here = unit.replace('/usr/bin/node', process.execPath).replaceAll('/opt/usher', resolve('.'));
    await writeFile(file, here.replace('=/etc/usher/usher.env', '=-/dev/null'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has sections, one setting a line, and starts the program as its own user', () => {
    const lines = unit.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.filter((line) => line.startsWith('['))).toEqual(['[Unit]', '[Service]', '[Install]']);
    expect(lines.filter((line) => !/^(\[\w+\]|[A-Z][A-Za-z]*=.*)$/.test(line))).toEqual([]);
    expect(lines).toContain('ExecStart=/usr/bin/node /opt/usher/dist/main.js start');
    expect(lines).toContain('User=usher');
    expect(lines).toContain('NoNewPrivileges=yes');
    // Longer than the 20 s that running cases get.
    expect(lines).toContain('TimeoutStopSec=40s');
  });

  it('is taken by systemd, which finds it well guarded', () => {
    if (!hasSystemd) {
      // CI installs it; elsewhere the test above has to do.
      expect(process.env.CI ?? '').toBe('');
      return;
    }
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    expect(verified).toMatchObject({ status: 0, stderr: '' });
    const rated = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', file], {
      encoding: 'utf8',
    });
    expect(Number(/exposure level for usher\.service: ([\d.]+)/.exec(rated)?.[1])).toBeLessThan(2);
  });
});

describe('docs/deploy/Containerfile', () => {
  it('copies what is there, sets what is a setting, and does not run as root', async () => {
    const text = await readFile('docs/deploy/Containerfile', 'utf8');
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((m) => m[1]!.split(' '));
    expect(copied).toEqual([
      'package.json',
      'package-lock.json',
      '.npmrc',
      'tsconfig.json',
      'src',
      'rules',
      'templates',
    ]);
    for (const name of copied) expect(spawnSync('test', ['-e', name]).status).toBe(0);
    for (const [, name] of text.matchAll(/^(?:ENV|) +([A-Z_]+)=\S+ ?\\?$/gm))
      if (name !== 'NODE_ENV') expect(Object.keys(settingTable)).toContain(name);
    expect(text).toMatch(/^USER 1000:1000$/m);
    // Signals reach the program itself: no shell in between.
    expect(text).toMatch(/^CMD \["node", "dist\/main\.js", "start"\]$/m);
    expect(text).toMatch(/^STOPSIGNAL SIGTERM$/m);
  });
});
