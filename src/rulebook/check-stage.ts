// Checks that a stage that a rule sets or asks for, an approval or a kind of linked record that it reads, is one of the programme's.
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';

/** A Problem unless the programme names the stage. */
export function checkStage(stage: string, stages: string[], place: Partial<Problem>): Problem[] {
  const known = `Stages of this programme: ${stages.join(', ') || 'none; name them under stages:'}`;
  return checkKnown(stage, stages, { code: 'unknown-stage', says: 'unknown stage', known, place });
}

/** A Problem unless a rule of the programme asks for that approval. */
export function checkApproval(name: string, approvals: string[], place: Partial<Problem>): Problem[] {
  const known = `Approvals of this programme: ${approvals.join(', ') || 'none'}`;
  return checkKnown(name, approvals, { code: 'unknown-approval', says: 'no rule asks for the approval', known, place });
}

/** A Problem unless an event of the programme adds records of that kind. */
export function checkLink(kind: string, kinds: string[], place: Partial<Problem>): Problem[] {
  const known = `Kinds under links: in events.yaml: ${kinds.join(', ') || 'none'}`;
  return checkKnown(kind, kinds, { code: 'unknown-link', says: 'no event adds records of the kind', known, place });
}

function checkKnown(
  name: string,
  names: string[],
  { code, says, known, place }: { code: string; says: string; known: string; place: Partial<Problem> },
): Problem[] {
  if (names.includes(name)) return [];
  const near = suggestion(name, names);
  return [problem(code, `${says} "${name}"${didYouMean(near)}`, near ? `Write "${near}"` : known, place)];
}
