// Verifies the audit chain: every link, every sealed row against the row as it is, and no row that was never sealed.
import { sql } from 'kysely';
import type { AuditFinding, AuditReport, ExpectedHead } from '../ports/audit.js';
import { ChainReader, type Entry, type Marks } from './audit-chain.js';
import { changedRows, strangers } from './audit-rows.js';
import { NUMBERED } from './audit-sources.js';
import type { Db } from './rows.js';

/** Entries in one statement: the embedded database does nothing else meanwhile. */
const ENTRIES_MOST = 200;
/** Findings that are told; more of them say nothing new. */
const FINDINGS_MOST = 50;

/**
 * Reads the whole chain, and everything that it speaks of. Changes nothing; the bot may run. With `expected`, a head that was
 * exported before must stand in it.
 */
export async function verifyAudit(db: Db, expected: ExpectedHead | null = null): Promise<AuditReport> {
  const chain = new ChainReader();
  const findings: AuditFinding[] = [];
  const headOf = { isThere: false };
  const before = await endOf(db);
  for await (const entries of entriesFrom(db)) {
    for (const entry of entries) {
      for (const what of chain.next(entry)) findings.push(about(entry, what));
      if (expected && entry.hash === expected.hash && (expected.sequence ?? entry.seq) === entry.seq)
        headOf.isThere = true;
    }
    findings.push(...(await changedRows(db, entries, before.sealedAt)));
    if (findings.length > FINDINGS_MOST) break;
  }
  if (chain.seq > 0 && !chain.isSealed && findings.length <= FINDINGS_MOST)
    findings.push({
      sequence: chain.seq,
      kind: 'chain',
      id: '',
      what: 'the chain ends without a seal: its end was cut',
    });
  if (expected && !headOf.isThere) findings.push(missingHead(expected, chain.seq));
  if (findings.length <= FINDINGS_MOST) findings.push(...(await strangers(db, before.marks)));
  return {
    ok: findings.length === 0,
    entries: chain.seq,
    head: chain.seq === 0 ? null : { sequence: chain.seq, hash: chain.hash },
    sealedAt: chain.sealedAt,
    unsealed: await unsealedRows(db, before.marks),
    findings: inOrder(findings).slice(0, FINDINGS_MOST),
    hasMore: findings.length > FINDINGS_MOST,
  };
}

/** All entries in their order, some at a time. */
export async function* entriesFrom(db: Db): AsyncGenerator<Entry[]> {
  let from = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const found = await sql<
      Omit<Entry, 'seq'> & { seq: string }
    >`select seq::text as seq, kind, id, record, contents, hash
      from usher.audit_entries e where seq > ${from} order by e.seq limit ${sql.lit(ENTRIES_MOST)}`.execute(db);
    if (found.rows.length === 0) return;
    const entries = found.rows.map((row) => ({ ...row, seq: Number(row.seq) }));
    from = entries.at(-1)!.seq;
    yield entries;
  }
}

/** The newest seal: what came after it is no finding. */
async function endOf(db: Db): Promise<{ marks: Marks; sealedAt: string | null }> {
  const found = await sql<
    Omit<Entry, 'seq'> & { seq: string }
  >`select seq::text as seq, kind, id, record, contents, hash
    from usher.audit_entries e where kind = 'seal' and id = '' order by e.seq desc limit 1`.execute(db);
  const reader = new ChainReader();
  for (const row of found.rows) reader.next({ ...row, seq: Number(row.seq) });
  return { marks: reader.marks, sealedAt: reader.sealedAt };
}

/** How many rows wait for the next seal. */
async function unsealedRows(db: Db, marks: Marks): Promise<number> {
  let rows = 0;
  for (const { kind, table, isLeftOut } of NUMBERED) {
    const found = await sql<{ n: number }>`select count(*)::int as n from ${sql.raw(table)} r
      where r.id > ${marks[kind]} and not (${sql.raw(isLeftOut)})`.execute(db);
    rows += found.rows[0]!.n;
  }
  return rows;
}

function missingHead({ sequence, hash }: ExpectedHead, last: number): AuditFinding {
  const what =
    sequence === null
      ? 'no entry has the exported hash: the end of the chain was cut, or the chain was written anew'
      : sequence > last
        ? `the end of the chain was cut: entries ${last + 1} to ${sequence} are missing`
        : 'the entry is not the one that was exported: the chain was written anew';
  return { sequence, kind: 'head', id: hash, what };
}

/** Links and rows of an entry stand together; what is in no entry comes last. */
function inOrder(findings: AuditFinding[]): AuditFinding[] {
  const place = ({ sequence }: AuditFinding) => sequence ?? Number.MAX_SAFE_INTEGER;
  return findings.toSorted((a, b) => place(a) - place(b));
}

function about({ seq, kind, id }: Entry, what: string): AuditFinding {
  return { sequence: seq, kind, id, what };
}
