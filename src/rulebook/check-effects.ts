// Checks the steps of rules: people, channels and templates that exist, and an order that makes sense.

import { addressField, isToCustomer } from '../core/event-address.js';
import { findFact } from '../core/fact-table.js';
import { checkHttpStep } from '../core/http-step.js';
import { listedRecipient, listWith } from '../core/listed-address.js';
import type { Directory, EffectSpec, ListMapping } from '../core/rulebook.js';
import { checkTexts, isTemplate } from '../core/small-template.js';
import { didYouMean, type Problem, problem, suggestion } from '../problem.js';
import { checkAttached } from './check-attach.js';
import { namedFacts } from './check-conditions.js';
import type { YamlFile } from './yaml-file.js';

/** What steps may speak of; a null member could not be read and is not checked against. */
export interface EffectWorld {
  directory: Directory | null;
  lists: ListMapping[] | null;
  /** `name.channel` of every template that stands in the folder. */
  templates: Set<string> | null;
  programme: string;
  templatesDir: string;
  file: YamlFile;
}

/** Problems of one rule's steps; `path` leads to its `then`. */
export function checkEffects(effects: EffectSpec[], path: PropertyKey[], world: EffectWorld): Problem[] {
  return [
    ...effects.flatMap((effect, index) => checkEffect(effect, [...path, index], world)),
    ...checkOrder(effects, path, world.file),
    ...checkAttached(effects, path, world.file),
  ];
}

function checkEffect(effect: EffectSpec, path: PropertyKey[], world: EffectWorld): Problem[] {
  switch (effect.type) {
    case 'reply':
    case 'note':
      return checkTemplate(effect.template, effect.type, path, world);
    case 'assign':
      return [...checkPerson(effect.to, path, world), ...checkAgent(effect.to, path, world)];
    case 'email':
      return [
        ...checkRecipient(effect.to, [...path, 'email', 'to'], world),
        ...checkTemplate(effect.template, 'email', [...path, 'email', 'template'], world),
      ];
    case 'slack':
      return [
        ...checkChannel(effect.channel, [...path, 'slack', 'channel'], world),
        ...checkTemplate(effect.template, 'slack', [...path, 'slack', 'template'], world),
      ];
    case 'http':
      return [
        ...checkEndpoint(effect.to, [...path, 'http', 'to'], world),
        ...checkHttpStep(effect, world.file.place([...path, 'http'])),
      ];
    case 'attach':
      return [
        ...checkEndpoint(effect.from, [...path, 'attach', 'from'], world),
        ...checkTexts([effect.path], `attach ${effect.name}`, world.file.place([...path, 'attach'])),
      ];
    case 'set':
      return checkTexts(Object.values(effect.fields).filter(isTemplate), 'set', world.file.place([...path, 'set']));
    case 'hold':
      return checkReason(effect.reason, path, world);
    default:
      return [];
  }
}

/** `{match.reason}` in a reason must be a fact. */
function checkReason(reason: string, path: PropertyKey[], { file }: EffectWorld): Problem[] {
  const named = [...reason.matchAll(/\{([^{}]+)\}/g)].map((found) => found[1]!.trim());
  return named
    .filter((path) => !findFact(path))
    .map((fact) => {
      const near = suggestion(fact, namedFacts);
      return problem(
        'unknown-fact',
        `unknown fact "${fact}"${didYouMean(near)}`,
        near ? `Write "{${near}}"` : 'The facts are listed in docs/facts.md',
        { ...file.place([...path, 'hold']) },
      );
    });
}

/** A template of that channel must stand in the folder. */
export function checkTemplate(name: string, channel: string, path: PropertyKey[], world: EffectWorld): Problem[] {
  if (!world.templates || world.templates.has(`${name}.${channel}`)) return [];
  const known = [...world.templates]
    .filter((key) => key.endsWith(`.${channel}`))
    .map((key) => key.slice(0, -channel.length - 1));
  const near = suggestion(name, known);
  const file = `${world.templatesDir}/${world.programme}/${name}.${channel}.LOCALE.liquid`;
  return [
    problem(
      'unknown-template',
      `There is no ${channel} template "${name}"${didYouMean(near)}`,
      near ? `Write "${near}", or create ${file}` : `Create ${file}`,
      { ...world.file.place(path) },
    ),
  ];
}

