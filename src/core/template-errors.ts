// The two ways in which rendering a message stops: something printed was empty, or the template went wrong.
import type { MessageTemplate } from './rulebook.js';

type Named = Pick<MessageTemplate, 'name' | 'channel' | 'locale' | 'file'>;

/** The text inside a step of a rule has no language of its own. */
function wordsFor({ name, channel, locale }: Named): string {
  return locale === '' ? `the step "${name}"` : `the template "${name}" (${channel}, ${locale})`;
}

/** A variable that the template prints is not known or empty: the message is not sent half. */
export class EmptyVariable extends Error {
  readonly template: string;
  readonly file: string;
  readonly variable: string;
  constructor(template: Named, variable: string) {
    super(`${wordsFor(template)} needs ${variable}, which is empty`);
    this.name = 'EmptyVariable';
    this.template = template.name;
    this.file = template.file;
    this.variable = variable;
  }
}

/** A limit was passed, or the template asked for something impossible. */
export class TemplateFailure extends Error {
  readonly template: string;
  readonly file: string;
  readonly reason: string;
  constructor(template: Named, reason: string) {
    super(`${wordsFor(template)} cannot be rendered: ${reason}`);
    this.name = 'TemplateFailure';
    this.template = template.name;
    this.file = template.file;
    this.reason = reason;
  }
}
