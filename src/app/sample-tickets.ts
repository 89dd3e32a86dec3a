// What comes in at the sandbox for each active programme: the tickets and events that its scenarios mark as samples.
import type { Ticket } from '../core/ticket.js';
import { loadRulebook } from '../rulebook/load.js';
import type { NewTicket } from '../sandbox/zendesk-sandbox.js';
import type { Settings } from '../settings.js';

export interface Samples {
  /** By programme; [] for one that marks none. */
  tickets: Record<string, NewTicket[]>;
  events: NonNullable<Ticket['event']>[];
}

/** A scenario about a later episode is no ticket that somebody files. */
export async function samplesOf(settings: Settings): Promise<Samples> {
  const { byProgramme } = await loadRulebook({
    rulesDir: settings.RULES_DIR,
    templatesDir: settings.TEMPLATES_DIR,
    programmes: settings.PROGRAMMES,
  });
  const marked = Object.entries(byProgramme).map(([name, { scenarios }]) => ({
    name,
    found: scenarios.filter((s) => s.sample && s.case.episode === 1).map((s) => s.ticket),
  }));
  return {
    tickets: Object.fromEntries(
      marked.map(({ name, found }) => [name, found.filter((ticket) => !ticket.event).map(filed)]),
    ),
    events: marked.flatMap(({ found }) => found.flatMap((ticket) => ticket.event ?? [])),
  };
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
