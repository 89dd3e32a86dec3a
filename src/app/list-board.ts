// Reads the lists' files again and again, and says in one sentence each time something changed that decisions depend on.
import { isAbsolute, join } from 'node:path';
import type { ListMapping } from '../core/rulebook.js';
import { listStatus, type RefreshResult, refreshList } from '../lists/keeper.js';
import { localFileSource } from '../lists/source.js';
import type { Clock, Snapshots } from '../ports.js';
import type { Problem } from '../problem.js';
import type { Duty } from './duty.js';

export interface ListBoardOptions {
  dataDir: string;
  snapshots: Snapshots;
  clock: Clock;
  /** A changed file must have been left alone this long, in milliseconds. */
  quietMs: number;
  /** Only who has it reads; the others use the snapshots that it published. */
  duty: Duty;
  /** No other process could read instead. */
  isAlone: boolean;
  mappings: () => ListMapping[];
  /** One sentence on what changed. */
  onChange: (says: string) => void;
  onProblems: (problems: Problem[]) => void;
}

export interface ListBoard {
  /** Reads all lists now, one turn after another. Rejects when the snapshots cannot be kept; the next turn tries again. */
  refresh(): Promise<void>;
  /** No turn begins any more; resolves when none runs. */
  stop(): Promise<void>;
}

export function openListBoard(options: ListBoardOptions): ListBoard {
  const failures = new Map<string, string>();
  const unusable = new Map<string, boolean>();
  let turn: Promise<void> = Promise.resolve();
  let isStopped = false;
  let turnsOut = 0;

  const readOne = async (mapping: ListMapping): Promise<boolean> => {
    const { snapshots, quietMs, clock } = options;
    const source = localFileSource(listPath(options.dataDir, mapping));
    const result = await refreshList(mapping, source, snapshots, { quietMs, now: clock.now() });
    const says = sentence(mapping, result, failures);
    if (result.kind === 'failed' && says) options.onProblems(result.problems);
    const status = await listStatus(mapping, snapshots, clock.now());
    const isBack = status.problem === null && unusable.get(mapping.name) === true;
    unusable.set(mapping.name, status.problem !== null);
    if (says) options.onChange(says);
    else if (isBack) options.onChange(`${mapping.title}: it can be relied on again`);
    return result.kind !== 'failed';
  };
  const readAll = async () => {
    if (turnsOut > 0) return void turnsOut--;
    if (isStopped || !(await options.duty.hold())) return;
    let isWell = true;
    for (const mapping of options.mappings()) if (!isStopped && !(await readOne(mapping))) isWell = false;
    // The files may be on another machine: whoever has them reads.
    if (isWell || options.isAlone) return;
    turnsOut = TURNS_OUT;
    await options.duty.release();
  };
  return {
    refresh() {
      // One turn that failed must not be the last.
      turn = turn.catch(() => {}).then(readAll);
      return turn;
    },
    async stop() {
      isStopped = true;
      await turn.catch(() => {});
      await options.duty.release();
    },
  };
}

/** Turns for which a process that cannot read a list lets another one try. */
const TURNS_OUT = 3;

/** Relative list paths are taken from DATA_DIR. */
export function listPath(dataDir: string, mapping: ListMapping): string {
  return isAbsolute(mapping.file) ? mapping.file : join(dataDir, mapping.file);
}

/** What is new about the list, or null; a failure that lasts is said once. */
function sentence(mapping: ListMapping, result: RefreshResult, failures: Map<string, string>): string | null {
  const before = failures.get(mapping.name);
  if (result.kind !== 'failed') failures.delete(mapping.name);
  switch (result.kind) {
    case 'published':
      return `${mapping.title}: ${result.first ? 'read' : 'a new version is in use'} (${result.hash.slice(0, 12)})`;
    case 'waiting':
      return result.isNew
        ? `${mapping.title}: ${result.why}; accept it with: usher lists accept ${result.hash.slice(0, 12)}`
        : null;
    case 'failed': {
      const text = result.problems[0]?.message ?? 'it could not be read';
      failures.set(mapping.name, text);
      return before === text ? null : `${mapping.title}: ${text}; the last good version stays in use`;
    }
    default:
      return null;
  }
}
