// Reads a list in a process of its own, with limits of time and memory, and makes a snapshot of what it says.
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LintFinding, Listing, ListSnapshot } from '../core/listing.js';
import type { ListMapping } from '../core/rulebook.js';
import { type Problem, problem, visible } from '../problem.js';
import type { ReadAnswer, ReadRequest } from './reader-messages.js';

export type ReadListResult = { kind: 'ok'; snapshot: ListSnapshot } | { kind: 'failed'; problems: Problem[] };

export interface ReaderLimits {
  heapMb: number;
  timeoutMs: number;
}

/** Measured: 68 MB of sheet XML takes 640 MB and 5 s. */
export const readerLimits: ReaderLimits = { heapMb: 1024, timeoutMs: 30_000 };

/** Raised when the same bytes and mapping give other listings than before, so that old snapshots are read anew. */
const readerVersion = 2;

type Answer = { kind: 'ok'; listings: Listing[]; lint: LintFinding[] } | { kind: 'failed'; problems: Problem[] };

/**
 * Reads a spreadsheet's bytes with a mapping. `name` is shown to people; `readAt` (ISO) becomes the snapshot's `loadedAt`. Never throws for
 * anything in the file: a bomb kills the reading process, and that is a Problem.
 */
export function readList(bytes: Buffer, name: string, mapping: ListMapping, readAt: string): Promise<ReadListResult> {
  return listReader(readerLimits)(bytes, name, mapping, readAt);
}

/** `readList` with other limits. */
export function listReader(limits: ReaderLimits): typeof readList {
  return async (bytes, name, mapping, readAt) => {
    const program = childProgram();
    if (!existsSync(program)) {
      return {
        kind: 'failed',
        problems: [
          problem('list-reader-missing', 'the program that reads spreadsheets is not built', 'run npm run build'),
        ],
      };
    }
    const answer = await askChild(program, { bytes, name, mapping }, limits);
    if (answer.kind === 'failed') return answer;
    const { listings, lint } = answer;
    const snapshot: ListSnapshot = {
      list: mapping.name,
      title: mapping.title,
      hash: listHash(bytes, mapping),
      file: name,
      sheet: mapping.sheet,
      loadedAt: readAt,
      listings,
      lint,
    };
    return { kind: 'ok', snapshot };
  };
}

/** sha256 (hex) over the bytes and all of the mapping that changes what is read. */
export function listHash(bytes: Buffer, mapping: ListMapping): string {
  const { name, sheet, columns, statuses, maxRows, approvalDates, approving } = mapping;
  const dates = approvalDates && { from: approvalDates.from, until: approvalDates.until, approving };
  const how = canonical({ readerVersion, name, sheet, columns, statuses, maxRows, dates });
  return createHash('sha256').update(createHash('sha256').update(bytes).digest()).update(how).digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The compiled program; Node cannot start the TypeScript source, which is what runs under the test runner. */
function childProgram(): string {
  const here = import.meta.url.endsWith('.ts') ? '../../dist/lists/read-child.js' : './read-child.js';
  return fileURLToPath(new URL(here, import.meta.url));
}

function askChild(program: string, request: ReadRequest, limits: ReaderLimits): Promise<Answer> {
  return new Promise((resolve) => {
    // An empty environment: a parser of strangers' bytes needs no token of ours.
    const child = fork(program, [], {
      execArgv: [`--max-old-space-size=${limits.heapMb}`],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const listings: Listing[] = [];
    let end: Answer | null = null;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, limits.timeoutMs);
    const said = lastWords(child);
    child.on('message', (message) => {
      const answer = message as ReadAnswer;
      if (answer.kind === 'listings') listings.push(...answer.listings);
      else end = answer.kind === 'done' ? { kind: 'ok', listings, lint: answer.lint } : answer;
    });
    const finish = (died: Problem) => {
      clearTimeout(timer);
      resolve(end ?? { kind: 'failed', problems: [died] });
    };
    child.once('error', (error) => finish(readerDied(request.name, error.message)));
    child.once('close', () => finish(timedOut ? tooSlow(request.name, limits) : readerDied(request.name, said())));
    child.send(request, (error) => {
      if (error) child.kill('SIGKILL');
    });
  });
}

function lastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < 4000) text += chunk;
  });
  return () =>
    /heap out of memory|allocation failed/i.test(text)
      ? 'it needed too much memory'
      : (text.trim().split('\n')[0] ?? '');
}

function tooSlow(name: string, limits: ReaderLimits): Problem {
  return problem(
    'list-too-slow',
    `reading ${visible(name)} took more than ${limits.timeoutMs / 1000} s and was stopped`,
    'copy the rows into a new workbook without the formatting',
  );
}

function readerDied(name: string, why: string): Problem {
  const reason = why === '' ? 'the reading process ended' : why;
  return problem(
    'list-reader-died',
    `reading ${visible(name)} failed: ${visible(reason.slice(0, 300))}`,
    'open the file in Excel and save a plain copy; if that is read, please report the first one',
  );
}
