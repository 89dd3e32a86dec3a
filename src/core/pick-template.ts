// Picks a message's template by channel and language: the ticket's, then the programme's.
import type { MessageTemplate, Programme } from './rulebook.js';

/**
 * The template of that name and channel in the ticket's language (`de-AT`, then `de`), else the programme's, else null.
 * `ticketLocale` is a BCP 47 tag or ''.
 */
export function pickTemplate(
  programme: Programme,
  name: string,
  channel: MessageTemplate['channel'],
  ticketLocale: string,
): MessageTemplate | null {
  const mine = Object.values(programme.templates).filter((t) => t.name === name && t.channel === channel);
  const wanted = [ticketLocale, programme.locale].flatMap((tag) => {
    const locale = tag.toLowerCase().replaceAll('_', '-');
    return [locale, locale.split('-')[0]!];
  });
  for (const locale of wanted) {
    const found = mine.find((t) => t.locale.toLowerCase().replaceAll('_', '-') === locale);
    if (found) return found;
  }
  return null;
}
