// Every mistake that an admin can make in the files is found, with its place and a way to mend it.
import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/problem.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { DIRECTORY, INTENTS, LISTS, openWorkspace, RULES, SCENARIOS, TEMPLATES, type Workspace } from './workspace.js';

let space: Workspace;
beforeEach(async () => {
  space = await openWorkspace();
});
afterEach(() => space.remove());

const problems = async (): Promise<Problem[]> => (await loadRulebook(space)).problems;
/** The Problem of that code; fails when there is none, or when it is not the only one of its severity. */
async function only(code: string): Promise<Problem> {
  const all = await problems();
  const found = all.find((p) => p.code === code);
  expect(found, JSON.stringify(all, null, 1)).toBeDefined();
  const errors = all.filter((p) => p.severity === 'error');
  // Mistakes in a directory show wherever it is used: the same code, never another one.
  const codes = [...new Set(all.filter((p) => p.severity === 'error').map((p) => p.code))];
  expect(codes).toEqual(found!.severity === 'error' ? [code] : []);
  return found!;
}
async function lineOf(file: string, text: string): Promise<number> {
  return (await space.read(file)).split('\n').findIndex((line) => line.includes(text)) + 1;
}

/** What is mistyped, where, the text before and after, the code, and what the message must say. */
const edits: [what: string, file: string, from: string, to: string, code: string, says: string][] = [
  [
    'a mistyped key',
    RULES,
    '    outcome: thanked',
    '    outcom: thanked',
    'unknown-key',
    'unknown field "outcom"; did you mean "outcome"?',
  ],
  [
    'a mistyped key of a step',
    RULES,
    '- reply: need-details',
    '- replly: need-details',
    'unknown-key',
    'did you mean "reply"?',
  ],
  ['a mistyped operator', RULES, '{ exists: false }', '{ exist: false }', 'unknown-key', 'did you mean "exists"?'],
  [
    'an unknown fact',
    RULES,
    'requester.isIntermediary: true',
    'requester.isIntermediate: true',
    'unknown-fact',
    'did you mean "requester.isIntermediary"?',
  ],
  [
    'an unknown fact in a reason',
    RULES,
    'not certain which organization this is: {match.reason}',
    'not certain: {match.raeson}',
    'unknown-fact',
    'did you mean "match.reason"?',
  ],
  [
    'an unknown list',
    RULES,
    'when: { lists.api-tracker: cancelled }',
    'when: { lists.api-traker: cancelled }',
    'unknown-list',
    'did you mean "api-tracker"?',
  ],
  [
    'a word the list does not know',
    RULES,
    'when: { lists.api-tracker: cancelled }',
    'when: { lists.api-tracker: canceled }',
    'unknown-status',
    'did you mean "cancelled"?',
  ],
  [
    'an unknown person',
    RULES,
    '- assign: api-integrations-lead',
    '- assign: api-integration-lead',
    'unknown-person',
    'did you mean "api-integrations-lead"?',
  ],
  [
    'an unknown recipient',
    RULES,
    'email: { to: sales-development, template: follow-up',
    'email: { to: sales, template: follow-up',
    'unknown-person',
    '"sales"',
  ],
  [
    'an unknown channel',
    RULES,
    'channel: everbright-sales, template: handoff-again',
    'channel: everbright-sale, template: handoff-again',
    'unknown-channel',
    'did you mean "everbright-sales"?',
  ],
  [
    'an unknown template',
    RULES,
    '- reply: need-details',
    '- reply: need-detials',
    'unknown-template',
    'did you mean "need-details"?',
  ],
  [
    'a template of another channel',
    RULES,
    '- reply: need-details',
    '- note: need-details',
    'unknown-template',
    'no note template "need-details"',
  ],
  ['a duration in words', RULES, 'grace: 10m', 'grace: ten minutes', 'invalid-value', 'write a duration as 30s, 10m'],
  ['another version of the grammar', RULES, 'usher: 1', 'usher: 2', 'invalid-value', 'must be "1"'],
  [
    'a value that is none of the known',
    RULES,
    'orgAdmin: note',
    'orgAdmin: requires',
    'invalid-value',
    'did you mean "require"?',
  ],
  [
    'a list where a map is wanted',
    RULES,
    'receives: { intent: api-access-request, scope: { assigned: false, status: [new, open] } }',
    'receives: [api-access-request]',
    'invalid-value',
    'must be a map',
  ],
  [
    'a rule of the same id',
    RULES,
    '- id: still-unidentified',
    '- id: ambiguous',
    'duplicate-rule',
    'already stands in line',
  ],
  ['a pattern that RE2 refuses', RULES, "matches: '(?i)", "matches: '(?=x)", 'bad-pattern', 'cannot be used'],
  [
    'a step after a hold',
    RULES,
    '- id: cancelled\n    title: The integration was cancelled\n    when: { lists.api-tracker: cancelled }\n    then: [ { hold: "The API tracker says that this integration was cancelled" } ]',
    '- id: cancelled\n    when: { lists.api-tracker: cancelled }\n    then: [ { hold: stop }, { tag: x } ]',
    'hold-not-last',
    'never run',
  ],
  [
    'a step on the ticket after close',
    RULES,
    '- close: { resolution: Declined, fields: { Platform Area: Account Management, Resolution Type: Account Management } }',
    '- close: {}\n      - tag: x',
    'after-close',
    'after it was closed',
  ],
  [
    'two steps in one item',
    RULES,
    '- status: pending',
    '- { status: pending, tag: x }',
    'invalid-value',
    'exactly one step',
  ],
  ['an empty condition', RULES, 'when: { lists.api-tracker: cancelled }', 'when: {}', 'invalid-value', 'names no fact'],
  [
    'a rule that answers everything',
    RULES,
    '  - id: unclear\n',
    '  - id: unclear\n    title: x\n    then: [ { reply: need-details } ]\n  - id: rest\n',
    'replies-to-everything',
    'has no "when"',
  ],
  [
    'a programme named otherwise than its folder',
    RULES,
    'programme: everbright-api-access',
    'programme: everbright',
    'programme-name',
    'its folder is "everbright-api-access"',
  ],
  [
    'an unknown intent',
    RULES,
    'intent: api-access-request',
    'intent: api-acess-request',
    'unknown-intent',
    'did you mean "api-access-request"?',
  ],
  ['a missing key', RULES, 'title: EverBright API access\n', '', 'missing-key', '"title" is missing'],
  ['a duplicate key', RULES, 'locale: en', 'locale: en\nlocale: de', 'duplicate-key', 'The same key stands twice'],
  ['wrong indentation', RULES, '  - id: unclear', ' - id: unclear', 'yaml-syntax', 'Not readable as YAML'],
  ['a tag', RULES, 'locale: en', 'locale: !!js/function en', 'yaml-tag', 'tag'],
  ['a merge key', RULES, 'locale: en', 'locale: en\n<<: { x: 1 }', 'merge-key', 'Merge keys'],
  [
    'a key that reaches into JavaScript',
    RULES,
    'locale: en',
    'locale: en\n__proto__: { x: 1 }',
    'forbidden-key',
    '"__proto__"',
  ],
  ['an unsure score above the threshold', INTENTS, 'unsure: 2', 'unsure: 5', 'thresholds', 'above "threshold"'],
  [
    'an intent out of reach',
    INTENTS,
    'threshold: 4',
    'threshold: 400',
    'unreachable-intent',
    'stay below its threshold',
  ],
  [
    'a cell text with two meanings',
    LISTS,
    '[Not approved, Suspended',
    '[Not approved, " approved ", Suspended',
    'status-twice',
    'means both "approved" and "not-approved"',
  ],
  [
    'an approving word that is none',
    LISTS,
    'approving: [approved]',
    'approving: [aproved]',
    'unknown-status',
    'did you mean "approved"?',
  ],
  [
    'the reserved word',
    LISTS,
    'cancelled: [Cancelled]',
    'cancelled: [Cancelled]\n      absent: [Gone]',
    'reserved-word',
    'already means',
  ],
  [
    'status words without a column',
    LISTS,
    '      status: EverBright status\n',
    '',
    'status-column',
    'no status column',
  ],
  [
    'a mail address that is none',
    DIRECTORY,
    'Mercedes.Davis@goeverbright.com',
    'Mercedes.Davis@goeverbright',
    'invalid-value',
    'one plain mail address',
  ],
  [
    'two recipients in one address',
    DIRECTORY,
    'Mercedes.Davis@goeverbright.com',
    '"a@b.example, c@d.example"',
    'invalid-value',
    'one plain mail address',
  ],
  [
    'a person without an address',
    DIRECTORY,
    '    email: Mercedes.Davis@goeverbright.com\n',
    '',
    'no-address',
    'has no mail address',
  ],
  [
    'a person who is no agent',
    DIRECTORY,
    'helpdesk: { sandbox: "9001" }',
    'slack: U1',
    'no-agent',
    'no agent on any help desk',
  ],
  [
    'an unknown template variable',
    `${TEMPLATES}/not-approved.reply.en.liquid`,
    '{{ requester.name',
    '{{ requester.nmae',
    'unknown-variable',
    'requester.nmae',
  ],
  [
    'an unknown tag in a template',
    `${TEMPLATES}/not-approved.reply.en.liquid`,
    'Thanks for',
    '{% include "x" %}Thanks for',
    'template-tag',
    '"include"',
  ],
  [
    'a mistyped front matter key',
    `${TEMPLATES}/not-approved.email.en.liquid`,
    'subject:',
    'subjct:',
    'unknown-key',
    'did you mean "subject"?',
  ],
  [
    'an e-mail without subject',
    `${TEMPLATES}/not-approved.email.en.liquid`,
    'subject:',
    'draft: true\n#',
    'template-no-subject',
    'needs a subject',
  ],
  [
    'an unknown list in a scenario',
    SCENARIOS,
    '  approved-sellers:',
    '  approved-seller:',
    'unknown-list',
    'did you mean "approved-sellers"?',
  ],
  [
    'an unknown status in a scenario',
    SCENARIOS,
    'status: completed',
    'status: complete',
    'unknown-status',
    'did you mean "completed"?',
  ],
  [
    'two scenarios of one name',
    SCENARIOS,
    'name: A German ticket gets the German Initial Response',
    'name: Approved and in progress gets the Initial Response',
    'duplicate-scenario',
    'Two scenarios',
  ],
];

