// What the sandbox shows of each active programme: tickets that its scenarios mark as samples, and spreadsheets with their rows.
import { resolve, sep } from 'node:path';
import { PARENT } from '../core/match/family.js';
import type { ListMapping } from '../core/rulebook.js';
import type { Ticket } from '../core/ticket.js';
import type { ScenarioRow } from '../rulebook/grammar-scenarios.js';
import { loadRulebook } from '../rulebook/load.js';
import { type PlacedScenario, rowsOf } from '../rulebook/load-scenarios.js';
import type { SampleSheet } from '../sandbox/write-sheet.js';
import type { NewTicket } from '../sandbox/zendesk-sandbox.js';
import type { Settings } from '../settings.js';

/** By programme; [] for one that marks none. A scenario about a later episode is no ticket that somebody files. */
export async function sampleTicketsOf(settings: Settings): Promise<Record<string, NewTicket[]>> {
  const { byProgramme } = await loaded(settings);
  return Object.fromEntries(
    Object.entries(byProgramme).map(([name, { scenarios }]) => [
      name,
      scenarios.filter((s) => s.sample && s.case.episode === 1).map((s) => filed(s.ticket)),
    ]),
  );
}

/** A spreadsheet for each list that rows of sample scenarios speak of, in the programme's own mapping. Written dates and dirt are not made. */
export async function sampleSheetsOf(settings: Settings): Promise<SampleSheet[]> {
  const { rulebook, byProgramme } = await loaded(settings);
  return (rulebook?.programmes ?? []).flatMap(({ name, lists }) => {
    const samples = byProgramme[name]!.scenarios.filter((s) => s.sample);
    return lists.flatMap((list) => sheetOf(list, samples, settings.DATA_DIR) ?? []);
  });
}

function sheetOf(list: ListMapping, samples: PlacedScenario[], dataDir: string): SampleSheet | null {
  const rows = new Map(
    samples.flatMap((s) => rowsOf(s.lists[list.name] ?? []).rows.map((row) => [row.name, row] as const)),
  );
  const path = resolve(dataDir, list.file);
  // What lies elsewhere is somebody's own file.
  if (rows.size === 0 || !path.startsWith(resolve(dataDir) + sep)) return null;
  const columns = Object.entries(columnsOf(list));
  return {
    path,
    sheet: list.sheet,
    rows: [columns.map(([header]) => header), ...[...rows.values()].map((row) => columns.map(([, text]) => text(row)))],
  };
}

/** Each column's header and the text of its cell. */
function columnsOf({ columns, statuses }: ListMapping): Record<string, (row: ScenarioRow) => string> {
  const { name, status, organizationId, aliases, domains, admins, values } = columns;
  const several = (headers: string[], texts: (row: ScenarioRow) => string[]) =>
    headers.slice(0, 1).map((header) => [header, (row: ScenarioRow) => texts(row).join(', ')] as const);
  return Object.fromEntries([
    [name, (row: ScenarioRow) => row.name],
    ...several(aliases, (row) => row.aliases),
    ...several(domains, (row) => row.domains),
    ...several(admins, (row) => row.admins),
    ...(status === null ? [] : [[status, (row: ScenarioRow) => statuses[row.status ?? '']?.[0] ?? ''] as const]),
    ...(organizationId === null ? [] : [[organizationId, (row: ScenarioRow) => row.organizationId ?? ''] as const]),
    ...Object.entries(values).map(
      ([key, header]) => [header, (row: ScenarioRow) => (key === PARENT ? row.parent : row.values[key]) ?? ''] as const,
    ),
  ]);
}

function loaded(settings: Settings): ReturnType<typeof loadRulebook> {
  return loadRulebook({
    rulesDir: settings.RULES_DIR,
    templatesDir: settings.TEMPLATES_DIR,
    programmes: settings.PROGRAMMES,
  });
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
