// Small templates inside a rule: a text of a request, a path, the value of a field.
import { type Problem, ProblemError } from '../problem.js';
import { oneLine, segmentsOf } from './escape.js';
import type { MessageTemplate } from './rulebook.js';
import { checkTemplate, parseTemplate, renderMarked, TemplateFailure } from './template.js';

/** Problems of the templates of one step, at `place`; each names what is not known. `what` names the step in messages. */
export function checkTexts(texts: string[], what: string, place: Partial<Problem>): Problem[] {
  return texts
    .filter((text) => text !== '')
    .flatMap((text) => {
      try {
        return checkTemplate(parsed(text, what)).map((p) => ({ ...p, ...place }));
      } catch (error) {
        if (error instanceof ProblemError) return error.problems.map((p) => ({ ...p, ...place }));
        throw error;
      }
    });
}

/** The text with its values as they are. Throws EmptyVariable when something printed is empty, TemplateFailure for everything else. */
export function renderText(source: string, what: string, scope: object): string {
  return joined(source, what, { scope, ofValue: (value) => value });
}

/** A path with its values encoded. Throws like `renderText`. */
export function renderPath(source: string, what: string, scope: object): string {
  const path = joined(source, what, { scope, ofValue: encodeURIComponent });
  // A value that is a dot or two would climb; everything else of a value is encoded.
  if (path.split('/').some((part) => part === '.' || part === '..'))
    throw failure(what, 'a value would lead to another path');
  return path;
}

/** Texts that print something are rendered, on one line; other values stay as they are. Throws like `renderText`. */
export function renderFields<T>(fields: Record<string, T>, what: string, scope: object): Record<string, T | string> {
  const render = (value: T) => (isTemplate(value) ? oneLine(renderText(value, what, scope), FIELD_MOST) : value);
  return Object.fromEntries(Object.entries(fields).map(([title, value]) => [title, render(value)]));
}

const FIELD_MOST = 1_000;

export function isTemplate(value: unknown): value is string {
  return typeof value === 'string' && value.includes('{{');
}

/** Why a step cannot be rendered. */
export function failure(what: string, reason: string): TemplateFailure {
  return new TemplateFailure(header(what), reason);
}

function joined(
  source: string,
  what: string,
  { scope, ofValue }: { scope: object; ofValue: (value: string) => string },
): string {
  return segmentsOf(renderMarked(parsed(source, what), scope))
    .map(({ kind, text }) => (kind === 'author' ? text : ofValue(text)))
    .join('');
}

function parsed(source: string, what: string): MessageTemplate {
  return parseTemplate(source, header(what));
}

const header = (what: string) => ({ name: what, channel: 'note' as const, locale: '', file: what });
