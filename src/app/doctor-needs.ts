// What the active rules and the directory ask of help desk and Slack, for the probes of `usher doctor`.
import type { DeskNeeds } from '../adapters/helpdesk/needs.js';
import type { ChatNeeds } from '../adapters/slack/probe.js';
import type { Directory, EffectSpec, Programme } from '../core/rulebook.js';
import { isTemplate } from '../core/small-template.js';
import type { Finding } from '../ports.js';
import type { Settings } from '../settings.js';

/** Programmes that could be read, and the directory they speak of. */
export interface RulesRead {
  directory: Directory | null;
  programmes: Programme[];
}

type Step = { rule: string; effect: EffectSpec };

const stepsOf = ({ programmes }: RulesRead): Step[] =>
  programmes.flatMap((p) => p.rules.flatMap((rule) => rule.then.map((effect) => ({ rule: rule.id, effect }))));

/** `helpdesk` as the directory names it. */
export function deskNeeds(rules: RulesRead, helpdesk: string, webhookUrl: string | null): DeskNeeds {
  const steps = stepsOf(rules);
  const assigned = assignedRoles(steps);
  const people = Object.entries(rules.directory?.people ?? {});
  return {
    reads: reads(rules.programmes),
    hints: [...new Set(rules.programmes.flatMap((p) => p.intents.flatMap((i) => Object.keys(i.fields))))],
    sets: sets(steps),
    agents: people.flatMap(([role, person]) => {
      const isAssigned = assigned.has(role);
      // As when a ticket is assigned: without an id there, by mail address.
      const id = idOn(person.helpdesk, helpdesk) ?? (isAssigned ? person.email : null);
      return id ? [{ role, name: person.name, id, isAssigned }] : [];
    }),
    groups: Object.entries(rules.directory?.groups ?? {}).flatMap(([role, group]) => {
      const id = idOn(group.helpdesk, helpdesk);
      return id ? [{ role, id }] : [];
    }),
    tags: steps.flatMap(({ effect }) => (effect.type === 'tag' ? effect.add : [])),
    people: people.flatMap(([role, person]) => (person.email ? [{ role, email: person.email }] : [])),
    does: {
      replies: steps.some(({ effect }) => effect.type === 'reply'),
      assigns: assigned.size > 0 || rules.programmes.some((p) => p.holds.group !== null),
      solves: steps.some(({ effect }) => effect.type === 'close'),
    },
    webhookUrl,
  };
}

/** `secrets` are the settings by which clicks and commands come. */
export function chatNeeds(
  rules: RulesRead,
  secrets: Partial<Pick<Settings, 'SLACK_SIGNING_SECRET' | 'SLACK_APP_TOKEN'>>,
): ChatNeeds {
  const posts = stepsOf(rules).flatMap(({ effect }) => (effect.type === 'slack' ? [effect.channel] : []));
  const asked = rules.programmes.flatMap((p) => p.rules.flatMap(({ wait }) => wait?.approval ?? []));
  const cards = [...rules.programmes.map((p) => p.holds.channel), ...asked.map((a) => a.channel)].flatMap(
    (c) => c ?? [],
  );
  const used = new Set([...posts, ...cards]);
  const asksPeople = asked.some(
    ({ via, roles }) => (via?.includes('slack') ?? true) && roles.some((role) => rules.directory?.people[role]?.slack),
  );
  return {
    channels: Object.entries(rules.directory?.channels ?? {}).map(([role, channel]) => ({
      role,
      ...channel,
      isUsed: used.has(role),
    })),
    hears: secrets.SLACK_APP_TOKEN ? 'socket' : secrets.SLACK_SIGNING_SECRET ? 'door' : null,
    hasCards: cards.length > 0 || asksPeople,
    asksPeople,
  };
}

/** People and groups that rules hand tickets to, and who are nobody on this help desk. */
export function unknownAgents(rules: RulesRead, helpdesk: string): Finding[] {
  return [...unknownPeople(rules, helpdesk), ...unknownGroups(rules, helpdesk)];
}

function unknownGroups({ directory, programmes }: RulesRead, helpdesk: string): Finding[] {
  const roles = new Set(programmes.flatMap((p) => p.holds.group ?? []));
  return [...roles].flatMap((role) => {
    const group = directory?.groups[role];
    if (!group || idOn(group.helpdesk, helpdesk)) return [];
    const what = `The group "${role}" gets what needs a person, and the directory does not say which that is on ${helpdesk}`;
    const fix = `Add helpdesk: { ${helpdesk}: "group id" } to it in rules/directory.yaml; until then tickets stay where they are`;
    return [{ area: 'Rules', level: 'warning', what, fix }];
  });
}

function unknownPeople(rules: RulesRead, helpdesk: string): Finding[] {
  return [...assignedRoles(stepsOf(rules))].flatMap((role) => {
    const person = rules.directory?.people[role];
    if (!person || idOn(person.helpdesk, helpdesk) || person.email) return [];
    const what = `"${role}" (${person.name}) is given tickets, and the directory does not say who that is on ${helpdesk}`;
    const fix = `Add helpdesk: { ${helpdesk}: "agent id" } to ${role} in rules/directory.yaml`;
    return [{ area: 'Rules', level: 'error', what, fix }];
  });
}

const idOn = (ids: Record<string, string>, helpdesk: string): string | undefined =>
  Object.hasOwn(ids, helpdesk) ? ids[helpdesk] : undefined;

const assignedRoles = (steps: Step[]): Set<string> =>
  new Set(steps.flatMap(({ effect }) => (effect.type === 'assign' ? [effect.to] : [])));

const WITHOUT = {
  organization: 'the organization that a requester names in the form is not known',
  state: 'the state is looked for elsewhere, or not given',
  phone: 'the phone number is not given',
  orgAdmin: 'the form does not say who is an Org Admin',
} as const;

function reads(programmes: Programme[]): DeskNeeds['reads'] {
  const kinds = Object.keys(WITHOUT) as (keyof typeof WITHOUT)[];
  const all = programmes.flatMap((p) =>
    kinds.flatMap((kind) => p.fields[kind].map((title) => ({ title, without: WITHOUT[kind] }))),
  );
  return all.filter((one, i) => all.findIndex((other) => other.title === one.title) === i);
}

/** Every value of every field once, with the rules that set it. */
function sets(steps: Step[]): DeskNeeds['sets'] {
  const found = new Map<string, DeskNeeds['sets'][number]>();
  for (const { rule, effect } of steps) {
    for (const [field, value] of Object.entries(fieldsOf(effect))) {
      const key = JSON.stringify([field, value]);
      const known = found.get(key) ?? { field, value, by: [] };
      if (!known.by.includes(rule)) known.by.push(rule);
      found.set(key, known);
    }
  }
  return [...found.values()];
}

function fieldsOf(effect: EffectSpec): Record<string, string | number | boolean> {
  // What a template gives is not known before.
  if (effect.type === 'set')
    return Object.fromEntries(Object.entries(effect.fields).filter(([, value]) => !isTemplate(value)));
  if (effect.type !== 'close') return {};
  return effect.resolution === null ? effect.fields : { Resolution: effect.resolution, ...effect.fields };
}
