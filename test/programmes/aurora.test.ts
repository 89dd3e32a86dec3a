// The Aurora programme as shipped: clean, every scenario as written, and its samples handled in the sandbox's own help desk.
import { describe, expect, it } from 'vitest';
import { samplesOf } from '../../src/app/sample-tickets.js';
import { formatProblem } from '../../src/problem.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';
import { readSettings } from '../../src/settings.js';

const name = 'aurora-crm-integration';
const loaded = await loadRulebook({ rulesDir: 'rules', templatesDir: 'templates', programmes: [name] });
const programme = loaded.rulebook?.programmes[0];
const results = programme ? runScenarios(loaded.rulebook!, programme, loaded.byProgramme[name]!.scenarios) : [];

describe('the Aurora programme', () => {
  it('has no errors, and warns of sample people only', () => {
    expect(loaded.problems.filter((p) => p.severity === 'error').map(formatProblem)).toEqual([]);
    expect([...new Set(loaded.problems.map((p) => p.code))]).toEqual(['sample-directory']);
  });

  it('ships at least 15 scenarios, which reach every rule but the last', () => {
    expect(results.length).toBeGreaterThanOrEqual(15);
    const reached = new Set(results.map((r) => r.triage.decision.rule));
    expect(programme!.rules.map((r) => r.id).filter((id) => !reached.has(id))).toEqual(['unclear']);
  });

  it('says everything in German and in English', () => {
    const kinds = new Set(Object.values(programme!.templates).map((t) => `${t.name}.${t.channel}`));
    for (const kind of kinds)
      for (const locale of ['de', 'en']) expect(programme!.templates).toHaveProperty([`${kind}.${locale}`]);
  });

  it('brings sample tickets of its own for the sandbox', async () => {
    const env = { HELPDESK: 'sandbox', PROGRAMMES: `${name},everbright-api-access` };
    const { tickets: samples } = await samplesOf(readSettings(env));
    expect(samples['everbright-api-access']).toEqual([]);
    expect(samples[name]!.length).toBeGreaterThanOrEqual(6);
    expect(samples[name]!.find((s) => s.name === 'Katrin Weiß')).toMatchObject({ channel: 'email', locale: 'de' });
  });

  it.each(results.map((result) => [result.name, result] as const))('%s', (_name, result) => {
    expect(result.differences).toEqual([]);
  });
});