describe('a mistake in a file', () => {
  it.each(edits)('is found: %s', async (_what, file, from, to, code, says) => {
    await space.edit(file, from, to);
    const found = await only(code);
    expect(found.message).toContain(says);
    expect(found.fix).not.toBe('');
    expect(found.file?.endsWith(file)).toBe(true);
    expect(found.line).toBeGreaterThan(0);
  });

  it('is shown at its line and column', async () => {
    await space.edit(RULES, '    outcome: thanked', '    outcom: thanked');
    const found = await only('unknown-key');
    expect([found.line, found.column]).toEqual([await lineOf(RULES, 'outcom: thanked'), 5]);
  });

  it('in a template is shown at its line below the front matter', async () => {
    const file = `${TEMPLATES}/initial-response.reply.en.liquid`;
    await space.edit(file, '{{ signature }}', '{{ signatur }}');
    expect((await only('unknown-variable')).line).toBe(await lineOf(file, '{{ signatur }}'));
  });

  it('does not hide the others: all are reported in one pass', async () => {
    await space.edit(RULES, '- assign: api-integrations-lead', '- assign: nobody');
    await space.edit(RULES, '- reply: need-details', '- reply: nothing');
    await space.edit(LISTS, 'approving: [approved]', 'approving: [aproved]');
    await space.edit(INTENTS, 'unsure: 2', 'unsure: 5');
    await space.edit(`${TEMPLATES}/not-approved.reply.de.liquid`, 'requester.name', 'requester.nam');
    const codes = (await problems()).filter((p) => p.severity === 'error').map((p) => p.code);
    expect(codes.sort()).toEqual([
      'thresholds',
      'unknown-person',
      'unknown-status',
      'unknown-template',
      'unknown-variable',
    ]);
  });
});

