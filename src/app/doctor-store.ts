// What `usher doctor` says of database and lists: asked by the running bot of its own, or looked at while no bot runs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findingsIn } from '../adapters/findings.js';
import { readListsOnDisk } from '../commands/lists-on-disk.js';
import { listStatus } from '../lists/keeper.js';
import type { Finding, ListStatus, Snapshots } from '../ports.js';
import type { Settings } from '../settings.js';
import { sealAge } from '../storage/audit-seal.js';
import { checkClockSkew } from '../storage/clock-skew.js';
import { lockDataDir } from '../storage/data-lock.js';
import { databaseState, keptText } from '../storage/database-state.js';
import { openLedger } from '../storage/ledger.js';
import { migrations } from '../storage/migrations.js';
import { type Database, openDatabase } from '../storage/pool.js';
import { snapshotStore } from '../storage/snapshots.js';
import type { RulesRead } from './doctor-needs.js';
import { modeOf, sinceFinding } from './doctor-settings.js';
import { firstStartKey } from './flow-deps.js';
import { failure } from './run-probes.js';
import { closeAll, type Opened } from './store.js';

/** Sealing is done every few seconds. */
const SEAL_LATE_SECONDS = 600;

/** The database as it stands, and since when tickets are acted on. Only reads. */
export async function databaseFindings(db: Database, settings: Settings, now: Date): Promise<Finding[]> {
  const say = findingsIn('Database');
  const { version, missing, strangers } = await databaseState(db, migrations);
  const findings = [
    say.ok(`${db.kind === 'embedded' ? 'The embedded database' : 'The server'} is PostgreSQL ${version}`),
  ];
  if (db.kind === 'embedded') findings.push(durability(settings));
  const skew = await checkClockSkew(db).then(
    () => [say.ok('Its clock and ours agree')],
    (error) => failure('Database', error),
  );
  findings.push(...skew);
  if (strangers.length > 0)
    findings.push(
      say.error('A newer release of Usher has changed its tables', 'Start that release; tables only go forward'),
    );
  else if (missing.length > 0) findings.push(say.ok('The next start brings its tables to this release'));
  if (missing.length > 0 || strangers.length > 0) return [...findings, ...sinceFinding(settings, undefined, now)];
  const ledger = openLedger(db.kysely());
  const breaker = await ledger.breaker();
  if (breaker)
    findings.push(say.error(`All sending is stopped: ${breaker.reason}`, 'Find out why, then: usher resume-all'));
  for (const { programme, by, since } of await ledger.pauses()) {
    const what = `${programme === null ? 'Everything' : `"${programme}"`} is paused by ${by} since ${since.slice(0, 16)}Z`;
    findings.push(say.warning(what, 'When it may go on: usher resume-all'));
  }
  findings.push(await sealFinding(db));
  const kept = await keptText(db, firstStartKey(settings.HELPDESK[0]!, modeOf(settings)));
  return [...findings, ...sinceFinding(settings, kept, now)];
}

function durability(settings: Settings): Finding {
  const say = findingsIn('Database');
  const what = 'It survives the end of the process, not of the machine: it does not force its files to the disk';
  if (modeOf(settings) === 'sandbox') return say.ok(what);
  return say.warning(what, 'Use a PostgreSQL server (DATABASE_URL) as soon as customers are answered');
}

async function sealFinding(db: Database): Promise<Finding> {
  const say = findingsIn('Database');
  const { sealedAt, unsealedSeconds } = await sealAge(db.kysely());
  const last = sealedAt === null ? 'nothing was sealed yet' : `sealed last at ${sealedAt.slice(0, 16)}Z`;
  if (unsealedSeconds < SEAL_LATE_SECONDS) return say.ok(`The audit chain: ${last}`);
  const what = `The audit chain is ${Math.floor(unsealedSeconds / 60)} minutes behind: ${last}`;
  return say.warning(what, 'Let a process with ROLE=all or worker run; if one does, see its log');
}

