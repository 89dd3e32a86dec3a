// Shapes of the sandbox Zendesk's records and of its whole state.

export type ZendeskStatus = 'new' | 'open' | 'pending' | 'hold' | 'solved' | 'closed' | 'deleted';
export type FieldValue = string | number | boolean | string[] | null;

export interface ZendeskUser {
  id: number;
  name: string;
  email: string | null;
  role: 'end-user' | 'agent' | 'admin';
  organization_id: number | null;
  locale: string;
  phone: string | null;
  suspended: boolean;
  /** Set only where an account differs from a plain agent or admin. */
  role_type?: number | null;
  custom_role_id?: number | null;
  only_private_comments?: boolean;
  ticket_restriction?: string | null;
  tags: string[];
  user_fields: Record<string, FieldValue>;
  created_at: string;
  updated_at: string;
}

export interface ZendeskOrganization {
  id: number;
  name: string;
  domain_names: string[];
  external_id: string | null;
  organization_fields: Record<string, FieldValue>;
  tags: string[];
  created_at: string;
  updated_at: string;
}

export interface ZendeskField {
  id: number;
  type: string;
  title: string;
  /** Must be filled in to solve a ticket. */
  required: boolean;
  active: boolean;
  options: { id: number; name: string; value: string }[];
}

export interface ZendeskVia {
  channel: string;
  source: { from: Record<string, unknown>; to: Record<string, unknown>; rel: string | null };
}

export interface ZendeskComment {
  id: number;
  audit_id: number;
  author_id: number;
  public: boolean;
  body: string;
  html_body: string;
  created_at: string;
  via: ZendeskVia;
  attachments: ZendeskFile[];
}

export interface ZendeskFile {
  id: number;
  file_name: string;
  content_type: string;
  size: number;
  content_url: string;
  /** Of an image that the sandbox draws; the vendor has no such member. */
  pixels?: { width: number; height: number };
  /** Base64 of what was uploaded; the vendor has no such member. */
  content?: string;
}

export interface ZendeskAudit {
  id: number;
  ticket_id: number;
  author_id: number;
  created_at: string;
  metadata: {
    custom: Record<string, unknown>;
    system: Record<string, unknown>;
    flags?: number[];
    flags_options?: Record<string, unknown>;
    trusted?: boolean;
  };
  via: ZendeskVia;
  events: Record<string, unknown>[];
}

export interface ZendeskTicket {
  id: number;
  subject: string;
  description: string;
  status: ZendeskStatus;
  priority: string | null;
  type: string | null;
  requester_id: number;
  submitter_id: number;
  assignee_id: number | null;
  organization_id: number | null;
  group_id: number | null;
  external_id: string | null;
  tags: string[];
  /** By field id. */
  fields: Record<string, FieldValue>;
  via: ZendeskVia;
  created_at: string;
  updated_at: string;
  /** Unix seconds; bumped by system changes too. */
  generated_timestamp: number;
  comments: ZendeskComment[];
  audits: ZendeskAudit[];
}

/** One thing that happened for people to see; appended in order, never changed. */
export interface WorldEntry {
  at: string;
  ticketId: string;
  kind:
    | 'created'
    | 'public-comment'
    | 'internal-note'
    | 'status'
    | 'assignee'
    | 'field'
    | 'tags'
    | 'deleted'
    | 'merged';
  by: 'usher' | 'agent' | 'requester' | 'automation';
  byName: string;
  /** The comment's text, or the new value. */
  text: string;
  /** Field title for `field`. */
  field: string | null;
  /** The whole `metadata.custom` of the update. */
  metadata: Record<string, unknown>;
}

export interface WebhookEvent {
  id: string;
  type: string;
  ticketId: number;
  body: string;
}

export interface ZendeskGroup {
  id: number;
  name: string;
  deleted: boolean;
}

/** A trigger or an automation: what it does when its conditions are met. The sandbox only shows them. */
export interface ZendeskBusinessRule {
  id: number;
  title: string;
  active: boolean;
  conditions: { all: ZendeskCondition[]; any: ZendeskCondition[] };
  actions: { field: string; value: string | string[] }[];
}
export interface ZendeskCondition {
  field: string;
  operator: string;
  value: string;
}

/** What admins of the help desk set up besides its fields. */
export interface ZendeskDesk {
  groups: ZendeskGroup[];
  triggers: ZendeskBusinessRule[];
  automations: ZendeskBusinessRule[];
  /** `configuration` as the vendor names its members. */
  customRoles: { id: number; name: string; role_type: number; configuration: Record<string, string | boolean> }[];
  features: { customer_satisfaction: boolean; ticket_tagging: boolean };
}

/** All that a sandbox Zendesk remembers; plain JSON. */
export interface ZendeskState {
  nextId: number;
  nextTicketId: number;
  users: ZendeskUser[];
  organizations: ZendeskOrganization[];
  memberships: { id: number; user_id: number; organization_id: number; default: boolean }[];
  fields: ZendeskField[];
  /** Worlds kept by older releases lack it. */
  desk?: ZendeskDesk;
  tickets: ZendeskTicket[];
  log: WorldEntry[];
  /** Mail that was held back; a world kept by an older release has none. */
  suspended?: { id: number; subject: string; cause: string; author: { email: string }; created_at: string }[];
  /** By token: what was uploaded and stands on no comment yet. */
  uploads?: Record<string, ZendeskFile>;
  /** Webhook events not yet delivered. */
  outbox: WebhookEvent[];
  /** `Idempotency-Key` of POST /tickets: what was asked, which ticket it made, when (ms). */
  idempotency: Record<string, { request: string; ticketId: number; at: number }>;
}
