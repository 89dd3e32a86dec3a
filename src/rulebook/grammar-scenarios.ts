// The shape of rules/<programme>/scenarios/*.yaml: an admin's tests of the policy.
import { z } from 'zod';
import { ticketShape } from '../core/ticket.js';
import { mailShape, nameShape, textShape, usherShape } from './grammar.js';

const timeShape = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'must be an ISO 8601 time');

const rowShape = z.strictObject({
  name: textShape,
  status: z.string().nullable().default(null).meta({ description: 'A status word of the list; none: not known' }),
  statusProblem: textShape.optional().meta({ description: 'Why the status is not known: struck through, blank, …' }),
  aliases: z.array(textShape).default([]),
  domains: z.array(textShape).default([]),
  admins: z.array(mailShape).default([]),
  organizationId: textShape.optional(),
  approvedFrom: z.iso.date().optional().meta({ description: 'First day of the approval' }),
  approvedUntil: z.iso.date().optional().meta({ description: 'Its last day' }),
  parent: textShape.optional().meta({ description: 'The organization that a sub-organization belongs to' }),
  values: z.record(nameShape, z.string()).default({}),
  doubts: z
    .record(nameShape, textShape)
    .optional()
    .meta({ description: 'Further columns whose cell cannot be relied on: struck through, formula, …' }),
});

const listShape = z.union([
  z.array(rowShape),
  z.strictObject({
    rows: z.array(rowShape).default([]),
    problem: textShape.optional().meta({ description: 'Why nothing may be concluded from the list: not connected, …' }),
    gone: z.array(rowShape).default([]).meta({ description: 'Rows that stood there in the last 30 days' }),
  }),
]);

const answerShape = z.enum(['open', 'approved', 'refused']);

const caseShape = z.strictObject({
  episode: z.number().int().min(1).default(1),
  trigger: z
    .enum(['ticket', 'reply', 'reopened', 'changed', 'timer', 'list', 'person', 'correction', 'event', 'approval'])
    .default('ticket'),
  on: z
    .enum(['message', 'list', 'correction', 'event'])
    .default('message')
    .meta({ description: 'Which rules are asked' }),
  correction: nameShape.nullable().default(null),
  previousOutcome: nameShape.nullable().default(null),
  previousRule: nameShape.nullable().default(null),
  graceElapsed: z.boolean().default(false),
  values: z.record(z.string(), z.string()).default({}).meta({ description: 'What other systems answered before' }),
  links: z.record(nameShape, z.array(textShape)).default({}).meta({ description: 'Linked records, by kind' }),
  handoffDaysAgo: z.number().min(0).nullable().default(null),
  stage: nameShape.or(z.literal('')).default(''),
  rules: z.array(nameShape).default([]).meta({ description: 'Rules of this episode whose wait has begun' }),
  wait: z
    .strictObject({
      rule: nameShape,
      began: timeShape.meta({ description: 'When; with the time of the scenario it says what is due by now' }),
      until: timeShape.optional().meta({ description: 'Its end, where the rule waits until a fact' }),
      endedBy: z.enum(['answer', 'event']).optional().meta({ description: 'What it waited for has come' }),
    })
    .optional()
    .meta({ description: 'The latest wait of the episode' }),
  approvals: z
    .record(nameShape, z.union([answerShape, z.record(textShape, answerShape)]))
    .default({})
    .meta({ description: 'How approvals of this episode stand; of several items each' }),
  event: z.string().default('').meta({ description: 'The event that woke the case' }),
  isAssigned: z.boolean().default(false).meta({ description: 'A step of this episode assigned the ticket' }),
});

const expectShape = z.strictObject({
  kind: z.enum(['act', 'hold', 'ignore']),
  rule: nameShape.nullable().optional(),
  outcome: nameShape.nullable().optional(),
  verdict: z.enum(['listed', 'unlisted', 'ambiguous', 'unidentified']).optional(),
  reason: textShape.optional().meta({ description: 'Text that the reason must contain' }),
  effects: z
    .array(textShape)
    .optional()
    .meta({ description: 'The steps in order: "reply initial-response", "assign", …' }),
  contains: z.array(textShape).default([]).meta({ description: 'Texts that the rendered steps must contain' }),
  without: z.array(textShape).default([]).meta({ description: 'Texts that no rendered step may contain' }),
});

const listsShape = z.record(nameShape, listShape);
const scenarioShape = z.strictObject({
  name: textShape,
  sample: z.boolean().default(false).meta({ description: 'true: the sandbox files this ticket when it first starts' }),
  now: timeShape.optional(),
  ticket: ticketShape,
  lists: listsShape.optional().meta({ description: 'Replaces the lists given for the whole file, list by list' }),
  case: caseShape.prefault({}),
  expect: expectShape,
});

export const scenariosShape = z.strictObject({
  usher: usherShape,
  now: timeShape.default('2026-03-02T10:00:00Z'),
  lists: listsShape.default({}).meta({ description: 'Rows of each list; a list without rows is read and empty' }),
  scenarios: z.array(scenarioShape).min(1),
});

export type ScenariosYaml = z.output<typeof scenariosShape>;
export type ScenarioYaml = ScenariosYaml['scenarios'][number];
export type ScenarioRow = z.output<typeof rowShape>;
