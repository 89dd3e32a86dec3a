// Reads a programme's scenarios, the admin's own tests, and checks that they speak of lists and words that exist.
import { join } from 'node:path';
import type { ListMapping } from '../core/rulebook.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import { checkRowDays } from './check-approval-dates.js';
import { wordsOf } from './check-conditions.js';
import { type ScenarioRow, type ScenariosYaml, type ScenarioYaml, scenariosShape } from './grammar-scenarios.js';
import { readFolder, readRuleFile, shownPath } from './rule-files.js';
import { fitShape } from './shape-problems.js';
import { parseYaml, type YamlFile } from './yaml-file.js';

/** A scenario with what the head of its file gives filled in, and where it stands. */
export interface PlacedScenario extends Omit<ScenarioYaml, 'lists' | 'now'> {
  now: string;
  lists: ScenariosYaml['lists'];
  place: { file: string; line: number };
}

/** What scenarios may speak of; `lists` is null when lists.yaml cannot be used. */
export interface ScenarioWorld {
  programme: string;
  lists: ListMapping[] | null;
}

/** Scenarios of all `*.yaml` files of the folder, in order. A programme without any gets a warning. */
export async function loadScenarios(
  folder: string,
  world: ScenarioWorld,
): Promise<{ scenarios: PlacedScenario[]; problems: Problem[] }> {
  const { names, problems } = await readFolder(folder);
  const scenarios: PlacedScenario[] = [];
  for (const name of names ?? []) {
    const path = join(folder, name);
    if (!name.endsWith('.yaml')) {
      problems.push(
        problem('unknown-file', `"${name}" is not read`, 'Scenario files end in .yaml', {
          severity: 'warning',
          file: shownPath(path),
        }),
      );
      continue;
    }
    const read = await readRuleFile(path);
    if (read.text === null) {
      problems.push(...read.problems);
      continue;
    }
    const yaml = parseYaml(read.text, read.file);
    const { value, problems: shapeProblems } = fitShape(yaml, scenariosShape);
    problems.push(...shapeProblems);
    if (!value) continue;
    problems.push(...checkScenarios(value, yaml, world));
    scenarios.push(
      ...value.scenarios.map((scenario, index) => placed(scenario, value, yaml.place(['scenarios', index]))),
    );
  }
  if (scenarios.length === 0 && !problems.some((p) => p.severity === 'error')) {
    problems.push(
      problem(
        'no-scenarios',
        `"${world.programme}" has no scenarios`,
        'Write down what must happen to typical tickets',
        { severity: 'warning', file: shownPath(folder) },
      ),
    );
  }
  return { scenarios, problems };
}

function placed(scenario: ScenarioYaml, file: ScenariosYaml, place: { file: string; line: number }): PlacedScenario {
  return {
    ...scenario,
    now: scenario.now ?? file.now,
    lists: { ...file.lists, ...scenario.lists },
    place: { file: place.file, line: place.line },
  };
}

function checkScenarios(value: ScenariosYaml, yaml: YamlFile, world: ScenarioWorld): Problem[] {
  const seen = new Set<string>();
  const problems = checkRows(value.lists, ['lists'], { yaml, world });
  for (const [index, scenario] of value.scenarios.entries()) {
    const path = ['scenarios', index];
    if (seen.has(scenario.name)) {
      problems.push(
        problem('duplicate-scenario', `Two scenarios are called "${scenario.name}"`, 'Give one of them another name', {
          ...yaml.place([...path, 'name']),
        }),
      );
    }
    seen.add(scenario.name);
    problems.push(...checkRows(scenario.lists ?? {}, [...path, 'lists'], { yaml, world }));
  }
  return problems;
}

/** The rows of a list as written: a plain list of rows, or a map with `rows`. */
export function rowsOf(list: ScenariosYaml['lists'][string]): {
  rows: ScenarioRow[];
  gone: ScenarioRow[];
  problem: string | null;
} {
  return Array.isArray(list)
    ? { rows: list, gone: [], problem: null }
    : { rows: list.rows, gone: list.gone, problem: list.problem ?? null };
}

function checkRows(
  lists: ScenariosYaml['lists'],
  path: PropertyKey[],
  context: { yaml: YamlFile; world: ScenarioWorld },
): Problem[] {
  const mappings = context.world.lists;
  if (!mappings) return [];
  return Object.entries(lists).flatMap(([name, list]) => {
    const mapping = mappings.find((m) => m.name === name);
    if (!mapping) {
      const near = suggestion(
        name,
        mappings.map((m) => m.name),
      );
      return [
        problem(
          'unknown-list',
          `unknown list "${name}"${didYouMean(near)}`,
          `Lists of this programme: ${mappings.map((m) => m.name).join(', ')}`,
          { ...context.yaml.place([...path, name], 'key') },
        ),
      ];
    }
    const words = wordsOf(mapping);
    const at = Array.isArray(list) ? [...path, name] : [...path, name, 'rows'];
    return rowsOf(list).rows.flatMap((row, index) => {
      const undated = checkRowDays(row, mapping, context.yaml.place([...at, index]));
      if (undated.length > 0) return undated;
      if (row.status === null || words.includes(row.status)) return [];
      const near = suggestion(row.status, words);
      return [
        problem(
          'unknown-status',
          `"${row.status}" is not a status of ${name}${didYouMean(near)}`,
          `Known: ${words.join(', ')}`,
          { ...context.yaml.place([...at, index, 'status']) },
        ),
      ];
    });
  });
}
