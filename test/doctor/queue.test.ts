// What the doctor says of a Redis in every state it may be in.
import { describe, expect, it } from 'vitest';
import { probeQueue } from '../../src/app/doctor-queue.js';
import { readSettings } from '../../src/settings.js';
import { freePort, startRedis } from '../storage/redis-server.js';

const look = async (QUEUE_URL?: string) => {
  const found = await probeQueue(readSettings({ QUEUE_URL }));
  for (const finding of found) expect(finding.level === 'ok', finding.what).toBe(finding.fix === '');
  return found.filter((f) => f.level !== 'ok').map((f) => `${f.level}: ${f.what}`);
};

describe.skipIf(!process.env.REDIS_URL)('the doctor, of a queue on Redis', () => {
  it('has nothing to say without one, and nothing against one that keeps everything', async () => {
    expect(await probeQueue(readSettings({}))).toEqual([]);
    const { url } = await startRedis(['--appendonly', 'yes']);
    expect(await look(url)).toEqual([]);
    expect((await probeQueue(readSettings({ QUEUE_URL: url }))).map((f) => f.area)).toEqual([
      'Queue',
      'Queue',
      'Queue',
    ]);
  });

  it('names what is forgotten at a crash and when memory is full', async () => {
    const nothing = await startRedis(['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru']);
    expect(await look(nothing.url)).toEqual([
      expect.stringMatching(/^warning: It keeps nothing on disk/),
      expect.stringMatching(/^warning: .*forgets what it likes \(allkeys-lru\)/),
    ]);
    const snapshots = await startRedis(['--save', '3600 1']);
    expect(await look(snapshots.url)).toEqual([expect.stringMatching(/^warning: It makes snapshots only/)]);
  });

  it('says what cannot be known where the server does not tell', async () => {
    const managed = await startRedis(['--rename-command', 'CONFIG', '']);
    expect(await look(managed.url)).toEqual([expect.stringMatching(/whether it makes snapshots cannot be known/)]);
  });

  it('tells a replica, a refused command, a refused login and nobody apart', async () => {
    const primary = await startRedis(['--appendonly', 'yes', '--requirepass', 'hidden-secret']);
    const replica = await startRedis(['--appendonly', 'yes', '--replicaof', '127.0.0.1', '1']);
    expect(await look(replica.url)).toEqual(['error: It is a replica, which takes nothing']);
    const mute = await startRedis(['--rename-command', 'INFO', '']);
    expect(await look(mute.url)).toEqual([expect.stringMatching(/^error: .* it refused the command "info"/)]);
    const wrong = await look(primary.url.replace('//', '//:wrong-secret@'));
    expect(wrong).toEqual([expect.stringMatching(/^error: .*password was refused/)]);
    expect(wrong.join()).not.toContain('secret');
    expect(await look(`redis://127.0.0.1:${await freePort()}`)).toEqual([
      expect.stringMatching(/^error: .* does not answer \(ECONNREFUSED\)/),
    ]);
  });
});
