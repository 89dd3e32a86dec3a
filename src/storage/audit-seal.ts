// Seals what has happened into the audit chain, a batch at a time, beside the work: no statement of a ticket's way knows of it.
import { type RawBuilder, sql } from 'kysely';
import { type EntryBody, linked, type Marks, NO_HASH, NO_MARKS, readRecord, type Seal } from './audit-chain.js';
import { IN_USE, NUMBERED, type NumberedSource, PUBLISHED, type PublishedSource, sha256Of } from './audit-sources.js';
import type { Db } from './rows.js';

/** Rows of a kind in one statement: the embedded database does nothing else meanwhile. */
const ROWS_MOST = 200;
/** A number that was passed over is looked for so long; afterwards a row that has it was put there by somebody else. */
const GAP_SECONDS = 3_600;
/** Numbers before a row at which another may still be under way. */
const GAP_MOST = 1_000;

interface Open {
  kind: string;
  id: number;
  is_gap: boolean;
  sealed: string | null;
}

interface Found {
  entries: EntryBody[];
  open: Open[];
  closed: { kind: string; id: number }[];
  mark: number;
  rows: number;
}

export interface Sealing {
  /** Asked between batches; false ends the pass. */
  goOn?: () => Promise<boolean>;
  /** For tests. */
  gapSeconds?: number;
}

/**
 * Seals all there is to seal; answers how many entries were added. One process at a time: another one's batch makes this one
 * fail and change nothing.
 */
export async function sealAll(db: Db, { goOn, gapSeconds = GAP_SECONDS }: Sealing = {}): Promise<number> {
  let added = 0;
  for (;;) {
    const batch = await sealBatch(db);
    added += batch.added;
    if (batch.isLast || (goOn && !(await goOn()))) break;
  }
  await sql`delete from usher.audit_open o where is_gap and since <= now() - ${gapSeconds}::float8 * interval '1 second'
    and (kind <> 'write' or not exists (select 1 from usher.writes w where w.id = o.id))`.execute(db);
  return added;
}

async function sealBatch(db: Db): Promise<{ added: number; isLast: boolean }> {
  const { last, marks, at } = await standOf(db);
  const next: Marks = { ...marks };
  const bodies: EntryBody[] = [];
  const open: Open[] = [];
  const closed: Found['closed'] = [];
  // A full look may have left something; what is written meanwhile waits for the next pass.
  let isLast = true;
  for (const source of NUMBERED) {
    const found = await numberedRows(db, source, marks[source.kind]);
    bodies.push(...found.entries);
    open.push(...found.open);
    closed.push(...found.closed);
    next[source.kind] = found.mark;
    if (found.rows >= ROWS_MOST) isLast = false;
  }
  const erased = await erasures(db, marks.erasure);
  next.erasure = erased.mark;
  const others = [...(await Promise.all(PUBLISHED.map((source) => publishedRows(db, source)))), erased.entries];
  if (others.some((entries) => entries.length >= ROWS_MOST)) isLast = false;
  bodies.push(...others.flat(), ...(await reloads(db)));
  if (bodies.length === 0 && JSON.stringify(next) === JSON.stringify(marks)) return { added: 0, isLast: true };
  const seal: Seal = { at, entries: bodies.length, marks: next };
  const entries = linked([...bodies, { kind: 'seal', id: '', record: JSON.stringify(seal), contents: null }], last);
  // One statement, so that it is whole or not there; a second sealer's numbers are taken, and its statement fails.
  await sql`with put as (insert into usher.audit_entries (seq, kind, id, record, contents, hash)
      select seq, kind, id, record, contents, hash from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
        as e(seq bigint, kind text, id text, record text, contents text, hash text)),
    closed as (delete from usher.audit_open o using jsonb_to_recordset(${JSON.stringify(closed)}::jsonb) as c(kind text, id bigint)
      where o.kind = c.kind and o.id = c.id)
    insert into usher.audit_open (kind, id, is_gap, sealed)
      select kind, id, is_gap, sealed from jsonb_to_recordset(${JSON.stringify(open)}::jsonb) as o(kind text, id bigint, is_gap boolean, sealed text)
      on conflict (kind, id) do update set sealed = excluded.sealed`.execute(db);
  return { added: entries.length, isLast };
}

interface Stand {
  last: { seq: number; hash: string };
  marks: Marks;
  at: string;
  sealedAt: string | null;
}

async function standOf(db: Db): Promise<Stand> {
  const found = await sql<{
    seq: string | null;
    hash: string | null;
    seal: string | null;
    at: Date;
  }>`select l.seq::text as seq, l.hash,
      (select record from usher.audit_entries where kind = 'seal' and id = '' order by seq desc limit 1) as seal, now() as at
    from (select 1) one left join lateral (select seq, hash from usher.audit_entries order by seq desc limit 1) l on true`.execute(
    db,
  );
  const row = found.rows[0]!;
  const seal = readRecord<Seal>(row.seal ?? '');
  return {
    last: { seq: Number(row.seq ?? 0), hash: row.hash ?? NO_HASH },
    marks: { ...NO_MARKS, ...seal?.marks },
    at: row.at.toISOString(),
    sealedAt: seal?.at ?? null,
  };
}

