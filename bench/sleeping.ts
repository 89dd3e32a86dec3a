// Part (g): what 100,000 sleeping cases cost while they sleep, and 10,000 timers that come due at once, decided in their order beside new tickets.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { zendeskReader } from '../src/adapters/helpdesk/zendesk/reader.js';
import type { Ticket } from '../src/core/ticket.js';
import { openDatabase } from '../src/storage/pool.js';
import { type Bot, startBot } from './bot.js';
import type { Server } from './databases.js';
import { CONCURRENCY, closeStage, OLD_ENOUGH_MS, openStage, type Stage, takeCompanies } from './end-to-end.js';
import { quantile } from './machine.js';
import { shown, type Table } from './report.js';
import { countRows, fillDue, fillSleeping, type WaveRow, waveOf } from './sleeping-cases.js';
import type { RunResult } from './world-process.js';

export interface SleepingSizes {
  asleep: number;
  due: number;
  /** New tickets while the timers are worked off. */
  fresh: number;
  /** How long the idle bot is watched. */
  idleMs: number;
}

/** What a timer leads to: a decision with nothing to send. */
const LAPSED = `rules:
  - id: lapsed
    when: { case.wait.over: true }
    outcome: lapsed
    then: [ { stage: lapsed } ]
`;
const RULES = 'rules/everbright-api-access/rules.yaml';
/** From filling the database to the first timer: enough for a start, its poll and the new tickets that come first. */
const LEAD_MS = 120_000;
/** A start has its own work to do, such as sealing what was filled in. */
const SETTLE_MS = 20_000;
const GIVE_UP_MS = 900_000;

interface Idle {
  cpuMsPerMinute: number;
  mb: number;
  rowsPerMinute: number;
}

interface Wave {
  seconds: number;
  perSecond: number;
  outOfPlace: number;
  alone: RunResult;
  beside: RunResult;
}

interface Side {
  title: string;
  stage: Stage;
  databaseUrl: string | undefined;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function sleeping(
  sizes: SleepingSizes,
  server: Server | null,
  say: (line: string) => void,
): Promise<Table> {
  const rows: string[][] = [];
  const databases = [
    { title: 'embedded database', url: undefined },
    ...(server ? [{ title: server.title, url: await server.fresh() }] : []),
  ];
  for (const { title, url } of databases) {
    const side: Side = { title, databaseUrl: url, stage: await openStage(sizes.due + sizes.fresh * 4) };
    try {
      await withRule(side.stage.place.root);
      await (await start(side)).stop();
      const none = await idle(side, sizes.idleMs);
      say(`${title}, no case: ${told(none)}`);
      await inDatabase(side, (pool) => fillSleeping(pool, sizes.asleep));
      // The start that finds them seals them; what is measured is the next one.
      await idle(side, 0);
      const many = await idle(side, sizes.idleMs);
      say(`${title}, ${sizes.asleep} asleep: ${told(many)}`);
      const wave = await due(side, sizes);
      say(`${title}, ${sizes.due} due: ${shown(wave.seconds)} s, at most ${wave.outOfPlace} out of place`);
      rows.push(rowOf(title, none, many, wave));
    } finally {
      await closeStage(side.stage);
    }
  }
  return tableOf(rows, sizes);
}

async function withRule(root: string): Promise<void> {
  const path = join(root, RULES);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('rules:\n', `stages: [lapsed]\n${LAPSED}`));
}

function start({ stage, databaseUrl }: Side): Promise<Bot> {
  return startBot({ place: stage.place, world: stage.settings, databaseUrl, concurrency: CONCURRENCY });
}

async function inDatabase<T>({ stage, databaseUrl }: Side, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const db = await openDatabase({ databaseUrl, dataDir: stage.place.dataDir });
  try {
    return await work(db.pool);
  } finally {
    await db.close();
  }
}

/** The bot with nothing to do: its processor time and memory, and the rows that a server read for it. */
async function idle(side: Side, ms: number): Promise<Idle> {
  const bot = await start(side);
  await pause(SETTLE_MS);
  const before = { cpuMs: await bot.cpuMs(), rows: await rowsRead(side) };
  await pause(ms);
  const after = { cpuMs: await bot.cpuMs(), rows: await rowsRead(side), mb: await bot.nowMb() };
  await bot.stop();
  const perMinute = (more: number) => (more * 60_000) / ms;
  return {
    cpuMsPerMinute: perMinute(after.cpuMs - before.cpuMs),
    mb: after.mb,
    rowsPerMinute: perMinute(after.rows - before.rows),
  };
}

/** Rows that the server has read in this database so far; NaN where the bot is the database. */
async function rowsRead({ databaseUrl }: Side): Promise<number> {
  if (!databaseUrl) return Number.NaN;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await countRows(client);
  } finally {
    await client.end();
  }
}

