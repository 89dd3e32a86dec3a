// The shapes of the steps that wait, and of what is done while they wait.
import { z } from 'zod';
import { APPROVERS } from '../core/approval-items.js';
import { SPAN_PATTERN } from './duration.js';
import { nameShape, recipientShape, textShape } from './grammar.js';
import { eventNameShape } from './grammar-events.js';

const spanShape = z
  .string()
  .regex(SPAN_PATTERN, 'write a time as 30m, 24h, 7d, 4 business hours or 2 business days')
  .meta({ description: '30m, 24h, 7d, 4 business hours, 2 business days', examples: ['24h', '2 business days'] });

export const askShape = z
  .strictObject({ template: nameShape, within: spanShape })
  .meta({ description: 'Send this reply template, set the ticket pending and wait so long for an answer' });

export const waitShape = z
  .union([
    z.strictObject({ for: spanShape, event: eventNameShape.optional() }),
    z.strictObject({ until: textShape.meta({ description: 'A fact that names a day or a time' }) }),
  ])
  .meta({ description: 'Wait so long, or until a time, or for an event and so long at most' });

const rolesShape = z.array(nameShape).min(1);
export const approveShape = z
  .strictObject({
    name: nameShape.meta({ description: 'Rules read it as case.approvals.<name>' }),
    each: textShape.optional().meta({
      description:
        'A fact with several texts: each of them is approved by itself, and together they are case.approvals.<name>',
    }),
    boundTo: z.array(textShape).min(1).optional().meta({
      description: 'Facts that it is about: it counts only while they stay as they were when it was asked for',
    }),
    by: z
      .union([
        rolesShape,
        z.strictObject({ listAdmins: z.literal(true), roles: rolesShape.optional() }),
        z.strictObject({ ownerAdmins: z.literal(true) }),
      ])
      .meta({
        description:
          "Roles of rules/directory.yaml, the admins that the organization's rows name, or those of whoever owns the organizations that the request names",
      }),
    template: nameShape.optional().meta({
      description: 'The e-mail that asks them; it prints approval.link. None where they are asked via Slack alone',
    }),
    within: spanShape,
    via: z
      .array(z.enum(['email', 'slack']))
      .min(1)
      .optional()
      .meta({
        description:
          'How they are asked: by e-mail, by a direct message in Slack; default: both, as far as each has them',
      }),
    channel: nameShape
      .optional()
      .meta({ description: 'Channel of rules/directory.yaml that gets the card too; default: that of holds' }),
  })
  .refine(({ via, template }) => (via !== undefined && !via.includes('email')) === (template === undefined), {
    error: 'needs the template of an e-mail, unless they are asked via: [slack] alone, which has none',
  })
  .meta({ description: 'Ask these people by e-mail or in Slack, show them what would be done, and wait so long' });

const mailShape = z.strictObject({ to: recipientShape, template: nameShape }).meta({
  description: `To a role, listing.LIST.COLUMN, or after an approve: ${APPROVERS}, each with their own link to what is still open`,
});
const postShape = z.strictObject({ channel: nameShape, template: nameShape });
const messages = {
  after: spanShape,
  reply: nameShape.optional(),
  note: nameShape.optional(),
  email: mailShape.optional(),
  slack: postShape.optional(),
};

export const remindShape = z
  .strictObject(messages)
  .refine((item) => Object.keys(item).length > 1, 'says nothing: name a reply, note, email or slack')
  .meta({ description: 'After so much of the wait, if it still runs, send these' });

export const escalateShape = z
  .strictObject({ ...messages, assign: nameShape.optional(), hold: textShape.optional() })
  .refine((item) => Object.keys(item).length > 1, 'does nothing: name a message, assign or hold')
  .refine((item) => item.hold === undefined || Object.keys(item).length === 2, 'a hold stands alone: a person decides')
  .meta({ description: 'After so much of the wait, if it still runs, tell these people, or ask a person' });

export type FollowUpYaml = z.output<typeof escalateShape>;
export type ApproveYaml = z.output<typeof approveShape>;
export type WaitYaml = z.output<typeof waitShape>;
