// The tickets that the sandbox files for each active programme: those that its scenarios mark as samples.
import type { Ticket } from '../core/ticket.js';
import { loadRulebook } from '../rulebook/load.js';
import type { NewTicket } from '../sandbox/zendesk-sandbox.js';
import type { Settings } from '../settings.js';

/** By programme; [] for one that marks none. A scenario about a later episode is no ticket that somebody files. */
export async function sampleTicketsOf(settings: Settings): Promise<Record<string, NewTicket[]>> {
  const { byProgramme } = await loadRulebook({
    rulesDir: settings.RULES_DIR,
    templatesDir: settings.TEMPLATES_DIR,
    programmes: settings.PROGRAMMES,
  });
  return Object.fromEntries(
    Object.entries(byProgramme).map(([name, { scenarios }]) => [
      name,
      scenarios.filter((s) => s.sample && s.case.episode === 1).map((s) => filed(s.ticket)),
    ]),
  );
}

function filed({ requester, subject, body, channel, fields, tags, locale, attachments }: Ticket): NewTicket {
  const values = Object.entries(fields).filter(([, value]) => value !== null);
  return {
    name: requester.name,
    email: requester.email,
    subject,
    body,
    channel: channel === 'web' || channel === 'api' ? channel : 'email',
    fields: Object.fromEntries(values) as NewTicket['fields'],
    tags,
    attachments,
    ...(locale === '' ? {} : { locale }),
  };
}
