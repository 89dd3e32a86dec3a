// The audit chain: what happened is sealed once, and whatever is changed, removed, put in or cut afterwards is named.
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { entryHash } from '../../src/storage/audit-chain.js';
import { sealAge, sealAll } from '../../src/storage/audit-seal.js';
import { verifyAudit } from '../../src/storage/audit-verify.js';
import { migrate } from '../../src/storage/migrate.js';
import { migrations } from '../../src/storage/migrations.js';
import type { Database } from '../../src/storage/pool.js';
import type { Db } from '../../src/storage/rows.js';
import { OPENING_MS, oneDatabase } from '../storage/databases.js';
import { caseRows, run, versions } from './ledger-rows.js';

/** What `verify` says, a line a finding: `entry 3, decision 1: ...`. */
const said = async (db: Db, head: Parameters<typeof verifyAudit>[1] = null) =>
  (await verifyAudit(db, head)).findings.map(
    (f) => `${f.sequence === null ? 'no entry' : `entry ${f.sequence}`}, ${f.kind} ${f.id}: ${f.what}`,
  );

class Undone extends Error {}

/** What `verify` says of a database that somebody has tampered with; it is as before afterwards. */
async function saidAfter(
  db: Database,
  tamper: (db: Db) => Promise<unknown>,
  head: Parameters<typeof verifyAudit>[1] = null,
) {
  let found: string[] = ['nothing was asked'];
  const work = db
    .kysely<unknown>()
    .transaction()
    .execute(async (tx) => {
      await tamper(tx);
      found = await said(tx, head);
      throw new Undone();
    });
  await expect(work).rejects.toThrow(Undone);
  return found;
}
const doing =
  (...statements: string[]) =>
  async (db: Db) => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  };

/** With the database open to a tamperer, the entry's own hash can be made to fit. */
const rehashed = async (db: Db, seq: number) => {
  type Row = { kind: 'decision'; id: string; record: string; contents: string | null };
  const entry = await sql<Row>`select kind, id, record, contents from usher.audit_entries where seq = ${seq}`.execute(
    db,
  );
  const before = await sql<{ hash: string }>`select hash from usher.audit_entries where seq = ${seq - 1}`.execute(db);
  await sql`update usher.audit_entries set hash = ${entryHash(seq, entry.rows[0]!, before.rows[0]!.hash)} where seq = ${seq}`.execute(
    db,
  );
};

