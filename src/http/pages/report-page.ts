// The shadow report: a row a rule, then the tickets where agents did something else than Usher would have.
import type { ReportedTicket, ReportRow, ShadowReport } from '../../core/shadow-report.js';
import { table } from './case-why.js';
import { type Content, type Html, html, outsideLink } from './html.js';
import { page, type Shell } from './layout.js';
import { plainName } from './words.js';

const ticketsShown = 200;

/** GET /report */
export function reportPage(shell: Shell, report: ShadowReport): string {
  const body = html`<h1>Report</h1>
<p class="lead">What Usher would have done in shadow and propose mode, and what the agents did. Decisions of the last ${report.days} days.</p>
${report.rules.length === 0 ? nothing() : filled(report)}`;
  return page(shell, { title: 'Report', here: 'report', body });
}

function nothing(): Html {
  return html`<div class="empty"><h2>Nothing to compare yet</h2><p>Cases that were decided in shadow or propose mode appear here. What Usher does live is no part of this report.</p></div>`;
}

function filled({ rules, different, left }: ShadowReport): Html {
  return html`<section aria-labelledby="rules"><h2 id="rules">Rules</h2>
${table(
  'Tickets by rule',
  ['Rule', 'Would have', 'Decided', 'Same', 'Different', 'Open'],
  rules.map((r) => [ruleName(r), wouldHave(r), r.decided, r.same, r.different, r.open]),
)}
<p class="dim">Same: the agents did what the rule says, or a person handled what Usher would have left to one. Open: not finished yet, or what the rule does cannot be seen on the ticket. Mails and Slack posts are not compared.</p></section>
<section aria-labelledby="different"><h2 id="different">Where the agents did something else <span class="count">${different.length}</span></h2>
${tickets('Tickets handled differently', 'What differs', different, (t) => t.differences.join('. '))}</section>
<section aria-labelledby="left"><h2 id="left">Where Usher would have asked a person <span class="count">${left.length}</span></h2>
${tickets('Tickets left to people', 'What was done', left, (t) => `The agents ${t.agentsDid}`)}</section>`;
}

function ruleName({ rule, programme }: ReportRow): Content {
  return rule === null
    ? '–'
    : html`<code>${rule}</code>${programme && html` <span class="sub">${plainName(programme)}</span>`}`;
}

function wouldHave({ kind, outcome }: ReportRow): string {
  if (kind === 'hold') return 'asked a person';
  if (kind === 'ignore') return 'left it alone';
  return outcome === null ? 'acted' : plainName(outcome);
}

function tickets(caption: string, head: string, found: ReportedTicket[], says: (t: ReportedTicket) => string): Html {
  if (found.length === 0) return html`<p class="dim">None.</p>`;
  const rows = found
    .slice(0, ticketsShown)
    .map((t) => [
      outsideLink(t.url, `${t.helpdesk} ${t.ticketId}`),
      html`<a href="/cases/${encodeURIComponent(t.caseId)}">${t.subject || '(no subject)'}</a>`,
      t.rule === null ? '–' : html`<code>${t.rule}</code>`,
      says(t),
    ]);
  return html`${table(caption, ['Ticket', 'Case', 'Rule', head], rows)}
${found.length > ticketsShown && html`<p class="dim">and ${found.length - ticketsShown} more: <code>usher report --json</code> has all.</p>`}`;
}
