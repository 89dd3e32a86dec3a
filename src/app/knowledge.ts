// What a decision made now would use: the rulebook as last checked and the lists as last read, both refreshed while running.
import { isAbsolute, join } from 'node:path';
import { type AskedMatch, matchAsked } from '../commands/match-asked.js';
import { buildMatchIndex } from '../core/match/index-lists.js';
import type { Match } from '../core/match-result.js';
import type { ListMapping, Rulebook } from '../core/rulebook.js';
import type { Knowledge } from '../flow/deps.js';
import { listInUse, listStatus, type RefreshResult, refreshList } from '../lists/keeper.js';
import { localFileSource } from '../lists/source.js';
import type { Clock, ListStatus, Snapshots } from '../ports.js';
import { type Problem, ProblemError } from '../problem.js';
import { loadRulebook, type RulebookSource } from '../rulebook/load.js';
import { runScenarios, scenarioProblems } from '../rulebook/run-scenarios.js';
import { watchRulebook } from '../rulebook/watch.js';

export interface KnowledgeOptions {
  source: RulebookSource;
  dataDir: string;
  snapshots: Snapshots;
  clock: Clock;
  quietMs: number;
  /** Milliseconds between looks at the lists' files. */
  lookMs: number;
  /** Runs before a rulebook is used, each time anew: must be safe to repeat. */
  beforeUse?: (rulebook: Rulebook) => Promise<void>;
  /** Something that decisions depend on has changed; `key` names the change. */
  onChange: (change: { key: string; says: string }) => void;
  /** Shown to the admin; the last good stays in use. */
  onProblems: (problems: Problem[]) => void;
}

export interface KnowledgeBase {
  rulebook(): Rulebook;
  current(): Promise<Knowledge>;
  /** How an organization would be matched with the lists as they are. */
  match(asked: AskedMatch): Promise<Match>;
  /** Forgets what was worked out and tells whoever waits. */
  changed(change: { key: string; says: string }): void;
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
  let rulebook = await firstRulebook(options.source);
  let problems: Problem[] = [];
  let cached: { at: number; value: Promise<Knowledge> } | null = null;
  let refreshing: Promise<void> = Promise.resolve();
  let isStopped = false;

  const mappings = () => rulebook.programmes.flatMap((p) => p.lists);
  const build = async (): Promise<Knowledge> => {
    const now = options.clock.now();
    const used = rulebook;
    await options.beforeUse?.(used);
    const lists = await Promise.all(
      used.programmes.flatMap((p) => p.lists).map((m) => listInUse(m, options.snapshots, now)),
    );
    return { rulebook: used, lists, index: buildMatchIndex(lists, used.directory) };
  };
  const current = () => {
    const now = options.clock.now().getTime();
    if (!cached || now - cached.at > FRESH_MS) cached = { at: now, value: build() };
    return cached.value;
  };
  const changed = (change: { key: string; says: string }) => {
    cached = null;
    options.onChange(change);
  };
  const readAll = async () => {
    for (const mapping of mappings()) {
      const result = await refreshList(
        mapping,
        localFileSource(listPath(options.dataDir, mapping)),
        options.snapshots,
        {
          quietMs: options.quietMs,
          now: options.clock.now(),
        },
      );
      const says = changeOf(mapping, result);
      if (says) changed({ key: `list:${mapping.name}:${says.key}`, says: says.text });
    }
  };
  const refresh = () => {
    refreshing = refreshing.then(() => (isStopped ? undefined : readAll()));
    return refreshing;
  };
  const failures = new Map<string, string>();
  /** One sentence when the list says something new; a failure that lasts is said once. */
  const changeOf = (mapping: ListMapping, result: RefreshResult): { key: string; text: string } | null => {
    const before = failures.get(mapping.name);
    if (result.kind !== 'failed') failures.delete(mapping.name);
    switch (result.kind) {
      case 'published':
        return {
          key: result.hash,
          text: `${mapping.title}: ${result.first ? 'read' : 'a new version is in use'} (${result.hash.slice(0, 12)})`,
        };
      case 'waiting':
        return result.isNew
          ? {
              key: `waiting:${result.hash}`,
              text: `${mapping.title}: ${result.why}; accept it with: usher lists accept ${result.hash.slice(0, 12)}`,
            }
          : null;
      case 'failed': {
        const text = result.problems[0]?.message ?? 'it could not be read';
        failures.set(mapping.name, text);
        if (before === text) return null;
        options.onProblems(result.problems);
        return { key: `failed:${text}`, text: `${mapping.title}: ${text}; the last good version stays in use` };
      }
      default:
        return null;
    }
  };
  const watch = watchRulebook({
    ...options.source,
    current: rulebook,
    onLoaded(next, names) {
      rulebook = next;
      changed({ key: `rulebook:${next.hash}`, says: `rules reloaded: ${names.join(', ')}` });
    },
    onProblems(found) {
      problems = found;
      options.onProblems(found);
    },
  });
  await refresh();
  const timer = setInterval(
    () => void refresh().catch((error) => options.onProblems(asProblems(error))),
    options.lookMs,
  );
  return {
    rulebook: () => rulebook,
    current,
    match: async (asked) => matchAsked(asked, (await current()).index),
    changed,
    refresh,
    listStatuses: () => Promise.all(mappings().map((m) => listStatus(m, options.snapshots, options.clock.now()))),
    problems: () => problems,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await watch.stop();
      await refreshing.catch(() => {});
    },
  };
}

/** Relative list paths are taken from DATA_DIR. */
export function listPath(dataDir: string, mapping: ListMapping): string {
  return isAbsolute(mapping.file) ? mapping.file : join(dataDir, mapping.file);
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
