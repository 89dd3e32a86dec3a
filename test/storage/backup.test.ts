// Backup and restore: nothing is lost or changed on the way, a torn file is refused, and what may have been sent is looked for.
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeBackup } from '../../src/app/backup.js';
import { handleCase } from '../../src/flow/handle-case.js';
import { ProblemError } from '../../src/problem.js';
import { openLedger } from '../../src/storage/ledger.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import { openBackup } from '../../src/storage/read-backup.js';
import { restore } from '../../src/storage/restore.js';
import { caseViews } from '../../src/storage/views.js';
import { caseIdOf, stageFor } from '../flow/journey.js';
import { eachDatabase, OPENING_MS, type Open } from './databases.js';

let folder: string;
let files = 0;
const newFile = () => join(folder, `backup-${++files}.jsonl`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-backup-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function save(db: Database): Promise<string> {
  const file = newFile();
  await writeBackup(db, file);
  return file;
}
const bringBack = async (db: Database, file: string) => restore(db, await openBackup(file), migrations);

/** All rows, without what differs by when it was written. */
async function rowsOf(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(1, -1);
  return lines.filter((line) => !line.includes('"key":"restored"'));
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no Problem',
    (error: unknown) => (error instanceof ProblemError ? error.problems[0]!.code : String(error)),
  );

const opens: Record<string, Open> = {};

eachDatabase((name, open) => {
  opens[name] = open;
  const stage = stageFor(open);

  /** A declined request: decided and planned, and its process is gone. */
  async function planned(): Promise<string> {
    const ticketId = stage.world.file(stage.stranger());
    expect(await stage.world.process({ at: 'decision-committed', nth: 1 }).run(ticketId)).toBe('died');
    return ticketId;
  }

  async function finishOn(db: Database, ticketId: string) {
    const process = stage.world.process(null, { ledger: openLedger(db.kysely()) });
    const views = caseViews(db.kysely());
    for (;;) {
      await handleCase(process.deps, caseIdOf(ticketId));
      const detail = await views.detail(caseIdOf(ticketId));
      if (detail!.state === 'done' || detail!.state === 'held') return detail!;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  const sent = (from: { mails: number; posts: number }, ticketId: string) => ({
    replies: stage.world.replies(ticketId).length,
    mails: stage.world.smtp
      .state()
      .mails.slice(from.mails)
      .map((mail) => mail.subject.startsWith('[possible duplicate]')),
    posts: stage.world.slack.posts('everbright-sales').length - from.posts,
  });
  const sentSoFar = () => ({
    mails: stage.world.smtp.state().mails.length,
    posts: stage.world.slack.posts('everbright-sales').length,
  });

  it('sends once what was planned when the backup was made, and not sent since', async () => {
    const before = sentSoFar();
    const ticketId = await planned();
    const file = await save(stage.db);
    const db = await open();
    await bringBack(db, file);
    expect((await finishOn(db, ticketId)).state).toBe('done');
    // Nobody knows whether the first mail went out: it says so.
    expect(sent(before, ticketId)).toEqual({ replies: 1, mails: [true], posts: 1 });
  });

  it('finds what was sent after the backup, and repeats no reply and no post', async () => {
    const before = sentSoFar();
    const ticketId = await planned();
    const file = await save(stage.db);
    await sql`update usher.cases set lease_until = now()`.execute(stage.db.kysely());
    expect((await finishOn(stage.db, ticketId)).state).toBe('done');
    expect(sent(before, ticketId)).toEqual({ replies: 1, mails: [false], posts: 1 });
    const db = await open();
    await bringBack(db, file);
    const detail = await finishOn(db, ticketId);
    expect(detail.state).toBe('done');
    expect(sent(before, ticketId)).toEqual({ replies: 1, mails: [false, true], posts: 1 });
  });

  it('keeps every row, number, text and counter, and goes on counting', async () => {
    const odd = 'a "quoted" \\u0041 \u2028 line\nbreak \r ü 😀';
    const kysely = stage.db.kysely();
    await sql`insert into usher.meta (key, value) values ('odd', ${JSON.stringify({ odd, null: null, big: 1e300 })}::jsonb), ('null', 'null'::jsonb)`.execute(
      kysely,
    );
    await sql`update usher.cases set fence = 9007199254740993, lease_until = null, lease_owner = null`.execute(kysely);
    await sql`update usher.writes set state = 'dropped' where state = 'claimed'`.execute(kysely);
    const first = await save(stage.db);
    const db = await open();
    expect(await bringBack(db, first)).toBeGreaterThan(20);
    const second = await save(db);
    expect(await rowsOf(second)).toEqual(await rowsOf(first));
    const next = await sql<{ n: string }>`select nextval('usher.triggers_id_seq') as n`.execute(db.kysely());
    const last = await sql<{ n: string }>`select max(id) as n from usher.triggers`.execute(db.kysely());
    expect(BigInt(next.rows[0]!.n)).toBeGreaterThan(BigInt(last.rows[0]!.n));
  });

  it('refuses a database with anything in it, and leaves it as it was', async () => {
    const file = await save(stage.db);
    const before = await rowsOf(file);
    expect(await codeOf(bringBack(stage.db, file))).toBe('restore-not-empty');
    expect(await rowsOf(await save(stage.db))).toEqual(before);
  });

  it('takes the backup of an older release forward, and refuses that of a newer one', async () => {
    const old = await open();
    await migrate(old, migrations.slice(0, 1));
    await old.pool.query("insert into usher.cases (id, helpdesk, ticket_id) values ('zendesk-1', 'zendesk', '1')");
    const file = await save(old);
    const db = await open();
    await bringBack(db, file);
    expect((await db.pool.query('select id, mode from usher.cases')).rows).toEqual([{ id: 'zendesk-1', mode: 'live' }]);
    expect(await migrate(db, migrations)).toEqual([]);
    const newer = await save(db);
    const older = migrations.slice(0, 1);
    expect(await codeOf(openBackup(newer).then((backup) => restore(db, backup, older)))).toBe('backup-newer');
  });

  it('changes nothing when the rows do not fit', async () => {
    const db = await open();
    const whole = await openBackup(await save(stage.db));
    const broken = {
      ...whole,
      async *lines() {
        yield* whole.lines();
        yield {
          table: 'steps',
          row: '{"case_id":"nobody","number":1,"write_id":1,"slot":"x","type":"x","effect":"{}"}',
        };
      },
    };
    await expect(restore(db, broken, migrations)).rejects.toThrow();
    const there = await db.pool.query("select 1 from pg_namespace where nspname = 'usher'");
    expect(there.rows).toEqual([]);
  });

  it.each([
    ['that ends early', (text: string) => text.slice(0, -100)],
    ['without its last line', (text: string) => text.slice(0, text.trimEnd().lastIndexOf('\n') + 1)],
    ['that lost a row', (text: string) => text.replace(/^\["meta".*\n/m, '')],
    [
      'with another text',
      (text: string) => text.replace('"mark-key"', '"mark-kez"').replace('API access', 'API excess'),
    ],
  ])('refuses a file %s', async (_what, damage) => {
    const file = await save(stage.db);
    const text = await readFile(file, 'utf8');
    expect(damage(text)).not.toBe(text);
    await writeFile(file, damage(text));
    expect(await codeOf(openBackup(file))).toBe('backup-torn');
  });

  it('refuses what is no backup, and never writes over a file', async () => {
    const file = newFile();
    await appendFile(file, '{"name":"package"}\n');
    expect(await codeOf(openBackup(file))).toBe('backup-unreadable');
    expect(await codeOf(openBackup(`${file}.missing`))).toBe('backup-unreadable');
    expect(await codeOf(writeBackup(stage.db, file))).toBe('backup-file-exists');
    expect(await codeOf(writeBackup(stage.db, join(folder, 'nowhere', 'file')))).toBe('backup-not-written');
    expect(await readFile(file, 'utf8')).toBe('{"name":"package"}\n');
  });

  if (name === 'server')
    describe('from one kind of database to the other', () => {
      it(
        'and back nothing changes',
        async () => {
          const embedded = await opens.embedded!();
          const first = await save(stage.db);
          await bringBack(embedded, first);
          const second = await save(embedded);
          const server = await open();
          await bringBack(server, second);
          expect(await rowsOf(second)).toEqual(await rowsOf(first));
          expect(await rowsOf(await save(server))).toEqual(await rowsOf(first));
          await embedded.close();
        },
        OPENING_MS,
      );
    });
});