function checkRecipient(to: string, path: PropertyKey[], world: EffectWorld): Problem[] {
  const listed = listedRecipient(to);
  if (addressField(to) !== null) return [];
  if (!listed) return checkMailbox(to, path, world);
  if (!world.lists || listWith(listed, world.lists)) return [];
  return [
    problem(
      'unknown-list-column',
      `No list "${listed.list}" of this programme has a column "${listed.column}" under values`,
      'Name it under columns: values: in lists.yaml, or correct it here',
      { ...world.file.place(path) },
    ),
  ];
}

function checkPerson(role: string, path: PropertyKey[], { directory, file }: EffectWorld): Problem[] {
  if (!directory || Object.hasOwn(directory.people, role)) return [];
  const near = suggestion(role, Object.keys(directory.people));
  return [
    problem(
      'unknown-person',
      `Nobody in the directory has the role "${role}"${didYouMean(near)}`,
      'Add the role to rules/directory.yaml, or correct it here',
      { ...file.place(path) },
    ),
  ];
}

function checkAgent(role: string, path: PropertyKey[], { directory, file }: EffectWorld): Problem[] {
  const person = directory?.people[role];
  if (!person || person.email || Object.keys(person.helpdesk).length > 0) return [];
  return [
    problem(
      'no-agent',
      `"${role}" (${person.name}) is no agent on any help desk, so tickets cannot be assigned to them`,
      'Add their agent id under helpdesk: in rules/directory.yaml',
      { ...file.place(path) },
    ),
  ];
}

/** The role must be somebody whom mails can be sent to. */
export function checkMailbox(role: string, path: PropertyKey[], world: EffectWorld): Problem[] {
  return [...checkPerson(role, path, world), ...checkAddress(role, path, world)];
}

function checkAddress(role: string, path: PropertyKey[], { directory, file }: EffectWorld): Problem[] {
  const person = directory?.people[role];
  if (!person || person.email) return [];
  return [
    problem('no-address', `"${role}" (${person.name}) has no mail address`, 'Add email: in rules/directory.yaml', {
      ...file.place(path),
    }),
  ];
}

type DirectoryWorld = Pick<EffectWorld, 'directory' | 'file'>;

/** Whether the directory has the channel that stands at `path`. */
export function checkChannel(name: string, path: PropertyKey[], world: DirectoryWorld): Problem[] {
  return checkInDirectory(name, { group: 'channels', word: 'channel', code: 'unknown-channel' }, path, world);
}

function checkEndpoint(name: string, path: PropertyKey[], world: DirectoryWorld): Problem[] {
  return checkInDirectory(name, { group: 'endpoints', word: 'endpoint', code: 'unknown-endpoint' }, path, world);
}

function checkInDirectory(
  name: string,
  { group, word, code }: { group: 'channels' | 'endpoints'; word: string; code: string },
  path: PropertyKey[],
  { directory, file }: DirectoryWorld,
): Problem[] {
  const known = directory?.[group];
  if (!known || Object.hasOwn(known, name)) return [];
  const says = `The directory has no ${word} "${name}"${didYouMean(suggestion(name, Object.keys(known)))}`;
  return [problem(code, says, 'Add it to rules/directory.yaml, or correct it here', { ...file.place(path) })];
}

/** A hold ends a rule, a closed ticket is not touched again, and nobody's ticket is closed without a word. */
function checkOrder(effects: EffectSpec[], path: PropertyKey[], file: YamlFile): Problem[] {
  const problems: Problem[] = [];
  const hold = effects.findIndex((effect) => effect.type === 'hold');
  if (hold >= 0 && hold < effects.length - 1) {
    problems.push(
      problem('hold-not-last', 'Steps after a hold never run', 'Put the hold last', {
        ...file.place([...path, hold + 1]),
      }),
    );
  }
  if (hold > 0) {
    problems.push(
      problem(
        'hold-not-alone',
        'A rule that holds does nothing else: a person decides',
        'Remove the other steps, or the hold',
        { ...file.place([...path, hold]) },
      ),
    );
  }
  const close = effects.findIndex((effect) => effect.type === 'close');
  const after =
    close < 0
      ? -1
      : effects.findIndex((effect, index) => index > close && !['email', 'slack', 'http'].includes(effect.type));
  if (after > 0) {
    problems.push(
      problem(
        'after-close',
        'A step on the ticket stands after it was closed',
        'Put close after every other step on the ticket',
        { ...file.place([...path, after]) },
      ),
    );
  }
  const replies = effects.filter(isToCustomer);
  if (replies.length > 1) {
    problems.push(
      problem('two-replies', 'A rule sends more than one reply', 'Write one reply that says it all', {
        ...file.place(path),
      }),
    );
  }
  return problems;
}
