// The lists that programmes rely on: how old, what is wrong in them, and what waits to be accepted.
import type { LintFinding } from '../../core/listing.js';
import type { ListStatus } from '../../ports.js';
import { table } from './case-why.js';
import { type Content, type Html, html } from './html.js';
import { page, type Shell } from './layout.js';
import { headers } from './message-parts.js';
import { ago, time } from './time.js';
import { chip, counted, plainName, type Word } from './words.js';

const findingsShown = 60;

/** GET /lists */
export function listsPage(shell: Shell, lists: ListStatus[]): string {
  const body = html`<h1>Lists</h1>
<p class="lead">The spreadsheets that decide who is let in. Usher reads them again whenever they change.</p>
${lists.length === 0 ? html`<div class="empty"><h2>No lists</h2><p>No active programme names a list.</p></div>` : lists.map((l) => section(shell, l))}`;
  return page(shell, { title: 'Lists', here: 'lists', body });
}

function section(shell: Shell, list: ListStatus): Html {
  const facts: Record<string, Content> = {
    File: html`<code>${list.file}</code>`,
    Programme: plainName(list.programme),
    Organizations: list.rows,
    Read: list.readAt ? html`${ago(list.readAt, shell.now)}, ${time(list.readAt)}` : 'never',
    Version: list.hash ? html`<code title="${list.hash}">${list.hash.slice(0, 12)}</code>` : '–',
  };
  const id = `list-${list.programme}-${list.list}`;
  return html`<section class="card" aria-labelledby="${id}">
<div class="heading"><h2 id="${id}">${list.title}</h2>${chip(state(list))}</div>
${list.problem && html`<p class="banner bad">${list.problem}. Until this is mended, tickets that need this list go to a person.</p>`}
${list.waiting && waiting(list.waiting)}
${headers(facts)}
${list.approvals && approvals(list.approvals)}
${list.hash !== null && lint(list.lint)}
</section>`;
}

function state(list: ListStatus): Word {
  if (list.problem) return { text: 'Cannot be relied on', tone: 'bad' };
  if (list.waiting) return { text: 'A change waits', tone: 'care' };
  return list.lint.some((f) => f.severity === 'error')
    ? { text: 'In use, rows to mend', tone: 'care' }
    : { text: 'In use', tone: 'good' };
}

function waiting(change: NonNullable<ListStatus['waiting']>): Html {
  return html`<div class="banner care"><p><strong>A changed file waits for somebody to accept it:</strong> ${change.why}. Waiting since ${time(change.since)}; until then the version before it is in use.</p>
<p>If the change is meant: <code>usher lists accept ${change.hash.slice(0, 12)}</code></p></div>`;
}

function approvals({ endSoon, ended, notYet }: NonNullable<ListStatus['approvals']>): Html {
  const rows = endSoon.slice(0, findingsShown).map((a) => [html`<code>${a.cell}</code>`, a.name, a.until]);
  const others = `${counted(ended, 'approval')} ended, ${notYet} not yet begun.`;
  if (rows.length === 0) return html`<p class="dim">No approval ends soon; ${others}</p>`;
  return html`${table('Approvals that end soon', ['Cell', 'Organization', 'Last day'], rows)}
<p class="dim">${endSoon.length > rows.length && `and ${endSoon.length - rows.length} more; `}${others}</p>`;
}

function lint(findings: LintFinding[]): Html {
  if (findings.length === 0) return html`<p class="dim">Nothing to mend in this list.</p>`;
  const errorsFirst = [...findings].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  const rows = errorsFirst
    .slice(0, findingsShown)
    .map((f) => [
      html`<code>${f.sheet}${f.cell && `!${f.cell}`}</code>`,
      chip(f.severity === 'error' ? { text: 'Held back', tone: 'care' } : { text: 'Note', tone: 'quiet' }),
      f.message,
      f.fix,
    ]);
  return html`${table(`${counted(findings.length, 'finding')} in this list`, ['Cell', 'Kind', 'Finding', 'What to do'], rows)}
${findings.length > findingsShown && html`<p class="dim">and ${findings.length - findingsShown} more: <code>usher lists</code> shows all.</p>`}`;
}
