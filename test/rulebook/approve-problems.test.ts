// Mistakes in what a rule wants approved: facts that do not exist or say nothing of what is shown, and a mail that nobody can answer.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadRulebook } from '../../src/rulebook/load.js';
import { openWorkspace, RULES, type Workspace } from './workspace.js';

const MAIL = 'templates/everbright-api-access/follow-up.email.en.liquid';

describe('a mistake in an approval', () => {
  let space: Workspace;
  beforeEach(async () => {
    space = await openWorkspace();
  });
  afterEach(() => space.remove());

  /** Problems of an approval with `more`, without those of samples and drafts. */
  async function problemsOf(more: string): Promise<string[][]> {
    const rule = `  - id: asks\n    when: { case.trigger: person }\n    then: [ { approve: { name: lead, by: [sales-development], template: follow-up, within: 1h${more} } } ]`;
    await space.edit(RULES, '\nrules:\n', `\nrules:\n${rule}\n`);
    const { problems } = await loadRulebook(space);
    return problems
      .filter((p) => !['sample-directory', 'draft-template'].includes(p.code))
      .map((p) => [p.code, `${p.message} (${p.fix})`]);
  }
  const linked = () => space.edit(MAIL, '{{ signature }}', '{{ approval.link }}\n\n{{ signature }}');

  it.each([
    ['a field that nothing reads', ', boundTo: [request.plattform]', 'unknown-request-field', 'plattform'],
    ['an approval that nobody asks for', ', boundTo: [case.approvals.leed]', 'unknown-approval', '"lead"'],
    ['a fact of the case itself', ', boundTo: [case.stage]', 'bound-to-case', 'case.stage'],
    ['a list that is not there', ', boundTo: [lists.api-trakker]', 'unknown-list', 'api-tracker'],
    ['a fact that is nearly one', ', each: match.named.name', 'unknown-fact', 'match.named.names'],
  ])('is found: %s', async (_what, more, code, says) => {
    await linked();
    const found = await problemsOf(more);
    expect(found).toContainEqual([code, expect.stringContaining(says)]);
  });

  it('is found: a mail without a link', async () => {
    expect(await problemsOf('')).toEqual([['approval-without-link', expect.stringContaining('approval.link')]]);
  });

  it('is found: one link for several things', async () => {
    await linked();
    expect(await problemsOf(', each: match.named.names')).toEqual([
      ['approval-without-link', expect.stringContaining('item.link')],
    ]);
  });

  it('is none: a link, or a link for each', async () => {
    await linked();
    expect(await problemsOf(', boundTo: [requester.email]')).toEqual([]);
  });
});
