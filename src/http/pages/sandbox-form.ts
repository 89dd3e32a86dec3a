// The form that files a ticket of one's own with the sandbox's help desk, and the check of what was typed.
import type { Form } from '../form.js';
import type { SandboxTicket } from '../http-options.js';
import { type Html, html } from './html.js';
import { formToken, page, type Shell } from './layout.js';
import { counted } from './words.js';

type Field = keyof SandboxTicket;
export type FormMistakes = Partial<Record<Field, string>>;

interface FieldSpec {
  label: string;
  hint: string;
  max: number;
  needed: boolean;
  kind: 'text' | 'email' | 'long';
  complete: string;
}
const fields: Record<Field, FieldSpec> = {
  name: { label: 'Your name', hint: '', max: 120, needed: true, kind: 'text', complete: 'name' },
  email: {
    label: 'Your e-mail address',
    hint: 'Its domain is evidence: try one that stands on a list, a free-mail address, or one nobody knows.',
    max: 254,
    needed: true,
    kind: 'email',
    complete: 'email',
  },
  organization: {
    label: 'Organization in the help desk',
    hint: 'The record that support keeps. Leave it empty for somebody the help desk does not know.',
    max: 200,
    needed: false,
    kind: 'text',
    complete: 'off',
  },
  company: {
    label: 'Company, as the customer typed it',
    hint: 'Only a claim: never enough by itself.',
    max: 200,
    needed: false,
    kind: 'text',
    complete: 'organization',
  },
  state: {
    label: 'State',
    hint: 'For the hand-off to sales, e.g. CA.',
    max: 60,
    needed: false,
    kind: 'text',
    complete: 'off',
  },
  subject: { label: 'Subject', hint: '', max: 200, needed: true, kind: 'text', complete: 'off' },
  body: { label: 'Message', hint: '', max: 20_000, needed: true, kind: 'long', complete: 'off' },
};
const names = Object.keys(fields) as Field[];

export const emptyTicket: SandboxTicket = {
  name: '',
  email: '',
  organization: '',
  company: '',
  state: '',
  subject: 'API access',
  body: 'Hello,\n\nplease give us access to the API.\n',
};

/** What was typed, trimmed, and what is wrong with it. */
export function readSandboxForm(form: Form): { ticket: SandboxTicket; mistakes: FormMistakes } {
  const ticket = { ...emptyTicket };
  const mistakes: FormMistakes = {};
  for (const name of names) {
    const spec = fields[name];
    const value = form.get(name).trim();
    ticket[name] = value;
    if (spec.needed && value === '') mistakes[name] = `${spec.label} is missing`;
    else if (value.length > spec.max) mistakes[name] = `${spec.label} is longer than ${spec.max} characters`;
    else if (spec.kind === 'email' && !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(value)) {
      mistakes[name] = `${spec.label} does not look like one: name@company.example`;
    }
  }
  return { ticket, mistakes };
}

/** GET and POST /sandbox/new */
export function sandboxFormPage(
  shell: Shell,
  ticket: SandboxTicket,
  mistakes: FormMistakes,
  examples: { label: string }[],
): string {
  const body = html`<p class="crumb"><a href="/sandbox">Sandbox</a></p>
<h1>File a ticket</h1>
<p class="lead">As if you were a customer. Usher handles it like any other, and you see every step.</p>
${examples.length > 0 && html`<p class="examples">Start from: ${examples.map((e, i) => html`<a href="/sandbox/new?example=${i}">${e.label}</a> `)}</p>`}
${summary(mistakes)}
<form class="card tall" method="post" action="/sandbox/new" novalidate>${formToken(shell)}
${names.map((name) => field(name, ticket[name], mistakes[name]))}
<div class="buttons"><button class="first">File the ticket</button></div>
</form>`;
  return page(shell, { title: 'File a ticket', here: 'sandbox', body });
}

function summary(mistakes: FormMistakes): Html | false {
  const wrong = names.filter((n) => mistakes[n]);
  if (wrong.length === 0) return false;
  return html`<div class="banner bad" role="alert"><h2>${counted(wrong.length, 'thing')} to mend</h2>
<ul>${wrong.map((n) => html`<li><a href="#${n}">${mistakes[n]}</a></li>`)}</ul></div>`;
}

function field(name: Field, value: string, mistake: string | undefined): Html {
  const spec = fields[name];
  const described = [spec.hint && `${name}-hint`, mistake && `${name}-mistake`].filter(Boolean).join(' ');
  const shared = html`id="${name}" name="${name}" autocomplete="${spec.complete}" maxlength="${spec.max}" ${spec.needed && html`required`} ${described && html`aria-describedby="${described}"`} ${mistake && html`aria-invalid="true"`}`;
  return html`<div class="field">
<label for="${name}">${spec.label}${!spec.needed && html` <span class="dim">(optional)</span>`}</label>
${spec.hint && html`<p class="hint" id="${name}-hint">${spec.hint}</p>`}
${mistake && html`<p class="mistake" id="${name}-mistake">${mistake}</p>`}
${spec.kind === 'long' ? html`<textarea ${shared} rows="7">\n${value}</textarea>` : html`<input type="${spec.kind}" ${shared} value="${value}">`}
</div>`;
}
