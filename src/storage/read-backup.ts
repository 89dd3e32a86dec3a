// Reads a backup file: proves that it is whole before anything is done with it, then hands over its rows.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ProblemError, problem } from '../problem.js';
import { BACKUP_FORMAT, type BackupEnd, type BackupHead } from './backup.js';

export interface BackupFile {
  head: BackupHead;
  rows: number;
  /** Table and row, the row as the JSON text it was written as. */
  lines(): AsyncGenerator<{ table: string; row: string }>;
}

/** Reads it once from end to end. Throws ProblemError `backup-unreadable`, `backup-torn` or `backup-newer`. */
export async function openBackup(file: string): Promise<BackupFile> {
  const hash = createHash('sha256');
  let head: BackupHead | null = null;
  let last: string | null = null;
  let rows = -1;
  for await (const line of linesOf(file)) {
    if (head === null) head = readHead(line, file);
    if (last !== null) {
      hash.update(`${last}\n`);
      rows += 1;
    }
    last = line;
  }
  const end = readEnd(last);
  if (!head || !end || end.rows !== rows || end.sha256 !== hash.digest('hex')) throw torn(file);
  return { head, rows, lines: () => rowsOf(file, rows) };
}

async function* rowsOf(file: string, rows: number): AsyncGenerator<{ table: string; row: string }> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (number === 1) continue;
    if (number > rows + 1) return;
    const comma = line.indexOf(',');
    yield { table: JSON.parse(line.slice(1, comma)) as string, row: line.slice(comma + 1, -1) };
  }
}

/** Ends at line feeds only: what else looks like an end stands inside texts. A last line without one counts too. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop()!;
      yield* parts;
    }
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (!code) throw error;
    throw new ProblemError(
      problem('backup-unreadable', `The backup cannot be read (${code})`, 'Name a file that `usher backup` wrote', {
        file,
      }),
    );
  }
  if (rest !== '') yield rest;
}

function readHead(line: string, file: string): BackupHead {
  const head = parse(line) as Partial<BackupHead> | null;
  if (head?.usher !== 'backup' || !Array.isArray(head.migrations) || !Array.isArray(head.tables))
    throw new ProblemError(
      problem('backup-unreadable', 'This is not a backup of Usher', 'Name a file that `usher backup` wrote', { file }),
    );
  if (head.format !== BACKUP_FORMAT)
    throw new ProblemError(
      problem(
        'backup-newer',
        `The backup has format ${head.format}, which this release does not know`,
        'Restore it with the release that wrote it, or a later one',
        { file },
      ),
    );
  return head as BackupHead;
}

function readEnd(line: string | null): BackupEnd | null {
  const end = parse(line ?? '') as Partial<BackupEnd> | null;
  return end?.end === true ? (end as BackupEnd) : null;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function torn(file: string): ProblemError {
  return new ProblemError(
    problem(
      'backup-torn',
      'The backup is not whole: its end is missing, or lines of it were lost or changed',
      'Take another backup; nothing was restored',
      { file },
    ),
  );
}
