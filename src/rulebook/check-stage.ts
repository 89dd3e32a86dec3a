// Checks that a stage that a rule sets or asks for, an approval or a kind of linked record that it reads, is one of the programme's.
import { type Problem, problem, suggestion } from '../problem.js';

/** A Problem unless the programme names the stage. */
export function checkStage(stage: string, stages: string[], place: Partial<Problem>): Problem[] {
  if (stages.includes(stage)) return [];
  const near = suggestion(stage, stages);
  return [
    problem(
      'unknown-stage',
      `unknown stage "${stage}"${near ? `; did you mean "${near}"?` : ''}`,
      near ? `Write "${near}"` : `Stages of this programme: ${stages.join(', ') || 'none; name them under stages:'}`,
      place,
    ),
  ];
}

/** A Problem unless a rule of the programme asks for that approval. */
export function checkApproval(name: string, approvals: string[], place: Partial<Problem>): Problem[] {
  if (approvals.includes(name)) return [];
  const near = suggestion(name, approvals);
  return [
    problem(
      'unknown-approval',
      `no rule asks for the approval "${name}"${near ? `; did you mean "${near}"?` : ''}`,
      near ? `Write "${near}"` : `Approvals of this programme: ${approvals.join(', ') || 'none'}`,
      place,
    ),
  ];
}

/** A Problem unless an event of the programme adds records of that kind. */
export function checkLink(kind: string, kinds: string[], place: Partial<Problem>): Problem[] {
  if (kinds.includes(kind)) return [];
  const near = suggestion(kind, kinds);
  return [
    problem(
      'unknown-link',
      `no event adds records of the kind "${kind}"${near ? `; did you mean "${near}"?` : ''}`,
      near ? `Write "${near}"` : `Kinds under links: in events.yaml: ${kinds.join(', ') || 'none'}`,
      place,
    ),
  ];
}
