// A ticket in our own shape: what every help desk adapter produces and `usher try` reads.
import { z } from 'zod';
import { maskCredentials } from './credentials.js';
import { wellFormed } from './text.js';

/** What a customer can write may hold anything; a decision must be the same when it is repeated from the store. */
const text = () => z.string().overwrite(wellFormed);

/** What people write: a key or token in it is masked here already, so that it is stored, shown and sent nowhere. */
const guarded = (written: string) => maskCredentials(wellFormed(written));
const content = () => z.string().overwrite(guarded);
/** The limit is on what was written: a mask may be longer than what it hides. */
const bodyText = () => z.string().max(1_000_000).overwrite(guarded);

const scalar = z.union([content(), z.number(), z.boolean(), z.null()]);
/** Field values by the field's title as agents see it; a drop-down's value is the option's title. */
const fields = z.record(text(), z.union([scalar, z.array(content())]));
const isoTime = z.string().refine((s) => !Number.isNaN(Date.parse(s)), 'must be an ISO 8601 time');

export const messageShape = z.strictObject({
  id: text(),
  at: isoTime,
  /** Address or name of the writer. */
  from: text().default(''),
  /** `bot` is anything automatic, ours or not; `other` a person who is neither the requester nor known as an agent. */
  author: z.enum(['requester', 'agent', 'bot', 'other']).default('requester'),
  public: z.boolean().default(true),
  body: bodyText().default(''),
  /** Mail headers where the help desk gives them; names in lower case. */
  headers: z.record(text(), text()).default({}),
});

const authenticationResult = z.enum(['pass', 'fail', 'none', 'unknown']).default('unknown');

export const ticketShape = z.strictObject({
  id: z.union([text().min(1), z.number().transform(String)]),
  helpdesk: text().default('sandbox'),
  subject: content().default(''),
  body: bodyText().default(''),
  channel: text().default('email'),
  url: text().default(''),
  status: z.enum(['new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted']).default('new'),
  /** The agent who has it, as the help desk names agents; null when nobody has. */
  assignee: text().nullable().default(null),
  tags: z.array(text()).default([]),
  fields: fields.default({}),
  createdAt: isoTime.default('1970-01-01T00:00:00Z'),
  updatedAt: isoTime.default('1970-01-01T00:00:00Z'),
  /** What a conditional write compares (Zendesk: `updated_at`). */
  version: text().default(''),
  requester: z
    .strictObject({
      name: content().default(''),
      email: text().default(''),
      /** true, false, or null when the help desk does not say. */
      isOrgAdmin: z.boolean().nullable().default(null),
    })
    .prefault({}),
  organization: z
    .strictObject({
      id: text(),
      name: text().default(''),
      domains: z.array(text()).default([]),
      fields: fields.default({}),
    })
    .nullable()
    .default(null),
  messages: z.array(messageShape).default([]),
  authentication: z
    .strictObject({ spf: authenticationResult, dkim: authenticationResult, dmarc: authenticationResult })
    .prefault({}),
  attachments: z
    .array(
      z.strictObject({
        name: text(),
        type: text().default(''),
        bytes: z.number().default(0),
        /** In pixels, of an image that was measured; absent when nobody asked or it cannot be read. */
        width: z.int().min(1).optional(),
        height: z.int().min(1).optional(),
      }),
    )
    .default([]),
  /** Id of the closed ticket that this one follows up, or null. */
  followUpOf: text().nullable().default(null),
  /** What another system sent, where no help desk ticket but an event began the case, or one woke it. */
  event: z
    .strictObject({
      source: text(),
      name: text(),
      fields: z.record(text(), z.union([text(), z.number(), z.boolean()])).default({}),
    })
    .optional(),
  /** BCP 47 tag, or '' when unknown. */
  locale: text().default(''),
});

/** A help desk's record, translated once at the adapter. */
export type Ticket = z.output<typeof ticketShape>;
export type TicketInput = z.input<typeof ticketShape>;
export type TicketMessage = z.output<typeof messageShape>;
export type TicketStatus = Ticket['status'];
