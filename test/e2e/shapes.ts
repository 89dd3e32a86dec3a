// The shapes that commands promise to print with --json (DESIGN section 8), strict: an unknown key fails.
import { z } from 'zod';

const text = z.string().min(1);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const writeState = z.enum(['planned', 'claimed', 'done', 'refused', 'unsure', 'dropped']);
const effectType = z.enum([
  'reply',
  'note',
  'set',
  'tag',
  'assign',
  'group',
  'status',
  'close',
  'email',
  'slack',
  'http',
]);

const evidence = z.strictObject({
  // 0: a person's word.
  tier: z.number().int().min(0).max(5).nullable(),
  kind: text,
  supports: z.boolean(),
  says: text,
  source: text,
  list: z.string().nullable(),
  cell: z.string().nullable(),
});

const listing = z.strictObject({
  list: text,
  sheet: text,
  row: z.number().int().positive(),
  name: text,
  aliases: z.array(text),
  domains: z.array(text),
  admins: z.array(text),
  organizationId: z.string().nullable(),
  status: z.string().nullable(),
  statusProblem: z.string().nullable(),
  values: z.record(text, z.string()),
  cells: z.record(text, z.string()),
});

const candidate = z.strictObject({
  list: text,
  name: text,
  row: z.number().int().positive(),
  cell: text,
  status: z.string().nullable(),
  score: z.number().min(0).max(1),
  why: text,
});

/** `try TICKET.json --json` */
export const tryShape = z.strictObject({
  decision: z.strictObject({
    kind: z.enum(['act', 'hold', 'ignore']),
    programme: z.string().nullable(),
    rule: z.string().nullable(),
    outcome: z.string().nullable(),
    reason: text,
  }),
  match: z.strictObject({
    verdict: z.enum(['listed', 'unlisted', 'ambiguous', 'unidentified']),
    listings: z.array(listing),
    evidence: z.array(evidence),
    candidates: z.array(candidate),
  }),
  effects: z.array(z.looseObject({ type: effectType })),
  trace: z.array(
    z.strictObject({ programme: text, rule: text, answer: z.enum(['yes', 'no', 'not-known']), why: text }),
  ),
  versions: z.strictObject({ rulebook: hash, lists: z.record(text, hash) }),
});

const state = z.enum(['new', 'waiting', 'acting', 'held', 'done', 'not-for-usher']);
const caseSummary = z.strictObject({
  id: text,
  helpdesk: text,
  ticketId: text,
  subject: z.string(),
  state,
  programme: z.string().nullable(),
  rule: z.string().nullable(),
  outcome: z.string().nullable(),
  reason: z.string().nullable(),
  openedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  steps: z.array(z.strictObject({ id: text, type: effectType, state: writeState })),
});

/** `cases --json` */
export const casesShape = z.array(caseSummary);

/** `cases ID --json`: a case with its story. */
export const caseShape = caseSummary.extend({
  mode: z.enum(['shadow', 'propose', 'live']),
  url: z.string(),
  requester: z.strictObject({ name: z.string(), email: z.string() }),
  episode: z.number().int().positive(),
  stage: z.string(),
  links: z.record(text, z.array(text)),
  firedRules: z.array(text),
  wait: z.looseObject({ rule: text, kind: text, began: z.iso.datetime(), until: z.iso.datetime() }).nullable(),
  timeline: z.array(z.strictObject({ at: z.iso.datetime(), kind: text, text })).min(1),
  decisions: z.array(
    z.strictObject({ at: z.iso.datetime(), episode: z.number(), trigger: text, triage: z.looseObject({}) }),
  ),
  stepDetails: z.array(
    z.strictObject({
      id: text,
      write: text,
      type: effectType,
      state: writeState,
      effect: z.looseObject({ type: effectType }),
      sends: z.number().int(),
      isNotice: z.boolean(),
      reason: z.string().nullable(),
      at: z.iso.datetime().nullable(),
      episode: z.number().int().positive(),
    }),
  ),
});

/** `pause --json` and `resume-all --dry-run --json` */
export const sendingShape = z.strictObject({
  stops: z.array(
    z.strictObject({
      programme: z.string().nullable(),
      by: text,
      since: z.iso.datetime(),
      reason: z.string().nullable(),
    }),
  ),
  waiting: z.array(z.strictObject({ caseId: text, ticketId: text, subject: z.string(), step: text, says: text })),
  hasMore: z.boolean(),
});

const count = z.number().int().min(0);
const reportedTicket = z.strictObject({
  caseId: text,
  helpdesk: text,
  ticketId: text,
  subject: z.string(),
  url: z.string(),
  programme: z.string().nullable(),
  rule: z.string().nullable(),
  kind: z.enum(['act', 'hold', 'ignore']),
  outcome: z.string().nullable(),
  decidedAt: z.iso.datetime(),
  verdict: z.enum(['same', 'different', 'open']),
  agentsDid: z.string(),
  differences: z.array(text),
});

/** `report --json` */
export const reportShape = z.strictObject({
  days: count,
  rules: z.array(
    z.strictObject({
      programme: z.string().nullable(),
      rule: z.string().nullable(),
      kind: z.enum(['act', 'hold', 'ignore']),
      outcome: z.string().nullable(),
      decided: count,
      same: count,
      different: count,
      open: count,
    }),
  ),
  different: z.array(reportedTicket),
  left: z.array(reportedTicket),
});

/** `lists --json` */
export const listsShape = z.array(
  z.strictObject({
    list: text,
    programme: text,
    title: text,
    file: text,
    hash: hash.nullable(),
    rows: z.number().int(),
    readAt: z.iso.datetime().nullable(),
    problem: z.string().nullable(),
    waiting: z.strictObject({ hash, why: text, since: z.iso.datetime() }).nullable(),
    lint: z.array(
      z.strictObject({
        code: text,
        severity: z.enum(['error', 'warning']),
        sheet: text,
        cell: z.string().nullable(),
        message: text,
        fix: text,
      }),
    ),
  }),
);

/** `usher audit verify --json`. */
export const auditShape = z.strictObject({
  ok: z.boolean(),
  entries: z.number().int().min(0),
  head: z.strictObject({ sequence: z.number().int().positive(), hash }).nullable(),
  sealedAt: z.iso.datetime().nullable(),
  unsealed: z.number().int().min(0),
  findings: z.array(z.strictObject({ sequence: z.number().int().nullable(), kind: text, id: z.string(), what: text })),
  hasMore: z.boolean(),
});
