// What may change after it was sealed: open steps, late rows, erased contents; and the chain in an export and a backup.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exportAudit } from '../../src/app/audit.js';
import { writeBackup } from '../../src/app/backup.js';
import { ProblemError } from '../../src/problem.js';
import { headOfFile } from '../../src/storage/audit-export.js';
import { sealAge, sealAll } from '../../src/storage/audit-seal.js';
import { verifyAudit } from '../../src/storage/audit-verify.js';
import { openLedger } from '../../src/storage/ledger.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import { openBackup } from '../../src/storage/read-backup.js';
import { restore } from '../../src/storage/restore.js';
import { eraseOld } from '../../src/storage/retention.js';
import type { Db } from '../../src/storage/rows.js';
import { eachDatabase, OPENING_MS } from '../storage/databases.js';
import { caseRows, run, versions } from './ledger-rows.js';

let folder: string;
let files = 0;
const newFile = () => join(folder, `chain-${++files}.jsonl`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usher-audit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const findings = async (db: Db) => (await verifyAudit(db)).findings.map((f) => `${f.kind} ${f.id}: ${f.what}`);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no Problem',
    (error: unknown) => (error instanceof ProblemError ? error.problems[0]!.code : String(error)),
  );

eachDatabase((name, open) => {
  let db: Database;
  let kysely: Db;
  let cases = 0;
  /** A case with its numbers: the writes' are 2n - 1 (done) and 2n (unsure). */
  const fresh = async (daysAgo = 0) => {
    cases += 1;
    await run(db, ...caseRows(cases, { daysAgo }));
    return cases;
  };
  beforeAll(async () => {
    db = await open();
    kysely = db.kysely();
    await migrate(db, migrations);
    await run(db, ...versions);
  }, OPENING_MS);
  // Each test leaves a chain that holds.
  beforeEach(async () => {
    await sealAll(kysely);
    expect(await findings(kysely)).toEqual([]);
  });

  const statesOf = async (write: number) => {
    const found = await sql<{ state: string }>`select record::jsonb ->> 'state' as state from usher.audit_entries
      where kind = 'write' and id = ${String(write)} order by seq`.execute(kysely);
    return found.rows.map((row) => row.state);
  };

  describe('a step that is not over', () => {
    it('is sealed again when a person has settled it', async () => {
      const n = await fresh();
      await sealAll(kysely);
      await openLedger(kysely).settleByPerson(`t-${n}`, '2', 'done', 'ann');
      // Between the settling and its seal nothing is wrong.
      expect(await findings(kysely)).toEqual([]);
      await sealAll(kysely);
      expect(await statesOf(2 * n)).toEqual(['unsure', 'done']);
      await run(db, `update usher.writes set state = 'unsure' where id = ${2 * n}`);
      await sealAll(kysely);
      expect(await findings(kysely)).toEqual([`write ${2 * n}: its row was changed`]);
      await run(db, `update usher.writes set state = 'done' where id = ${2 * n}`);
    });

    it('is sealed when it is over, whenever that is', async () => {
      const n = await fresh();
      await run(db, `update usher.writes set state = 'planned', settled_at = null where id = ${2 * n}`);
      await sealAll(kysely);
      expect(await statesOf(2 * n)).toEqual([]);
      await run(db, `update usher.writes set state = 'claimed', mark = 'x' where id = ${2 * n}`);
      expect(await sealAll(kysely)).toBe(0);
      await run(db, `update usher.writes set state = 'done', settled_at = now() where id = ${2 * n}`);
      expect(await sealAll(kysely)).toBe(2);
      expect(await statesOf(2 * n)).toEqual(['done']);
    });
  });

  it('seals a row that was committed after a later one, and knows one that was put there long after', async () => {
    const n = await fresh();
    const { rows } = await db.pool.query<{ id: string }>(`select nextval('usher.decisions_id_seq')::text as id`);
    const late = (text: string) =>
      run(
        db,
        `insert into usher.decisions (id, case_id, episode, trigger, ticket, case_facts) values (${rows[0]!.id}, 't-${n}', 1, '${text}', '{}', '{}')`,
      );
    await fresh();
    await sealAll(kysely);
    await late('late');
    expect(await findings(kysely)).toEqual([]);
    expect(await sealAll(kysely)).toBe(2);

    const gap = await db.pool.query<{ id: string }>(`select nextval('usher.decisions_id_seq')::text as id`);
    await fresh();
    await sealAll(kysely, { gapSeconds: 0 });
    rows[0] = gap.rows[0]!;
    await late('forged');
    await sealAll(kysely);
    expect(await findings(kysely)).toEqual([
      `decision ${rows[0]!.id}: the row is in no entry: it was put there beside Usher`,
    ]);
    await run(db, `delete from usher.decisions where id = ${rows[0]!.id}`);
  });

  it('seals more than one batch at once, and says how long the oldest has waited', async () => {
    const before = (await verifyAudit(kysely)).entries;
    for (let n = 0; n < 3; n++)
      await run(
        db,
        `insert into usher.timeline (case_id, kind, text) select 't-1', 'resumed', 'n' from generate_series(1, 150)`,
      );
    await fresh();
    await run(
      db,
      `update usher.decisions set at = now() - interval '20 minutes' where id = (select max(id) from usher.decisions)`,
    );
    expect((await sealAge(kysely)).unsealedSeconds).toBeGreaterThanOrEqual(1_200);
    // 450 lines and the case's four rows; three batches with a seal each.
    expect(await sealAll(kysely)).toBe(457);
    expect(await sealAge(kysely)).toEqual({ sealedAt: expect.any(String), unsealedSeconds: 0 });
    expect((await verifyAudit(kysely)).entries).toBe(before + 457);
  });

  it('lets only one of two processes seal a batch', async () => {
    await fresh();
    const done = await Promise.allSettled([sealAll(kysely), sealAll(kysely)]);
    expect(done.some((d) => d.status === 'fulfilled' && d.value > 0)).toBe(true);
    expect(await findings(kysely)).toEqual([]);
  });

  describe('retention', () => {
    it('leaves the chain valid before and after the erasure is sealed', async () => {
      const n = await fresh(200);
      await sealAll(kysely);
      expect(await eraseOld(kysely, 180)).toBe(1);
      expect(await findings(kysely)).toEqual([]);
      expect(await sealAll(kysely)).toBe(2);
      expect(await findings(kysely)).toEqual([]);
      // What is kept is still held to what was sealed.
      await run(db, `update usher.writes set mark = 'other' where id = ${2 * n - 1}`);
      expect(await findings(kysely)).toEqual([`write ${2 * n - 1}: its row was changed`]);
      await run(db, `update usher.writes set mark = 'm' where id = ${2 * n - 1}`);
    });

    it('erases a case again that went on afterwards, and seals that too', async () => {
      const n = await fresh(300);
      await sealAll(kysely);
      await eraseOld(kysely, 180);
      await run(
        db,
        `update usher.cases set erased_at = now() - interval '250 days' where id = 't-${n}'`,
        `insert into usher.decisions (case_id, episode, trigger, at, ticket, case_facts, triage)
          values ('t-${n}', 2, 'reply', now() - interval '200 days', '{"subject":"Again"}', '{}', '{}')`,
        `update usher.cases set subject = 'Again', updated_at = now() - interval '200 days' where id = 't-${n}'`,
      );
      await sealAll(kysely);
      expect(await eraseOld(kysely, 180)).toBe(1);
      await sealAll(kysely);
      expect(await findings(kysely)).toEqual([]);
      const left = await db.pool.query(`select subject from usher.cases where id = 't-${n}'`);
      expect(left.rows).toEqual([{ subject: '' }]);
    });

    it('does not cover one who erases a young case, or contents alone', async () => {
      const n = await fresh(50);
      await sealAll(kysely);
      const erase = `update usher.decisions set ticket = 'null', case_facts = 'null', triage = null where case_id = 't-${n}'`;
      const { rows } = await db.pool.query<{ id: string; before: object }>(
        `select id::text as id, row_to_json(d) as before from usher.decisions d where case_id = 't-${n}'`,
      );
      const decision = rows[0]!.id;
      await run(db, erase);
      expect(await findings(kysely)).toEqual([`decision ${decision}: the contents of its row were changed`]);
      await run(db, `update usher.cases set erased_at = now() where id = 't-${n}'`);
      const early = `decision ${decision}: its contents were erased after less than 100 days`;
      expect(await findings(kysely)).toEqual([early]);
      await sealAll(kysely);
      expect(await findings(kysely)).toEqual([early]);
      await db.pool.query(
        `update usher.decisions d set ticket = b.ticket, case_facts = b.case_facts, triage = b.triage
          from jsonb_to_record($1::jsonb) as b(ticket jsonb, case_facts jsonb, triage jsonb) where d.id = $2`,
        [JSON.stringify(rows[0]!.before), decision],
      );
    });
  });

  describe('an export', () => {
    it('holds every entry in lines of JSON, and its head is found again in the chain that goes on', async () => {
      await fresh();
      await sealAll(kysely);
      const file = newFile();
      const done = await exportAudit(db, file);
      const report = await verifyAudit(kysely);
      expect(done).toEqual({ file, entries: report.entries, head: report.head });
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      expect(lines).toHaveLength(report.entries + 2);
      expect(JSON.parse(lines[1]!)).toMatchObject({
        sequence: 1,
        previous: '',
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      expect(await headOfFile(file)).toEqual(report.head);
      await fresh();
      await sealAll(kysely);
      expect((await verifyAudit(kysely, await headOfFile(file))).ok).toBe(true);
      expect(await codeOf(exportAudit(db, file))).toBe('audit-file-exists');
      expect(await codeOf(exportAudit(db, join(folder, 'nowhere', 'x')))).toBe('audit-not-written');
    });

    it('is refused when it was cut, changed or is something else', async () => {
      const file = newFile();
      await exportAudit(db, file);
      const text = await readFile(file, 'utf8');
      const lines = text.trimEnd().split('\n');
      const broken: Record<string, string> = {
        'cut at its end': lines.slice(0, -1).join('\n'),
        'cut, with its end': [...lines.slice(0, -2), lines.at(-1)].join('\n'),
        'a line less': [...lines.slice(0, 2), ...lines.slice(3)].join('\n'),
        'a changed line': text.replace('"kind":"decision"', '"kind":"write"'),
        'a line more': `${text}{}\n`,
        'another file': '{"usher":"backup"}\n',
        'an empty file': '',
      };
      const codes: Record<string, string> = {};
      for (const [what, content] of Object.entries(broken)) {
        const copy = newFile();
        await writeFile(copy, content);
        codes[what] = await codeOf(headOfFile(copy));
      }
      expect(codes).toEqual(Object.fromEntries(Object.keys(broken).map((what) => [what, 'audit-file-broken'])));
      expect(await codeOf(headOfFile(join(folder, 'none')))).toBe('audit-file-unreadable');
    });
  });

  // The way is the same for both; a second embedded database takes long to create.
  if (name === 'server')
    it('is carried by a backup, and goes on in the restored database', async () => {
      await fresh();
      await sealAll(kysely);
      const { head } = await verifyAudit(kysely);
      const file = newFile();
      await writeBackup(db, file);
      const restored = await open();
      await restore(restored, await openBackup(file), migrations);
      const report = await verifyAudit(restored.kysely(), head);
      expect([report.findings, report.head]).toEqual([[], head]);
      await run(restored, ...caseRows(1_000));
      expect(await sealAll(restored.kysely())).toBeGreaterThan(0);
      expect((await verifyAudit(restored.kysely(), head)).ok).toBe(true);
    });
});
