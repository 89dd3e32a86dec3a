// A list's column `parent`: read like any other column, under one name only.
import { expect, it } from 'vitest';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';
import { LISTS, openWorkspace, RULES, SCENARIOS } from './workspace.js';

const STATE = 'values: { state: State }';

it('is read under its name, and scenarios can give it', async () => {
  const space = await openWorkspace();
  try {
    await space.edit(LISTS, STATE, `parent: Belongs to\n      ${STATE}`);
    await space.edit(RULES, 'when: { requester.isIntermediary: true }', 'when: { match.parent: Halcyon Rooftop Inc. }');
    await space.edit(
      SCENARIOS,
      '- { name: Northwind Energy Partners,',
      '- { name: Northwind Energy Partners, parent: Halcyon Rooftop,',
    );
    const { rulebook, byProgramme } = await loadRulebook(space);
    const programme = rulebook!.programmes[0]!;
    expect(programme.lists[0]!.columns.values).toEqual({ state: 'State', parent: 'Belongs to' });
    expect(programme.lists[1]!.columns.values).toEqual({ state: 'State' });
    const results = runScenarios(rulebook!, programme, byProgramme[programme.name]!.scenarios);
    const found = results.filter(
      ({ triage }) => triage.match.verdict === 'listed' && triage.decision.rule === 'intermediary',
    );
    expect([...new Set(found.map((r) => r.triage.match.name))]).toEqual(['Northwind Energy Partners']);
    expect(found.length).toBeGreaterThan(0);
  } finally {
    await space.remove();
  }
});

it('is no further column of the same name', async () => {
  const space = await openWorkspace();
  try {
    await space.edit(LISTS, STATE, 'values: { state: State, parent: Belongs to }');
    const errors = (await loadRulebook(space)).problems.filter((p) => p.severity === 'error');
    expect(errors.map((p) => [p.code, p.file?.endsWith(LISTS)])).toEqual([['reserved-word', true]]);
  } finally {
    await space.remove();
  }
});
