// Picks a message's template by channel and language: the ticket's, then the detected one, then the programme's.
import type { MessageTemplate, Programme } from './rulebook.js';

/**
 * The template of that name and channel in the first language it exists in, or null. `locales`: BCP 47 tags, the most wanted
 * first (`de-AT`, then `de`); '' and null are passed over. The programme's own language comes last.
 */
export function pickTemplate(
  programme: Programme,
  name: string,
  channel: MessageTemplate['channel'],
  locales: readonly (string | null)[],
): MessageTemplate | null {
  const mine = Object.values(programme.templates).filter((t) => t.name === name && t.channel === channel);
  const wanted = [...locales, programme.locale].flatMap((tag) => {
    if (!tag) return [];
    const locale = tag.toLowerCase().replaceAll('_', '-');
    return [locale, locale.split('-')[0]!];
  });
  for (const locale of wanted) {
    const found = mine.find((t) => t.locale.toLowerCase().replaceAll('_', '-') === locale);
    if (found) return found;
  }
  return null;
}
