// Loads the whole rulebook: the directory and every active programme, checked one by one and against each other.
import type { Directory, Programme, Rulebook } from '../core/rulebook.js';
import { type Problem, problem } from '../problem.js';
import { checkSourcesBetween } from './check-events.js';
import { checkScopes } from './check-scopes.js';
import { type LoadedDirectory, loadDirectory } from './load-directory.js';
import { hashOf, type LoadedProgramme, loadProgramme } from './load-programme.js';

export interface RulebookSource {
  rulesDir: string;
  templatesDir: string;
  /** Names of the active programmes, as in PROGRAMMES. */
  programmes: string[];
}

export interface LoadedRulebook {
  /** null when anything has an error. */
  rulebook: Rulebook | null;
  problems: Problem[];
  directory: LoadedDirectory;
  byProgramme: Record<string, LoadedProgramme>;
}

/**
 * Reads and checks everything; never throws for what an admin wrote. `directory` replaces the one on disk, for a reload
 * that keeps the last good one. Scenarios are read, not run: see `runScenarios`.
 */
export async function loadRulebook(source: RulebookSource, directory?: LoadedDirectory): Promise<LoadedRulebook> {
  const people = directory ?? (await loadDirectory(source.rulesDir));
  const byProgramme: Record<string, LoadedProgramme> = {};
  for (const name of source.programmes) {
    byProgramme[name] = await loadProgramme(name, { ...source, directory: people.directory });
  }
  const programmes = Object.values(byProgramme).flatMap((loaded) => loaded.programme ?? []);
  const between = checkBetween(programmes, byProgramme);
  const problems = [...people.problems, ...Object.values(byProgramme).flatMap((loaded) => loaded.problems), ...between];
  if (source.programmes.length === 0) {
    problems.push(problem('no-programmes', 'No programme is active', 'Name at least one in PROGRAMMES'));
  }
  const ok = people.directory && !problems.some((p) => p.severity === 'error');
  return {
    rulebook: ok ? toRulebook(people.directory!, people.hash, programmes) : null,
    problems,
    directory: people,
    byProgramme,
  };
}

/** A rulebook with its hash over the directory and the programmes, in their order. */
export function toRulebook(directory: Directory, directoryHash: string, programmes: Programme[]): Rulebook {
  return { hash: hashOf([directoryHash, ...programmes.map((p) => p.hash)]), directory, programmes };
}

/** Problems that no programme has alone: overlapping scopes, one list name for two files. */
export function checkBetween(programmes: Programme[], byProgramme: Record<string, LoadedProgramme>): Problem[] {
  const problems = checkScopes(programmes, (name) => byProgramme[name]?.receivesPlace ?? {});
  problems.push(...checkSourcesBetween(programmes));
  const owners = new Map<string, string>();
  for (const programme of programmes) {
    for (const list of programme.lists) {
      const owner = owners.get(list.name);
      if (owner) {
        problems.push(
          problem('duplicate-list', `"${owner}" has a list "${list.name}" too`, 'Give one of them another name', {
            ...list.place,
          }),
        );
      }
      owners.set(list.name, programme.name);
    }
  }
  return problems;
}