describe('warnings', () => {
  it('are given for rules after one that always fits', async () => {
    await space.edit(
      RULES,
      '  - id: cancelled',
      '  - id: always\n    then: [ { hold: everything } ]\n  - id: cancelled',
    );
    expect(await only('unreachable-rule')).toMatchObject({ severity: 'warning' });
  });

  it('are given for closing without a reply at first contact', async () => {
    await space.edit(
      RULES,
      '      - slack: { channel: everbright-sales, template: handoff-again }\n      - reply: not-approved\n',
      '',
    );
    expect(await only('closes-in-silence')).toMatchObject({ severity: 'warning' });
  });

  it('are given for files that nobody reads', async () => {
    await space.write('rules/everbright-api-access/rule.yaml', 'usher: 1\n');
    expect((await only('unknown-file')).message).toContain('did you mean "rules.yaml"?');
  });

  it('are given for a programme without scenarios', async () => {
    await rm(space.path('rules/everbright-api-access/scenarios'), { recursive: true });
    expect(await only('no-scenarios')).toMatchObject({ severity: 'warning' });
  });
});

describe('files as such', () => {
  it('that are missing are named', async () => {
    await rm(space.path(INTENTS));
    expect((await only('file-missing')).file).toContain('intents.yaml');
  });

  it('that are symbolic links are refused', async () => {
    await rename(space.path(LISTS), space.path('elsewhere.yaml'));
    await symlink(space.path('elsewhere.yaml'), space.path(LISTS));
    expect((await only('symlink')).file).toContain('lists.yaml');
  });

  it('that are symbolic links are refused among templates', async () => {
    await symlink('/etc/hostname', space.path(`${TEMPLATES}/secret.reply.en.liquid`));
    expect((await only('symlink')).file).toContain('secret.reply.en.liquid');
  });

  it('whose names are no template names are refused', async () => {
    await space.write(`${TEMPLATES}/Not Approved.reply.en.liquid`, 'Hello');
    expect((await only('template-name')).fix).toContain('name.reply.en.liquid');
  });

  it('that are empty, huge or no text are refused', async () => {
    await space.write(INTENTS, '# nothing\n');
    expect((await problems()).map((p) => p.code)).toContain('empty-file');
    await space.write(INTENTS, `usher: 1\n${'# x\n'.repeat(70_000)}`);
    expect((await problems()).map((p) => p.code)).toContain('file-too-large');
    await writeFile(space.path(INTENTS), Buffer.from([0x75, 0xff, 0xfe]));
    expect((await problems()).map((p) => p.code)).toContain('not-utf-8');
  });

  it('of a template in the default language are needed', async () => {
    await rm(space.path(`${TEMPLATES}/not-approved.reply.en.liquid`));
    expect((await only('missing-locale')).fix).toContain('not-approved.reply.en.liquid');
  });

  it('of a programme that is not there are missed by name', async () => {
    const { problems: found, rulebook } = await loadRulebook({ ...space, programmes: ['everbright-api-acess'] });
    expect(rulebook).toBeNull();
    expect(found.find((p) => p.code === 'programme-missing')?.message).toContain(
      'did you mean "everbright-api-access"?',
    );
  });
});

