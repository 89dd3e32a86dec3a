// Part (a): tickets a second from the webhook to the last effect, beside the bare calls and an empty BullMQ job.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bot, type BotOptions, startBot } from './bot.js';
import type { BenchCompany } from './companies.js';
import type { Server } from './databases.js';
import { load, quantile } from './machine.js';
import { makePlace, type Place, unlisted } from './place.js';
import { startHelper } from './process-file.js';
import { shown, type Table } from './report.js';
import type { Received, RunResult, WorldSettings } from './world-process.js';

const ROWS = 2_000;
export const CONCURRENCY = 8;
/** Tickets in ten that are passed on; the others go to sales. */
const PASSED_OF_TEN = 7;
/** A ticket changed less than two seconds ago is left alone: help desk stamps count whole seconds. */
export const OLD_ENOUGH_MS = 3_100;

export interface Sizes {
  tickets: number;
  single: number;
  warmUp: number;
  rounds: number;
  jobs: number;
}

export interface Measured {
  perSecond: number;
  p50: number;
  p95: number;
  cpuMsPerTicket: number;
}

/** Tickets still to be filed: approved sellers again and again, newcomers each once. */
export interface Supply {
  listed: BenchCompany[];
  newcomers: BenchCompany[];
  next: number;
  nextListed: number;
}

/** Only such as are matched for certain: what is near another name goes to a person, and nothing comes of it. */
export function takeCompanies({ place, supply }: Stage, count: number): BenchCompany[] {
  return Array.from({ length: count }, () => {
    if (supply.next++ % 10 < PASSED_OF_TEN)
      for (;;) {
        const company = supply.listed[supply.nextListed++ % supply.listed.length]!;
        if (place.verdictOf(company) === 'listed') return company;
      }
    for (;;) {
      const company = supply.newcomers.pop();
      if (!company) throw new Error('no newcomers are left');
      if (place.verdictOf(company) === 'unlisted') return company;
    }
  });
}

export interface Stage {
  world: Awaited<ReturnType<typeof startHelper>>;
  settings: WorldSettings;
  place: Place;
  supply: Supply;
}

export async function openStage(newcomers = 20_000): Promise<Stage> {
  const place = await makePlace(ROWS);
  const world = await startHelper('world-process.js');
  const settings = await world.ask<WorldSettings>('settings');
  return {
    world,
    settings,
    place,
    supply: { listed: place.listed, newcomers: unlisted(ROWS, newcomers), next: 0, nextListed: 0 },
  };
}

export async function closeStage(stage: Stage): Promise<void> {
  await stage.world.stop();
  await stage.place.remove();
}

/** Files tickets, lets them grow old enough, and has their webhooks sent; throws when the world did not get all of it, once. */
export async function measure(
  stage: Stage,
  target: { hook: string; cpuMs?: () => Promise<number> },
  asked: { tickets: number; concurrency: number },
): Promise<Measured> {
  const list = takeCompanies(stage, asked.tickets);
  const before = await stage.world.ask<Received>('received');
  const tickets = await stage.world.ask<string[]>('file', list);
  await new Promise((resolve) => setTimeout(resolve, OLD_ENOUGH_MS));
  const cpuBefore = (await target.cpuMs?.()) ?? 0;
  const run = await stage.world.ask<RunResult>('run', { ...asked, hook: target.hook, tickets });
  const cpuMsPerTicket = (((await target.cpuMs?.()) ?? Number.NaN) - cpuBefore) / asked.tickets;
  const after = await stage.world.ask<Received>('received');
  const sales = list.filter((company) => !stage.place.listed.includes(company)).length;
  const wanted: Received = {
    replies: asked.tickets,
    assigned: asked.tickets - sales,
    solved: sales,
    mails: sales,
    posts: sales,
  };
  for (const [what, count] of Object.entries(wanted) as [keyof Received, number][])
    if (after[what] - before[what] !== count)
      throw new Error(`${what}: ${after[what] - before[what]} instead of ${count}`);
  return {
    perSecond: run.tickets / run.seconds,
    p50: quantile(run.latenciesMs, 0.5),
    p95: quantile(run.latenciesMs, 0.95),
    cpuMsPerTicket,
  };
}

interface Result {
  title: string;
  eight: Measured[];
  one: Measured[];
  peakMb?: number;
  readyMs?: number;
  jobs?: number[];
}

const best = (all: Measured[], by: (m: Measured) => number): number => Math.max(...all.map(by));
const least = (all: Measured[], by: (m: Measured) => number): number => Math.min(...all.map(by));