oneDatabase((open) => {
  let db: Database;
  let kysely: Db;
  beforeAll(async () => {
    db = await open();
    kysely = db.kysely();
    await migrate(db, migrations);
    await run(db, ...caseRows(1), ...versions);
    // A number that nobody uses, as a transaction that was rolled back leaves it.
    await run(db, `select nextval('usher.decisions_id_seq')`, ...caseRows(2));
  }, OPENING_MS);

  describe('sealing', () => {
    it('says of an empty chain that nothing was sealed', async () => {
      const report = await verifyAudit(kysely);
      // Two decisions, four writes and two settlements.
      expect(report).toMatchObject({ ok: true, entries: 0, head: null, sealedAt: null, unsealed: 8 });
      expect((await sealAge(kysely)).sealedAt).toBeNull();
    });

    it('seals each row once, ends with a seal, and finds everything as it was', async () => {
      // Eight rows, one publication, one snapshot, two of what is in use, the seal.
      expect(await sealAll(kysely, { gapSeconds: 0 })).toBe(13);
      expect(await sealAll(kysely)).toBe(0);
      const report = await verifyAudit(kysely);
      expect(report).toMatchObject({ ok: true, entries: 13, unsealed: 0, findings: [], hasMore: false });
      const kinds = await sql<{
        kinds: string;
      }>`select string_agg(kind || ' ' || id, ', ' order by seq) as kinds from usher.audit_entries`.execute(kysely);
      expect(kinds.rows[0]!.kinds).toBe(
        'decision 1, decision 3, write 1, write 2, write 3, write 4, settlement 2, settlement 4, ' +
          'publication rule-texts:abc, snapshot sellers:s1, reload list:sellers, reload rules, seal ',
      );
      expect((await sealAge(kysely)).unsealedSeconds).toBe(0);
    });

    it('tells an auditor what was decided, and nothing that is erased later', async () => {
      const found = await sql<{
        record: string;
      }>`select record from usher.audit_entries where kind = 'decision' order by seq limit 1`.execute(kysely);
      expect(JSON.parse(found.rows[0]!.record)).toEqual({
        case: 't-1',
        episode: 1,
        trigger: 'ticket',
        at: expect.any(Number),
        knowledge: { rulebook: 'abc' },
        decided: ['act', 'p', 'r', 'passed'],
      });
      const all = await sql<{ text: string }>`select string_agg(record, '') as text from usher.audit_entries`.execute(
        kysely,
      );
      expect(all.rows[0]!.text).not.toMatch(/Ann|Hello|Acme|ann said/);
    });

    it('notes what came into use, each time', async () => {
      const inUse = (hash: string) => run(db, `update usher.meta set value = '"${hash}"' where key = 'rules-active'`);
      await inUse('xyz');
      expect(await sealAll(kysely)).toBe(2);
      await inUse('abc');
      expect(await sealAll(kysely)).toBe(2);
      const found = await sql<{ hash: string }>`select record::jsonb ->> 'hash' as hash from usher.audit_entries
        where kind = 'reload' and id = 'rules' order by seq`.execute(kysely);
      expect(found.rows.map((r) => r.hash)).toEqual(['abc', 'xyz', 'abc']);
    });
  });

  describe('a tamperer is found who', () => {
    const rows: [what: string, statement: string, found: string[]][] = [
      [
        'changes what a decision saw',
        `update usher.decisions set ticket = '{"subject":"Bye"}' where id = 1`,
        ['entry 1, decision 1: the contents of its row were changed'],
      ],
      [
        'changes what a decision was',
        `update usher.decisions set triage = jsonb_set(triage, '{decision,rule}', '"x"') where id = 1`,
        ['entry 1, decision 1: the contents of its row were changed'],
      ],
      [
        'changes when it was',
        `update usher.decisions set at = at + interval '1 second' where id = 3`,
        ['entry 2, decision 3: its row was changed'],
      ],
      [
        'puts a decision in',
        `insert into usher.decisions (id, case_id, episode, trigger, ticket, case_facts) values (2, 't-1', 1, 'ticket', '{}', '{}')`,
        ['no entry, decision 2: the row is in no entry: it was put there beside Usher'],
      ],
      [
        'makes a done step undone',
        `update usher.writes set state = 'planned' where id = 1`,
        ['entry 3, write 1: its row was changed'],
      ],
      [
        'changes what was sent',
        `update usher.steps set effect = '{"type":"reply","text":"Dear Bob"}' where write_id = 1`,
        ['entry 3, write 1: the contents of its row were changed'],
      ],
      [
        'takes a step out of a write',
        `delete from usher.steps where write_id = 3`,
        ['entry 5, write 3: the contents of its row were changed'],
      ],
      [
        'takes a write away',
        'delete from usher.steps where write_id = 4; delete from usher.writes where id = 4',
        ['entry 6, write 4: its row is gone'],
      ],
      [
        'moves an unsure write to another case',
        `update usher.writes set case_id = 't-2' where id = 2`,
        ['entry 4, write 2: its row was changed'],
      ],
      [
        'changes when an unsure write was claimed',
        `update usher.writes set claimed_at = now() where id = 2`,
        ['entry 4, write 2: its row was changed'],
      ],
      [
        'changes what a person said',
        `update usher.timeline set text = 'bob said: it arrived' where id = 2`,
        ['entry 7, settlement 2: the contents of its row were changed'],
      ],
      [
        'takes away what a person said',
        `delete from usher.timeline where id = 4`,
        ['entry 8, settlement 4: its row is gone'],
      ],
      [
        'changes published rules',
        `update usher.published set content = '{}'`,
        ['entry 9, publication rule-texts:abc: the contents of its row were changed'],
      ],
      [
        'takes published rules away',
        `delete from usher.published`,
        ['entry 9, publication rule-texts:abc: its row is gone'],
      ],
      [
        'changes a list',
        `update usher.snapshots set snapshot = '{"listings":[1]}'`,
        ['entry 10, snapshot sellers:s1: the contents of its row were changed'],
      ],
      [
        'changes an entry',
        `update usher.audit_entries set record = jsonb_set(record::jsonb, '{trigger}', '"reply"')::text where seq = 1`,
        [
          'entry 1, decision 1: the entry was changed, or is not the one that stood here',
          'entry 1, decision 1: its row was changed',
        ],
      ],
      [
        'takes an entry away',
        `delete from usher.audit_entries where seq = 7`,
        [
          'entry 8, settlement 4: entry 7 is missing before it',
          'no entry, settlement 2: the row is in no entry: it was put there beside Usher',
        ],
      ],
      [
        'takes the first entries away',
        `delete from usher.audit_entries where seq < 3`,
        [
          'entry 3, write 1: entries 1 to 2 are missing before it',
          'no entry, decision 1: the row is in no entry: it was put there beside Usher',
          'no entry, decision 3: the row is in no entry: it was put there beside Usher',
        ],
      ],
    ];
    it.each(rows)('%s', async (_what, statement, found) => {
      expect(await saidAfter(db, doing(...statement.split('; ')))).toEqual(found);
    });

    it('takes a decision away, with its writes', async () => {
      const found = await saidAfter(
        db,
        doing(
          'delete from usher.steps where write_id in (3, 4)',
          'delete from usher.writes where decision_id = 3',
          'delete from usher.decisions where id = 3',
        ),
      );
      const gone = (place: string) => `entry ${place}: its row is gone`;
      expect(found).toEqual([gone('2, decision 3'), gone('5, write 3'), gone('6, write 4')]);
    });

    it('makes the changed entry and its hash fit each other', async () => {
      const found = await saidAfter(db, async (tx) => {
        await doing(`update usher.audit_entries set contents = repeat('0', 64) where seq = 9`)(tx);
        await rehashed(tx, 9);
      });
      expect(found).toEqual([
        'entry 9, publication rule-texts:abc: the contents of its row were changed',
        'entry 10, snapshot sellers:s1: the entry was changed, or is not the one that stood here',
      ]);
    });

    it('exchanges two entries', async () => {
      const found = await saidAfter(
        db,
        doing(
          'update usher.audit_entries set seq = -1 where seq = 11',
          'update usher.audit_entries set seq = 11 where seq = 12',
          'update usher.audit_entries set seq = 12 where seq = -1',
        ),
      );
      const wrong = 'the entry was changed, or is not the one that stood here';
      expect(found).toEqual([
        `entry 11, reload rules: ${wrong}`,
        `entry 12, reload list:sellers: ${wrong}`,
        `entry 13, seal : ${wrong}`,
      ]);
    });

    it('puts an entry in, and numbers those behind it anew', async () => {
      const found = await saidAfter(db, async (tx) => {
        await doing(
          'update usher.audit_entries set seq = -seq - 1 where seq > 12',
          'update usher.audit_entries set seq = -seq where seq < 0',
          `insert into usher.audit_entries select 13, 'reload', 'rules', record, null, '' from usher.audit_entries where seq = 12`,
        )(tx);
        await rehashed(tx, 13);
      });
      expect(found[0]).toBe('entry 14, seal : the entry was changed, or is not the one that stood here');
    });

    it('cuts the end within a batch, also after Usher has sealed again', async () => {
      const cut = 'delete from usher.audit_entries where seq > 16';
      expect(await saidAfter(db, doing(cut))).toEqual([
        'entry 16, chain : the chain ends without a seal: its end was cut',
      ]);
      const again = await saidAfter(db, async (tx) => {
        await doing(cut, `update usher.meta set value = '"later"' where key = 'rules-active'`)(tx);
        await sealAll(tx);
      });
      expect(again).toEqual(['entry 18, seal : the seal speaks of 1 entries before it, and 2 are there']);
    });

    it('cuts the end at a seal: only a head that was kept elsewhere shows it', async () => {
      const { head } = await verifyAudit(kysely);
      expect(await said(kysely, head)).toEqual([]);
      const cut = 'delete from usher.audit_entries where seq > 13';
      expect(await saidAfter(db, doing(cut))).toEqual([]);
      expect(await saidAfter(db, doing(cut), head)).toEqual([
        `entry 17, head ${head!.hash}: the end of the chain was cut: entries 14 to 17 are missing`,
      ]);
      expect(await saidAfter(db, doing(cut), { sequence: null, hash: head!.hash })).toEqual([
        `no entry, head ${head!.hash}: no entry has the exported hash: the end of the chain was cut, or the chain was written anew`,
      ]);
    });

    it('writes the whole chain anew', async () => {
      const { head } = await verifyAudit(kysely);
      const anew = async (tx: Db) => {
        await doing(
          'delete from usher.audit_entries',
          'delete from usher.audit_open',
          'delete from usher.steps where write_id = 4',
          'delete from usher.writes where id = 4',
        )(tx);
        for (const hash of ['a', 'b', 'c', 'd']) {
          await doing(`update usher.meta set value = '"${hash}"' where key = 'rules-active'`)(tx);
          await sealAll(tx);
        }
      };
      expect(await saidAfter(db, anew)).toEqual([]);
      expect(await saidAfter(db, anew, head)).toEqual([
        `entry 17, head ${head!.hash}: the entry is not the one that was exported: the chain was written anew`,
      ]);
    });

    it('changes more than anybody reads', async () => {
      const many = Array.from(
        { length: 60 },
        (_, n) => `insert into usher.timeline (case_id, kind, text) values ('t-1', 'resumed', '${n}')`,
      );
      const found = await saidAfter(db, async (tx) => {
        await doing(...many)(tx);
        await sealAll(tx);
        await doing(`update usher.timeline set text = 'x' where kind = 'resumed'`)(tx);
      });
      expect(found).toHaveLength(50);
    });
  });
});