describe('programmes side by side', () => {
  it('with the same intent and scope are a Problem, and so is one list name for two', async () => {
    await copyProgramme('other');
    const { problems: found } = await loadRulebook({ ...space, programmes: ['everbright-api-access', 'other'] });
    const codes = found.filter((p) => p.severity === 'error').map((p) => p.code);
    expect([...new Set(codes)].sort()).toEqual(['duplicate-list', 'overlapping-scopes']);
  });

  it('told apart by channel do not overlap', async () => {
    await copyProgramme('other');
    await space.edit('rules/other/rules.yaml', 'scope: {', 'scope: { channel: [web],');
    await space.edit(RULES, 'scope: {', 'scope: { channel: [email],');
    const { problems: found } = await loadRulebook({ ...space, programmes: ['everbright-api-access', 'other'] });
    expect(found.map((p) => p.code)).not.toContain('overlapping-scopes');
  });

  async function copyProgramme(name: string): Promise<void> {
    await mkdir(space.path(`rules/${name}`));
    await mkdir(space.path(`templates/${name}`));
    await cp(space.path('rules/everbright-api-access'), space.path(`rules/${name}`), { recursive: true });
    await cp(space.path('templates/everbright-api-access'), space.path(`templates/${name}`), { recursive: true });
    await space.edit(`rules/${name}/rules.yaml`, 'programme: everbright-api-access', `programme: ${name}`);
  }
});

describe('hashes', () => {
  it('change with any text that decides, and not with scenarios', async () => {
    const hash = async () => (await loadRulebook(space)).rulebook!.hash;
    const before = await hash();
    expect(await hash()).toBe(before);
    await space.edit(SCENARIOS, '# Who is let in', '# Who gets in');
    expect(await hash()).toBe(before);
    await space.edit(`${TEMPLATES}/not-approved.reply.en.liquid`, 'Thanks', 'Many thanks');
    const changed = await hash();
    expect(changed).not.toBe(before);
    await space.edit(DIRECTORY, 'John Kilfoil', 'Joan Kilfoil');
    expect(await hash()).not.toBe(changed);
  });
});
