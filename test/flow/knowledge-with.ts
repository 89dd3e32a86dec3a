// The shipped rules with others before them, read by the real grammar; for tests and the simulator.
import type { Knowledge } from '../../src/flow/deps.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { openWorkspace, RULES, type Workspace } from '../rulebook/workspace.js';

/** `head` stands above `rules:`; `more` changes other files first. Throws when the rules do not check clean. */
export async function knowledgeWith(
  base: Knowledge,
  rules: string,
  head = '',
  more: (workspace: Workspace) => Promise<void> = async () => {},
): Promise<Knowledge> {
  const workspace = await openWorkspace();
  try {
    await more(workspace);
    await workspace.edit(RULES, '\nrules:\n', `\n${head}\nrules:\n${rules}\n`);
    const { rulebook, problems } = await loadRulebook(workspace);
    if (!rulebook) throw new Error(JSON.stringify(problems, null, 1));
    return { ...base, rulebook };
  } finally {
    await workspace.remove();
  }
}

/** Rules for a request of nobody known: the lead is asked (`approve` says how), and a question or a person follows; then `more`. */
export const leadRules = (approve: string, more = ''): string => `
  - id: ask-lead
    when: { match.verdict: unidentified, match.name: { exists: false } }
    outcome: waits-for-the-lead
    then: [ { approve: { name: lead, by: [sales-development], within: 2 business days, ${approve} } } ]
  - id: granted
    when: { case.approvals.lead: approved }
    outcome: granted
    then: [ { reply: need-details } ]
  - id: refused
    when: { case.approvals.lead: refused }
    then: [ { hold: "The lead refused" } ]
${more}`;
