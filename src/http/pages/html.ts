// Writes HTML by a tagged template that escapes every value and makes hostile characters visible.
import { visible } from '../../problem.js';

/** Markup that is safe to send as it is; only `html` makes it. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What may stand in a template; null, undefined, false and '' print nothing. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes for text and quoted attributes. Control, bidi and zero-width characters become \u escapes; lines and tabs stay. */
export function escapeHtml(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/([\n\t])/)
    .map((part) => (part === '\n' || part === '\t' ? part : visible(part)))
    .join('')
    .replace(/[&<>"']/g, (c) => entities[c]!);
}

function print(value: Content): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escapeHtml(value);
  return value.map(print).join('');
}

/** The only way to make markup: literal parts are trusted, every value is escaped. Attributes must be quoted. */
export function html(literals: TemplateStringsArray, ...values: Content[]): Html {
  let markup = literals[0]!;
  for (const [i, value] of values.entries()) markup += print(value) + literals[i + 1]!;
  return new Html(markup);
}

/** A link to a help desk or web page; anything but http and https is shown as text, never as a link. */
export function outsideLink(url: string, text: string): Html {
  return /^https?:\/\/[^\s]+$/i.test(url)
    ? html`<a href="${url}" rel="noreferrer noopener">${text}</a>`
    : html`<span>${text}</span>`;
}
