// The shape of rules/<programme>/rules.yaml.
import { z } from 'zod';
import {
  conditionShape,
  durationShape,
  fieldValuesShape,
  hoursShape,
  localeShape,
  nameShape,
  recipientShape,
  textShape,
  usherShape,
} from './grammar.js';
import { attachShape } from './grammar-attach.js';
import { eventNameShape } from './grammar-events.js';
import { httpShape } from './grammar-http.js';
import { requestShape } from './grammar-request.js';
import { approveShape, askShape, escalateShape, remindShape, waitShape } from './grammar-waits.js';

/** The grammar's word for the steps of a rule; a constant, because an object with a literal `then` looks like a promise. */
export const THEN = 'then';

const tagShape = z.string().regex(/^[^\s,"']{1,80}$/, 'a tag has no spaces, commas or quotes');
const tagsShape = z.union([tagShape, z.array(tagShape).min(1)]);
const statusShape = z.enum(['new', 'open', 'pending', 'hold', 'solved', 'closed']);

const effects = {
  reply: nameShape.meta({ description: 'Send this reply template to the customer' }),
  note: nameShape.meta({ description: 'Write this note template on the ticket, seen by agents only' }),
  set: fieldValuesShape.meta({ description: 'Ticket fields by their titles; a text with {{ ... }} is a template' }),
  tag: tagsShape.meta({ description: 'Add this tag, or these' }),
  untag: tagsShape.meta({ description: 'Remove this tag, or these' }),
  assign: nameShape.meta({ description: 'A role of rules/directory.yaml' }),
  status: z.enum(['open', 'pending', 'hold']),
  close: z
    .strictObject({ resolution: textShape.optional(), fields: fieldValuesShape.optional() })
    .meta({ description: 'Solve the ticket, with these values' }),
  email: z
    .strictObject({
      to: recipientShape,
      template: nameShape,
      handoff: z.boolean().default(false).meta({
        description: 'true: tells them of an organization; at most once in 30 days, see case.handoff.daysAgo',
      }),
    })
    .meta({ description: 'Mail this template to somebody of ours' }),
  slack: z
    .strictObject({ channel: nameShape, template: nameShape })
    .meta({ description: 'Post this template to a channel of rules/directory.yaml' }),
  http: httpShape.meta({ description: 'Send a request to an endpoint of rules/directory.yaml' }),
  attach: attachShape,
  hold: textShape.meta({ description: 'Ask a person, for this reason' }),
  stage: nameShape.meta({ description: 'The case has come so far; one of `stages`, kept over episodes' }),
  ask: askShape,
  wait: waitShape,
  approve: approveShape,
  remind: remindShape,
  escalate: escalateShape,
};

const effectShape = z
  .strictObject({
    reply: effects.reply.optional(),
    note: effects.note.optional(),
    set: effects.set.optional(),
    tag: effects.tag.optional(),
    untag: effects.untag.optional(),
    assign: effects.assign.optional(),
    status: effects.status.optional(),
    close: effects.close.optional(),
    email: effects.email.optional(),
    slack: effects.slack.optional(),
    http: effects.http.optional(),
    attach: effects.attach.optional(),
    hold: effects.hold.optional(),
    stage: effects.stage.optional(),
    ask: effects.ask.optional(),
    wait: effects.wait.optional(),
    approve: effects.approve.optional(),
    remind: effects.remind.optional(),
    escalate: effects.escalate.optional(),
  })
  .refine((effect) => Object.keys(effect).length === 1, 'write exactly one step an item, like "- reply: name"')
  .meta({ id: 'effect', minProperties: 1, maxProperties: 1 });

export type EffectYaml = z.output<typeof effectShape>;

const ruleShape = z.strictObject({
  id: nameShape,
  title: textShape.optional().meta({ description: 'What the rule says, in a sentence for agents' }),
  on: z.enum(['message', 'list', 'correction', 'event']).default('message').meta({
    description:
      'What it answers: a message, a list that lets in somebody declined before, `usher correct CASE --outcome` this outcome, or an event',
  }),
  when: conditionShape.optional(),
  whenUnknown: z.enum(['hold', 'skip']).default('hold').meta({ description: 'If a fact that decides is not known' }),
  outcome: nameShape.optional().meta({ description: 'One word for what became of the request' }),
  grace: durationShape.optional().meta({ description: 'Announce the steps and wait this long before doing them' }),
  [THEN]: z.array(effectShape).min(1, 'name at least one step'),
});
/** The shape of a rules file. */
export const rulesShape = z.strictObject({
  usher: usherShape,
  programme: nameShape.meta({ description: 'The folder name' }),
  title: textShape,
  receives: z.strictObject({
    intent: nameShape.optional().meta({ description: 'What a ticket must ask for; without it no ticket is taken' }),
    event: z
      .union([eventNameShape.transform((one) => [one]), z.array(eventNameShape).min(1)])
      .default([])
      .meta({ description: 'Events of events.yaml that open a case; rules with "on: event" answer them' }),
    scope: z
      .strictObject({
        assigned: z.boolean().optional(),
        status: z.array(statusShape).min(1).optional(),
        channel: z.array(textShape).min(1).optional(),
        tags: z.array(tagShape).min(1).optional(),
        withoutTags: z.array(tagShape).min(1).optional(),
        helpdesk: z.array(nameShape).min(1).optional(),
      })
      .default({}),
  }),
  locale: localeShape.default('en').meta({ description: 'Language of messages where the ticket has none' }),
  orgAdmin: z.enum(['note', 'require']).default('note').meta({ description: 'Whether only Org Admins may ask' }),
  eventReply: z
    .enum(['none', 'mail'])
    .default('none')
    .meta({ description: 'mail: steps that write to the person whom an event is about are done; none: left out' }),
  hours: hoursShape.optional().meta({ description: 'When people work; for waits and reminders. Default: always' }),
  owner: nameShape
    .optional()
    .meta({ description: 'A role of rules/directory.yaml; is mailed when approvals of a list end soon' }),
  stages: z.array(nameShape).default([]).meta({ description: 'Names that steps `stage` may set, in their order' }),
  holds: z
    .strictObject({
      group: nameShape
        .optional()
        .meta({ description: 'A group of rules/directory.yaml that gets tickets which need a person' }),
      channel: nameShape.optional().meta({
        description: 'A channel of rules/directory.yaml that gets a card for each ticket which needs a person',
      }),
      remindAfter: durationShape.default('4h').meta({ description: 'Working time; 0: never' }),
    })
    .prefault({}),
  fields: z
    .strictObject({
      organization: z.array(textShape).default([]),
      state: z.array(textShape).default([]),
      phone: z.array(textShape).default([]),
      orgAdmin: z.array(textShape).default([]),
    })
    .prefault({})
    .meta({ description: 'Titles of ticket fields to read; the first filled one wins' }),
  request: requestShape.optional(),
  attachments: z
    .strictObject({
      images: z.boolean().default(false).meta({ description: 'true: attached images are fetched and measured' }),
    })
    .prefault({}),
  rules: z.array(ruleShape).min(1),
});

export type RulesYaml = z.output<typeof rulesShape>;
export type RuleYaml = RulesYaml['rules'][number];
