// Approvals of several things at once: each item is an approval of its own, and together they answer as one.
import type { Facts, Json } from './decision.js';
import type { EffectSpec } from './rulebook.js';
import type { ApprovalState } from './wait.js';

/** The recipient of a reminder to those who were asked to approve, of what is still open. */
export const APPROVERS = 'approvers';

/** Whether a step is such a mail: each of them gets one of their own. */
export function isToApprovers(effect: EffectSpec): boolean {
  return effect.type === 'email' && effect.to === APPROVERS;
}

/** No name of an approval has it, so that the first one ends the name. */
const BETWEEN = ': ';

/** `organization`, or for one item of several `organization: Solar Sales East`. People read it on screens. */
export function approvalKey(name: string, item: string | null): string {
  return item === null ? name : `${name}${BETWEEN}${item}`;
}

/** Every key that is asked for. */
export function approvalKeys({ name, items }: { name: string; items?: string[] }): string[] {
  return items && items.length > 0 ? items.map((item) => approvalKey(name, item)) : [name];
}

/** The approval's name, as rules have it. */
export function nameOfKey(key: string): string {
  return key.split(BETWEEN, 1)[0]!;
}

/** The item; null where one thing is approved. */
export function itemOfKey(key: string): string | null {
  const end = key.indexOf(BETWEEN);
  return end < 0 ? null : key.slice(end + BETWEEN.length);
}

/** How an approval stands with all its items. */
export interface Standing {
  /** `open` while one item is; then `refused` when one was, else `approved`. '' while it was not asked for. */
  state: ApprovalState['state'] | '';
  /** Who approved, each once. */
  by: string[];
  items: Record<ApprovalState['state'], string[]>;
}

/** `about`: only what was asked for the same thing counts; what an older release asked for is about anything. */
export function standingOf(approvals: Record<string, ApprovalState>, name: string, about?: string): Standing {
  const own = Object.entries(approvals).filter(
    ([key, a]) => nameOfKey(key) === name && (about === undefined || (a.about ?? about) === about),
  );
  const among = (state: ApprovalState['state']) => own.filter(([, a]) => a.state === state);
  const items = (state: ApprovalState['state']) =>
    among(state)
      .flatMap(([key]) => itemOfKey(key) ?? [])
      .sort();
  const state = (['open', 'refused', 'approved'] as const).find((one) => among(one).length > 0) ?? '';
  return {
    state,
    by: [...new Set(among('approved').map(([, a]) => a.by))],
    items: { open: items('open'), approved: items('approved'), refused: items('refused') },
  };
}

/** What an approval is about, apart from what would be done: who asks, and what is asked for whom. Another one is no longer approved by it. */
export function aboutOf({ requester, request, match }: Pick<Facts, 'requester' | 'request' | 'match'>): string {
  const { missing: _m, unclear: _u, sources: _s, strange: _t, ...fields } = request;
  const asked = Object.entries(fields).filter(([, value]) => value !== null);
  const { names = null } = (match.named ?? {}) as { [key: string]: Json };
  return JSON.stringify([
    requester.email ?? null,
    match.name ?? null,
    names,
    asked.sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
