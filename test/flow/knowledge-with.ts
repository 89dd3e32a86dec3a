// The shipped rules with others before them, read by the real grammar; for tests and the simulator.
import type { Knowledge } from '../../src/flow/deps.js';
import { loadRulebook } from '../../src/rulebook/load.js';
import { openWorkspace, RULES } from '../rulebook/workspace.js';

/** `head` stands above `rules:`. Throws when the rules do not check clean. */
export async function knowledgeWith(base: Knowledge, rules: string, head = ''): Promise<Knowledge> {
  const workspace = await openWorkspace();
  try {
    await workspace.edit(RULES, '\nrules:\n', `\n${head}\nrules:\n${rules}\n`);
    const { rulebook, problems } = await loadRulebook(workspace);
    if (!rulebook) throw new Error(JSON.stringify(problems, null, 1));
    return { ...base, rulebook };
  } finally {
    await workspace.remove();
  }
}
