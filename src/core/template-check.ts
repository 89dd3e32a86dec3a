// Checks a parsed template against the table of variables, before any message needs it.
import { type Problem, problem, suggestion } from '../problem.js';
import type { MessageTemplate } from './rulebook.js';
import { findVariable, templateTable } from './template-scope.js';

/** Paths of all variables the template takes from outside, `requester.name`; the locals of `assign` and `for` left out. */
export function templateVariables(template: MessageTemplate): string[] {
  return [...new Set(usesOf(template).map((use) => use.path))];
}

/** One Problem for each use of a variable that does not exist, with line and column in the file. */
export function checkTemplate(template: MessageTemplate): Problem[] {
  return usesOf(template)
    .filter((use) => !findVariable(use.path))
    .map(({ path, line, column }) => {
      const near = suggestion(
        path,
        templateTable.map((entry) => entry.path),
      );
      const fix = near ? `Did you mean ${near}?` : 'The variables are listed in docs/variables.md';
      return problem('unknown-variable', `Templates have no variable ${path}`, fix, {
        file: template.file,
        line,
        column,
      });
    });
}

interface Use {
  path: string;
  line: number;
  column: number;
}

function usesOf(template: MessageTemplate): Use[] {
  return [template.subject ?? [], template.body].flatMap((part) =>
    Object.values(template.engine.analyzeSync(part, { partials: false }).globals)
      .flat()
      .map((variable) => ({
        path: pathOf(variable.toArray()),
        line: variable.location.row,
        column: variable.location.col,
      })),
  );
}

/** `a["b c"].d` is `a.b c.d`; a part that is itself a variable cannot be known before rendering and ends the path. */
function pathOf(segments: unknown[]): string {
  const computed = segments.findIndex((segment) => Array.isArray(segment));
  return (computed < 0 ? segments : segments.slice(0, computed)).join('.');
}
