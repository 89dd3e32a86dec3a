// A person's word that a case ended wrongly, checked against the rules that could put it right.
import { correctionOutcomes } from '../core/corrections.js';
import type { Rulebook } from '../core/rulebook.js';
import type { Ledger } from '../ledger.js';
import type { CaseViews } from '../ports.js';
import { didYouMean, ProblemError, problem, suggestion } from '../problem.js';

/** Throws ProblemError when there is no such case, no rule for that outcome, or nothing to correct. */
export async function correctCase(
  parts: { ledger: Ledger; views: CaseViews; rulebook: Rulebook },
  caseId: string,
  outcome: string,
  by: string,
): Promise<void> {
  const detail = await parts.views.detail(caseId);
  // What the ledger says of a case that is not there, or not finished, comes first.
  if (detail?.state === 'done' && detail.outcome !== null && detail.mode === 'live') {
    const known = correctionOutcomes(parts.rulebook, detail.programme);
    if (!known.includes(outcome)) throw noRuleFor(outcome, detail.programme, known);
  }
  await parts.ledger.correct(caseId, outcome, by);
}

function noRuleFor(outcome: string, programme: string | null, known: string[]): ProblemError {
  const near = suggestion(outcome, known);
  return new ProblemError(
    problem(
      'outcome-not-correctable',
      `No rule "on: correction" of ${programme ?? 'any programme'} has the outcome "${outcome}"${didYouMean(near)}`,
      known.length > 0
        ? `A case can be corrected to: ${known.join(', ')}`
        : 'Write a rule with "on: correction" and this outcome first',
    ),
  );
}
