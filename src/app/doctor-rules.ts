// What `usher doctor` says of the rules on disk: mistakes, sample people and drafts that are still in place.
import { type FindingMaker, findingsIn } from '../adapters/findings.js';
import type { Finding } from '../ports.js';
import { formatProblem, type Problem } from '../problem.js';
import { type LoadedRulebook, loadRulebook } from '../rulebook/load.js';
import { runScenarios, scenarioProblems } from '../rulebook/run-scenarios.js';
import type { Settings } from '../settings.js';
import type { RulesRead } from './doctor-needs.js';
import { samplesIn } from './samples-in.js';

/** `sandbox` is forgiven, `live` is not. */
export type DoctorMode = 'sandbox' | 'shadow' | 'propose' | 'live';

export interface RulesSeen {
  rules: RulesRead;
  findings: Finding[];
}

/** Reads the files; never throws for what an admin wrote. */
export async function seeRules(settings: Settings, mode: DoctorMode): Promise<RulesSeen> {
  const say = findingsIn('Rules');
  const loaded = await loadRulebook({
    rulesDir: settings.RULES_DIR,
    templatesDir: settings.TEMPLATES_DIR,
    programmes: settings.PROGRAMMES,
  });
  const programmes = Object.values(loaded.byProgramme).flatMap(({ programme }) => programme ?? []);
  const rules = { directory: loaded.directory.directory, programmes };
  return {
    rules,
    findings: [...mistakes(loaded, say), ...samples(rules, { settings, mode, say })],
  };
}

function mistakes(loaded: LoadedRulebook, say: FindingMaker): Finding[] {
  const { directory } = loaded.directory;
  const scenarios = Object.values(loaded.byProgramme).flatMap(({ programme, scenarios: all }) =>
    programme && directory
      ? scenarioProblems(runScenarios({ hash: '', directory, programmes: [] }, programme, all))
      : [],
  );
  const problems = [...loaded.problems, ...scenarios];
  const errors = problems.filter((p) => p.severity === 'error');
  const programmes = Object.keys(loaded.byProgramme).join(', ');
  if (errors.length > 0) return [say.error(counted(errors), 'See all with: usher check')];
  // Samples and drafts are said by themselves.
  const rest = problems.filter((p) => !['sample-directory', 'draft-template'].includes(p.code));
  if (rest.length > 0) return [say.warning(counted(rest), 'See all with: usher check')];
  return [say.ok(`The rules of ${programmes} are clean and their scenarios pass`)];
}

function counted(problems: Problem[]): string {
  const count =
    problems.length === 1 ? 'A mistake in the rules' : `${problems.length} mistakes in the rules, the first`;
  return `${count}: ${formatProblem(problems[0]!)}`;
}

/** What live mode refuses, on the way there a warning. */
function samples(
  { directory, programmes }: RulesRead,
  { settings, mode, say }: { settings: Settings; mode: DoctorMode; say: FindingMaker },
): Finding[] {
  if (!directory) return [];
  const level = { sandbox: say.ok, shadow: say.warning, propose: say.warning, live: say.error }[mode];
  return samplesIn({ hash: '', directory, programmes }, settings.RULES_DIR).map((p) =>
    level(`${p.message} (${p.file})`, mode === 'sandbox' ? '' : `${p.fix}; live mode refuses it`),
  );
}