/** All timers come due within ten seconds; the bot runs by then. */
async function due(side: Side, sizes: SleepingSizes): Promise<Wave> {
  const { stage } = side;
  const companies = takeCompanies(stage, sizes.due);
  const waiting = await stage.world.ask<string[]>('file', companies);
  const tickets = await readAll(stage, waiting);
  const from = new Date(Date.now() + LEAD_MS);
  await inDatabase(side, (pool) => fillDue(pool, { tickets, names: companies.map((c) => c.name), from }));
  const bot = await start(side);
  await bot.polled();
  const [alone, beside] = [await fileFresh(stage, sizes.fresh), await fileFresh(stage, sizes.fresh)];
  await pause(OLD_ENOUGH_MS);
  const run = (tickets: string[]) => stage.world.ask<RunResult>('run', { hook: bot.hook, tickets, concurrency: 1 });
  const atRest = await run(alone);
  const leadMs = from.getTime() - Date.now();
  if (leadMs < 0) throw new Error(`the timers came due ${-leadMs} ms before the new tickets were there`);
  await pause(leadMs);
  const meanwhile = await run(beside);
  await worldIsQuiet(stage, waiting);
  await bot.stop();
  const rows = await inDatabase(side, waveOf);
  if (rows.length !== sizes.due) throw new Error(`${rows.length} of ${sizes.due} timers led to one decision each`);
  const lastMs = Math.max(...rows.map((row) => row.decidedAt.getTime()));
  const seconds = (lastMs - from.getTime()) / 1000;
  const outOfPlace = mostOutOfPlace(rows);
  // As many as are under way at a time may overtake each other; one that is slow is overtaken by more, and a hundredth is too many.
  if (outOfPlace > Math.max(CONCURRENCY * 2, sizes.due / 100))
    throw new Error(`a timer was decided ${outOfPlace} places from where it was due`);
  return { seconds, perSecond: sizes.due / seconds, outOfPlace, alone: atRest, beside: meanwhile };
}

/** As the bot would have read them when it decided to wait. */
async function readAll({ settings }: Stage, ids: string[]): Promise<Ticket[]> {
  const { zendeskUrl: url, email, apiToken } = settings;
  const reader = zendeskReader({ name: 'zendesk', url, email, apiToken, allowPrivateNetwork: true });
  const tickets: Ticket[] = [];
  for (const id of ids) tickets.push((await reader.fetchTicket(id))!);
  return tickets;
}

async function fileFresh(stage: Stage, count: number): Promise<string[]> {
  return stage.world.ask<string[]>('file', takeCompanies(stage, count));
}

/** Until every one of these tickets was asked for and then nothing was asked for a while: the ledger tells the rest afterwards. */
async function worldIsQuiet(stage: Stage, tickets: string[]): Promise<void> {
  const until = Date.now() + GIVE_UP_MS;
  let before: string | null = null;
  for (;;) {
    const { left, last } = await stage.world.ask<{ left: number; last: string }>('unread', tickets);
    if (left === 0 && last === before) return;
    if (Date.now() > until) throw new Error(`${left} timers led to nothing`);
    before = last;
    await pause(3_000);
  }
}

/** How far the order of the decisions is from the order in which the timers came due. */
function mostOutOfPlace(rows: WaveRow[]): number {
  const decided = [...rows].sort((a, b) => a.decision - b.decision);
  const place = new Map(decided.map((row, n) => [row.id, n]));
  const wanted = [...rows].sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  return Math.max(...wanted.map((row, n) => Math.abs(place.get(row.id)! - n)));
}

const told = (i: Idle) =>
  `${shown(i.cpuMsPerMinute)} ms of processor time a minute, ${shown(i.mb)} MB, ${shown(i.rowsPerMinute)} rows read a minute`;

function rowOf(title: string, none: Idle, many: Idle, wave: Wave): string[] {
  const both = (of: (i: Idle) => number) => `${shown(of(none))} / ${shown(of(many))}`;
  return [
    title,
    both((i) => i.cpuMsPerMinute),
    both((i) => i.mb),
    both((i) => i.rowsPerMinute),
    shown(wave.seconds),
    shown(wave.perSecond),
    String(wave.outOfPlace),
    `${shown(quantile(wave.alone.latenciesMs, 0.5))} / ${shown(quantile(wave.beside.latenciesMs, 0.5))}`,
    `${shown(quantile(wave.alone.latenciesMs, 1))} / ${shown(quantile(wave.beside.latenciesMs, 1))}`,
  ];
}

function tableOf(rows: string[][], { asleep, due: timers, fresh, idleMs }: SleepingSizes): Table {
  const many = asleep.toLocaleString('en-US');
  return {
    name: 'sleeping',
    head: [
      'database',
      `idle CPU, ms a minute, with no case / ${many} asleep`,
      'memory, MB',
      'rows read a minute',
      `${timers.toLocaleString('en-US')} timers to the last decision, s`,
      'a second',
      'most places out of order',
      'new ticket p50, ms: before / meanwhile',
      'slowest',
    ],
    rows,
    notes: [
      `Idle for ${idleMs / 1000} s. The timers come due within ten seconds, in an order that is not that of their tickets; the time begins with the first. ${fresh} new tickets one after another, to their last effect. Aims: 60 s on PostgreSQL, 180 s embedded.`,
    ],
  };
}
