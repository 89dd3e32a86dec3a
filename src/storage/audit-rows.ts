// Holds sealed entries against the rows they speak of: which were changed or are gone, and which rows no entry knows.
import { sql } from 'kysely';
import type { AuditFinding } from '../ports/audit.js';
import { type Entry, type Marks, readRecord } from './audit-chain.js';
import { NUMBERED, type NumberedSource, PUBLISHED, type PublishedSource, sha256Of } from './audit-sources.js';
import type { Db } from './rows.js';

/** No setting lets contents go sooner (RETENTION_DAYS). */
const KEPT_DAYS_LEAST = 100;
/** An erasure this much older than the newest seal may still wait for its own: its time is that of its transaction's beginning. */
const SEALING_SECONDS_MOST = 3_600;
/** Rows looked at in one statement. */
const ROWS_MOST = 5_000;

interface Kept {
  case?: string;
  at?: number;
  state?: string;
  decided?: unknown;
}

interface Differing {
  seq: string;
  is_gone: boolean;
  record: string | null;
  differs: boolean;
  is_erased: boolean;
}

/** What became of rows that these entries speak of; `sealedAt` is the time of the newest seal. */
export async function changedRows(db: Db, entries: Entry[], sealedAt: string | null): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (const source of NUMBERED) findings.push(...(await changedNumbered(db, source, entries, sealedAt)));
  for (const source of PUBLISHED) findings.push(...(await changedPublished(db, source, entries)));
  return findings;
}

async function changedNumbered(
  db: Db,
  source: NumberedSource,
  entries: Entry[],
  sealedAt: string | null,
): Promise<AuditFinding[]> {
  // An entry with another id than a number was tampered with, and its hash has told so.
  const mine = new Map(entries.filter((e) => e.kind === source.kind && /^\d{1,15}$/.test(e.id)).map((e) => [e.seq, e]));
  if (mine.size === 0) return [];
  const seqs = [...mine.keys()];
  const record = sql.raw(source.record);
  const found =
    await sql<Differing>`with e as materialized (select seq, id::bigint as id, record, contents from usher.audit_entries e
      where seq = any(${seqs}::bigint[]) and not exists (select 1 from usher.audit_entries l
        where l.kind = e.kind and l.id = e.id and l.seq > e.seq))
    select e.seq::text as seq, r.id is null as is_gone, (${record})::text as record,
      e.contents is distinct from ${sql.raw(sha256Of(source.contents))} as differs, coalesce(${sql.raw(source.isErased)}, false) as is_erased
    from e left join ${sql.raw(source.table)} r on r.id = e.id
    where r.id is null or e.record <> (${record})::text or e.contents is distinct from ${sql.raw(sha256Of(source.contents))}
    order by e.seq`.execute(db);
  if (found.rows.length === 0) return [];
  const rows = found.rows.map((row) => ({ row, entry: mine.get(Number(row.seq))! }));
  const erased = await erasuresOf(
    db,
    rows.flatMap(({ entry }) => readRecord<Kept>(entry.record)?.case ?? []),
  );
  return rows.flatMap(({ row, entry }) => {
    const what = whatBecame(row, entry, { erased, sealedAt });
    return what === null ? [] : [{ sequence: entry.seq, kind: entry.kind, id: entry.id, what }];
  });
}

interface Erasure {
  /** Place in the chain; null while it waits for the next seal. */
  seq: number | null;
  /** Seconds since 1970. */
  at: number;
}

/** The erasures of these cases, and what the rows of the cases say. */
async function erasuresOf(db: Db, cases: string[]): Promise<Map<string, Erasure[]>> {
  const found = await sql<{ id: string; seq: string | null; at: number | null; record: string | null }>`
    select id, seq::text as seq, null::float8 as at, record from usher.audit_entries
      where kind = 'erasure' and id = any(${cases}::text[])
    union all select id, null, extract(epoch from erased_at)::float8, null from usher.cases
      where id = any(${cases}::text[]) and erased_at is not null`.execute(db);
  const erased = new Map<string, Erasure[]>();
  for (const row of found.rows) {
    const at = row.at ?? readRecord<Kept>(row.record ?? '')?.at;
    if (at === undefined) continue;
    erased.set(row.id, [...(erased.get(row.id) ?? []), { seq: row.seq === null ? null : Number(row.seq), at }]);
  }
  return erased;
}

