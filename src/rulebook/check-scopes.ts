// Finds programmes that would both take the same ticket: the same intent and scopes that can both fit.
import type { Programme, Scope } from '../core/rulebook.js';
import { type Problem, problem } from '../problem.js';

/** One Problem for each pair of programmes that overlap, at the later one's `receives`. */
export function checkScopes(programmes: Programme[], placeOf: (programme: string) => Partial<Problem>): Problem[] {
  return programmes.flatMap((later, index) =>
    programmes
      .slice(0, index)
      .filter((earlier) => earlier.receives.intent !== null && earlier.receives.intent === later.receives.intent)
      .filter((earlier) => overlap(earlier.receives.scope, later.receives.scope))
      .map((earlier) =>
        problem(
          'overlapping-scopes',
          `"${later.name}" and "${earlier.name}" both receive ${later.receives.intent}, and one ticket can be in the scope of both`,
          'Tell them apart by channel, tags, helpdesk or status under receives: scope',
          placeOf(later.name),
        ),
      ),
  );
}

function overlap(a: Scope, b: Scope): boolean {
  if (a.assigned !== undefined && b.assigned !== undefined && a.assigned !== b.assigned) return false;
  const apart = (x: string[] | undefined, y: string[] | undefined) => x && y && !x.some((value) => y.includes(value));
  if (apart(a.status, b.status) || apart(a.channel, b.channel) || apart(a.helpdesk, b.helpdesk)) return false;
  const excludes = (tags: string[] | undefined, without: string[] | undefined) =>
    tags !== undefined && without !== undefined && tags.every((tag) => without.includes(tag));
  return !excludes(a.tags, b.withoutTags) && !excludes(b.tags, a.withoutTags);
}
