// Reaches the Redis in QUEUE_URL: how to connect, and one careful visit whose failures are Problems that name what to mend.
import type { Redis, RedisOptions } from 'ioredis';
import { ProblemError, problem } from '../problem.js';

export type { Redis } from 'ioredis';

/** The oldest Redis that BullMQ recommends, and the oldest that we support. */
const OLDEST_VERSION = [6, 2] as const;
const CONNECT_MS = 10_000;
/** A Redis that does not answer for so long is treated like one that is away. */
const COMMAND_MS = 5_000;
/** When to ask again after a Redis was found away. */
const AWAY_AGAIN_MS = 5_000;

/** Connection options from `redis://user:password@host:6379/0` or `rediss://…`, user, password and number as they are meant. */
export function redisOptions(queueUrl: string) {
  const url = new URL(queueUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: Number(url.port) || 6379,
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    db: Number(url.pathname.slice(1)) || 0,
    ...(url.protocol === 'rediss:' ? { tls: { servername: host } } : {}),
    connectTimeout: CONNECT_MS,
    retryStrategy: (times: number) => Math.min(times * 200, 2_000),
    // After a fail-over the old address may lead to a replica: connect anew until it leads to the new primary.
    reconnectOnError: (error: Error) => replyCode(error) === 'READONLY',
    // A connection whose other end is gone without a word; no command waits for an answer longer than ten seconds.
    socketTimeout: 20_000,
  } satisfies RedisOptions;
}

/** For whoever adds: with Redis away it fails at once, because a webhook waits for it and the ledger's refill repeats it. */
export function askingOptions(queueUrl: string) {
  return { ...redisOptions(queueUrl), enableOfflineQueue: false, commandTimeout: COMMAND_MS } satisfies RedisOptions;
}

/** What Redis calls an error's kind: the first word of its answer (`WRONGPASS`, `NOPERM`, `ERR` ...). */
export function replyCode(error: Error): string | undefined {
  return error.name === 'ReplyError' ? error.message.split(' ')[0] : undefined;
}

/** Opens one connection without a second try, lets `use` ask, and closes it. Throws ProblemError (`queue-…`) where it cannot. */
export async function visitRedis<T>(queueUrl: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  // Loaded here: who has no QUEUE_URL needs no driver for it.
  const { Redis: Connection } = await import('ioredis');
  const redis = new Connection({
    ...redisOptions(queueUrl),
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_MS,
  });
  // A refused login or database number is told by event only, and the driver would go on without it.
  let first: Error | undefined;
  redis.on('error', (error: Error) => (first ??= error));
  try {
    await redis.connect();
    await redis.ping();
    if (first) throw first;
    return await use(redis);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw cannotUse(queueUrl, first ?? error);
  } finally {
    redis.disconnect();
  }
}

/** Throws ProblemError unless the Redis is there, lets us in and is new enough. */
export async function checkRedis(queueUrl: string): Promise<void> {
  await visitRedis(queueUrl, async (redis) => {
    const { redis_version: version = '' } = await redisInfo(redis, 'server');
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor >= OLDEST_VERSION[1])) return;
    throw new ProblemError(
      problem(
        'queue-too-old',
        `${placeOf(queueUrl)} runs Redis ${version}`,
        `Usher needs Redis ${OLDEST_VERSION.join('.')} or later`,
      ),
    );
  });
}

/** One section of `INFO` as a table. */
export async function redisInfo(redis: Redis, section: string): Promise<Record<string, string | undefined>> {
  const lines = (await redis.info(section)).split(/\r?\n/).filter((line) => line.includes(':'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

/** `host:port/number`, without user and password. */
export function placeOf(queueUrl: string): string {
  const { host, port, db } = redisOptions(queueUrl);
  return `${host}:${port}/${db}`;
}

type Words = [code: string, message: string, fix: string];

/** Redis' own kinds of refusal -> what the operator mends. */
const REFUSALS: Record<string, Words> = {
  WRONGPASS: ['queue-login', 'the user or password was refused', 'Check user and password in QUEUE_URL'],
  NOAUTH: ['queue-login', 'it wants a password', 'Put the password into QUEUE_URL: redis://:password@host:6379'],
};
const WRONG_NUMBER: Words = [
  'queue-database',
  'it has no database of that number',
  'Correct the number at the end of QUEUE_URL, or leave it out',
];

function cannotUse(queueUrl: string, error: unknown): ProblemError {
  const where = placeOf(queueUrl);
  const reply = error instanceof Error ? replyCode(error) : undefined;
  if (reply !== undefined) {
    const asked = (error as { command?: { name?: string } }).command?.name ?? 'unknown';
    const refused: Words = [
      'queue-rights',
      `it refused the command "${asked}", which the queue needs (${reply})`,
      'Let the user in QUEUE_URL use INFO, and every other command on keys that begin with "usher"',
    ];
    const [code, message, fix] = REFUSALS[reply] ?? (asked === 'select' ? WRONG_NUMBER : refused);
    return new ProblemError(problem(code, `${where}: ${message}`, fix), { cause: error });
  }
  const why = String((error as { code?: unknown }).code ?? (error instanceof Error ? error.message : error));
  return new ProblemError(
    problem(
      'queue-unreachable',
      `The Redis at ${where} does not answer (${why})`,
      'Check that it runs and that QUEUE_URL names it; without QUEUE_URL the queue is kept in the database',
      { family: 'network' },
    ),
    { cause: error },
  );
}

/** Why something could not be added to a queue on this Redis. Throws nothing. */
export function queueAway(queueUrl: string, error: unknown): ProblemError {
  return new ProblemError(
    problem(
      'queue-away',
      `The queue at ${placeOf(queueUrl)} took nothing (${error instanceof Error ? error.message : String(error)})`,
      'Look after the Redis; nothing is lost: what is due stands in the database and is queued when it is back',
      { family: 'network', retryAfterMs: AWAY_AGAIN_MS },
    ),
    { cause: error },
  );
}
