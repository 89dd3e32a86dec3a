// `usher audit`: what the running bot does for it, on the database that only it has where that is embedded.
import type { AuditHead } from '../ports/audit.js';
import { type Problem, problem } from '../problem.js';
import { auditLines } from '../storage/audit-export.js';
import type { Database } from '../storage/pool.js';
import { writeNewFile } from './new-file.js';

export interface AuditExported {
  file: string;
  entries: number;
  head: AuditHead | null;
}

/** Throws ProblemError `audit-file-exists` or `audit-not-written`. */
export async function exportAudit(db: Database, file: string): Promise<AuditExported> {
  const end: { head: AuditHead | null } = { head: null };
  await writeNewFile(file, auditLines(db.kysely(), end), { exists, notWritten });
  return { file, entries: end.head?.sequence ?? 0, head: end.head };
}

function exists(file: string): Problem {
  return problem('audit-file-exists', 'There is a file of this name already', 'Name another one, or remove it', {
    file,
  });
}

function notWritten(file: string, why: string): Problem {
  const message = `The audit chain cannot be written (${why})`;
  return problem('audit-not-written', message, 'Look at the folder and the room on its disk', { file });
}
