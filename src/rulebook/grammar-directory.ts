// The shape of rules/directory.yaml: people, channels, intermediaries and our own addresses.
import { z } from 'zod';
import { domainShape, mailShape, nameShape, textShape, usherShape } from './grammar.js';
import { endpointShape, subscriberShape } from './grammar-http.js';

export const directoryShape = z.strictObject({
  usher: usherShape,
  sample: z
    .boolean()
    .default(false)
    .meta({ description: 'true: sample people; refused in live mode on a real help desk' }),
  people: z
    .record(
      nameShape,
      z.strictObject({
        name: textShape,
        email: mailShape.optional(),
        helpdesk: z
          .record(nameShape, z.union([textShape, z.number().int().transform(String)]))
          .default({})
          .meta({ description: 'Help desk, then the agent id or mail address there' }),
        slack: textShape.optional(),
      }),
    )
    .default({}),
  groups: z
    .record(
      nameShape,
      z.strictObject({
        name: textShape,
        helpdesk: z
          .record(nameShape, z.union([textShape, z.number().int().transform(String)]))
          .default({})
          .meta({ description: 'Help desk, then the id of the group there' }),
      }),
    )
    .default({})
    .meta({ description: 'Groups of agents' }),
  channels: z
    .record(
      nameShape,
      z.strictObject({
        name: z.string().regex(/^#[^\s#]{1,79}$/, 'starts with #, no spaces'),
        id: z.string().regex(/^[CG][A-Z0-9]{7,}$/, 'a Slack channel id, like C0123456789'),
      }),
    )
    .default({}),
  endpoints: z
    .record(nameShape, endpointShape)
    .default({})
    .meta({ description: 'Systems that steps of the kind http may speak to' }),
  subscribers: z
    .record(nameShape, subscriberShape)
    .default({})
    .meta({ description: 'Systems that are told what becomes of cases, by signed webhooks' }),
  intermediaries: z
    .array(z.strictObject({ name: textShape, domains: z.array(domainShape).min(1) }))
    .default([])
    .meta({ description: 'Vendors and consultants that write for installers: their domain is never evidence' }),
  own: z
    .strictObject({ addresses: z.array(mailShape).default([]), domains: z.array(domainShape).default([]) })
    .prefault({})
    .meta({ description: 'Our own addresses: never a customer, never answered' }),
  steering: z.array(nameShape).min(1).optional().meta({
    description:
      'Who may steer Usher by internal notes (`usher: retry`); default: every person with an id on the help desk',
  }),
  freeMail: z.array(domainShape).default([]).meta({ description: 'Free-mail domains besides the built-in ones' }),
});

export type DirectoryYaml = z.output<typeof directoryShape>;
