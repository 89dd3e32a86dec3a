// How a rendered step is shown: a line that names it, and its full content as the receiver gets it.
import type { RenderedEffect } from '../../core/decision.js';
import { type Content, type Html, html, outsideLink } from './html.js';
import { effectWords } from './words.js';

/** `E-mail to Mercedes Davis`. */
export function stepTitle(effect: RenderedEffect): string {
  const name = effectWords[effect.type];
  switch (effect.type) {
    case 'email':
      return `${name} to ${effect.name || effect.address}`;
    case 'http':
      return `${name} to ${effect.to}`;
    case 'slack':
      return `${name} in ${effect.channelName}`;
    case 'assign':
      return `${name} to ${effect.name}`;
    case 'status':
      return `${name}: ${effect.status}`;
    default:
      return name;
  }
}

/** The content of a step. */
export function stepContent(effect: RenderedEffect): Html {
  switch (effect.type) {
    case 'reply':
    case 'note':
      return letter(effect.text);
    case 'email':
      return html`${headers({ To: `${effect.name} <${effect.address}>`, Subject: effect.subject })}${letter(effect.text)}`;
    case 'http':
      return html`${headers({ Request: `${effect.method} ${effect.path}` })}${effect.body && letter(effect.body)}`;
    case 'attach':
      return headers({ File: effect.name, From: `${effect.from} ${effect.path}`, 'May be': effect.types.join(', ') });
    case 'slack':
      return slackText(effect.text);
    case 'set':
      return headers(effect.fields);
    case 'close':
      return headers({ ...(effect.resolution ? { Resolution: effect.resolution } : {}), ...effect.fields });
    case 'tag':
      return html`<p>${effect.add.map((t) => html`<span class="tag">+ ${t}</span> `)}${effect.remove.map((t) => html`<span class="tag">− ${t}</span> `)}</p>`;
    case 'assign':
      return headers({ Agent: `${effect.name} (${effect.agent})`, Role: effect.to });
    case 'group':
      return headers({ Group: effect.name, Role: effect.to });
    case 'status':
      return headers({ Status: effect.status });
  }
}

/** Whether the step carries words for somebody to read. */
export function isMessage(effect: RenderedEffect): boolean {
  return effect.type === 'reply' || effect.type === 'note' || effect.type === 'email' || effect.type === 'slack';
}

/** Plain text with its lines kept. */
export function letter(text: string): Html {
  return html`<div class="letter" dir="auto">${text.trim()}</div>`;
}

/** Names and values. */
export function headers(values: Record<string, Content | boolean>): Html {
  const rows = Object.entries(values).map(
    ([name, value]) =>
      html`<div><dt>${name}</dt><dd dir="auto">${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}</dd></div>`,
  );
  return html`<dl class="pairs">${rows}</dl>`;
}

/** Slack's mrkdwn as Slack shows it: links, bold, italic; everything else stays text. */
export function slackText(mrkdwn: string): Html {
  const parts = mrkdwn.trim().split(/(<[^<>\s][^<>]*>)/);
  return html`<div class="letter slack" dir="auto">${parts.map((p, i) => (i % 2 === 1 ? slackLink(p.slice(1, -1)) : emphasis(p)))}</div>`;
}

function slackLink(inner: string): Html {
  const bar = inner.indexOf('|');
  const target = plain(bar < 0 ? inner : inner.slice(0, bar));
  return outsideLink(target, bar < 0 ? target : plain(inner.slice(bar + 1)));
}

function emphasis(text: string): Content[] {
  return text.split(/(?<![^\s(])(\*[^*\n]+\*|_[^_\n]+_)(?![^\s.,:;!?)])/).map((p, i) => {
    const inner = plain(p.slice(1, -1));
    if (i % 2 === 0) return plain(p);
    return p.startsWith('*') ? html`<strong>${inner}</strong>` : html`<em>${inner}</em>`;
  });
}

function plain(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
