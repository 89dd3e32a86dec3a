// Reads one trigger or automation of Zendesk: whom it writes to, and on what occasion.
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => String(value ?? ''));
const scalars = z.union([z.array(scalar), scalar.transform((one) => [one])]).catch([]);
const condition = z.object({ field: scalar, operator: scalar.optional().transform((o) => o ?? ''), value: scalars });
const conditions = z
  .array(condition)
  .nullish()
  .transform((list) => list ?? []);
type Condition = z.output<typeof condition>;

/** Strict on what is judged, lenient on the rest. */
export const businessRule = z.object({
  title: scalar,
  active: z
    .boolean()
    .nullish()
    .transform((active) => active ?? true),
  conditions: z.object({ all: conditions, any: conditions }).catch({ all: [], any: [] }),
  actions: z.array(z.object({ field: scalar, value: scalars })).catch([]),
});
export type BusinessRule = z.output<typeof businessRule>;

/** First value of a `notification_user` action that means the requester (actions reference). */
const REQUESTER = new Set(['requester_id', 'requester_and_ccs', 'requester']);

export function mailsRequester({ actions }: BusinessRule): boolean {
  return actions.some((a) => a.field.startsWith('notification_') && REQUESTER.has(a.value[0] ?? ''));
}

/** An offered survey, or its placeholder in a mail to the requester. */
export function isSurvey(rule: BusinessRule): boolean {
  if (rule.actions.some((a) => a.field === 'satisfaction_score' || /csat|survey/.test(a.field))) return true;
  return mailsRequester(rule) && rule.actions.some((a) => a.value.some((text) => text.includes('{{satisfaction.')));
}

export type Occasion = 'created' | 'comment' | 'solved' | 'agents-only' | 'other';

const is = ({ operator }: Condition) => !/not|previous/.test(operator);
const holds = (all: Condition[], field: string, test: (value: string) => boolean) =>
  all.some((c) => c.field.toLowerCase() === field && is(c) && c.value.some((value) => test(value.toLowerCase())));

/**
 * When it fires, as far as it concerns tickets that customers write and Usher answers. `agents-only`: only for what agents
 * create. Conditions of which any is enough count as little as they say: only those that must hold all are believed.
 */
export function occasionOf({ conditions: { all, any } }: BusinessRule): Occasion {
  const isCreate = holds(all, 'update_type', (v) => v === 'create');
  const byAgent = holds(all, 'role', (v) => v === 'agent' || v === 'admin');
  if (isCreate) return byAgent ? 'agents-only' : 'created';
  if (isSolving(all) || (any.length > 0 && any.every((c) => isSolving([c])))) return 'solved';
  const isPublic = holds(all, 'comment_is_public', (v) => v !== 'false');
  const byCustomer =
    holds(all, 'role', (v) => v === 'end_user') || holds(all, 'current_user', (v) => v === 'requester_id');
  return isPublic && !byCustomer ? 'comment' : 'other';
}

/** Triggers name the status, automations the hours since. */
function isSolving(all: Condition[]): boolean {
  return holds(all, 'status', (v) => v === 'solved') || all.some((c) => c.field === 'SOLVED' || c.field === 'solved');
}

/** Whether tickets with one of these tags are left out of it. */
export function spares({ conditions: { all } }: BusinessRule, tags: string[]): boolean {
  return all.some(
    (c) =>
      c.field === 'current_tags' &&
      c.operator === 'not_includes' &&
      c.value.some((value) => value.split(/\s+/).some((tag) => tags.includes(tag))),
  );
}
