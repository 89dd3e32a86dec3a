// Mistakes in a programme's `request:` block, and in the rules and templates that use it, are found with their place.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRulebook } from '../../src/rulebook/load.js';
import { openWorkspace, RULES, TEMPLATES, type Workspace } from './workspace.js';

const BLOCK = `request:
  subject: ["[organization] + [task]"]
  fields:
    organization: { required: true, many: true, claim: true, labels: [Organization] }
    task: { labels: [Task], values: { integration: [integrate], mapping: [map projects] } }
`;
const WHEN = 'when: { requester.isIntermediary: true }';

let space: Workspace;
beforeEach(async () => {
  space = await openWorkspace();
  await space.edit(RULES, '\nrules:\n', `\n${BLOCK}\nrules:\n`);
});
afterEach(() => space.remove());

const errors = async () => (await loadRulebook(space)).problems.filter((p) => p.severity === 'error');

describe('a request block', () => {
  it('is read into fields', async () => {
    await space.edit(RULES, WHEN, 'when: { request.missing: organization, request.task: [integration, mapping] }');
    expect(await errors()).toEqual([]);
    const { rulebook } = await loadRulebook(space);
    const request = rulebook!.programmes[0]!.request!;
    expect(request.subjects).toEqual([['organization', 'task']]);
    expect(request.fields.map((f) => [f.name, f.required, f.many, f.claim, f.values.length])).toEqual([
      ['organization', true, true, true, 0],
      ['task', false, false, false, 2],
    ]);
  });

  it.each([
    ['[organization] + [tsk]', '[organization] + [task]', 'unknown-request-field', 'did you mean "task"?'],
    ['organization + task', '[organization] + [task]', 'request-layout', 'in brackets'],
    ['[task] + [task]', '[organization] + [task]', 'request-layout', 'once'],
    ['mapping: [integrate]', 'mapping: [map projects]', 'request-wording', 'both "integration" and "mapping"'],
    ['labels: [Organization]', 'labels: [Task]', 'request-wording', '"Organization" means both'],
    [
      'task: { anywhere: { intgration: [connect] }, labels: [Task]',
      'task: { labels: [Task]',
      'unknown-request-value',
      'did you mean "integration"?',
    ],
    ['labels: ["?"]', 'labels: [Task]', 'request-wording', 'no letter or digit'],
    ['missing: { labels: [Task]', 'task: { labels: [Task]', 'reserved-word', '"missing"'],
  ])('with %s', async (to, from, code, says) => {
    await space.edit(RULES, from, to);
    const found = (await errors()).filter((p) => p.code === code);
    expect(found).toHaveLength(1);
    expect(found[0]!.message).toContain(says);
    expect([found[0]!.file?.endsWith(RULES), found[0]!.line! > 0, found[0]!.fix !== '']).toEqual([true, true, true]);
  });

  it.each([
    ['request.tsk: integration', 'unknown-request-field', 'did you mean "task"?'],
    ['request.task: integrate', 'unknown-request-value', 'did you mean "integration"?'],
    ['request.missing: organisation', 'unknown-request-field', 'did you mean "organization"?'],
    ['request.strange.tsk: { exists: true }', 'unknown-request-field', 'did you mean "task"?'],
  ])('is asked for %s', async (condition, code, says) => {
    await space.edit(RULES, WHEN, `when: { ${condition} }`);
    const found = await errors();
    expect(found.map((p) => p.code)).toEqual([code]);
    expect(found[0]!.message).toContain(says);
  });

  it('is printed by a template that names another field', async () => {
    await space.edit(
      `${TEMPLATES}/need-details.reply.en.liquid`,
      '{{ signature }}',
      '{{ request.tsk }}\n{{ signature }}',
    );
    expect((await errors()).map((p) => p.code)).toEqual(['unknown-request-field']);
  });
});
