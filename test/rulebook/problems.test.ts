// Every mistake that an admin can make in the files is found, with its place and a way to mend it.
import { readFileSync } from 'node:fs';
import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
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
  // Mistakes in a directory show wherever it is used: the same code, never another one.
  const codes = [...new Set(all.filter((p) => p.severity === 'error').map((p) => p.code))];
  expect(codes).toEqual(found!.severity === 'error' ? [code] : []);
  return found!;
}
async function lineOf(file: string, text: string): Promise<number> {
  return (await space.read(file)).split('\n').findIndex((line) => line.includes(text)) + 1;
}

interface Mistake {
  what: string;
  file: string;
  from: string;
  to: string;
  code: string;
  says: string;
}
const mistakes = parse(readFileSync('test/fixtures/mistakes.yaml', 'utf8')) as Mistake[];

describe('a mistake in a file', () => {
  it.each(mistakes)('is found: $what', async ({ file, from, to, code, says }) => {
    await space.edit(file, from, to);
    const found = await only(code);
    expect(found.message).toContain(says);
    expect(found.fix).not.toBe('');
    // A person without an address is missed where the rule mails them.
    expect(found.file?.endsWith(code.startsWith('no-a') ? RULES : file)).toBe(true);
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

  it('in the group that gets what needs a person is named', async () => {
    await space.edit(RULES, 'holds: { remindAfter: 4h', 'holds: { group: front, remindAfter: 4h');
    expect(await only('unknown-group')).toMatchObject({
      severity: 'error',
      message: 'The directory has no group "front"',
      line: await lineOf(RULES, 'holds: {'),
    });
    await space.edit(
      'rules/directory.yaml',
      '\npeople:',
      '\ngroups:\n  front: { name: Front, helpdesk: { zendesk: "98" } }\npeople:',
    );
    expect((await problems()).filter((p) => p.severity === 'error')).toEqual([]);
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