/** null: nothing that may not have happened. */
function whatBecame(
  row: Differing,
  entry: Entry,
  { erased, sealedAt }: { erased: Map<string, Erasure[]>; sealedAt: string | null },
): string | null {
  const sealed = readRecord<Kept>(entry.record);
  // Not readable: the entry's hash has told of it.
  if (sealed === null) return null;
  const now = readRecord<Kept>(row.record ?? '');
  if (!row.is_gone && isOpenStill(entry, sealed)) return isSameStep(sealed, now) ? null : 'its row was changed';
  const erasure = (erased.get(sealed.case ?? '') ?? []).find((e) =>
    e.seq === null ? e.at >= Date.parse(sealedAt ?? '') / 1000 - SEALING_SECONDS_MOST : e.seq > entry.seq,
  );
  const isErased = erasure !== undefined && (row.is_gone ? entry.kind === 'settlement' : row.is_erased);
  if (isErased && erasure.at - (sealed.at ?? 0) < KEPT_DAYS_LEAST * 86_400)
    return `its contents were erased after less than ${KEPT_DAYS_LEAST} days`;
  if (row.is_gone) return isErased ? null : 'its row is gone';
  if (row.differs && !isErased) return 'the contents of its row were changed';
  return same(sealed, now, isErased ? ['decided'] : []) ? null : 'its row was changed';
}

/** A step that was refused or unsure may be settled otherwise since; that is the next seal's. */
function isOpenStill(entry: Entry, sealed: Kept): boolean {
  return entry.kind === 'write' && (sealed.state === 'refused' || sealed.state === 'unsure');
}

const SETTLED_LATER = ['state', 'mark', 'content', 'receipt', 'claimed', 'at'];

function isSameStep(sealed: Kept, now: Kept | null): boolean {
  return same(sealed, now, SETTLED_LATER) && (sealed.state !== now?.state || same(sealed, now, []));
}

/** Both come from the database, which puts keys in one order. */
function same(a: Kept, b: Kept | null, without: string[]): boolean {
  const left = (kept: Kept | null) =>
    JSON.stringify(Object.entries(kept ?? {}).filter(([name]) => !without.includes(name)));
  return left(a) === left(b);
}

async function changedPublished(db: Db, source: PublishedSource, entries: Entry[]): Promise<AuditFinding[]> {
  const mine = entries.filter((e) => e.kind === source.kind);
  if (mine.length === 0) return [];
  const id = sql.raw(source.id);
  const found = await sql<{ id: string; record: string; contents: string }>`select ${id} as id,
      (${sql.raw(source.record)})::text as record, ${sql.raw(sha256Of(source.contents))} as contents
    from ${sql.raw(source.table)} r where ${id} = any(${mine.map((e) => e.id)}::text[])`.execute(db);
  const rows = new Map(found.rows.map((row) => [row.id, row]));
  return mine.flatMap((entry) => {
    const row = rows.get(entry.id);
    if (row ? row.record === entry.record && row.contents === entry.contents : source.mayGo) return [];
    const what = row ? 'the contents of its row were changed' : 'its row is gone';
    return [{ sequence: entry.seq, kind: entry.kind, id: entry.id, what }];
  });
}

/** Rows that should have been sealed long ago and are in no entry: somebody put them there. */
export async function strangers(db: Db, marks: Marks): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (const { kind, table, isLeftOut } of NUMBERED) {
    for (let from = 0; from < marks[kind]; from += ROWS_MOST) {
      const to = Math.min(from + ROWS_MOST, marks[kind]);
      const found = await sql<{ id: string }>`select r.id::text as id from ${sql.raw(table)} r
        where r.id > ${from} and r.id <= ${to} and not (${sql.raw(isLeftOut)})
          and not exists (select 1 from usher.audit_entries e where e.kind = ${kind} and e.id = r.id::text)
          and not exists (select 1 from usher.audit_open o where o.kind = ${kind} and o.id = r.id)
        order by r.id limit 100`.execute(db);
      const what = 'the row is in no entry: it was put there beside Usher';
      findings.push(...found.rows.map(({ id }) => ({ sequence: null, kind, id, what })));
    }
  }
  return findings;
}
