// `usher check`: every Problem in rules, templates, directory, lists and scenarios, in one pass.
import { formatProblem, type Problem, problem } from '../problem.js';
import { type LoadedRulebook, loadRulebook, type RulebookSource } from '../rulebook/load.js';
import { runScenarios, type ScenarioResult, scenarioProblems } from '../rulebook/run-scenarios.js';
import { type ListOnDisk, readListsOnDisk } from './lists-on-disk.js';

export interface CheckOptions extends RulebookSource {
  dataDir: string;
  /** Set by --json; the command answers both forms anyway. */
  json?: boolean;
}

export interface CommandResult {
  text: string;
  json: unknown;
  /** false: exit with 1. */
  ok: boolean;
}

/** Findings of one list that are printed; the rest is counted. */
const FINDINGS_SHOWN = 20;

/** Checks everything that an admin can edit. Reads files only; `ok` is false when there is any error. */
export async function checkCommand(options: CheckOptions): Promise<CommandResult> {
  const loaded = await loadRulebook(options);
  const mappings = Object.values(loaded.byProgramme).flatMap(({ programme }) => programme?.lists ?? []);
  const lists = await readListsOnDisk(mappings, options.dataDir, new Date());
  const results = scenarioResults(loaded);
  const listProblems = lists.map((list) => ({ list, problems: problemsOf(list) }));
  const problems = [
    ...loaded.problems,
    ...Object.values(results).flatMap(scenarioProblems),
    ...listProblems.flatMap((l) => l.problems),
  ];
  const errors = problems.filter((p) => p.severity === 'error').length;
  const shown = [
    ...loaded.problems,
    ...Object.values(results).flatMap(scenarioProblems),
    ...listProblems.flatMap((l) => shorten(l.problems, l.list.mapping.name)),
  ];
  return {
    text: [...shown.map(formatProblem), ...summary(loaded, results, lists), verdict(errors, problems.length)].join(
      '\n',
    ),
    json: { ok: errors === 0, problems, programmes: programmesJson(loaded, results), lists: lists.map(listJson) },
    ok: errors === 0,
  };
}

type Results = Record<string, ScenarioResult[]>;

function scenarioResults({ byProgramme, directory }: LoadedRulebook): Results {
  const results: Results = {};
  for (const [name, { programme, scenarios }] of Object.entries(byProgramme)) {
    if (!programme || !directory.directory) continue;
    results[name] = runScenarios({ hash: '', directory: directory.directory, programmes: [] }, programme, scenarios);
  }
  return results;
}

function problemsOf(list: ListOnDisk): Problem[] {
  if (!list.isMissing) return list.problems;
  const message = `The list "${list.mapping.name}" is not there: ${list.file}`;
  const fix =
    'Put the spreadsheet there, or start Usher without a help desk: the sandbox writes samples at its first start';
  return [problem('list-file-missing', message, fix, { severity: 'warning', ...list.mapping.place })];
}

function shorten(problems: Problem[], list: string): Problem[] {
  const more = problems.length - FINDINGS_SHOWN;
  if (more <= 0) return problems;
  const rest = problem('list-findings', `${more} more findings in "${list}"`, 'See all with: usher check --json', {
    severity: 'warning',
  });
  return [...problems.slice(0, FINDINGS_SHOWN), rest];
}

function summary(loaded: LoadedRulebook, results: Results, lists: ListOnDisk[]): string[] {
  const programmes = Object.entries(loaded.byProgramme).flatMap(([name, { programme }]) => {
    if (!programme) return [`${name}: cannot be used until its errors are mended`];
    const ran = results[name] ?? [];
    const passed = ran.filter((r) => r.passed).length;
    const templates = Object.keys(programme.templates).length;
    return [
      `${name}: ${programme.rules.length} rules, ${templates} templates, ${passed} of ${ran.length} scenarios pass`,
    ];
  });
  const read = lists.map(({ mapping, snapshot, file }) =>
    snapshot ? `${mapping.name}: ${count(snapshot.listings.length, 'row')} in ${file}` : `${mapping.name}: not read`,
  );
  return [...programmes, ...read];
}

const count = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;

function verdict(errors: number, all: number): string {
  const warnings = all - errors;
  return errors === 0
    ? `Clean, ${count(warnings, 'warning')}`
    : `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}

function programmesJson(loaded: LoadedRulebook, results: Results): unknown[] {
  return Object.entries(loaded.byProgramme).map(([name, { programme }]) => ({
    name,
    ok: programme !== null,
    rules: programme?.rules.map((rule) => rule.id) ?? [],
    templates: Object.keys(programme?.templates ?? {}),
    scenarios: (results[name] ?? []).map(({ name: scenario, passed, differences }) => ({
      name: scenario,
      passed,
      differences,
    })),
  }));
}

function listJson({ mapping, file, snapshot }: ListOnDisk): unknown {
  return { name: mapping.name, file, rows: snapshot?.listings.length ?? null, hash: snapshot?.hash ?? null };
}