async function measureBot(
  stage: Stage,
  options: Omit<BotOptions, 'place' | 'world' | 'concurrency'>,
  sizes: Sizes,
  result: Result,
): Promise<void> {
  const start = () => startBot({ ...options, place: stage.place, world: stage.settings, concurrency: CONCURRENCY });
  // The first start makes the database and reads the lists; what is measured is a start on what is there.
  if (result.readyMs === undefined) await (await start()).stop();
  const bot: Bot = await start();
  result.readyMs = Math.min(result.readyMs ?? Number.POSITIVE_INFINITY, bot.readyMs);
  await measure(stage, bot, { tickets: sizes.warmUp, concurrency: CONCURRENCY });
  result.eight.push(await measure(stage, bot, { tickets: sizes.tickets, concurrency: CONCURRENCY }));
  result.one.push(await measure(stage, bot, { tickets: sizes.single, concurrency: 1 }));
  result.peakMb = Math.max(result.peakMb ?? 0, await bot.peakMb());
  await bot.stop();
}

async function measureFloor(stage: Stage, sizes: Sizes, result: Result): Promise<void> {
  const floor = await startHelper('floor-process.js');
  const approved = stage.place.listed.map((c) => c.name);
  const hook = await floor.ask<string>('start', { world: stage.settings, approved });
  await measure(stage, { hook }, { tickets: sizes.warmUp, concurrency: CONCURRENCY });
  result.eight.push(await measure(stage, { hook }, { tickets: sizes.tickets, concurrency: CONCURRENCY }));
  result.one.push(await measure(stage, { hook }, { tickets: sizes.single, concurrency: 1 }));
  result.peakMb = Math.max(result.peakMb ?? 0, await floor.ask<number>('peakMb'));
  await floor.stop();
}

async function emptyJobs(jobs: number, databaseUrl?: string): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'usher-bench-jobs-'));
  const helper = await startHelper('bullmq-process.js');
  const perSecond = await helper.ask<number>('emptyJobs', { databaseUrl, dataDir, jobs, concurrency: CONCURRENCY });
  await helper.stop();
  await rm(dataDir, { recursive: true, force: true });
  return perSecond;
}

export async function endToEnd(sizes: Sizes, server: Server | null, say: (line: string) => void): Promise<Table> {
  const floor: Result = { title: 'bare calls, nothing kept (the floor)', eight: [], one: [] };
  const embedded: Result = { title: 'Usher, embedded database', eight: [], one: [], jobs: [] };
  const served: Result = { title: `Usher, ${server?.title}`, eight: [], one: [], jobs: [] };
  const stages = { embedded: await openStage(), served: server ? await openStage() : null };
  const databaseUrl = await server?.fresh();
  const loads: number[] = [];
  const tell = (r: Result): void => {
    const [eight, one] = [r.eight.at(-1)!, r.one.at(-1)!];
    say(
      `${r.title}: ${shown(eight.perSecond)}/s at 8 (${shown(eight.cpuMsPerTicket)} ms CPU), p50 at 1 ${shown(one.p50)} ms, ` +
        `peak ${shown(r.peakMb ?? 0)} MB, ready ${shown(r.readyMs ?? 0)} ms, empty jobs ${shown(r.jobs?.at(-1) ?? Number.NaN)}/s`,
    );
  };
  try {
    for (let round = 0; round < sizes.rounds; round++) {
      loads.push(load());
      await measureFloor(stages.embedded, sizes, floor);
      tell(floor);
      await measureBot(stages.embedded, {}, sizes, embedded);
      embedded.jobs!.push(await emptyJobs(sizes.jobs));
      tell(embedded);
      if (stages.served && server) {
        await measureBot(stages.served, { databaseUrl }, sizes, served);
        served.jobs!.push(await emptyJobs(sizes.jobs, await server.fresh()));
        tell(served);
      }
    }
  } finally {
    await closeStage(stages.embedded);
    if (stages.served) await closeStage(stages.served);
  }
  return tableOf(
    [floor, embedded, served].filter((r) => r.eight.length > 0),
    sizes,
    loads,
  );
}

function tableOf(results: Result[], sizes: Sizes, loads: number[]): Table {
  const floorPerSecond = best(results[0]!.eight, (m) => m.perSecond);
  return {
    name: 'tickets',
    head: [
      'what',
      'tickets/s at 8',
      'of the floor',
      'CPU ms/ticket',
      'p50 at 8, ms',
      'p50 at 1, ms',
      'p95 at 1, ms',
      'peak memory, MB',
      'ready, s',
      'empty BullMQ jobs/s',
    ],
    rows: results.map((r) => {
      const perSecond = best(r.eight, (m) => m.perSecond);
      return [
        r.title,
        shown(perSecond),
        `${shown((100 * perSecond) / floorPerSecond)} %`,
        shown(least(r.eight, (m) => m.cpuMsPerTicket)),
        shown(least(r.eight, (m) => m.p50)),
        shown(least(r.one, (m) => m.p50)),
        shown(least(r.one, (m) => m.p95)),
        shown(r.peakMb ?? Number.NaN),
        r.readyMs === undefined ? '–' : shown(r.readyMs / 1000),
        r.jobs?.length ? shown(Math.max(...r.jobs)) : '–',
      ];
    }),
    notes: [
      `Best of ${sizes.rounds} interleaved rounds of ${sizes.tickets} tickets at 8 and ${sizes.single} at 1; load average of the machine before each round: ${loads.map(shown).join(', ')}.`,
    ],
  };
}
