// Why a case was decided as it was: who is asking, what each list says, candidates, rules tried, facts, versions.
import type { Json, Triage } from '../../core/decision.js';
import type { Evidence, Match } from '../../core/match-result.js';
import { type Content, type Html, html } from './html.js';
import { answerWords, chip, verdictWords } from './words.js';

const factsShown = 120;
const charactersShown = 240;

/** Who is asking, with the evidence and its cells. */
export function matchSection(match: Match): Html {
  return html`<section aria-labelledby="who"><h2 id="who">Who is asking</h2>
<p class="verdict">${chip(verdictWords[match.verdict])} ${match.name && html`<strong dir="auto">${match.name}</strong>`}</p>
<p dir="auto">${match.reason}</p>
${listsTable(match)}
${evidenceTable(match.evidence)}
${candidatesTable(match)}
</section>`;
}

/** The rules in the order they were asked, up to the one that decided. */
export function traceSection(triage: Triage): Html {
  const rows = triage.decision.trace.map((t) => [html`<code>${t.rule}</code>`, chip(answerWords[t.answer]), t.why]);
  return html`<section aria-labelledby="rules"><h2 id="rules">Rules asked</h2>
${rows.length === 0 ? html`<p class="dim">No rule was asked.</p>` : table('Rules in the order they were asked; the first yes decides', ['Rule', 'Fits', 'Why'], rows)}
</section>`;
}

/** All facts of the decision; long texts are cut. */
export function factsSection(triage: Triage): Html {
  const facts = Object.entries(triage.facts).flatMap(([root, value]) => flat(root, value));
  const rows = facts.slice(0, factsShown).map(([name, value]) => [html`<code>${name}</code>`, value]);
  return html`<section aria-label="Facts and versions"><details id="facts"><summary><h2>Facts</h2> <span class="dim">${facts.length} looked at</span></summary>
${table('Facts that the rules could look at', ['Fact', 'Value'], rows)}
${facts.length > factsShown && html`<p class="dim">and ${facts.length - factsShown} more.</p>`}
</details>
<details id="versions"><summary><h2>Versions</h2> <span class="dim">rules and lists of this decision</span></summary>
${table(
  'What the decision was made with',
  ['Of', 'Version'],
  [
    ['rules and templates', html`<code>${triage.versions.rulebook}</code>`],
    ...Object.entries(triage.versions.lists).map(([list, hash]) => [`list ${list}`, html`<code>${hash}</code>`]),
  ],
)}</details></section>`;
}

/** A table that scrolls by itself when it is wider than the page. */
export function table(caption: string, heads: string[], rows: Content[][]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${heads.map((h) => html`<th scope="col">${h}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((c) => html`<td dir="auto">${c}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

function listsTable(match: Match): Html | false {
  const rows = Object.values(match.lists).map((l) => [
    l.list,
    l.value === null ? html`<em>not known</em>` : html`<strong>${l.value}</strong>`,
    l.cell ? html`<code>${l.cell}</code>` : '–',
    l.reason,
  ]);
  return rows.length > 0 && table('What each list says', ['List', 'Says', 'Cell', 'Why'], rows);
}

function evidenceTable(evidence: Evidence[]): Html | false {
  const rows = evidence.map((e) => [
    e.supports ? 'for' : html`<strong>against</strong>`,
    e.says,
    e.source,
    e.cell ? html`<code>${e.cell}</code>` : '–',
    e.tier ?? '–',
  ]);
  return (
    rows.length > 0 &&
    table('Evidence, strength 1 is the strongest', ['Speaks', 'Evidence', 'From', 'Cell', 'Strength'], rows)
  );
}

function candidatesTable(match: Match): Html | false {
  const rows = match.candidates.map((c) => [
    html`<strong>${c.name}</strong>`,
    c.list,
    html`<code>${c.cell}</code>`,
    c.status ?? html`<em>not known</em>`,
    c.why,
  ]);
  return (
    rows.length > 0 &&
    table('Near names for a person to look at; never acted upon', ['Name', 'List', 'Cell', 'Status', 'Why'], rows)
  );
}

function flat(name: string, value: Json): [string, Content][] {
  if (Array.isArray(value)) return [[name, value.length === 0 ? html`<em>none</em>` : shown(JSON.stringify(value))]];
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) => flat(`${name}.${key}`, inner));
  }
  if (value === null) return [[name, html`<em>not known</em>`]];
  return [[name, value === '' ? html`<em>empty</em>` : shown(String(value))]];
}

function shown(text: string): string {
  return text.length <= charactersShown ? text : `${text.slice(0, charactersShown)} … (${text.length} characters)`;
}
