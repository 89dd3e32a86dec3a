// The EverBright programme as shipped: clean, and every scenario of its policy comes out as written.
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/problem.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';

const name = 'everbright-api-access';
const loaded = await loadRulebook({ rulesDir: 'rules', templatesDir: 'templates', programmes: [name] });
const results = loaded.rulebook
  ? runScenarios(loaded.rulebook, loaded.rulebook.programmes[0]!, loaded.byProgramme[name]!.scenarios)
  : [];

describe('the EverBright programme', () => {
  it('has no errors, and warns of sample people and draft texts only', () => {
    expect(loaded.problems.filter((p) => p.severity === 'error').map(formatProblem)).toEqual([]);
    expect([...new Set(loaded.problems.map((p) => p.code))].sort()).toEqual(['draft-template', 'sample-directory']);
  });

  it('ships at least 25 scenarios', () => {
    expect(results.length).toBeGreaterThanOrEqual(25);
  });

  it.each(results.map((result) => [result.name, result] as const))('%s', (_name, result) => {
    expect(result.differences).toEqual([]);
  });
});
