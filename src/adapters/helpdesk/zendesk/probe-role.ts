// What the bot's role on Zendesk lets it do: comment in public, edit, tag, assign, see every ticket.
import { z } from 'zod';
import type { Finding } from '../../../ports.js';
import { apiError } from './errors.js';
import type { Me, ProbeParts } from './probe-account.js';
import { bodyOf, parse } from './read.js';

const roleShape = z.object({
  name: z.string().catch(''),
  configuration: z
    .object({
      ticket_access: z.string(),
      ticket_comment_access: z.string(),
      ticket_editing: z.boolean(),
      ticket_tag_editing: z.boolean(),
      assign_tickets_to_any_group: z.boolean(),
    })
    .partial(),
});

/** Roles that are not made for working on tickets (description of `role_type`). */
const LIMITED: Record<number, string> = { 1: 'light agent', 2: 'chat agent', 3: 'contributor', 5: 'billing admin' };
const FIX = 'Give the account a role that may edit all tickets, comment in public, tag, and assign to any group';

export async function probeRole({ get, say, needs }: ProbeParts, me: Me): Promise<Finding[]> {
  const limited = LIMITED[me.role_type ?? -1];
  if (me.suspended) return [say.error('Our account is suspended', 'Lift the suspension in Zendesk')];
  if (limited) return [say.error(`Our account is only a ${limited}: it may not work on tickets`, FIX)];
  const findings: Finding[] = [];
  if (me.only_private_comments && needs.does.replies)
    findings.push(say.error('Our account may write internal notes only, no replies', FIX));
  if (me.ticket_restriction)
    findings.push(
      say.warning(
        `Our account sees only some tickets (restricted to: ${me.ticket_restriction})`,
        'Let it see all tickets, or make sure that every API-access ticket is among them',
      ),
    );
  if (me.custom_role_id) findings.push(...(await customRole(me.custom_role_id, { get, say, needs })));
  else if (findings.length === 0) findings.push(say.ok('Its role may reply, edit, tag and assign'));
  return findings;
}

async function customRole(id: number, { get, say, needs }: ProbeParts): Promise<Finding[]> {
  const reply = await get(`/custom_roles/${id}`);
  if (reply.kind === 'answer' && [403, 404].includes(reply.status) && apiError(reply.json)) {
    const what = `Our account has a custom role (${id}) that it may not look at itself`;
    return [say.warning(what, 'See in Admin Center that it may edit all tickets, comment in public, tag and assign')];
  }
  const what = 'its custom role';
  const { name, configuration: may } = parse(roleShape, bodyOf(reply, what).custom_role, what);
  const lacks = (text: string) => `The role "${name}" of our account ${text}`;
  const findings: Finding[] = [];
  if (may.ticket_editing === false) findings.push(say.error(lacks('may not edit tickets'), FIX));
  if (may.ticket_comment_access === 'none' && needs.does.replies)
    findings.push(say.error(lacks('may not comment in public'), FIX));
  if (may.ticket_tag_editing === false) findings.push(say.error(lacks('may not edit tags'), FIX));
  if (may.assign_tickets_to_any_group === false && needs.does.assigns)
    findings.push(say.warning(lacks('may assign only within its own groups'), FIX));
  if (may.ticket_access !== undefined && may.ticket_access !== 'all')
    findings.push(say.warning(lacks(`sees only some tickets (${may.ticket_access})`), FIX));
  return findings.length > 0 ? findings : [say.ok(lacks('may reply, edit, tag and assign'))];
}
