// The audit chain as lines of JSON, to be kept elsewhere; and reading such a file: its chain is proved and its head taken.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AuditHead } from '../ports/audit.js';
import { ProblemError, problem } from '../problem.js';
import { ChainReader, type Entry } from './audit-chain.js';
import { entriesFrom } from './audit-verify.js';
import type { Db } from './rows.js';

const FORMAT = 1;

/** The head of what was given out is in `end` once the lines are at their end; null for an empty chain. */
export async function* auditLines(db: Db, end: { head: AuditHead | null }): AsyncGenerator<string> {
  yield JSON.stringify({ usher: 'audit', format: FORMAT });
  let previous = '';
  for await (const entries of entriesFrom(db)) {
    for (const { seq, kind, id, record, contents, hash } of entries) {
      yield JSON.stringify({ sequence: seq, kind, id, record, contents, previous, hash });
      previous = hash;
      end.head = { sequence: seq, hash };
    }
  }
  yield JSON.stringify({ end: true, head: end.head });
}

/** Proves the file's own chain. Throws ProblemError `audit-file-unreadable` or `audit-file-broken`, naming the first wrong line. */
export async function headOfFile(file: string): Promise<AuditHead> {
  const chain = new ChainReader();
  let number = 0;
  let head: AuditHead | null = null;
  for await (const line of linesOf(file)) {
    number += 1;
    if (head) throw broken(file, number, 'there are lines after the end');
    const row = parse(line);
    if (number === 1) {
      if (row?.usher !== 'audit' || row.format !== FORMAT)
        throw broken(file, 1, 'this is no audit chain that this release can read');
    } else if (row?.end === true) head = row.head as AuditHead | null;
    else {
      const { sequence: seq, kind, id, record, contents, hash } = row ?? {};
      const [wrong] = chain.next({ seq, kind, id, record, contents, hash } as Entry);
      if (wrong) throw broken(file, number, wrong);
    }
  }
  if (head === null) throw broken(file, number, 'its end is missing, or it is empty');
  if (head.sequence !== chain.seq || head.hash !== chain.hash) throw broken(file, number, 'its head is another one');
  return head;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (!code) throw error;
    const why = `The exported audit chain cannot be read (${code})`;
    throw new ProblemError(
      problem('audit-file-unreadable', why, 'Name a file that `usher audit export` wrote, or a head of 64 hex digits', {
        file,
      }),
    );
  }
}

function parse(line: string): Record<string, unknown> | null {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function broken(file: string, line: number, why: string): ProblemError {
  return new ProblemError(
    problem('audit-file-broken', `The exported audit chain is not whole: ${why}`, 'Take another copy of the file', {
      file,
      line,
    }),
  );
}
