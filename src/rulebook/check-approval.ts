// Checks who is asked to approve, and how: people who exist and can be reached that way, a channel and a template that exist.
import { type Problem, problem } from '../problem.js';
import { checkChannel, checkMailbox, checkTemplate, type EffectWorld } from './check-effects.js';
import type { ApproveYaml } from './grammar-waits.js';

/** Problems of one `approve`; `path` leads to it. A mail address is needed in any case: it tells who would approve their own request. */
export function checkApproval(approve: ApproveYaml, path: PropertyKey[], world: EffectWorld): Problem[] {
  const { by, template, channel, via } = approve;
  const roles = Array.isArray(by) ? by : 'roles' in by ? (by.roles ?? []) : [];
  return [
    ...roles.flatMap((role) => checkMailbox(role, [...path, 'by'], world)),
    ...(template === undefined ? [] : checkTemplate(template, 'email', [...path, 'template'], world)),
    ...(channel === undefined ? [] : checkChannel(channel, [...path, 'channel'], world)),
    ...(via && !via.includes('email') ? checkSlackIds(approve, roles, [...path, 'by'], world) : []),
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
