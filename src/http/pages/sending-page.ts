// All sending: since when it is stopped and by whom, what would go out, and the buttons to stop and go on.
import type { SendingState, Stop } from '../../ports/sending.js';
import { table } from './case-why.js';
import { type Html, html } from './html.js';
import { formToken, page, type Shell, stopLine } from './layout.js';
import { counted, plainName } from './words.js';

export interface SendingPage {
  state: SendingState;
  /** Names to choose from. */
  programmes: string[];
  notice: { text: string; failed: boolean } | null;
}

/** GET /sending */
export function sendingPage(shell: Shell, { state, programmes, notice }: SendingPage): string {
  const isStopped = state.stops.length > 0;
  const body = html`<h1>Sending</h1>
${notice && html`<p class="banner ${notice.failed ? 'bad' : 'good'}" role="${notice.failed ? 'alert' : 'status'}">${notice.text}</p>`}
${isStopped ? html`<ul class="banner bad bare">${state.stops.map((s) => html`<li>${stopLine(s)}</li>`)}</ul>` : html`<p class="lead">Nothing is stopped: Usher sends what its rules say.</p>`}
<section class="card" aria-labelledby="waiting"><h2 id="waiting">${isStopped ? 'What goes out when you go on' : 'What is about to go out'}</h2>
${waiting(state)}
${isStopped && goOn(shell)}
</section>
${stopForm(shell, programmes, state.stops)}`;
  return page(shell, { title: 'Sending', here: 'sending', body });
}

function waiting({ waiting: steps, hasMore }: SendingState): Html {
  if (steps.length === 0) return html`<p class="dim">No step waits.</p>`;
  const rows = steps.map((w) => [
    html`<a href="/cases/${encodeURIComponent(w.caseId)}">${w.ticketId}</a>`,
    w.subject || '(no subject)',
    w.says,
  ]);
  return html`${table(`${counted(steps.length, 'step')}, the oldest first`, ['Ticket', 'Subject', 'Step'], rows)}
${hasMore && html`<p class="dim">and more.</p>`}`;
}

function goOn(shell: Shell): Html {
  return html`<form method="post" action="/sending/go-on">${formToken(shell)}
<p class="dim">Going on ends every stop listed above. Each ticket is read again before anything is sent; what a person answered meanwhile is left alone.</p>
<div class="buttons"><button class="first">Go on</button></div></form>`;
}

function stopForm(shell: Shell, programmes: string[], stops: Stop[]): Html | false {
  const open = programmes.filter((name) => !stops.some((s) => s.programme === name));
  if (open.length === 0 || stops.some((s) => s.programme === null)) return false;
  return html`<section class="card" aria-labelledby="stop-one"><h2 id="stop-one">Stop one programme</h2>
<form class="filter" method="post" action="/sending/stop">${formToken(shell)}
<label class="grow"><span>Programme</span><select name="programme">${open.map((name) => html`<option value="${name}">${plainName(name)}</option>`)}</select></label>
<button>Stop its sending</button></form></section>`;
}
