// The page on which somebody approves or refuses: who asks, what is known of them, and every message that would go out.
import { itemOfKey, nameOfKey } from '../../core/approval-items.js';
import type { AskedApproval } from '../http-options.js';
import { type Html, html } from './html.js';
import { barePage } from './layout.js';
import { headers, stepContent, stepTitle } from './message-parts.js';
import { time } from './time.js';
import { plainName } from './words.js';

/** `counts`: what became of the answer just given; null when none was. */
export function approvalPage({ approval, approver }: AskedApproval, counts: boolean | null): string {
  const { asks, consequence, items = [] } = approval.contents;
  const item = itemOfKey(approval.name);
  const name = [plainName(nameOfKey(approval.name)), ...(item === null ? [] : [item])].join(': ');
  return barePage(
    `Approve: ${name}`,
    html`<h1 dir="auto">Approve: ${name}</h1>
${standing({ approval, approver }, counts)}
<section aria-labelledby="who"><h2 id="who">Who asks</h2>
${headers({ Requester: asks.requester, Organization: asks.organization || 'not known', Ticket: approval.subject })}
<p dir="auto">${asks.reason}</p>
<ul>${asks.evidence.map((says) => html`<li dir="auto">${says}</li>`)}</ul></section>
<section aria-labelledby="then"><h2 id="then">If you approve</h2>
${items.length > 1 && html`<p>Several things are asked, each is answered by itself: ${items.join('; ')}. What follows is done once all of them are approved.</p>`}
<p class="dim" dir="auto">${consequence.reason}</p>
${consequence.effects.length === 0 && html`<p>Nothing is sent at once.</p>`}
${consequence.effects.map((effect) => html`<article class="card"><h3>${stepTitle(effect)}</h3>${stepContent(effect)}</article>`)}
</section>
${approval.state === 'open' && question(approver)}`,
  );
}

function standing({ approval, approver }: AskedApproval, counts: boolean | null): Html {
  const { state, by, answeredAt } = approval;
  if (state === 'open') return html`<p class="lead">${approver}, you are asked because you may decide this.</p>`;
  if (state === 'closed')
    return html`<p class="banner care" role="status">This is no longer to be answered: its time is over, or what it was about has changed. If it has changed, another mail was sent.</p>`;
  if (state === 'changing')
    return html`<p class="banner care" role="status">Something on the ticket has just changed and is being looked at. Load this page again in a minute.</p>`;
  const whose = counts === true ? 'You' : by;
  const said = html`${whose} ${state === 'approved' ? 'approved' : 'refused'} this ${answeredAt ? time(answeredAt, true) : ''}`;
  // A change that nobody has told Usher of is found when the ticket is read again, before anything is sent.
  const careful =
    counts === true &&
    state === 'approved' &&
    html` The ticket is read once more before anything is sent. If it has changed since, nothing is, and you are asked anew by another mail.`;
  const late = counts === false && html` An answer was there before yours, and the first one counts.`;
  return html`<p class="banner ${state === 'approved' ? 'good' : 'care'}" role="status">${said}.${careful}${late}</p>`;
}

function question(approver: string): Html {
  return html`<form method="post"><p class="dim">Your answer is kept with your name (${approver}). The first answer counts.</p>
<div class="buttons"><button class="first" name="answer" value="approved">Approve</button> <button name="answer" value="refused">Refuse</button></div></form>`;
}
