// Reads one programme's folder and templates, and checks all of it; every Problem is found in one pass.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { z } from 'zod';
import { zoneOf } from '../core/approval-dates.js';
import { type EventSource, linkKinds } from '../core/event.js';
import type { Directory, Intent, ListMapping, MessageTemplate, Programme, Rule } from '../core/rulebook.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import { checkApprovalColumns, checkOwner } from './check-approval-dates.js';
import { checkTests } from './check-conditions.js';
import { checkChannel, checkEffects, checkMailbox } from './check-effects.js';
import { checkEventMail } from './check-event-mail.js';
import { checkEventRule, checkPersonal, checkReceives } from './check-events.js';
import { checkHead, checkRules } from './check-rules.js';
import { checkWaits } from './check-waits.js';
import { parseDuration } from './duration.js';
import { eventsShape } from './grammar-events.js';
import { intentsShape } from './grammar-intents.js';
import { listsShape } from './grammar-lists.js';
import { type RulesYaml, rulesShape, THEN } from './grammar-rules.js';
import { checkSources, toSources } from './load-events.js';
import { checkIntents, toIntents } from './load-intents.js';
import { checkLists, toListMappings } from './load-lists.js';
import { checkRequest, toRequest } from './load-request.js';
import { loadScenarios, type PlacedScenario } from './load-scenarios.js';
import { loadTemplates } from './load-templates.js';
import { toRule } from './normal-form.js';
import { readFolder, readRuleFile, shownPath } from './rule-files.js';
import { fitShape } from './shape-problems.js';
import { parseYaml, type YamlFile } from './yaml-file.js';

export interface LoadedProgramme {
  /** null when anything has an error. */
  programme: Programme | null;
  scenarios: PlacedScenario[];
  problems: Problem[];
  /** Where `receives` stands, for Problems between programmes. */
  receivesPlace: Partial<Problem>;
}

export interface ProgrammeSource {
  rulesDir: string;
  templatesDir: string;
  /** null when the directory cannot be used; people and channels are not checked then. */
  directory: Directory | null;
}

const KNOWN_FILES = ['rules.yaml', 'intents.yaml', 'lists.yaml', 'events.yaml', 'scenarios'];

/** Loads a programme by its name, which is also its folder. Never throws for what an admin wrote. */
export async function loadProgramme(name: string, source: ProgrammeSource): Promise<LoadedProgramme> {
  const folder = join(source.rulesDir, name);
  const { names, problems } = await readFolder(folder);
  if (!names) return await missing(name, source, problems);
  problems.push(...strangeFiles(names, folder));
  const [rules, intents, lists, events] = await Promise.all([
    readShaped(join(folder, 'rules.yaml'), rulesShape),
    readShaped(join(folder, 'intents.yaml'), intentsShape),
    readShaped(join(folder, 'lists.yaml'), listsShape),
    names.includes('events.yaml') ? readShaped(join(folder, 'events.yaml'), eventsShape) : null,
  ]);
  problems.push(...rules.problems, ...intents.problems, ...lists.problems, ...(events?.problems ?? []));
  const sources = events === null ? [] : events.value && toSources(events.value, name);
  if (events?.value) problems.push(...checkSources(events.value, events.yaml));
  const mappings =
    lists.value && toListMappings(lists.value, name, lists.yaml, zoneOf({ hours: rules.value?.hours ?? null }));
  if (lists.value)
    problems.push(...checkLists(lists.value, lists.yaml), ...checkApprovalColumns(lists.value, lists.yaml));
  if (rules.value) problems.push(...checkOwner(rules.value, rules.yaml, mappings));
  const intentList = intents.value && toIntents(intents.value);
  if (intents.value) problems.push(...checkIntents(intents.value, intents.yaml));
  const templates = await loadTemplates(join(source.templatesDir, name), rules.value?.locale ?? null);
  problems.push(...templates.problems);
  const scenarios = await loadScenarios(join(folder, 'scenarios'), { programme: name, lists: mappings });
  problems.push(...scenarios.problems);
  const checked = rules.value
    ? checkedRules(rules.value, rules.yaml, {
        name,
        source,
        mappings,
        intents: intentList,
        sources,
        templates: templates.templates,
      })
    : null;
  problems.push(...(checked?.problems ?? []));
  const hash = hashOf([rules.text, intents.text, lists.text, ...(events ? [events.text] : []), ...templates.sources]);
  const ok =
    rules.value && intentList && mappings && sources && checked && !problems.some((p) => p.severity === 'error');
  return {
    programme: ok
      ? toProgramme(rules.value!, {
          hash,
          lists: mappings,
          sources,
          intents: intentList,
          rules: checked.rules,
          templates: templates.templates,
        })
      : null,
    scenarios: scenarios.scenarios,
    problems,
    receivesPlace: rules.yaml.place(['receives'], 'key'),
  };
}

