// Checks who is asked to approve, and how: people who exist and can be reached that way, a channel and a template that exist.
import type { MessageTemplate } from '../core/rulebook.js';
import { templateVariables } from '../core/template.js';
import { type Problem, problem } from '../problem.js';
import { type ConditionWorld, checkNamed } from './check-conditions.js';
import { checkChannel, checkMailbox, checkTemplate, type EffectWorld } from './check-effects.js';
import type { ApproveYaml } from './grammar-waits.js';

export interface ApproveWorld extends EffectWorld {
  conditions: ConditionWorld;
  /** The programme's templates; null when they cannot be used. */
  texts: Record<string, MessageTemplate> | null;
}

/** Problems of one `approve`; `path` leads to it. A mail address is needed in any case: it tells who would approve their own request. */
export function checkApprove(approve: ApproveYaml, path: PropertyKey[], world: ApproveWorld): Problem[] {
  const { by, each, boundTo = [], template, channel, via } = approve;
  const roles = Array.isArray(by) ? by : 'roles' in by ? (by.roles ?? []) : [];
  return [
    ...roles.flatMap((role) => checkMailbox(role, [...path, 'by'], world)),
    ...(template === undefined ? [] : checkTemplate(template, 'email', [...path, 'template'], world)),
    ...(channel === undefined ? [] : checkChannel(channel, [...path, 'channel'], world)),
    ...(via && !via.includes('email') ? checkSlackIds(approve, roles, [...path, 'by'], world) : []),
    ...(each === undefined ? [] : checkNamed(each, [...path, 'each'], world.conditions)),
    ...boundTo.flatMap((fact, n) => checkBound(fact, [...path, 'boundTo', n], world)),
    ...checkLinks(approve, world),
  ];
}

/** What the case itself has come to is no part of what was shown, so that nothing can be bound to it. */
function checkBound(fact: string, path: PropertyKey[], { conditions, file }: ApproveWorld): Problem[] {
  const unknown = checkNamed(fact, path, conditions);
  if (unknown.length > 0 || !fact.startsWith('case.')) return unknown;
  const fix = 'Name what is asked for: facts of request, requester, message, ticket, match or lists';
  return [problem('bound-to-case', `An approval cannot be bound to "${fact}"`, fix, { ...file.place(path) })];
}

/** Whoever gets the mail answers by a link in it; of several things each has its own. */
function checkLinks({ name, each, template }: ApproveYaml, { texts }: ApproveWorld): Problem[] {
  const mails = Object.values(texts ?? {}).filter((t) => t.channel === 'email' && t.name === template);
  const prints = (mail: MessageTemplate, wanted: string) =>
    templateVariables(mail).some((path) => path === wanted || path.startsWith(`${wanted}.`));
  const wanted = each === undefined ? ['approval.link', 'approval.items'] : ['approval.items'];
  const fix =
    each === undefined
      ? 'Print {{ approval.link }}'
      : 'Print {{ item.link }} in {% for item in approval.items %} ... {% endfor %}';
  return mails
    .filter((mail) => !wanted.some((path) => prints(mail, path)))
    .map(({ file }) =>
      problem('approval-without-link', `The mail that asks for the approval "${name}" has no link to answer by`, fix, {
        severity: 'warning',
        file,
      }),
    );
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
