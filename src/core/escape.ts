// Escaping by channel: what a customer wrote never becomes markup, a mention, a link, a header line or a placeholder.
import { cut } from './text.js';

// Private-use characters mark, inside a rendered template, where echoed values begin and end. Values never contain them.
const VALUE_START = '\ue000';
const VALUE_END = '\ue001';
const LINK_START = '\ue002';
const LINK_END = '\ue003';
const MARKS = /[\ue000-\ue003]/g;

/** A part of a rendered template: the author's own words, an echoed value, or a link that we vouch for. */
export interface Segment {
  kind: 'author' | 'value' | 'link';
  text: string;
}

/** Characters that steer rather than say: controls, bidi, zero-width, tags, private use, lone surrogates. */
const STEERING =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Co}\p{Cs}]/gu;

/** A value without steering characters; line ends become `\n`, tabs spaces. */
export function cleanValue(text: string): string {
  return text
    .replace(/\r\n|[\r\u0085\u2028\u2029]/g, '\n')
    .replace(/\t/g, ' ')
    .replace(STEERING, '');
}

/** One line for subjects and names: no line ends, controls or bidi characters, single spaces, at most `max` UTF-16 units. */
export function oneLine(text: string, max = 200): string {
  return cut(cleanValue(text).replace(/\s+/g, ' ').trim(), max);
}

/** `& < > " '` as entities: safe in text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** `&`, `<`, `>` in this order and nothing else (docs.slack.dev, "Escaping text"). */
export function escapeSlack(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** A zero-width space after a scheme, so that Slack and mail programs do not turn a customer's address into a link. */
export function breakAutolinks(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:)(?=[/\\]{2})/gi, '$1\u200b')
    .replace(/(mailto:|\b(?:tel|sms|slack|javascript|data):)(?=\S)/gi, '$1\u200b')
    .replace(/\b(www)(?=\.)/gi, '$1\u200b');
}

/** A space inside `{{`, `{%` and `{#`: the help desk may have templates of its own. */
export function breakPlaceholders(text: string): string {
  return text.replace(/\{(?=[\u200c\u200d]*[{%#])/g, '{ ');
}

/** Wraps an echoed value for the renderers below; plain words of letters, digits, `_` and `-` need no wrapping. */
export function markValue(text: string): string {
  const links = text.split(/(\ue002[^\ue000-\ue003]*\ue003)/);
  return links
    .map((part) => {
      const isLink = part.startsWith(LINK_START) && /^https?:\/\/[^\s<>"'|\\{}]+$/.test(part.slice(1, -1));
      if (isLink) return part;
      const value = cleanValue(part.replace(MARKS, ''));
      return /^[A-Za-z0-9_-]*$/.test(value) ? value : VALUE_START + value + VALUE_END;
    })
    .join('');
}

/** A link that comes from the help desk's adapter or our settings, never from a customer. */
export function markLink(url: string): string {
  return LINK_START + url.replace(MARKS, '') + LINK_END;
}

/** Splits a rendered template at the marks. */
export function segmentsOf(marked: string): Segment[] {
  return marked
    .split(/(\ue000[^\ue000-\ue003]*\ue001|\ue002[^\ue000-\ue003]*\ue003)/)
    .filter((part) => part !== '')
    .map((part): Segment => {
      const kind = part.startsWith(VALUE_START) ? 'value' : part.startsWith(LINK_START) ? 'link' : 'author';
      return { kind, text: part.replace(MARKS, '') };
    });
}

/** The plain text: values without live links, the author's `[words](https://...)` as `words (https://...)`. */
export function toPlainText(marked: string): string {
  const text = segmentsOf(marked)
    .map(({ kind, text }) => (kind === 'author' ? text.replace(AUTHOR_LINK, '$1 ($2)') : plainPart(kind, text)))
    .join('');
  return breakPlaceholders(tidy(text));
}

/** Slack mrkdwn: the author's markup stays, values are escaped and cannot complete a `<...>` that the author opened. */
export function toSlack(marked: string): string {
  let out = '';
  for (const { kind, text } of segmentsOf(marked)) {
    if (kind === 'author') {
      out += text;
      continue;
    }
    const open = out.slice(out.lastIndexOf('<') + 1);
    const isInside = out.includes('<') && !open.includes('>');
    const safe = escapeSlack(plainPart(kind, text));
    out += isInside ? insideAngles(safe, open) : safe;
  }
  return breakPlaceholders(tidy(out));
}

function insideAngles(value: string, before: string): string {
  const single = value.replace(/[|\n]/g, ' ');
  return before.trim() === '' ? single.replace(/^[\s!@#]+/, '') : single;
}

/** HTML of paragraphs: the author's own links become links, nothing else does. */
export function textToHtml(marked: string): string {
  const inline = segmentsOf(tidy(marked))
    .map(({ kind, text }) => {
      if (kind === 'link') return anchor(text, text);
      return kind === 'author' ? authorHtml(text) : escapeHtml(plainPart(kind, text));
    })
    .join('');
  const paragraphs = inline.split(/\n{2,}/).map((p) => `<p>${p.replace(/\n/g, '<br>\n')}</p>`);
  return breakPlaceholders(paragraphs.join('\n'));
}

const AUTHOR_LINK = /\[([^\]\n]{1,200})\]\(((?:https?:\/\/|mailto:)[^\s()<>"]{1,500})\)/g;
const LINK_OR_URL = new RegExp(`${AUTHOR_LINK.source}|(https?:\\/\\/[^\\s<>"']{1,500}?)(?=[.,;:!?)]*(?:\\s|$))`, 'g');

function authorHtml(text: string): string {
  let html = '';
  let from = 0;
  for (const hit of text.matchAll(LINK_OR_URL)) {
    html += escapeHtml(text.slice(from, hit.index));
    html += hit[3] ? anchor(hit[3], hit[3]) : anchor(hit[2]!, hit[1]!);
    from = hit.index + hit[0].length;
  }
  return html + escapeHtml(text.slice(from));
}

function anchor(url: string, words: string): string {
  return `<a href="${escapeHtml(url)}">${escapeHtml(words)}</a>`;
}

function plainPart(kind: 'value' | 'link', text: string): string {
  return kind === 'link' ? text : breakAutolinks(text);
}

/** Tags of a template leave blank lines behind: at most one stays, none at the ends. */
function tidy(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
