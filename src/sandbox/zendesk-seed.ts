// A fresh sandbox Zendesk: its agents, its ticket fields, nothing else.
import { agents, fieldIds } from './sample-people.js';
import type { ZendeskField, ZendeskState, ZendeskUser } from './zendesk-types.js';

const option = (id: number, name: string, value: string) => ({ id, name, value });

/** The custom fields of a help desk as EverBright's support would have set it up. */
const customFields: ZendeskField[] = [
  { id: fieldIds.Company, type: 'text', title: 'Company', required: false, active: true, options: [] },
  { id: fieldIds.State, type: 'text', title: 'State', required: false, active: true, options: [] },
  { id: fieldIds.Phone, type: 'text', title: 'Phone', required: false, active: true, options: [] },
  {
    id: fieldIds['Platform Area'],
    type: 'tagger',
    title: 'Platform Area',
    required: false,
    active: true,
    options: [
      option(3600041, 'Account Management', 'area_account_management'),
      option(3600042, 'API', 'area_api'),
      option(3600043, 'Billing', 'area_billing'),
      option(3600044, 'Portal', 'area_portal'),
    ],
  },
  {
    id: fieldIds.Resolution,
    type: 'tagger',
    title: 'Resolution',
    required: true,
    active: true,
    options: [
      option(3600051, 'Completed', 'resolution_completed'),
      option(3600052, 'Declined', 'resolution_declined'),
      option(3600053, 'Duplicate', 'resolution_duplicate'),
      option(3600054, 'No Response', 'resolution_no_response'),
    ],
  },
  {
    id: fieldIds['Resolution Type'],
    type: 'tagger',
    title: 'Resolution Type',
    required: false,
    active: true,
    options: [
      option(3600061, 'Account Management', 'resolution_type_account_management'),
      option(3600062, 'Configuration', 'resolution_type_configuration'),
      option(3600063, 'Defect', 'resolution_type_defect'),
    ],
  },
  { id: fieldIds['Org Admin'], type: 'checkbox', title: 'Org Admin', required: false, active: true, options: [] },
];

const systemFields: ZendeskField[] = [
  ['subject', 'Subject'],
  ['description', 'Description'],
  ['status', 'Status'],
  ['tickettype', 'Type'],
  ['priority', 'Priority'],
  ['group', 'Group'],
  ['assignee', 'Assignee'],
].map(([type, title], i) => ({
  id: 350001 + i,
  type: type!,
  title: title!,
  required: false,
  active: true,
  options: [],
}));

/** @param botRole role of the bot's account @param at ISO time of creation */
export function freshZendeskState(botRole: 'agent' | 'admin', at: string): ZendeskState {
  const agent = (who: { id: number; name: string; email: string }, role: 'agent' | 'admin'): ZendeskUser => ({
    ...who,
    role,
    organization_id: null,
    locale: 'en-US',
    phone: null,
    suspended: false,
    tags: [],
    user_fields: {},
    created_at: at,
    updated_at: at,
  });
  return {
    nextId: 500_001,
    nextTicketId: 1001,
    users: [agent(agents.usher, botRole), agent(agents.johnKilfoil, 'agent'), agent(agents.samWhitaker, 'admin')],
    organizations: [],
    memberships: [],
    fields: structuredClone([...systemFields, ...customFields]),
    tickets: [],
    log: [],
    outbox: [],
    idempotency: {},
  };
}

/** Whether a field is one that admins add (has a value in `custom_fields`). */
export function isCustomField(field: ZendeskField): boolean {
  return !systemFields.some((f) => f.id === field.id);
}
