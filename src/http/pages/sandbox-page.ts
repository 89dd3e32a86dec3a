// The sandbox's far side: what customers, the sales inbox and the Slack channel received.
import type { SandboxViews } from '../http-options.js';
import { type Html, html } from './html.js';
import { formToken, page, type Shell } from './layout.js';
import { headers, letter, slackText } from './message-parts.js';
import { isCard, slackBlocks } from './slack-blocks.js';
import { time } from './time.js';

const shownEach = 20;

/** GET /sandbox */
export function sandboxPage(shell: Shell, received: SandboxViews): string {
  const body = html`<div class="heading"><h1>Sandbox</h1><a class="button" href="/sandbox/new">File a ticket</a></div>
<p class="lead">What arrived at the other side. Nothing here left this machine.</p>
<div class="inboxes">
${inbox('customers', 'Customers', received.replies, (r) => html`${headers({ To: r.to, Ticket: html`<a href="/?q=${encodeURIComponent(r.ticketId)}">${r.ticketId}</a> ${r.subject}` })}${letter(r.text)}`)}
${inbox('sales', 'Sales inbox', received.mails, (m) => html`${headers({ To: m.to, Subject: m.subject })}${letter(m.text)}`)}
${inbox('slack', 'Slack', received.posts, (p) => html`${headers({ Channel: `#${p.channel.replace(/^#/, '')}` })}${post(shell, p)}`)}
${inbox('whispers', 'Slack, only to you', received.whispers, (w) => slackBlocks(w.blocks, w.text), commandForm(shell))}
${received.told?.length ? inbox('told', 'Other systems', received.told, (t) => html`${headers({ To: t.system, ...(t.request ? { Request: t.request } : {}), 'Answered id': t.answer })}${letter(t.text)}`) : ''}
${received.files?.length ? inbox('files', 'Files on tickets', received.files, (f) => headers({ File: `${f.name} (${f.type}, ${f.bytes} bytes)`, Ticket: f.ticketId, Seen: f.isPublic ? 'by the customer' : 'by agents only' })) : ''}
</div>`;
  return page(shell, { title: 'Sandbox', here: 'sandbox', liveSeconds: 4, body });
}

/** A post of rules is text; a card has blocks, and buttons that can be clicked. */
function post(shell: Shell, { channel, ts, text, blocks }: SandboxViews['posts'][number]): Html {
  if (!isCard(blocks)) return slackText(text);
  return slackBlocks(
    blocks,
    text,
    (action, label) =>
      html`<form method="post" action="/sandbox/slack/click">${formToken(shell)}<input type="hidden" name="channel" value="${channel}"><input type="hidden" name="ts" value="${ts}"><input type="hidden" name="action" value="${action}"><button>${label}</button></form>`,
  );
}

function commandForm(shell: Shell): Html {
  return html`<form class="filter" method="post" action="/sandbox/slack/command">${formToken(shell)}<label class="grow"><span>/usher</span><input name="text" value="" placeholder="match Made Up Solar" maxlength="500"></label><button>Send</button></form>`;
}

function inbox<T extends { at: string }>(
  id: string,
  title: string,
  items: T[],
  show: (item: T) => Html,
  above: Html | false = false,
): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title} <span class="count">${items.length}</span></h2>
${above}
${items.length === 0 && html`<p class="dim">Nothing yet.</p>`}
${items.slice(0, shownEach).map((item) => html`<article class="received">${show(item)}<p class="sub">${time(item.at, true)}</p></article>`)}
${items.length > shownEach && html`<p class="dim">and ${items.length - shownEach} earlier.</p>`}
</section>`;
}
