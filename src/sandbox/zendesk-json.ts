// Records of the sandbox Zendesk as its API shows them.
import { fileJson } from './zendesk-files.js';
import { isCustomField } from './zendesk-seed.js';
import type {
  FieldValue,
  ZendeskAudit,
  ZendeskComment,
  ZendeskField,
  ZendeskOrganization,
  ZendeskTicket,
  ZendeskUser,
} from './zendesk-types.js';
import type { ZendeskWorld } from './zendesk-world.js';

/** `custom_fields`: every active custom field, null where empty. */
function customFields(world: ZendeskWorld, ticket: ZendeskTicket): { id: number; value: FieldValue }[] {
  return world.state.fields
    .filter((f) => f.active && isCustomField(f))
    .map((f) => ({ id: f.id, value: ticket.fields[f.id] ?? (f.type === 'checkbox' ? false : null) }));
}

export function ticketJson(world: ZendeskWorld, ticket: ZendeskTicket): Record<string, unknown> {
  const fields = customFields(world, ticket);
  const { comments: _comments, audits: _audits, fields: _fields, ...plain } = ticket;
  return {
    url: `${world.url}/api/v2/tickets/${ticket.id}.json`,
    ...plain,
    raw_subject: ticket.subject,
    recipient: ticket.via.channel === 'email' ? 'support@everbright-support.example' : null,
    forum_topic_id: null,
    problem_id: null,
    has_incidents: false,
    is_public: ticket.comments.some((c) => c.public),
    due_at: null,
    collaborator_ids: [],
    follower_ids: [],
    email_cc_ids: [],
    custom_fields: fields,
    fields,
    satisfaction_rating: null,
    sharing_agreement_ids: [],
    followup_ids: [],
    ticket_form_id: 6,
    brand_id: 5,
    custom_status_id: 4,
    allow_channelback: false,
    allow_attachments: true,
    from_messaging_channel: false,
  };
}

export function commentJson(comment: ZendeskComment, ticket: ZendeskTicket): Record<string, unknown> {
  const audit = ticket.audits.find((a) => a.id === comment.audit_id);
  return {
    ...comment,
    type: 'Comment',
    plain_body: comment.body,
    attachments: comment.attachments.map(fileJson),
    metadata: { ...(audit?.metadata ?? { system: {}, custom: {} }) },
  };
}

export function auditJson(audit: ZendeskAudit): Record<string, unknown> {
  return { ...audit };
}

export function userJson(world: ZendeskWorld, user: ZendeskUser): Record<string, unknown> {
  return {
    url: `${world.url}/api/v2/users/${user.id}.json`,
    ...user,
    active: true,
    verified: true,
    shared: false,
    shared_agent: false,
    external_id: null,
    time_zone: 'Pacific Time (US & Canada)',
    iana_time_zone: 'America/Los_Angeles',
    locale_id: user.locale.startsWith('de') ? 8 : 1,
    alias: '',
    details: '',
    notes: '',
    photo: null,
    moderator: user.role !== 'end-user',
    ticket_restriction: user.ticket_restriction ?? (user.role === 'end-user' ? 'requested' : null),
    only_private_comments: user.only_private_comments ?? false,
    ...(user.role === 'end-user' ? {} : { role_type: roleType(user), custom_role_id: user.custom_role_id ?? null }),
    restricted_agent: user.role !== 'admin',
    ...(user.role === 'end-user' ? {} : { default_group_id: 98 }),
    last_login_at: user.updated_at,
  };
}

/** 4 is an admin; a plain agent of an account without custom roles has none. */
function roleType(user: ZendeskUser): number | null {
  return user.role_type ?? (user.role === 'admin' ? 4 : null);
}

export function organizationJson(world: ZendeskWorld, organization: ZendeskOrganization): Record<string, unknown> {
  return {
    url: `${world.url}/api/v2/organizations/${organization.id}.json`,
    ...organization,
    details: '',
    notes: '',
    group_id: null,
    shared_tickets: false,
    shared_comments: false,
  };
}

export function fieldJson(world: ZendeskWorld, field: ZendeskField): Record<string, unknown> {
  const { options, ...plain } = field;
  const shown = options.map((o, position) => ({ ...o, raw_name: o.name, default: false, position }));
  return {
    url: `${world.url}/api/v2/ticket_fields/${field.id}.json`,
    ...plain,
    raw_title: field.title,
    title_in_portal: field.title,
    raw_title_in_portal: field.title,
    description: '',
    raw_description: '',
    position: field.id % 100,
    collapsed_for_agents: false,
    regexp_for_validation: null,
    visible_in_portal: true,
    editable_in_portal: true,
    required_in_portal: false,
    tag: null,
    removable: isCustomField(field),
    agent_description: '',
    created_at: '2024-01-08T09:00:00Z',
    updated_at: '2024-01-08T09:00:00Z',
    ...(field.type === 'tagger' ? { custom_field_options: shown } : {}),
  };
}
