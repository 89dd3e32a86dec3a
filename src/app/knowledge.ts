// What a decision made now would use: the rulebook as last checked and the lists as last read, both refreshed while running.
import { createHash } from 'node:crypto';
import { type AskedMatch, matchAsked } from '../commands/match-asked.js';
import type { ListInUse } from '../core/listing.js';
import { buildMatchIndex } from '../core/match/index-lists.js';
import type { Match } from '../core/match-result.js';
import type { Rulebook } from '../core/rulebook.js';
import type { Knowledge } from '../flow/deps.js';
import { listInUse, listStatus } from '../lists/keeper.js';
import type { Clock, ListStatus, Snapshots } from '../ports.js';
import { type Problem, ProblemError } from '../problem.js';
import { loadRulebook, type RulebookSource } from '../rulebook/load.js';
import { runScenarios, scenarioProblems } from '../rulebook/run-scenarios.js';
import { watchRulebook } from '../rulebook/watch.js';
import { openListBoard } from './list-board.js';

export interface KnowledgeOptions {
  source: RulebookSource;
  dataDir: string;
  snapshots: Snapshots;
  clock: Clock;
  quietMs: number;
  /** Milliseconds between looks at the lists' files. */
  lookMs: number;
  /** Runs before new rules or lists are used for the first time in this process; `state` is a hash over both. */
  onState?: (rulebook: Rulebook, state: string) => Promise<void>;
  /** After new rules or lists came into use. */
  onUsed?: (state: string) => Promise<void>;
  /** What forbids using a rulebook here (drafts when live); the last good one stays. */
  mayUse?: (rulebook: Rulebook) => Problem[];
  /** One sentence on what changed. */
  onChange: (says: string) => void;
  /** Shown to the admin; the last good stays in use. */
  onProblems: (problems: Problem[]) => void;
}

export interface KnowledgeBase {
  rulebook(): Rulebook;
  current(): Promise<Knowledge>;
  /** How an organization would be matched with the lists as they are. */
  match(asked: AskedMatch): Promise<Match>;
  /** Forgets what was worked out and tells whoever waits. */
  changed(says: string): void;
  /** Reads all lists now. */
  refresh(): Promise<void>;
  listStatuses(): Promise<ListStatus[]>;
  /** Mistakes in the files on disk; [] when they are what is in use. */
  problems(): Problem[];
  stop(): Promise<void>;
}

/** Ages and gone organizations are judged anew after this, even when no file changed. */
const FRESH_MS = 30_000;

/** Loads and checks everything. Throws ProblemError when the rules cannot be used at all: there is no last good one yet. */
export async function openKnowledge(options: KnowledgeOptions): Promise<KnowledgeBase> {
  const { clock, snapshots } = options;
  let rulebook = await firstRulebook(options.source);
  refuse(options.mayUse?.(rulebook) ?? []);
  let problems: Problem[] = [];
  let cached: { at: number; value: Promise<Knowledge> } | null = null;

  const mappings = () => rulebook.programmes.flatMap((p) => p.lists);
  let last: { state: string; index: Knowledge['index'] } | null = null;
  const build = async (): Promise<Knowledge> => {
    const used = rulebook;
    const now = clock.now();
    const lists = await Promise.all(used.programmes.flatMap((p) => p.lists).map((m) => listInUse(m, snapshots, now)));
    const state = stateOf(used, lists);
    // Building an index takes seconds for very long lists: only when something is different.
    if (last?.state !== state) {
      await options.onState?.(used, state);
      last = { state, index: buildMatchIndex(lists, used.directory) };
      // After this has been handed out: whoever looks at old cases asks for it.
      setImmediate(() => options.onUsed?.(state).catch((error) => options.onProblems(asProblems(error))));
    }
    return { rulebook: used, lists, index: last.index };
  };
  const current = () => {
    const at = clock.now().getTime();
    if (cached && at - cached.at <= FRESH_MS) return cached.value;
    const value = build();
    cached = { at, value };
    // What could not be worked out is worked out anew for the next who asks.
    value.catch(() => {
      if (cached?.value === value) cached = null;
    });
    return value;
  };
  const changed = (says: string) => {
    cached = null;
    options.onChange(says);
    // Whoever waits for this is woken when it is worked out.
    current().catch((error) => options.onProblems(asProblems(error)));
  };
  const report = (found: Problem[]) => {
    problems = found;
    options.onProblems(found);
  };
  const board = openListBoard({ ...options, mappings, onChange: changed });
  const watch = watchRulebook({
    ...options.source,
    current: rulebook,
    onLoaded(next, names) {
      const refused = options.mayUse?.(next) ?? [];
      if (refused.length > 0) return report(refused);
      rulebook = next;
      changed(`rules reloaded: ${names.join(', ')}`);
    },
    onProblems: report,
  });
  await board.refresh();
  await current();
  const timer = setInterval(() => {
    board
      .refresh()
      .then(current)
      .catch((error) => options.onProblems(asProblems(error)));
  }, options.lookMs);
  return {
    rulebook: () => rulebook,
    current,
    match: async (asked) => matchAsked(asked, (await current()).index),
    changed,
    refresh: () => board.refresh(),
    listStatuses: () => Promise.all(mappings().map((m) => listStatus(m, snapshots, clock.now()))),
    problems: () => problems,
    async stop() {
      clearInterval(timer);
      await watch.stop();
      await board.stop();
    },
  };
}

/** Equal for equal rules and lists, and the same of them to be relied on. */
function stateOf(rulebook: Rulebook, lists: ListInUse[]): string {
  const parts = lists.map((l) => [
    l.name,
    l.snapshot?.hash,
    l.problem,
    l.gone.map((g) => `${g.hash}:${g.listing.row}`),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([rulebook.hash, parts]))
    .digest('hex');
}

function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new ProblemError(problems);
}

async function firstRulebook(source: RulebookSource): Promise<Rulebook> {
  const loaded = await loadRulebook(source);
  if (!loaded.rulebook) throw new ProblemError(loaded.problems.filter((p) => p.severity === 'error'));
  const { directory } = loaded.rulebook;
  const failed = Object.values(loaded.byProgramme).flatMap(({ programme, scenarios }) =>
    programme ? scenarioProblems(runScenarios({ hash: '', directory, programmes: [] }, programme, scenarios)) : [],
  );
  if (failed.length > 0) throw new ProblemError(failed);
  return loaded.rulebook;
}

function asProblems(error: unknown): Problem[] {
  if (error instanceof ProblemError) return error.problems;
  const message = error instanceof Error ? error.message : String(error);
  return [{ code: 'list-refresh-failed', family: 'bug', severity: 'error', message, fix: 'See the log' }];
}
