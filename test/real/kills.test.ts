// Real processes die by kill -9 or stand still at the checkpoints of the flow, on a real PostgreSQL and a real Redis.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Cluster, startCluster } from '../../bench/databases.js';
import { CHECKPOINTS, type Checkpoint } from '../../src/flow/checkpoints.js';
import { type RedisServer, startRedis } from '../storage/redis-server.js';
import { record } from './proof.js';
import { type Fate, hasServers, isLong, openTown, PATIENCE_MS } from './town.js';

/** Where the test that kills by ticket lines cannot aim: around the claim, the mail's last dot and the answer. */
const SHORT: Checkpoint[] = ['decision-committed', 'write-claimed', 'before-dot', 'answer-received'];
/** Longer than a lease, the last of them also longer than all looks after it. */
const STALL_MS = isLong ? 130_000 : 15_000;

const OF_CARDS = ['card-claimed', 'card-posted'] as const;
const isOfCards = (at: Checkpoint) => OF_CARDS.some((one) => one === at);

describe.skipIf(!hasServers).concurrent('real processes', () => {
  let cluster: Cluster;
  let redis: RedisServer;
  beforeAll(async () => {
    cluster = (await startCluster())!;
    redis = await startRedis();
  });
  afterAll(() => cluster.stop());

  for (const [where, queue] of isLong
    ? ([
        ['PostgreSQL', false],
        ['Redis', true],
      ] as const)
    : ([['Redis', true]] as const))
    it(`killed at each checkpoint, with the queue on ${where}: everybody hears once`, {
      timeout: 2_400_000,
    }, async () => {
      const town = await openTown(cluster, queue ? redis.url : undefined);
      const fates: Fate[] = isLong
        ? // Cards are of tickets that need a person: below. How many looks there are depends on what the dead before left behind: one is certain after a death that leaves something to look for.
          CHECKPOINTS.filter((at) => !isOfCards(at)).flatMap((at): Fate[] =>
            at === 'looked-up' ? [{ at: 'answer-received' }, { at }] : [1, 2].map((nth) => ({ at, nth })),
          )
        : SHORT.map((at) => ({ at }));
      const filed: string[] = [];
      for (const fate of fates) {
        const { at, nth = 1 } = fate;
        const first = 1_001 + filed.length;
        // Whoever has died over a ticket before is spared: a mail whose second attempt is cut off too is, rightly, left to a person.
        const of = at === 'looked-up' ? undefined : Array.from({ length: nth }, (_, i) => `zendesk-${first + i}`);
        const bot = await town.bot('data', { fate: { ...fate, of } });
        filed.push(...town.desk.file(nth));
        expect(filed.at(-1)).toBe(String(first + nth - 1));
        expect(await bot.ended, `${fate.at} ${bot.stderr()}`).toBeNull();
      }
      const heir = await town.bot('data');
      await town.desk.done(filed, PATIENCE_MS);
      expect(await heir.end('SIGTERM')).toBe(0);
      expect(heir.stderr()).toBe('');
      const counts = await town.verdict(filed);
      await record(
        `kill -9 at ${fates.length} points (each checkpoint, its first and second pass; of looks for what arrived the first), queue on ${where}`,
        counts,
      );
      await town.close();
    });

  for (const at of isLong ? OF_CARDS : [])
    it(`killed at ${at} of a ticket that needs a person: its card stands once`, { timeout: 1_200_000 }, async () => {
      const town = await openTown(cluster, redis.url);
      const dying = await town.bot('data', { fate: { at } });
      const id = town.desk.fileForPerson();
      expect(await dying.ended, dying.stderr()).toBeNull();
      const heir = await town.bot('data');
      const standing = async () =>
        (await town.desk.query(`select slot from usher.cards where case_id = 'zendesk-${id}' and state = 'standing'`))
          .length;
      await vi.waitUntil(standing, { timeout: PATIENCE_MS, interval: 1_000 });
      expect(await heir.end('SIGTERM')).toBe(0);
      const cards = town.desk.slack
        .posts('usher-operations')
        .filter((p) => JSON.stringify(p.blocks).includes(`zendesk-${id}`));
      expect(cards).toHaveLength(1);
      expect(town.desk.zendesk.ticket(id)?.tags).toContain('usher-needs-person');
      await record(`kill -9 at ${at} of a ticket that needs a person`, '1 ticket held, 1 card');
      await town.close();
    });

  for (const at of isLong ? (['write-claimed', 'send-begun', 'before-dot', 'answer-received'] as const) : [])
    it(`with an event loop that stands still at ${at} for longer than the lock and the lease`, {
      timeout: 1_200_000,
    }, async () => {
      const town = await openTown(cluster, redis.url);
      const stalled = await town.bot('data', { fate: { at, stallMs: STALL_MS } });
      const filed = town.desk.file(3);
      await stalled.line(/^Stalled at /);
      const other = await town.bot('data-2');
      filed.push(...town.desk.file(3));
      await stalled.line(/^Awake after /);
      await town.desk.done(filed, PATIENCE_MS);
      expect([await stalled.end('SIGTERM'), await other.end('SIGTERM')]).toEqual([0, 0]);
      await record(
        `event loop blocked ${STALL_MS / 1000} s at ${at}, a second worker beside it`,
        await town.verdict(filed),
      );
      await town.close();
    });
});