/** One list a line, and one for the cells to mend. */
export function listFindings(statuses: ListStatus[], now: Date): Finding[] {
  const say = findingsIn('Lists');
  return statuses.flatMap((status) => {
    const findings: Finding[] = [];
    if (status.problem !== null) {
      const fix = status.waiting
        ? `Look at the change, then: usher lists accept ${status.waiting.hash.slice(0, 12)}`
        : `Until it is mended, cases that need it are held. Its file is ${status.file}; see: usher lists`;
      findings.push(say.error(`${status.title}: ${status.problem}`, fix));
    } else {
      const age = status.readAt === null ? '' : `, read ${ago(now.getTime() - Date.parse(status.readAt))}`;
      findings.push(say.ok(`${status.title}: ${status.rows} rows${age}`));
    }
    const [first] = status.lint;
    if (first) {
      const cell = first.cell === null ? first.sheet : `${first.sheet}!${first.cell}`;
      const count = status.lint.length === 1 ? 'one thing to mend' : `${status.lint.length} things to mend, the first`;
      findings.push(say.warning(`${status.title}: ${count}: ${cell}: ${first.message}`, 'See all with: usher lists'));
    }
    return findings;
  });
}

function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'just now';
  return minutes < 120 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ago`;
}

/** No bot runs here: the database is opened for a look, without bringing its tables up, and the lists are read from their files. */
export async function idleFindings(settings: Settings, rules: RulesRead, now: Date): Promise<Finding[]> {
  const say = findingsIn('Database');
  const opened: Opened = [];
  const isEmbedded = settings.DATABASE_URL === undefined;
  try {
    if (isEmbedded && !existsSync(join(settings.DATA_DIR, 'database'))) {
      const none = say.ok(`There is no database in ${settings.DATA_DIR} yet: the first start makes it`);
      return [
        ...(await diskLists(settings, rules, null, now)),
        none,
        durability(settings),
        ...sinceFinding(settings, null, now),
      ];
    }
    const db = await openForALook(settings, opened);
    const { missing, strangers } = await databaseState(db, migrations);
    const snapshots = missing.length + strangers.length === 0 ? snapshotStore(db.kysely()) : null;
    return [...(await diskLists(settings, rules, snapshots, now)), ...(await databaseFindings(db, settings, now))];
  } catch (error) {
    return [...(await diskLists(settings, rules, null, now)), ...failure('Database', error)];
  } finally {
    await closeAll(opened);
  }
}

async function openForALook(settings: Settings, opened: Opened): Promise<Database> {
  if (settings.DATABASE_URL === undefined) {
    // A second embedded database on the same files would destroy them.
    const lock = await lockDataDir(settings.DATA_DIR);
    opened.push(() => lock.release());
  }
  const db = await openDatabase({ databaseUrl: settings.DATABASE_URL, dataDir: settings.DATA_DIR });
  opened.push(() => db.close());
  return db;
}

/** A list that no bot reads has no age: what counts is whether the next start can read it, and whether a person is waited for. */
async function diskLists(
  settings: Settings,
  { programmes }: RulesRead,
  snapshots: Snapshots | null,
  now: Date,
): Promise<Finding[]> {
  const lists = await readListsOnDisk(
    programmes.flatMap((p) => p.lists),
    settings.DATA_DIR,
    now,
  );
  const isSandbox = modeOf(settings) === 'sandbox';
  const toCome = lists.filter((list) => isSandbox && list.isMissing);
  const say = findingsIn('Lists');
  const statuses = lists
    .filter((list) => !toCome.includes(list))
    .map(async ({ mapping, file, snapshot, problems }): Promise<ListStatus> => {
      const waiting = snapshots ? (await listStatus(mapping, snapshots, now)).waiting : null;
      const unread = snapshot ? null : (problems[0]?.message ?? 'it cannot be read');
      return {
        list: mapping.name,
        programme: mapping.programme,
        title: mapping.title,
        file,
        hash: snapshot?.hash ?? null,
        rows: snapshot?.listings.length ?? 0,
        readAt: null,
        problem: unread ?? (waiting ? `a changed version waits for a person: ${waiting.why}` : null),
        waiting,
        lint: snapshot?.lint ?? [],
      };
    });
  return [
    ...toCome.map(({ mapping }) => say.ok(`${mapping.title}: not there yet; the sandbox writes a sample at its start`)),
    ...listFindings(await Promise.all(statuses), now),
  ];
}