async function missing(name: string, source: ProgrammeSource, problems: Problem[]): Promise<LoadedProgramme> {
  const others = ((await readFolder(source.rulesDir)).names ?? []).filter(
    (entry) => !entry.includes('.') && entry !== 'schema',
  );
  const near = suggestion(name, others);
  const file = shownPath(join(source.rulesDir, name));
  const said = problem(
    'programme-missing',
    `There is no programme "${name}"${didYouMean(near)}`,
    `Programmes here: ${others.join(', ') || 'none'}; PROGRAMMES names the active ones`,
    { file },
  );
  return { programme: null, scenarios: [], problems: problems.length > 0 ? problems : [said], receivesPlace: { file } };
}

function strangeFiles(names: string[], folder: string): Problem[] {
  return names
    .filter((name) => !KNOWN_FILES.includes(name))
    .map((name) => {
      const near = suggestion(name, KNOWN_FILES);
      return problem(
        'unknown-file',
        `"${name}" is not read${didYouMean(near)}`,
        `Read here: ${KNOWN_FILES.join(', ')}`,
        { severity: 'warning', file: shownPath(join(folder, name)) },
      );
    });
}

interface Shaped<T> {
  value: T | null;
  yaml: YamlFile;
  text: string;
  problems: Problem[];
}

async function readShaped<S extends z.ZodType>(path: string, shape: S): Promise<Shaped<z.output<S>>> {
  const read = await readRuleFile(path);
  const yaml = parseYaml(read.text ?? '', read.file);
  if (read.text === null) return { value: null, yaml, text: '', problems: read.problems };
  return { ...fitShape(yaml, shape), yaml, text: read.text };
}

interface RuleWorld {
  name: string;
  source: ProgrammeSource;
  mappings: ListMapping[] | null;
  intents: Intent[] | null;
  sources: EventSource[] | null;
  templates: Record<string, MessageTemplate> | null;
}

function checkedRules(yaml: RulesYaml, file: YamlFile, world: RuleWorld): { rules: Rule[]; problems: Problem[] } {
  const problems = checkHead(yaml, {
    programme: world.name,
    intents: world.intents?.map((i) => i.name) ?? null,
    groups: world.source.directory && Object.keys(world.source.directory.groups),
    file,
  });
  const templates = world.templates && new Set(Object.values(world.templates).map((t) => `${t.name}.${t.channel}`));
  const effectWorld = {
    directory: world.source.directory,
    lists: world.mappings,
    templates,
    programme: world.name,
    templatesDir: shownPath(world.source.templatesDir),
    file,
  };
  if (yaml.holds.channel) problems.push(...checkChannel(yaml.holds.channel, ['holds', 'channel'], effectWorld));
  if (yaml.owner) problems.push(...checkMailbox(yaml.owner, ['owner'], effectWorld));
  problems.push(...checkRequest(yaml, world.templates, file));
  const approvals = yaml.rules.flatMap((rule) => rule[THEN].flatMap((item) => item.approve?.name ?? []));
  const rules = yaml.rules.map((written, index) => {
    const { rule, tests } = toRule(written, index, file.place(['rules', index]));
    const conditionWorld = {
      lists: world.mappings,
      request: yaml.request ?? null,
      stages: yaml.stages,
      approvals,
      links: world.sources && linkKinds(world.sources),
      file,
    };
    problems.push(...checkTests(tests, conditionWorld));
    problems.push(...checkEffects(rule[THEN], ['rules', index, THEN], effectWorld));
    problems.push(...checkEventRule(rule, ['rules', index], file));
    problems.push(...checkEventMail(rule, ['rules', index], { ...world, file }));
    const waitWorld = { ...effectWorld, conditions: conditionWorld, texts: world.templates };
    problems.push(...checkWaits(written[THEN], ['rules', index, THEN], waitWorld));
    return rule;
  });
  problems.push(...checkReceives(receivesOf(yaml), world.sources, file));
  problems.push(...checkPersonal(world.sources ?? [], world.templates ?? {}));
  return { rules, problems: [...problems, ...checkRules(rules, file)] };
}

function receivesOf({ receives }: RulesYaml): Programme['receives'] {
  return { intent: receives.intent ?? null, scope: receives.scope, events: receives.event };
}

function toProgramme(
  yaml: RulesYaml,
  parts: Pick<Programme, 'hash' | 'lists' | 'sources' | 'intents' | 'rules'> & {
    templates: Programme['templates'] | null;
  },
): Programme {
  return {
    name: yaml.programme,
    title: yaml.title,
    receives: receivesOf(yaml),
    locale: yaml.locale,
    orgAdmin: yaml.orgAdmin,
    eventReply: yaml.eventReply,
    hours: yaml.hours ?? null,
    stages: yaml.stages,
    holds: {
      group: yaml.holds.group ?? null,
      ...(yaml.holds.channel ? { channel: yaml.holds.channel } : {}),
      remindAfterMs: parseDuration(yaml.holds.remindAfter) ?? 0,
    },
    ...(yaml.owner ? { owner: yaml.owner } : {}),
    fields: yaml.fields,
    readsImages: yaml.attachments.images,
    request: yaml.request ? toRequest(yaml.request) : null,
    ...parts,
    templates: parts.templates ?? {},
  };
}

/** sha256 over the texts, each with its length, so that no two sets of files share one. */
export function hashOf(texts: string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text);
  return hash.digest('hex');
}
