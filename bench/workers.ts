// Part (c): two workers against one on the same server, with a help desk that takes its time over every answer.
import { type Bot, startBot } from './bot.js';
import type { Server } from './databases.js';
import { CONCURRENCY, closeStage, measure, openStage, type Stage } from './end-to-end.js';
import { shown, type Table } from './report.js';

/** How long the help desk takes over an answer. */
const ANSWER_MS = 100;
/** Tickets under way at a time: more than one worker takes. */
const UNDER_WAY = 4 * CONCURRENCY;

export interface WorkersSizes {
  tickets: number;
  rounds: number;
}

interface Side {
  workers: number;
  stage: Stage;
  bots: Bot[];
  perSecond: number[];
}

/** One web process that takes the webhooks, and so many workers. */
async function openSide(workers: number, server: Server): Promise<Side> {
  const stage = await openStage();
  const databaseUrl = await server.fresh();
  const bots: Bot[] = [];
  // The first has the folder with the lists and publishes them; the others follow.
  const start = (role: string) =>
    startBot({
      place: stage.place,
      world: stage.settings,
      databaseUrl,
      concurrency: CONCURRENCY,
      env: { ROLE: role, ...(bots.length > 0 && { DATA_DIR: `data-${bots.length}` }) },
    });
  const side: Side = { workers, stage, bots, perSecond: [] };
  try {
    for (let n = 0; n < workers; n++) bots.push(await start('worker'));
    bots.push(await start('web'));
  } catch (error) {
    await closeSide(side);
    throw error;
  }
  return side;
}

async function closeSide({ bots, stage }: Side): Promise<void> {
  for (const bot of bots) await bot.stop();
  await closeStage(stage);
}

/** Needs a server: the embedded database has one process. */
export async function workers(sizes: WorkersSizes, server: Server, say: (line: string) => void): Promise<Table> {
  const sides: Side[] = [];
  try {
    for (const count of [1, 2]) sides.push(await openSide(count, server));
    for (const { stage, bots } of sides) {
      await measure(stage, bots.at(-1)!, { tickets: Math.ceil(sizes.tickets / 2), concurrency: UNDER_WAY });
      await stage.world.ask('delay', ANSWER_MS);
    }
    for (let round = 0; round < sizes.rounds; round++)
      for (const side of round % 2 ? [...sides].reverse() : sides) {
        const asked = { tickets: sizes.tickets, concurrency: UNDER_WAY };
        const { perSecond } = await measure(side.stage, { hook: side.bots.at(-1)!.hook }, asked);
        side.perSecond.push(perSecond);
        say(`${side.workers} of them: ${shown(perSecond)} tickets/s`);
      }
  } finally {
    for (const side of sides) await closeSide(side);
  }
  const [one, two] = sides.map((side) => Math.max(...side.perSecond)) as [number, number];
  return {
    name: 'workers',
    head: ['workers', 'tickets/s', 'of one worker'],
    rows: [
      ['1', shown(one), '100 %'],
      ['2', shown(two), `${shown((100 * two) / one)} %`],
    ],
    notes: [
      `${server.title}; every answer of the help desk takes ${ANSWER_MS} ms, ${UNDER_WAY} tickets under way at a time; best of ${sizes.rounds} rounds in turn.`,
    ],
  };
}
