// What `usher doctor` says of the Redis in QUEUE_URL: whether it is there, what it forgets, and when.
import { lookup } from 'node:dns/promises';
import { findingsIn } from '../adapters/findings.js';
import { isPrivateAddress } from '../adapters/network.js';
import type { Finding } from '../ports.js';
import type { Settings } from '../settings.js';
import { checkRedis, placeOf, type Redis, redisInfo, redisOptions, replyCode, visitRedis } from '../storage/redis.js';
import { runProbes, secretsOf } from './run-probes.js';

const say = findingsIn('Queue');
/** Said with each thing that a Redis may forget. */
const COST = 'no ticket is lost: what is due stands in the database and is queued again within a minute';

/** Nothing without QUEUE_URL: then the queue is part of the database. */
export async function probeQueue(settings: Settings): Promise<Finding[]> {
  const url = settings.QUEUE_URL;
  if (!url) return [];
  return runProbes([{ name: 'Queue', run: () => queueFindings(url) }], { secrets: secretsOf(settings) });
}

/** Only reads. Throws ProblemError (`queue-…`) where the Redis cannot be used at all. */
export async function queueFindings(url: string): Promise<Finding[]> {
  await checkRedis(url);
  return visitRedis(url, async (redis) => {
    const [server, role, memory] = await Promise.all(
      ['server', 'replication', 'memory'].map((section) => redisInfo(redis, section)),
    );
    const findings = [say.ok(`${placeOf(url)} answers and is Redis ${server?.redis_version}`)];
    if (role?.role === 'slave')
      findings.push(say.error('It is a replica, which takes nothing', 'Let QUEUE_URL name the primary'));
    return [...findings, ...(await persistence(redis)), ...eviction(memory?.maxmemory_policy), ...(await wire(url))];
  });
}

async function persistence(redis: Redis): Promise<Finding[]> {
  const info = await redisInfo(redis, 'persistence');
  const fix = 'Set appendonly yes in its configuration (managed: choose persistence)';
  if (info.aof_enabled === '1') {
    if (info.aof_last_write_status === 'ok') return [say.ok('It keeps an append-only file')];
    return [say.error('It cannot write its append-only file', 'Look at its log and its disk')];
  }
  if (info.aof_enabled === undefined)
    return [say.warning('Whether it keeps anything on disk cannot be known: it does not say', fix)];
  const snapshots = await savePoints(redis);
  if (snapshots === null)
    return [
      say.warning(`It keeps no append-only file; whether it makes snapshots cannot be known. If not, ${COST}`, fix),
    ];
  if (snapshots === '')
    return [say.warning(`It keeps nothing on disk: after its restart the queue is empty; ${COST}`, fix)];
  return [say.warning(`It makes snapshots only: the newest wake-ups are gone after a crash; ${COST}`, fix)];
}

/** The setting `save`; null where CONFIG is refused, as managed servers do. */
async function savePoints(redis: Redis): Promise<string | null> {
  try {
    const [, value] = (await redis.config('GET', 'save')) as string[];
    return value ?? null;
  } catch (error) {
    if (error instanceof Error && replyCode(error) !== undefined) return null;
    throw error;
  }
}

function eviction(policy: string | undefined): Finding[] {
  const fix = 'Set maxmemory-policy noeviction in its configuration';
  if (policy === undefined) return [say.warning('What it does when its memory is full cannot be known', fix)];
  if (policy === 'noeviction') return [say.ok('When its memory is full it refuses instead of forgetting')];
  return [say.warning(`When its memory is full it forgets what it likes (${policy}); ${COST}`, fix)];
}

/** The queue carries ids only, but its password travels on the same wire. */
async function wire(url: string): Promise<Finding[]> {
  const { tls, host } = redisOptions(url);
  if (tls) return [say.ok('The connection is encrypted')];
  const { address } = await lookup(host);
  if (isPrivateAddress(address)) return [];
  return [
    say.warning(
      'The connection is not encrypted, and leads out of the private network',
      'Use rediss:// where the server offers it',
    ),
  ];
}
