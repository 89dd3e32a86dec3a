// The parts of Zendesk's answers that Usher reads: strict on what is used, lenient on everything else.
import { z } from 'zod';

/** Ids are 64-bit integers in REST and strings in webhooks; inside they are strings, '' and null are null. */
export const idShape = z.union([z.int(), z.string()]).transform(String);
const optionalId = z
  .union([z.int(), z.string(), z.null()])
  .optional()
  .transform((id) => (id === null || id === undefined || id === '' ? null : String(id)));
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
export const time = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'must be a time');
const lower = z.string().transform((value) => value.toLowerCase());
const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);

const viaShape = z
  .object({
    channel: z
      .union([z.string(), z.int()])
      .nullish()
      .transform((channel) => String(channel ?? '').toLowerCase()),
    source: z
      .object({
        from: z
          .object({ address: text, name: text, ticket_id: optionalId.catch(null) })
          .partial()
          .nullish(),
        /** `follow_up`, `merge`: how this came from another ticket. */
        rel: z.string().nullish().catch(null),
      })
      .nullish(),
  })
  .nullish();
export type ViaAnswer = z.output<typeof viaShape>;

export const ticketAnswer = z.object({
  id: idShape,
  subject: text,
  description: text,
  status: lower.pipe(z.enum(['new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted'])),
  priority: z.string().nullish(),
  type: z.string().nullish(),
  assignee_id: optionalId,
  requester_id: optionalId,
  organization_id: optionalId,
  tags: z
    .array(z.string())
    .nullish()
    .transform((tags) => tags ?? []),
  custom_fields: z
    .array(z.object({ id: idShape, value: fieldValue.optional().transform((value) => value ?? null) }))
    .nullish()
    .transform((list) => list ?? []),
  created_at: time,
  updated_at: time,
  via: viaShape,
});
export type TicketAnswer = z.output<typeof ticketAnswer>;

export const userAnswer = z.object({
  id: idShape,
  name: text,
  email: text,
  role: text,
  locale: text,
  user_fields: z.record(z.string(), z.unknown()).nullish(),
});
export type UserAnswer = z.output<typeof userAnswer>;

export const organizationAnswer = z.object({
  id: idShape,
  name: text,
  domain_names: z
    .array(z.string())
    .nullish()
    .transform((names) => names ?? []),
  organization_fields: z.record(z.string(), z.unknown()).nullish(),
});

export const commentAnswer = z.object({
  id: idShape,
  author_id: optionalId,
  public: z.boolean(),
  body: text,
  plain_body: text,
  created_at: time,
  via: viaShape,
  metadata: z
    .object({
      flags: z.array(z.int()).nullish(),
      flags_options: z.record(z.string(), z.unknown()).nullish(),
      trusted: z.boolean().nullish(),
    })
    .nullish()
    .catch(null),
  attachments: z
    .array(z.object({ file_name: text, content_type: text, size: z.number().nullish(), content_url: text }))
    .nullish()
    .transform((list) => list ?? []),
});
export type CommentAnswer = z.output<typeof commentAnswer>;

export const fieldAnswer = z.object({
  id: idShape,
  title: text,
  type: text,
  active: z
    .boolean()
    .nullish()
    .transform((active) => active ?? true),
  custom_field_options: z
    .array(z.object({ name: text, value: text }))
    .nullish()
    .transform((list) => list ?? []),
});

/** Stands for metadata of another shape than the API promises. */
export const UNREADABLE = 'unreadable' as const;

export const auditAnswer = z.object({
  id: idShape,
  author_id: optionalId,
  created_at: time,
  via: viaShape,
  // Never null for what cannot be read: "no mark" is a statement that a repeated reply would hang on.
  metadata: z
    .object({ custom: z.record(z.string(), z.unknown()).nullish() })
    .nullish()
    .or(z.unknown().transform(() => UNREADABLE)),
  events: z
    .array(z.object({ type: text, public: z.boolean().nullish(), field_name: z.string().nullish() }))
    .nullish()
    .transform((list) => list ?? []),
});
export type AuditAnswer = z.output<typeof auditAnswer>;
