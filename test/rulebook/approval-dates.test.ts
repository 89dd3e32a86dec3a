// Columns with the days of approvals in lists.yaml, the rules and scenarios that speak of them, and who is told.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';
import { LISTS, openWorkspace, RULES, SCENARIOS, type Workspace } from './workspace.js';

const STATE = 'values: { state: State }';
const FIRST = 'when: { requester.isIntermediary: true }';
const TITLE = 'title: EverBright API access';
const ROW = '- { name: Northwind Energy Partners,';
let space: Workspace;

beforeEach(async () => {
  space = await openWorkspace();
});
afterEach(() => space.remove());

/** The first list gets a column, and the programme an owner. */
async function dated(): Promise<void> {
  await space.edit(LISTS, STATE, `approvedUntil: Approved until\n      ${STATE}`);
  await space.edit(RULES, TITLE, `${TITLE}\nowner: sales-development`);
}
const problems = async () =>
  (await loadRulebook(space)).problems
    .filter((p) => !['sample-directory', 'draft-template'].includes(p.code))
    .map((p) => `${p.severity} ${p.code}`);

it('are read, with the zone of the hours and fourteen days of notice', async () => {
  await dated();
  const [programme] = (await loadRulebook(space)).rulebook!.programmes;
  expect([programme!.owner, programme!.lists.map((l) => l.approvalDates)]).toEqual([
    'sales-development',
    [{ from: null, until: 'Approved until', announceDays: 14, zone: programme!.hours?.zone ?? 'UTC' }, undefined],
  ]);
});

it('are days of scenarios, by which rules decide', async () => {
  await dated();
  await space.edit(RULES, FIRST, 'when: { match.approval.api-tracker: ended }\n    whenUnknown: skip');
  await space.edit(SCENARIOS, ROW, `${ROW} approvedUntil: 2026-03-01,`);
  const { rulebook, byProgramme, problems: found } = await loadRulebook(space);
  expect(found.filter((p) => p.severity === 'error')).toEqual([]);
  const [programme] = rulebook!.programmes;
  const results = runScenarios(rulebook!, programme!, byProgramme[programme!.name]!.scenarios);
  const ended = results.filter(({ triage }) => triage.decision.rule === 'intermediary');
  expect([...new Set(ended.map((r) => r.triage.match.name))]).toEqual(['Northwind Energy Partners']);
});

describe('a mistake', () => {
  it.each<[string, () => Promise<void>, string[]]>([
    ['no word that approves', () => space.edit(LISTS, 'approving: [', 'approving: [] # ['), ['error approval-dates']],
    ['nobody to tell', () => space.edit(RULES, '\nowner: sales-development', ''), ['warning no-owner']],
    [
      'an owner who is nobody',
      () => space.edit(RULES, 'owner: sales-dev', 'owner: sales-div'),
      ['error unknown-person'],
    ],
    [
      'a fact of a list without days',
      () => space.edit(RULES, FIRST, 'when: { match.approval.approved-sellers: ended }'),
      ['error unknown-list'],
    ],
    [
      'a word that cannot occur',
      () => space.edit(RULES, FIRST, 'when: { match.approval.api-tracker: [ended, expired] }'),
      ['error unknown-status'],
    ],
    [
      'a day in a scenario that the list has no column for',
      () => space.edit(SCENARIOS, ROW, `${ROW} approvedFrom: 2026-03-01,`),
      ['error approval-dates'],
    ],
  ])('is found: %s', async (_what, make, expected) => {
    await dated();
    await make();
    expect([...new Set(await problems())]).toEqual(expected);
  });

  it('is none where nobody wants to be told', async () => {
    await space.edit(LISTS, STATE, `approvedUntil: Approved until\n      ${STATE}`);
    await space.edit(LISTS, 'maxAge:', 'announceDays: 0\n    maxAge:');
    expect(await problems()).toEqual([]);
  });
});