/** When the newest seal was made (null: never), and for how many seconds the oldest decision has waited for one. */
export async function sealAge(db: Db): Promise<{ sealedAt: string | null; unsealedSeconds: number }> {
  const { marks, sealedAt } = await standOf(db);
  const found = await sql<{ age: number }>`select extract(epoch from now() - at)::float8 as age
    from usher.decisions where id > ${marks.decision} order by id limit 1`.execute(db);
  return { sealedAt, unsealedSeconds: found.rows[0]?.age ?? 0 };
}

interface Row {
  id: string;
  is_new: boolean;
  is_final: boolean;
  is_left_out: boolean;
  record: string | null;
  contents: string | null;
}

/** Rows above the mark, and older ones that were open. */
async function numberedRows(db: Db, source: NumberedSource, mark: number): Promise<Found> {
  const r = raw(source);
  const found = await sql<Row>`with wanted as materialized (
      select id, true as is_new, null::text as sealed from (select id from ${r.table} where id > ${mark} order by id limit ${sql.lit(ROWS_MOST)}) f
      union all select id, false, sealed from usher.audit_open where kind = ${sql.lit(source.kind)} and id <= ${mark})
    select r.id::text as id, w.is_new, ${r.isFinal} as is_final, ${r.isLeftOut} as is_left_out,
      case when ${r.isReady} then (${r.record})::text end as record, case when ${r.isReady} then ${r.hash} end as contents
    from wanted w join ${r.table} r on r.id = w.id
    where w.is_new or (${r.isReady} and w.sealed is distinct from (${r.record})::text)
    order by r.id`.execute(db);
  const out: Found = { entries: [], open: [], closed: [], mark, rows: found.rows.length };
  for (const row of found.rows) {
    const id = Number(row.id);
    if (row.is_new) {
      // A lower number may still be on its way into the table.
      for (let n = Math.max(out.mark + 1, id - GAP_MOST); n < id; n++)
        out.open.push({ kind: source.kind, id: n, is_gap: true, sealed: null });
      out.mark = id;
    }
    if (row.is_left_out) continue;
    const { record, contents } = row;
    if (record !== null) out.entries.push({ kind: source.kind, id: row.id, record, contents });
    if (record === null || !row.is_final) out.open.push({ kind: source.kind, id, is_gap: false, sealed: record });
    else if (!row.is_new) out.closed.push({ kind: source.kind, id });
  }
  return out;
}

async function publishedRows(db: Db, source: PublishedSource): Promise<EntryBody[]> {
  const r = raw(source);
  const id = sql.raw(source.id);
  const found = await sql<{
    id: string;
    record: string;
    contents: string;
  }>`select ${id} as id, (${r.record})::text as record,
      ${r.hash} as contents from ${r.table} r
    where ${r.isReady} and not exists (select 1 from usher.audit_entries e where e.kind = ${sql.lit(source.kind)} and e.id = ${id})
    order by 1 limit ${sql.lit(ROWS_MOST)}`.execute(db);
  return found.rows.map((row) => ({ kind: source.kind, ...row }));
}

async function reloads(db: Db): Promise<EntryBody[]> {
  const found = await sql<{
    id: string;
    record: string;
  }>`select u.id, jsonb_build_object('hash', u.hash)::text as record
    from (${sql.raw(IN_USE)}) u where jsonb_build_object('hash', u.hash)::text is distinct from (
      select e.record from usher.audit_entries e where e.kind = 'reload' and e.id = u.id order by e.seq desc limit 1)
    order by 1`.execute(db);
  return found.rows.map((row) => ({ kind: 'reload', ...row, contents: null }));
}

/** Whose contents were erased since the mark, with an hour's overlap: a transaction's time is that of its beginning. */
async function erasures(db: Db, mark: string): Promise<{ entries: EntryBody[]; mark: string }> {
  const record = sql`jsonb_build_object('case', c.id, 'at', extract(epoch from c.erased_at))::text`;
  const found = await sql<{ id: string; record: string; at: string }>`select c.id, ${record} as record,
      extract(epoch from c.erased_at)::text as at from usher.cases c
    where c.erased_at > to_timestamp(${mark}::float8) - interval '1 hour'
      and not exists (select 1 from usher.audit_entries e where e.kind = 'erasure' and e.id = c.id and e.record = ${record})
    order by c.erased_at, c.id limit ${sql.lit(ROWS_MOST)}`.execute(db);
  return {
    entries: found.rows.map(({ id, record: text }) => ({ kind: 'erasure', id, record: text, contents: null })),
    mark: found.rows.at(-1)?.at ?? mark,
  };
}

type Raw = Record<'table' | 'record' | 'hash' | 'isReady' | 'isFinal' | 'isLeftOut', RawBuilder<unknown>>;

function raw(source: NumberedSource | PublishedSource): Raw {
  const { table, record, contents, isReady } = source;
  const { isFinal, isLeftOut } = 'isFinal' in source ? source : { isFinal: 'true', isLeftOut: 'false' };
  return {
    table: sql.raw(table),
    record: sql.raw(record),
    hash: sql.raw(sha256Of(contents)),
    isReady: sql.raw(`(${isReady})`),
    isFinal: sql.raw(`(${isFinal})`),
    isLeftOut: sql.raw(`(${isLeftOut})`),
  };
}
