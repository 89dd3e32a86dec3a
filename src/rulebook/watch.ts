// Watches the rule files and takes over an edit, a programme at a time, only when it checks clean and its scenarios pass.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Programme, Rulebook } from '../core/rulebook.js';
import type { Problem } from '../problem.js';
import { checkBetween, type LoadedRulebook, loadRulebook, type RulebookSource, toRulebook } from './load.js';
import { directoryHash, type LoadedDirectory } from './load-directory.js';
import { runScenarios, scenarioProblems } from './run-scenarios.js';

export interface WatchOptions extends RulebookSource {
  /** The rulebook in use when watching starts. */
  current: Rulebook;
  /** `signatureOf` the files right before `current` was loaded from them: while they have it they are not loaded again. */
  loadedFrom?: string;
  /** Milliseconds between looks; default 1000. Network folders and containers often give no change events, so we look. */
  pollMs?: number;
  /** A new rulebook is in use; `changed` names the programmes that differ, and `directory` where people changed. */
  onLoaded(rulebook: Rulebook, changed: string[]): void;
  /** What is wrong in the files now; the last good stays in use. An empty list: what was wrong is mended. */
  onProblems(problems: Problem[]): void;
}

export interface Watch {
  /** Resolves when nothing runs any more; no callback comes after it. */
  stop(): Promise<void>;
}

/** Starts watching. Callbacks must not throw. */
export function watchRulebook(options: WatchOptions): Watch {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = Promise.resolve();
  const state: WatchState = {
    current: options.current,
    loaded: options.loadedFrom ?? null,
    seen: null,
    hadProblems: false,
  };
  const turn = async () => {
    await look(options, state, () => stopped);
    if (!stopped) schedule();
  };
  const schedule = () => {
    timer = setTimeout(() => {
      running = turn();
    }, options.pollMs ?? 1000);
    timer.unref();
  };
  running = turn();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

interface WatchState {
  current: Rulebook;
  /** Signature of the files as last loaded. */
  loaded: string | null;
  /** Signature at the last look; loading waits until two looks agree, so that half-saved files are not read. */
  seen: string | null;
  hadProblems: boolean;
}

async function look(options: WatchOptions, state: WatchState, isStopped: () => boolean): Promise<void> {
  const signature = await signatureOf(options);
  const isQuiet = signature === state.seen;
  state.seen = signature;
  if (signature === state.loaded || !isQuiet) return;
  const next = await reload(options, state);
  // Saved again while we were reading: what was read may be half of each.
  if (isStopped() || (await signatureOf(options)) !== signature) return;
  state.loaded = signature;
  if (next.rulebook.hash !== state.current.hash) {
    const changed = changesBetween(state.current, next.rulebook);
    state.current = next.rulebook;
    options.onLoaded(next.rulebook, changed);
  }
  const problems = next.problems.filter((p) => p.severity === 'error');
  if (problems.length > 0 || state.hadProblems) options.onProblems(problems);
  state.hadProblems = problems.length > 0;
}

interface Reloaded {
  rulebook: Rulebook;
  problems: Problem[];
}

/** The best rulebook that the files and the one in use make together. */
async function reload(options: WatchOptions, state: WatchState): Promise<Reloaded> {
  const loaded = await loadRulebook(options);
  const failures = scenarioFailures(loaded);
  const problems = [...loaded.problems, ...Object.values(failures).flat()];
  if (loaded.rulebook && Object.values(failures).flat().length === 0) {
    return { rulebook: loaded.rulebook, problems };
  }
  // A new directory is taken only with programmes that all fit it: a role that is gone would break the old ones.
  const { directory } = state.current;
  const kept: LoadedDirectory = { directory, hash: directoryHash(directory), file: '', problems: [] };
  const isNewDirectory = kept.hash !== loaded.directory.hash;
  const base = isNewDirectory ? await loadRulebook(options, kept) : loaded;
  const baseFailures = isNewDirectory ? scenarioFailures(base) : failures;
  const programmes = options.programmes.flatMap((name): Programme[] => {
    const fresh = base.byProgramme[name]?.programme;
    const isGood = fresh && (baseFailures[name] ?? []).length === 0;
    return [(isGood ? fresh : state.current.programmes.find((p) => p.name === name)) ?? []].flat();
  });
  const isClash = checkBetween(programmes, base.byProgramme).some((p) => p.severity === 'error');
  const rulebook = isClash ? state.current : toRulebook(directory, kept.hash, programmes);
  return { rulebook, problems };
}

function scenarioFailures(loaded: LoadedRulebook): Record<string, Problem[]> {
  const { directory } = loaded.directory;
  if (!directory) return {};
  return Object.fromEntries(
    Object.entries(loaded.byProgramme).map(([name, { programme, scenarios }]) => [
      name,
      programme ? scenarioProblems(runScenarios({ hash: '', directory, programmes: [] }, programme, scenarios)) : [],
    ]),
  );
}

function changesBetween(before: Rulebook, after: Rulebook): string[] {
  const changed = after.programmes.filter((p) => before.programmes.find((old) => old.name === p.name)?.hash !== p.hash);
  const names = changed.map((p) => p.name);
  return directoryHash(before.directory) === directoryHash(after.directory) ? names : [...names, 'directory'];
}

/** Names, sizes and times of all files: editors that write anew and rename over the old file change it too. */
export async function signatureOf({ rulesDir, templatesDir }: RulebookSource): Promise<string> {
  const lines: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < 4) await walk(path, depth + 1);
      else if (entry.isFile() || entry.isSymbolicLink()) {
        const found = await lstat(path, { bigint: true }).catch(() => null);
        lines.push(`${path} ${found?.size} ${found?.mtimeNs} ${found?.ino}`);
      }
    }
  };
  for (const folder of [rulesDir, templatesDir]) await walk(folder, 0);
  return lines.join('\n');
}
