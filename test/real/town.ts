// A town for real processes: help desk, Slack and mail stand-ins here, bots as processes of their own on real servers, and what must hold in the end.
import { randomBytes } from 'node:crypto';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pg from 'pg';
import { expect } from 'vitest';
import type { Cluster } from '../../bench/databases.js';
import type { Checkpoint } from '../../src/flow/checkpoints.js';
import { TIMING, type Timing } from '../../src/flow/deps.js';
import { writeSampleLists } from '../../src/sandbox/sample-lists.js';
import type { ZendeskLimits } from '../../src/sandbox/zendesk-sandbox.js';
import { type Bot, startBot } from '../e2e/bot.js';
import { openPlace, type Place } from '../e2e/place.js';
import { makeReady, type RealDesk, startRealDesk } from '../e2e/real-desk.js';

const DIST = pathToFileURL(fileURLToPath(new URL('../../dist/', import.meta.url))).href;
const PRELOAD = new URL('./preload.mjs', import.meta.url).href;

/** All that is done on demand, or the small part that every push can afford. */
export const isLong = process.env.REAL === 'long';
/** PostgreSQL and Redis are installed here: whoever asks for the long form, or has set up both, says so. */
export const hasServers = isLong || Boolean(process.env.DATABASE_URL && process.env.REDIS_URL);

/** A push cannot wait two minutes for the lease of a dead process: there every wait is a twentieth. */
export const timing: Partial<Timing> = isLong
  ? {}
  : {
      leaseMs: TIMING.leaseMs / 20,
      sendMarginMs: TIMING.sendMarginMs / 20,
      lookDelaysMs: TIMING.lookDelaysMs.map((ms) => ms / 20),
      mailDuplicateAfterMs: TIMING.mailDuplicateAfterMs / 20,
    };
/** Settings of a bot whose waits are the shorter ones; it may also be given a fate. */
export const inHaste = (fate: Partial<Fate> = {}) => ({
  NODE_OPTIONS: `--import ${PRELOAD}`,
  USHER_REAL: JSON.stringify({ dist: DIST, timing, ...fate }),
});
/** The lease of a dead process, then the looks for what it may have sent, twice over. */
export const PATIENCE_MS = isLong ? 900_000 : 150_000;

/** What befalls a bot at the nth time it passes a checkpoint: it dies, or stands still. */
export interface Fate {
  at: Checkpoint;
  nth?: number;
  /** Only passes by these cases count. */
  of?: string[];
  stallMs?: number;
}

export interface Town {
  home: Place;
  desk: RealDesk;
  /** Absent: the first bot has the embedded one. */
  databaseUrl: string | undefined;
  /** Starts a bot that is ready and gets the webhooks. Each `name` has a data directory of its own; the first one keeps the lists. */
  bot(name: string, options?: { fate?: Fate; env?: Record<string, string | undefined> }): Promise<Bot>;
  /** Everything of these tickets is as it must be; answers the counts. */
  verdict(ids: string[]): Promise<string>;
  close(): Promise<void>;
}

/** A new database on the cluster (null: embedded), and a desk nobody has written to. */
export async function openTown(
  cluster: Cluster | null,
  queueUrl?: string,
  limits?: Partial<ZendeskLimits>,
): Promise<Town> {
  const databaseUrl = cluster ? await freshDatabase(cluster.url) : undefined;
  const home = await openPlace('untouched');
  await makeReady(home);
  await writeSampleLists(home.path('data/lists'));
  const desk = await startRealDesk(databaseUrl, limits);
  const common = {
    ...desk.env,
    QUEUE_URL: queueUrl,
    POLL_SECONDS: '2',
    WEBHOOKS_PER_MINUTE: '100000',
    CAPS_REPLIES_PER_MINUTE: '100000',
    CAPS_BREAKER_PER_10_MINUTES: '1000000',
  };
  return {
    home,
    desk,
    databaseUrl,
    async bot(name, { fate, env } = {}) {
      const started = startBot(home, { ...common, ...inHaste(fate), DATA_DIR: name, ...env });
      await started.line(/^Ready /);
      desk.zendesk.setWebhook(`${await started.address()}/webhooks/zendesk`);
      return started;
    },
    verdict: async (ids) => {
      const counts = worldVerdict(desk, ids);
      if (databaseUrl) await ledgerVerdict(desk, ids);
      return counts;
    },
    close: () => desk.close(),
  };
}

async function freshDatabase(adminUrl: string): Promise<string> {
  const url = new URL(adminUrl);
  url.pathname = `/usher_real_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query(`create database ${url.pathname.slice(1)}`).finally(() => client.end());
  return url.href;
}

/** Each customer has one reply; sales one mail and one post a ticket, at most one more and then marked; each ticket is solved. */
function worldVerdict({ zendesk, slack, smtp }: RealDesk, ids: string[]): string {
  const replies = zendesk.world().filter((e) => e.by === 'usher' && e.kind === 'public-comment');
  expect(replies.map((e) => e.ticketId).sort()).toEqual([...ids].sort());
  const mails = smtp
    .state()
    .mails.map((m) => ({ text: `${m.subject}\n${m.text}`, isMarked: /possible duplicate/.test(m.subject) }));
  const posts = slack
    .posts('everbright-sales')
    .map((p) => ({ text: p.text, isMarked: /possible duplicate/.test(p.text) }));
  let repeated = 0;
  for (const id of ids) {
    for (const told of [mails, posts]) {
      const marks = told.filter(({ text }) => new RegExp(`\\b${id}\\b`).test(text)).map(({ isMarked }) => isMarked);
      // Marked and alone: the first attempt was begun and never left, which nobody can know afterwards.
      expect([[false], [false, true], [true]], `ticket ${id}`).toContainEqual(marks);
      repeated += marks.length - 1;
    }
    expect(zendesk.ticket(id)?.status, `ticket ${id}`).toBe('solved');
  }
  return `${ids.length} tickets, ${replies.length} replies, ${mails.length} mails, ${posts.length} posts (${repeated} marked repeats)`;
}

/** Each case is done, the ledger says the same as the world, and nothing is open or unsure. */
async function ledgerVerdict({ query }: RealDesk, ids: string[]): Promise<void> {
  const cases = await query<{ id: string; state: string }>('select ticket_id as id, state from usher.cases');
  expect(cases.map((c) => `${c.id} ${c.state}`).sort()).toEqual(ids.map((id) => `${id} done`).sort());
  const writes = await query<{ target: string; state: string; n: number }>(
    `select target, state, count(*)::int as n from usher.writes where state <> 'dropped' group by 1, 2 order by 1`,
  );
  expect(writes).toEqual(['mail', 'slack', 'ticket'].map((target) => ({ target, state: 'done', n: ids.length })));
  expect(await query('select id from usher.cases where lease_owner is not null')).toEqual([]);
}
