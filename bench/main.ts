// `npm run bench`: measures part by part and writes docs/performance.md. `--quick` makes few of everything; `--only tickets,rules` chooses; `--no-page` only prints.
import { openServer } from './databases.js';
import { deciding } from './deciding.js';
import { endToEnd } from './end-to-end.js';
import { history } from './history.js';
import { matching } from './matching.js';
import { reading } from './reading.js';
import { type Table, textOf, writePage } from './report.js';
import { sleeping } from './sleeping.js';
import { workers } from './workers.js';

const argument = (name: string) => process.argv.find((a) => a.startsWith(`--${name}=`))?.split('=')[1];
const isQuick = process.argv.includes('--quick');
const only = argument('only')?.split(',');
const say = (line: string): void => console.log(`  ${line}`);

const server = await openServer();
if (!server) say('no PostgreSQL server: give DATABASE_URL, or install postgresql; the rows for it are left out');

const parts: Record<string, () => Promise<Table>> = {
  tickets: () =>
    endToEnd(
      isQuick
        ? { tickets: 150, single: 50, warmUp: 60, rounds: 1, jobs: 200 }
        : { tickets: 1_500, single: 300, warmUp: 300, rounds: 3, jobs: 1_000 },
      server,
      say,
    ),
  history: () =>
    history(
      isQuick
        ? { past: [100, 20_000], tickets: 100, single: 40, rounds: 2 }
        : { past: [100, 100_000], tickets: 600, single: 200, rounds: 3 },
      server,
      say,
    ),
  ...(server && {
    workers: () => workers(isQuick ? { tickets: 60, rounds: 1 } : { tickets: 200, rounds: 3 }, server, say),
  }),
  sleeping: () =>
    sleeping(
      isQuick
        ? { asleep: 20_000, due: 500, fresh: 5, idleMs: 20_000 }
        : { asleep: 100_000, due: 10_000, fresh: 20, idleMs: 70_000 },
      server,
      say,
    ),
  deciding: () => deciding(isQuick ? 3 : 10),
  matching: async () =>
    matching(
      isQuick
        ? { names: 100_000, queries: 300, fuseQueries: 10, rounds: 3 }
        : { names: 100_000, queries: 1_000, fuseQueries: 50, rounds: 10 },
    ),
  reading: () => reading(isQuick ? [2_000, 20_000] : [2_000, 20_000, 100_000], isQuick ? 1 : 3, say),
};

const tables: Table[] = [];
try {
  for (const [name, part] of Object.entries(parts)) {
    if (only && !only.includes(name)) continue;
    console.log(`${name}:`);
    const table = await part();
    console.log(`${textOf(table)}\n`);
    tables.push(table);
  }
} finally {
  await server?.close();
}
if (!process.argv.includes('--no-page')) await writePage(tables, new Date());
