// Waits as admins write them: scenarios that begin in the middle of a wait, and what they expect of reminders, answers and time.
import { afterAll, expect, it } from 'vitest';
import { loadRulebook } from '../../src/rulebook/load.js';
import { runScenarios } from '../../src/rulebook/run-scenarios.js';
import { openWorkspace, RULES } from './workspace.js';

const space = await openWorkspace();
afterAll(() => space.remove());

const RULES_FIRST = `
stages: [asked, answered]
rules:
  - id: asks
    when: { match.verdict: unidentified, case.stage: { not: answered } }
    then:
      - ask: { template: need-details, within: 3 business days }
      - stage: asked
      - remind: { after: 1 business days, reply: need-details }
      - escalate: { after: 8 business hours, note: forwarded }
      - escalate: { after: 2 business days, hold: "Nobody answers" }
  - id: until-a-day
    when: { ticket.fields.Due: { exists: true }, case.rules: { contains: asks } }
    whenUnknown: skip
    then: [ { wait: { until: ticket.fields.Due } } ]
  - id: agree
    when: { case.event: kick-off }
    then: [ { approve: { name: lead, by: [sales-development], template: follow-up, within: 1h } } ]
  - id: agreed
    when: { case.approvals.lead: approved }
    outcome: agreed
    then: [ { reply: initial-response } ]
  - id: answered
    when: { case.wait.over: false, case.rules: { contains: asks } }
    outcome: answered
    then: [ { reply: initial-response } ]
`;
const SCENARIOS = `
usher: 1
now: 2026-03-02T10:00:00Z
lists: { api-tracker: [], approved-sellers: [] }
scenarios:
SCENARIOS_HERE
`;
const ticket = (status: string, fields: string) =>
  `ticket: { id: "1", subject: API access request, body: We want API access, status: ${status}, requester: { name: Kim Doe, email: kim@gmail.com }, fields: ${fields} }`;
const rows: [name: string, given: string, expected: string][] = [
  ['asks', '', '{ kind: act, rule: asks, effects: [reply need-details, status pending] }'],
  [
    'waits in silence',
    'case: { wait: { rule: asks, began: 2026-03-02T08:00:00Z } }',
    '{ kind: act, rule: asks, effects: [] }',
  ],
  [
    'reminds and escalates',
    'case: { wait: { rule: asks, began: 2026-02-27T09:00:00Z } }',
    '{ kind: act, rule: asks, effects: [reply need-details, note forwarded] }',
  ],
  [
    'a holiday is no business day',
    'now: 2026-03-05T08:30:00Z, case: { wait: { rule: asks, began: 2026-03-03T09:00:00Z } }',
    '{ kind: act, rule: asks, effects: [] }',
  ],
  [
    'asks a person',
    'case: { wait: { rule: asks, began: 2026-02-26T09:00:00Z } }',
    '{ kind: hold, rule: asks, reason: Nobody answers }',
  ],
  [
    'goes on with an answer',
    'case: { wait: { rule: asks, began: 2026-03-02T08:00:00Z, endedBy: answer } }',
    '{ kind: act, rule: answered, outcome: answered }',
  ],
  [
    'waits until a day that a field names',
    'case: { rules: [asks] }, due: true',
    '{ kind: act, rule: until-a-day, effects: [] }',
  ],
  [
    'asks for an approval',
    'case: { rules: [asks], event: kick-off }',
    '{ kind: act, rule: agree, effects: [email follow-up] }',
  ],
  [
    'waits for it in silence',
    'case: { rules: [asks], event: kick-off, wait: { rule: agree, began: 2026-03-02T09:30:00Z }, approvals: { lead: open } }',
    '{ kind: act, rule: agree, effects: [] }',
  ],
  [
    'goes on with it',
    'case: { rules: [asks], wait: { rule: agree, began: 2026-03-02T09:30:00Z }, approvals: { lead: approved } }',
    '{ kind: act, rule: agreed, outcome: agreed }',
  ],
  ['cannot wait until no day', 'case: { rules: [asks] }, due: never', '{ kind: hold, reason: "not a time" }'],
];

it('are decided as the scenarios say', async () => {
  await space.edit(RULES, 'zone: America/Los_Angeles,', 'zone: Europe/Berlin, holidays: [2026-03-04],');
  await space.edit(RULES, '\nrules:\n', `\n${RULES_FIRST}`);
  const scenarios = rows.map(([name, given, expected]) => {
    const due = /, due: (\w+)/.exec(given)?.[1];
    const fields = due === undefined ? '{}' : `{ Due: ${due === 'true' ? '"2026-04-01"' : '"next year"'} }`;
    const more = given.replace(/, due: \w+/, '');
    return `  - { name: "${name}", ${ticket(given === '' ? 'open' : 'pending', fields)}, ${more ? `${more}, ` : ''}expect: ${expected} }`;
  });
  const file = 'rules/everbright-api-access/scenarios/waits.yaml';
  await space.write(file, SCENARIOS.replace('SCENARIOS_HERE', scenarios.join('\n')));
  const { rulebook, problems, byProgramme } = await loadRulebook(space);
  expect(problems.filter((p) => p.severity === 'error')).toEqual([]);
  const mine = byProgramme['everbright-api-access']!.scenarios.filter((s) => rows.some(([name]) => name === s.name));
  const results = runScenarios(rulebook!, rulebook!.programmes[0]!, mine);
  expect(results.map((r) => [r.name, r.differences])).toEqual(rows.map(([name]) => [name, []]));
  const wrong = { ...mine[1]!, case: { ...mine[1]!.case, rules: ['nothing'], wait: { rule: 'answered', began: NOW } } };
  expect(runScenarios(rulebook!, rulebook!.programmes[0]!, [wrong])[0]!.differences).toEqual(
    expect.arrayContaining([expect.stringContaining('"nothing"'), expect.stringContaining('"answered"')]),
  );
});

const NOW = '2026-03-02T10:00:00Z';
