// Checks who is asked to approve, and how: people who exist and can be reached that way, a channel and a template that exist.
import { findFact } from '../core/fact-table.js';
import { type Problem, problem } from '../problem.js';
import { checkChannel, checkMailbox, checkTemplate, type EffectWorld } from './check-effects.js';
import type { ApproveYaml } from './grammar-waits.js';
import type { YamlFile } from './yaml-file.js';

/** Problems of one `approve`; `path` leads to it. A mail address is needed in any case: it tells who would approve their own request. */
export function checkApprove(approve: ApproveYaml, path: PropertyKey[], world: EffectWorld): Problem[] {
  const { by, each, boundTo = [], template, channel, via } = approve;
  const roles = Array.isArray(by) ? by : 'roles' in by ? (by.roles ?? []) : [];
  return [
    ...roles.flatMap((role) => checkMailbox(role, [...path, 'by'], world)),
    ...(template === undefined ? [] : checkTemplate(template, 'email', [...path, 'template'], world)),
    ...(channel === undefined ? [] : checkChannel(channel, [...path, 'channel'], world)),
    ...(via && !via.includes('email') ? checkSlackIds(approve, roles, [...path, 'by'], world) : []),
    ...(each === undefined ? [] : checkNamed(each, [...path, 'each'], world.file)),
    ...boundTo.flatMap((fact, n) => checkNamed(fact, [...path, 'boundTo', n], world.file)),
  ];
}

/** The fact that a step names at `path` must exist. */
export function checkNamed(fact: string, path: PropertyKey[], file: YamlFile): Problem[] {
  if (findFact(fact)) return [];
  return [
    problem('unknown-fact', `unknown fact "${fact}"`, 'The facts are listed in docs/facts.md', { ...file.place(path) }),
  ];
}

/** Whoever is asked in Slack alone must be known there. */
function checkSlackIds(
  { by }: ApproveYaml,
  roles: string[],
  path: PropertyKey[],
  { directory, file }: EffectWorld,
): Problem[] {
  const place = { ...file.place(path) };
  const admins = Array.isArray(by)
    ? []
    : [
        problem(
          'no-slack-id',
          'Admins whom a list names have no Slack id',
          'Ask them by e-mail too: leave via out',
          place,
        ),
      ];
  const people = roles.flatMap((role) => {
    const person = directory && Object.hasOwn(directory.people, role) ? directory.people[role] : undefined;
    if (!person || person.slack !== null) return [];
    const what = `"${role}" (${person.name}) is asked in Slack alone, and has no Slack id`;
    return [problem('no-slack-id', what, 'Add slack: in rules/directory.yaml, or leave via out', place)];
  });
  return [...admins, ...people];
}
