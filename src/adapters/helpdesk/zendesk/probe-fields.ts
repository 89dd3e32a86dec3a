// Whether the ticket fields and drop-down options that the rules speak of are there, judged as the writer would judge them.
import { z } from 'zod';
import type { Finding } from '../../../ports.js';
import { didYouMean, suggestion } from '../../../problem.js';
import { fieldCatalog } from './field-catalog.js';
import type { ProbeParts } from './probe-account.js';
import { pages, parse } from './read.js';
import { fieldAnswer } from './shapes.js';

const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

export async function probeFields({ get, say, needs }: ProbeParts): Promise<Finding[]> {
  const all: z.output<typeof fieldAnswer>[] = [];
  for await (const page of pages(get, '/ticket_fields', 'ticket_fields'))
    all.push(...parse(z.array(fieldAnswer), page.rows, '/ticket_fields'));
  const active = all.filter((field) => field.active);
  const titles = active.map((field) => field.title);
  const catalog = fieldCatalog(active);
  const findings: Finding[] = [];
  const missing = new Set<string>();
  for (const { field, value, by } of needs.sets) {
    const answer = catalog.toWrite({ [field]: value });
    if (!('refused' in answer)) continue;
    const isOff = all.some((known) => !known.active && same(known.title, field)) && !titles.some((t) => same(t, field));
    // One missing field is one finding, however many values it was to take.
    if (answer.refused.code === 'unknown-field' && missing.has(field)) continue;
    missing.add(field);
    const what = isOff ? `The field "${field}" is not active` : answer.refused.reason;
    const place = `${by.length === 1 ? 'the rule' : 'the rules'} ${by.join(', ')}`;
    findings.push(say.error(what, `Put it right in Zendesk, or in ${place}; until then these steps are refused`));
  }
  for (const { title, without } of needs.reads) {
    if (titles.some((known) => same(known, title)) || missing.has(title)) continue;
    const near = suggestion(title, titles);
    const what = `There is no active field "${title}"${didYouMean(near)}`;
    findings.push(say.warning(what, `Correct its title in the rules, or make the field; without it ${without}`));
  }
  const absent = needs.hints.filter((hint) => !titles.some((known) => same(known, hint)));
  if (absent.length > 0) findings.push(say.ok(`Not there, and only hints for intents: ${absent.join(', ')}`));
  if (findings.some((f) => f.level !== 'ok')) return findings;
  const fields = new Set([...needs.sets.map((s) => s.field), ...needs.reads.map((r) => r.title)]);
  if (fields.size === 0) return findings;
  return [say.ok(`All fields and options of the rules are there: ${[...fields].join(', ')}`), ...findings];
}
