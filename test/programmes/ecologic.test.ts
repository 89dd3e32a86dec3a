// The Ecologic programme as shipped: clean, every scenario comes out as written, and no homeowner in Slack.
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/problem.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';

const name = 'ecologic-notifications';
const loaded = await loadRulebook({ rulesDir: 'rules', templatesDir: 'templates', programmes: [name] });
const scenarios = loaded.byProgramme[name]!.scenarios;
const results = loaded.rulebook ? runScenarios(loaded.rulebook, loaded.rulebook.programmes[0]!, scenarios) : [];

describe('the Ecologic programme', () => {
  it('has no errors', () => {
    expect(loaded.problems.filter((p) => p.severity === 'error').map(formatProblem)).toEqual([]);
  });

  it('ships at least 15 scenarios and samples of both kinds', () => {
    expect(results.length).toBeGreaterThanOrEqual(15);
    const samples = scenarios.filter((s) => s.sample);
    expect(samples.filter((s) => !s.ticket.event).length).toBeGreaterThanOrEqual(5);
    expect(samples.filter((s) => s.ticket.event).length).toBeGreaterThanOrEqual(3);
  });

  it('puts nothing of a homeowner into Slack, and sends them nothing', () => {
    const { fields } = loaded.rulebook!.programmes[0]!.sources[0]!.events['RequestQuote:Create']!;
    const leads = results.filter(({ triage }) => triage.decision.rule === 'lead');
    expect(leads.length).toBeGreaterThanOrEqual(4);
    for (const { triage } of leads) {
      const given = triage.facts.event.fields as Record<string, string>;
      const personal = Object.keys(fields).filter((key) => fields[key]!.personal && given[key]);
      for (const effect of triage.effects) {
        expect(['email', 'slack', 'http']).toContain(effect.type);
        if (effect.type === 'slack') for (const key of personal) expect(effect.text).not.toContain(given[key]);
        if (effect.type === 'email') expect(effect.to).toBe('ecologic-sales');
      }
    }
  });

  it.each(results.map((result) => [result.name, result] as const))('%s', (_name, result) => {
    expect(result.differences).toEqual([]);
  });
});
