// What the sandbox starts with for each active programme: the tickets and events that its scenarios mark as samples.
import { join } from 'node:path';
import type { Ticket } from '../core/ticket.js';
import { loadDirectory } from '../rulebook/load-directory.js';
import { loadScenarios } from '../rulebook/load-scenarios.js';
import type { ProgrammeSamples } from '../sandbox/programme-samples.js';
import type { NewTicket } from '../sandbox/zendesk-sandbox.js';

/** An event of a source that a programme declares. */
export type SampleEvent = NonNullable<Ticket['event']>;

/**
 * A scenario about a later episode is nothing that comes in. The sandbox's own tickets are about the programme it was made with: they are
 * left out where every active one brings its own. Files that cannot be read bring nothing; why is told where the rules are read.
 */
export async function samplesOf(source: {
  rulesDir: string;
  programmes: string[];
}): Promise<{ programmes: ProgrammeSamples; events: SampleEvent[] }> {
  const { directory } = await loadDirectory(source.rulesDir);
  const channels = Object.values(directory?.channels ?? {}).map(({ id, name }) => ({
    id,
    name: name.replace('#', ''),
  }));
  const tickets: ProgrammeSamples['tickets'] = {};
  const events: SampleEvent[] = [];
  for (const programme of source.programmes) {
    const folder = join(source.rulesDir, programme, 'scenarios');
    const { scenarios } = await loadScenarios(folder, { programme, lists: null });
    const samples = scenarios.filter((s) => s.sample && s.case.episode === 1).map((s) => s.ticket);
    if (samples.length === 0) continue;
    tickets[programme] = samples.filter((ticket) => !ticket.event).map(filed);
    events.push(...samples.flatMap((ticket) => ticket.event ?? []));
  }
  return { programmes: { tickets, channels, withOwn: source.programmes.some((name) => !tickets[name]) }, events };
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
