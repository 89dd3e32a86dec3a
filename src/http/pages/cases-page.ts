// The first page: what waits for a person, what was done, and filters over all cases.
import type { CaseFilter, CaseState, ListedCase, ListStatus } from '../../ports.js';
import { type Content, type Html, html } from './html.js';
import { page, type Shell } from './layout.js';
import { time } from './time.js';
import { caseStates, caseWord, caseWords, chip, counted, plainName, stepWords } from './words.js';

export const casesPerPage = 25;

export interface CasesPage {
  filter: CaseFilter;
  cases: ListedCase[];
  /** Whether there are cases after these. */
  more: boolean;
  counts: Record<CaseState, number>;
  /** Names to choose from, `everbright-api-access`. */
  programmes: string[];
  lists: ListStatus[];
  /** Id of a ticket just filed in the sandbox whose case is not there yet. */
  filed: string | null;
}

/** GET / */
export function casesPage(shell: Shell, data: CasesPage): string {
  const body = html`<h1>Cases</h1>
${data.filed && filedNote(data.filed)}
${listsNote(data.lists)}
<nav class="tabs" aria-label="Cases by state">${tabs(data)}</nav>
${filterForm(data)}
${data.cases.length === 0 ? nothing(shell, data) : casesTable(data)}
${paging(data)}`;
  return page(shell, { title: 'Cases', here: 'cases', liveSeconds: 4, body });
}

/** Address of the list with some of the filter changed. */
export function casesAddress(filter: CaseFilter, change: Partial<CaseFilter>): string {
  const next = { ...filter, offset: 0, ...change };
  const query = new URLSearchParams();
  if (next.state) query.set('state', next.state);
  if (next.programme) query.set('programme', next.programme);
  if (next.search) query.set('q', next.search);
  if (next.offset > 0) query.set('page', String(Math.floor(next.offset / casesPerPage) + 1));
  const text = query.toString();
  return text ? `/?${text}` : '/';
}

function filedNote(ticketId: string): Html {
  return html`<p class="banner calm" role="status">Ticket ${ticketId} was filed. Its case appears here in a moment.</p>`;
}

function listsNote(lists: ListStatus[]): Html | false {
  const bad = lists.filter((l) => l.problem || l.waiting);
  if (bad.length === 0) return false;
  return html`<div class="banner care"><ul class="bare">${bad.map(
    (l) =>
      html`<li><a href="/lists">${l.title}</a>: ${l.problem ?? `a changed file waits for somebody to accept it: ${l.waiting?.why ?? ''}`}</li>`,
  )}</ul></div>`;
}

function tabs(data: CasesPage): Html[] {
  const all = caseStates.reduce((sum, state) => sum + data.counts[state], 0);
  const tab = (state: CaseState | undefined, text: string, n: number) => {
    const current = data.filter.state === state ? html`aria-current="true"` : '';
    return html`<a href="${casesAddress(data.filter, { state })}" ${current}>${text} <span class="count">${n}</span></a>`;
  };
  return [tab(undefined, 'All', all), ...caseStates.map((s) => tab(s, caseWords[s].text, data.counts[s]))];
}

function filterForm({ filter, programmes }: CasesPage): Html {
  const option = (name: string) =>
    html`<option value="${name}" ${name === filter.programme ? html`selected` : ''}>${plainName(name)}</option>`;
  const narrowed = filter.search || filter.programme || filter.state;
  return html`<form class="filter" method="get" action="/" role="search" aria-label="Cases">
${filter.state && html`<input type="hidden" name="state" value="${filter.state}">`}
<label class="grow"><span>Search</span><input type="search" name="q" value="${filter.search ?? ''}" maxlength="200" placeholder="Subject, requester or ticket number"></label>
<label><span>Programme</span><select name="programme"><option value="">All programmes</option>${programmes.map(option)}</select></label>
<button>Show</button>
${narrowed && html`<a class="clear" href="/">Show all</a>`}
</form>`;
}

function nothing(shell: Shell, { filter }: CasesPage): Html {
  if (filter.search || filter.programme || filter.state) {
    return html`<div class="empty"><h2>No case fits</h2><p>Change the filter, or <a href="/">show all cases</a>.</p></div>`;
  }
  const offer = shell.hasSandbox ? html` You can also <a href="/sandbox/new">file a ticket of your own</a>.` : '';
  return html`<div class="empty"><h2>No cases yet</h2><p>A case appears here when a ticket comes in.${offer}</p></div>`;
}

function casesTable(data: CasesPage): Html {
  const first = data.filter.offset + 1;
  const cell = (label: string, content: Content, kind = '') =>
    html`<td role="cell" data-label="${label}" class="${kind}">${content}</td>`;
  const row = (c: ListedCase) => html`<tr role="row">
${cell('State', chip(caseWord(c)))}
<th scope="row" role="rowheader"><a dir="auto" href="/cases/${encodeURIComponent(c.id)}">${c.subject || '(no subject)'}</a>
<span class="sub">${c.helpdesk} ticket ${c.ticketId}</span></th>
${cell('Decision', decided(c), 'decided')}
${cell('Steps', steps(c), 'steps')}
${cell('Changed', time(c.updatedAt), 'when')}
</tr>`;
  return html`<table class="cases" role="table">
<caption>Cases ${first} to ${first + data.cases.length - 1}, the latest change first</caption>
<thead role="rowgroup"><tr role="row">${['State', 'Ticket', 'What was decided', 'Steps', 'Changed'].map(
    (h) => html`<th scope="col" role="columnheader">${h}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">${data.cases.map(row)}</tbody>
</table>`;
}

function decided(c: ListedCase): Html {
  const would = c.mode === 'live' ? '' : 'would have: ';
  const by = [c.outcome && `${would}${plainName(c.outcome)}`, c.rule && `rule ${c.rule}`].filter(Boolean).join(' · ');
  return html`<span dir="auto">${c.reason ?? 'Not decided yet'}</span>${by && html`<span class="sub">${by}</span>`}`;
}

function steps(c: ListedCase): Html {
  if (c.steps.length === 0) return html`<span class="dim">no steps</span>`;
  const done = c.steps.filter((s) => s.state === 'done').length;
  const dots = c.steps.map((s) => html`<i class="${stepWords[s.state].tone}"></i>`);
  return html`<span class="dots" aria-hidden="true">${dots}</span> ${stepsLine(c, done)}`;
}

function stepsLine(c: ListedCase, done: number): string {
  const unsure = c.steps.filter((s) => s.state === 'unsure').length;
  if (unsure > 0) return `${counted(unsure, 'step')} not sure`;
  return done === c.steps.length ? `${counted(done, 'step')} done` : `${done} of ${c.steps.length} done`;
}

function paging({ filter, more }: CasesPage): Html | false {
  if (filter.offset === 0 && !more) return false;
  const back = Math.max(0, filter.offset - casesPerPage);
  return html`<nav class="paging" aria-label="Pages of cases">
${filter.offset > 0 && html`<a rel="prev" href="${casesAddress(filter, { offset: back })}">Newer cases</a>`}
${more && html`<a rel="next" href="${casesAddress(filter, { offset: filter.offset + casesPerPage })}">Older cases</a>`}
</nav>`;
}
