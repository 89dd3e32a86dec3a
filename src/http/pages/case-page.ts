// One case: what was decided, what was sent and how far it is, why, and everything that happened.
import { waitWords } from '../../core/wait-words.js';
import type { CaseDetail } from '../../ports.js';
import { openWrites, stepsSection, toldSection, wouldSection } from './case-steps.js';
import { factsSection, matchSection, traceSection } from './case-why.js';
import { type Content, type Html, html, outsideLink } from './html.js';
import { formToken, page, type Shell } from './layout.js';
import { headers } from './message-parts.js';
import { time } from './time.js';
import { caseWord, chip, counted, plainName } from './words.js';

export interface CasePage {
  /** What the person's last click did, or why it could not be done. */
  notice: { text: string; failed: boolean } | null;
  /** Outcomes that this case could be corrected to. */
  corrections: string[];
}

/** GET /cases/:id */
export function casePage(shell: Shell, c: CaseDetail, { notice, corrections }: CasePage): string {
  const triage = c.decisions[0]?.triage;
  const body = html`<p class="crumb"><a href="/">Cases</a></p>
<div class="heading"><h1 dir="auto">${c.subject || '(no subject)'}</h1>${chip(caseWord(c))}</div>
${notice && html`<p class="banner ${notice.failed ? 'bad' : 'good'}" role="${notice.failed ? 'alert' : 'status'}">${notice.text}</p>`}
${attention(shell, c)}
<div class="columns"><div class="main-column">
${decisionSection(c)}
${triage && c.mode !== 'live' && wouldSection(c.mode, triage)}
${(c.mode === 'live' || c.stepDetails.some((s) => !s.isNotice)) && stepsSection(shell, c)}
${toldSection(c)}
${triage && matchSection(triage.match)}
${triage && traceSection(triage)}
${triage && factsSection(triage)}
</div><aside aria-label="About this case">
${about(c)}
${byHand(c)}
${correction(shell, c, corrections)}
${timeline(c)}
${earlier(c)}
</aside></div>`;
  const busy = c.state === 'new' || c.state === 'acting';
  return page(shell, { title: c.subject || `Case ${c.id}`, here: 'none', liveSeconds: busy ? 2 : undefined, body });
}

function attention(shell: Shell, c: CaseDetail): Html | false {
  if (c.state !== 'held') return false;
  const open = openWrites(c);
  return html`<section class="banner care" aria-labelledby="attention"><h2 id="attention">This ticket needs a person</h2>
<p dir="auto">${c.reason ?? 'Usher could not decide.'}</p>
${
  open.length > 0
    ? html`<p>${open.map((s) => html`<a href="#ask-${s.id}">${s.state === 'unsure' ? 'Did this arrive?' : 'What now?'}</a> `)}</p>`
    : html`<form method="post" action="/cases/${encodeURIComponent(c.id)}/resume">${formToken(shell)}
<p class="dim">When what stood in the way is mended, let Usher look again: it reads the ticket and the lists anew and decides.</p>
<div class="buttons"><button class="first">Look again</button></div></form>`
}
</section>`;
}

function decisionSection(c: CaseDetail): Html {
  const decision = c.decisions[0]?.triage.decision;
  if (!decision) {
    return html`<section aria-labelledby="decided"><h2 id="decided">Decision</h2><p class="dim">Usher has not looked at this ticket yet.</p></section>`;
  }
  const waits = c.state === 'waiting' && waitWords(c.wait);
  return html`<section aria-labelledby="decided"><h2 id="decided">Decision</h2>
<p class="reason" dir="auto">${decision.reason}</p>
${waits && html`<p>${waits}</p>`}
${headers({
  ...(decision.outcome ? { [c.mode === 'live' ? 'Outcome' : 'Would have']: plainName(decision.outcome) } : {}),
  ...(decision.rule ? { Rule: html`<code>${decision.rule}</code>` } : {}),
  ...(decision.programme ? { Programme: plainName(decision.programme) } : {}),
  ...(c.stage ? { Stage: plainName(c.stage) } : {}),
  ...Object.fromEntries(
    Object.entries(c.links).map(([kind, names]) => [`Linked: ${plainName(kind)}`, names.join(', ')]),
  ),
  ...(decision.graceMs > 0 ? { Grace: counted(Math.round(decision.graceMs / 60_000), 'minute') } : {}),
})}</section>`;
}

function about(c: CaseDetail): Html {
  const rows: Record<string, Content> = {
    Ticket: outsideLink(c.url, `${c.helpdesk} ${c.ticketId}`),
    Requester: html`${c.requester.name} <span class="sub">${c.requester.email}</span>`,
    Opened: time(c.openedAt),
    Changed: time(c.updatedAt),
    Case: html`<code>${c.id}</code>`,
    ...(c.episode > 1 ? { Episode: c.episode } : {}),
  };
  return html`<section aria-labelledby="about"><h2 id="about">Ticket</h2>${headers(rows)}</section>`;
}

/** How an agent keeps the ticket: it is said on the ticket, where all agents see it, and not here. */
function byHand(c: CaseDetail): Html | false {
  if (c.mode === 'shadow' || c.state === 'not-for-usher') return false;
  return html`<section aria-labelledby="by-hand"><h2 id="by-hand">Keep Usher off this ticket</h2>
<p class="dim">In the help desk, take the ticket or put the tag <code>usher-stop</code> on it: Usher then leaves it alone, also between two of its own steps.</p></section>`;
}

function correction(shell: Shell, c: CaseDetail, outcomes: string[]): Html | false {
  const others = outcomes.filter((o) => o !== c.outcome);
  if (c.state !== 'done' || c.mode !== 'live' || c.outcome === null || others.length === 0) return false;
  return html`<section aria-labelledby="wrong"><h2 id="wrong">Was this outcome wrong?</h2>
<form class="tall" method="post" action="/cases/${encodeURIComponent(c.id)}/correct">${formToken(shell)}
<p class="dim">Usher then does what the rules for corrections say: the people who were told are told again, the customer too.</p>
<label><span class="dim">Right would have been</span><select name="outcome">${others.map((o) => html`<option value="${o}">${plainName(o)}</option>`)}</select></label>
<div class="buttons"><button>This outcome was wrong</button></div></form></section>`;
}

function timeline(c: CaseDetail): Html {
  return html`<section aria-labelledby="timeline"><h2 id="timeline">What happened</h2>
<ol class="timeline">${c.timeline.map((t) => html`<li><span dir="auto">${t.text}</span> ${time(t.at, true)}</li>`)}</ol></section>`;
}

function earlier(c: CaseDetail): Html | false {
  const before = c.decisions.slice(1);
  if (before.length === 0) return false;
  return html`<section aria-label="Earlier decisions"><details id="earlier"><summary><h2>Earlier decisions</h2> <span class="dim">${before.length}</span></summary>
<ol class="timeline">${before.map(
    (d) =>
      html`<li><span dir="auto">${d.triage.decision.reason}${d.triage.decision.rule && ` (rule ${d.triage.decision.rule})`}</span> ${time(d.at, true)}</li>`,
  )}</ol></details></section>`;
}
