// How the sandbox Zendesk is set up besides its fields: groups, triggers, automations, roles, features.
import type { ZendeskDesk } from './zendesk-types.js';

/** The group every agent of the sandbox belongs to. */
export const supportGroupId = 98;

/** As a new account of the vendor has it, without its automatic answers. */
export function freshDesk(): ZendeskDesk {
  return {
    groups: [
      { id: supportGroupId, name: 'Support', deleted: false },
      { id: 99, name: 'API Integrations', deleted: false },
    ],
    triggers: [
      {
        id: 4801,
        title: 'Notify requester and CCs of comment update',
        active: true,
        conditions: {
          all: [
            { field: 'update_type', operator: 'is', value: 'Change' },
            { field: 'comment_is_public', operator: 'is', value: 'requester_can_see_comment' },
          ],
          any: [],
        },
        actions: [{ field: 'notification_user', value: ['requester_and_ccs', 'Re: {{ticket.title}}', 'New comment'] }],
      },
      {
        id: 4802,
        title: 'Notify assignee of assignment',
        active: true,
        conditions: { all: [{ field: 'assignee_id', operator: 'changed', value: '' }], any: [] },
        actions: [{ field: 'notification_user', value: ['assignee_id', 'Assigned to you', 'A ticket is yours'] }],
      },
    ],
    automations: [
      {
        id: 4901,
        title: 'Close ticket 4 days after status is set to solved',
        active: true,
        conditions: { all: [{ field: 'SOLVED', operator: 'greater_than', value: '96' }], any: [] },
        actions: [{ field: 'status', value: 'closed' }],
      },
    ],
    customRoles: [],
    features: { customer_satisfaction: false, ticket_tagging: true },
  };
}
