// Keeps every rulebook that decided anything under its hash, so that a decision can be traced to the texts it was made with.
import type { Json } from '../core/decision.js';
import type { Rulebook } from '../core/rulebook.js';
import type { Ledger } from '../ledger.js';

export async function publishRulebook(ledger: Ledger, rulebook: Rulebook): Promise<void> {
  await ledger.publish('rulebook', rulebook.hash, asJson(rulebook));
}

/** All of it but the parsed templates, whose sources say the same. */
function asJson(rulebook: Rulebook): Json {
  const programmes = rulebook.programmes.map((programme) => ({
    ...programme,
    templates: Object.fromEntries(
      Object.entries(programme.templates).map(([key, t]) => [key, { file: t.file, draft: t.draft, source: t.source }]),
    ),
  }));
  return JSON.parse(JSON.stringify({ ...rulebook, programmes })) as Json;
}
