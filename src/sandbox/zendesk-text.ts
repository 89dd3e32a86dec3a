// Comment texts as Zendesk treats them: HTML to text, text to HTML, and placeholders that agents' comments may hold.
import type { ZendeskTicket } from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', apos: "'" };

/** Plain text of an HTML comment: block ends become line ends, entities are decoded. */
export function textFromHtml(html: string): string {
  return decodeEntities(
    html
      .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/gi, '')
      .replace(/<br\s*\/?>/gi, '\n')
      .replace(/<\/(p|div|h\d|blockquote)>/gi, '\n\n')
      .replace(/<\/(li|tr)>/gi, '\n')
      .replace(/<[^>]*>/g, ''),
  )
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (all, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    return entities[String(name).toLowerCase()] ?? all;
  });
}

export function htmlFromText(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped
    .split(/\n{2,}/)
    .map((p) => `<p dir="auto">${p.replaceAll('\n', '<br>')}</p>`)
    .join('');
}

/**
 * Zendesk fills `{{ticket…}}` placeholders in what agents and API clients write, unknown ones with nothing, and drops
 * `{% … %}`: an echoed customer text that keeps its braces shows it.
 */
export function renderPlaceholders(text: string, ticket: ZendeskTicket, world: ZendeskWorld): string {
  const requester = world.user(ticket.requester_id);
  const values: Record<string, string> = {
    'ticket.id': String(ticket.id),
    'ticket.title': ticket.subject,
    'ticket.description': ticket.description,
    'ticket.status': ticket.status,
    'ticket.requester.name': requester?.name ?? '',
    'ticket.requester.first_name': requester?.name.split(' ')[0] ?? '',
    'ticket.requester.email': requester?.email ?? '',
    'ticket.tags': ticket.tags.join(' '),
  };
  return text.replace(/\{%[^%]*%\}/g, '').replace(/\{\{\s*([\w.]+)[^}]*\}\}/g, (_, name: string) => values[name] ?? '');
}
