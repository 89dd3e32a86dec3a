// Turns the steps that wait, and what follows them, into the core's form: plain steps first, then one wait.
import type { EffectSpec, Rule } from '../core/rulebook.js';
import type { ApprovalSpec, FollowUp, WaitSpec } from '../core/wait.js';
import { parseSpan } from './duration.js';
import type { EffectYaml } from './grammar-rules.js';
import type { ApproveYaml, FollowUpYaml, WaitYaml } from './grammar-waits.js';

/** Whether an item is more than one plain step. */
const isPlain = (item: EffectYaml) =>
  !item.ask && !item.wait && !item.approve && item.stage === undefined && !followUpOf(item);

/** The steps, the stage and the wait of a rule. An `ask` is a reply and the status pending; `toEffect` knows the plain steps. */
export function toSteps(
  items: EffectYaml[],
  toEffect: (item: EffectYaml) => EffectSpec,
): { steps: EffectSpec[] } & Pick<Rule, 'wait' | 'stage'> {
  const steps = items.flatMap((item): EffectSpec[] => {
    if (item.ask)
      return [
        { type: 'reply', template: item.ask.template },
        { type: 'status', status: 'pending' },
      ];
    return isPlain(item) ? [toEffect(item)] : [];
  });
  return { steps, wait: toWait(items), stage: items.findLast((item) => item.stage !== undefined)?.stage ?? null };
}

function toWait(items: EffectYaml[]): WaitSpec | null {
  const item = items.find((i) => i.ask || i.wait || i.approve);
  if (!item) return null;
  const followUps = items.flatMap((i) => followUpOf(i) ?? []);
  if (item.ask) return { kind: 'ask', time: spanOf(item.ask.within), event: null, approval: null, followUps };
  if (item.wait) return { kind: 'wait', ...timeOf(item.wait), approval: null, followUps };
  const { within, ...approval } = item.approve!;
  return { kind: 'approve', time: spanOf(within), event: null, approval: toApproval(approval), followUps };
}

function toApproval({ name, each, boundTo, by, template, via, channel }: Omit<ApproveYaml, 'within'>): ApprovalSpec {
  const nobody = {
    name,
    each: each ?? null,
    boundTo: boundTo ?? [],
    roles: [],
    listAdmins: false,
    ownerAdmins: false,
    template: template ?? null,
    ...(via ? { via } : {}),
    ...(channel === undefined ? {} : { channel }),
  };
  if (Array.isArray(by)) return { ...nobody, roles: by };
  if ('ownerAdmins' in by) return { ...nobody, ownerAdmins: true };
  return { ...nobody, roles: by.roles ?? [], listAdmins: true };
}

function timeOf(wait: WaitYaml): Pick<WaitSpec, 'time' | 'event'> {
  if ('until' in wait) return { time: { fact: wait.until }, event: null };
  return { time: spanOf(wait.for), event: wait.event ?? null };
}

/** What an item `remind` or `escalate` does, or null for another item. */
export function followUpOf(item: EffectYaml): FollowUp | null {
  if (item.remind) return { kind: 'remind', ...toFollowUp(item.remind) };
  return item.escalate ? { kind: 'escalate', ...toFollowUp(item.escalate) } : null;
}

function toFollowUp({ after, reply, note, email, slack, assign, hold }: FollowUpYaml): Omit<FollowUp, 'kind'> {
  const effects: EffectSpec[] = [];
  if (email) effects.push({ type: 'email', ...email, handoff: false });
  if (slack) effects.push({ type: 'slack', ...slack });
  if (reply !== undefined) effects.push({ type: 'reply', template: reply });
  if (note !== undefined) effects.push({ type: 'note', template: note });
  if (assign !== undefined) effects.push({ type: 'assign', to: assign });
  return { after: spanOf(after), effects, hold: hold ?? null };
}

/** The grammar let nothing else through. */
const spanOf = (text: string) => parseSpan(text) ?? { ms: 0 };
