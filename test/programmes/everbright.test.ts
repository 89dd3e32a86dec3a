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

  it('puts no personal data into Slack', () => {
    const scenarios = loaded.byProgramme[name]!.scenarios;
    const posts = results.flatMap(({ triage }, i) => {
      const { requester } = scenarios[i]!.ticket;
      const personal = [requester.email, requester.name, triage.facts.requester.phone].filter(Boolean).map(String);
      return triage.effects.flatMap((e) => (e.type === 'slack' ? [{ text: e.text, personal }] : []));
    });
    expect(posts.length).toBeGreaterThanOrEqual(6);
    for (const { text, personal } of posts) for (const word of personal) expect(text).not.toContain(word);
  });

  it('tells sales of nothing as done that is done only after the mail', () => {
    const mails = results.flatMap(({ triage }) => triage.effects.flatMap((e) => (e.type === 'email' ? [e.text] : [])));
    expect(mails.length).toBeGreaterThanOrEqual(8);
    for (const mail of mails) expect(mail).not.toMatch(/\b(is|has been|was) closed\b|\b(is|are) told\b/);
  });

  it.each(results.map((result) => [result.name, result] as const))('%s', (_name, result) => {
    expect(result.differences).toEqual([]);
  });
});
