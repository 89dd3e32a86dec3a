// The switch `orgAdmin: require`: only somebody known to be an Org Admin is let in, everybody else goes to a person.
import { afterAll, describe, expect, it } from 'vitest';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';
import { openWorkspace, RULES } from '../rulebook/workspace.js';

const space = await openWorkspace();
afterAll(() => space.remove());
await space.edit(RULES, 'orgAdmin: note', 'orgAdmin: require');
const { rulebook, byProgramme } = await loadRulebook(space);
const results = runScenarios(rulebook!, rulebook!.programmes[0]!, byProgramme['everbright-api-access']!.scenarios);
const decisionOf = (name: string) => results.find((r) => r.name.startsWith(name))!.triage.decision;

describe('with orgAdmin: require', () => {
  it.each([
    ['a listed admin goes on', 'An approved seller that is not tracked', 'act', 'new-integration'],
    ['a listed admin of a tracked installer goes on', 'Approved and in progress', 'act', 'in-progress'],
    ['who is known not to be one is held', "An admin flag in the help desk's record", 'hold', 'not-an-org-admin'],
    ['of whom nothing is known is held', 'Tracked in progress without a row', 'hold', 'not-an-org-admin'],
    ['who asks about a completed integration is held', 'A completed integration', 'hold', 'not-an-org-admin'],
    ['whom only the form calls one is held', 'What the form says of an Org Admin', 'hold', 'not-an-org-admin'],
    ["whom the help desk's record calls one goes on", 'A proven Org Admin', 'act', 'new-integration'],
    ['who is not approved is declined all the same', 'Explicitly not approved', 'act', 'not-approved'],
  ])('%s', (_what, scenario, kind, rule) => {
    expect(decisionOf(scenario)).toMatchObject({ kind, rule });
  });
});
