// A ticket in our own shape: what every help desk adapter produces and `usher try` reads.
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** Field values by the field's title as agents see it; a drop-down's value is the option's title. */
const fields = z.record(z.string(), z.union([scalar, z.array(z.string())]));
const isoTime = z.string().refine((s) => !Number.isNaN(Date.parse(s)), 'must be an ISO 8601 time');

export const messageShape = z.strictObject({
  id: z.string(),
  at: isoTime,
  /** Address or name of the writer. */
  from: z.string().default(''),
  /** `bot` is anything automatic, ours or not; `other` a person who is neither the requester nor known as an agent. */
  author: z.enum(['requester', 'agent', 'bot', 'other']).default('requester'),
  public: z.boolean().default(true),
  body: z.string().max(1_000_000).default(''),
  /** Mail headers where the help desk gives them; names in lower case. */
  headers: z.record(z.string(), z.string()).default({}),
});

const authenticationResult = z.enum(['pass', 'fail', 'none', 'unknown']).default('unknown');

export const ticketShape = z.strictObject({
  id: z.union([z.string().min(1), z.number().transform(String)]),
  helpdesk: z.string().default('sandbox'),
  subject: z.string().default(''),
  body: z.string().max(1_000_000).default(''),
  channel: z.string().default('email'),
  url: z.string().default(''),
  status: z.enum(['new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted']).default('new'),
  /** The agent who has it, as the help desk names agents; null when nobody has. */
  assignee: z.string().nullable().default(null),
  tags: z.array(z.string()).default([]),
  fields: fields.default({}),
  createdAt: isoTime.default('1970-01-01T00:00:00Z'),
  updatedAt: isoTime.default('1970-01-01T00:00:00Z'),
  /** What a conditional write compares (Zendesk: `updated_at`). */
  version: z.string().default(''),
  requester: z
    .strictObject({
      name: z.string().default(''),
      email: z.string().default(''),
      /** true, false, or null when the help desk does not say. */
      isOrgAdmin: z.boolean().nullable().default(null),
    })
    .prefault({}),
  organization: z
    .strictObject({
      id: z.string(),
      name: z.string().default(''),
      domains: z.array(z.string()).default([]),
      fields: fields.default({}),
    })
    .nullable()
    .default(null),
  messages: z.array(messageShape).default([]),
  authentication: z
    .strictObject({ spf: authenticationResult, dkim: authenticationResult, dmarc: authenticationResult })
    .prefault({}),
  attachments: z
    .array(z.strictObject({ name: z.string(), type: z.string().default(''), bytes: z.number().default(0) }))
    .default([]),
  /** Id of the closed ticket that this one follows up, or null. */
  followUpOf: z.string().nullable().default(null),
  /** BCP 47 tag, or '' when unknown. */
  locale: z.string().default(''),
});

/** A help desk's record, translated once at the adapter. */
export type Ticket = z.output<typeof ticketShape>;
export type TicketInput = z.input<typeof ticketShape>;
export type TicketMessage = z.output<typeof messageShape>;
export type TicketStatus = Ticket['status'];
