// Approvals of several things at once: each item is an approval of its own, and together they answer as one.
import { readFact } from './condition-test.js';
import type { Facts } from './decision.js';
import type { EffectSpec } from './rulebook.js';
import type { ApprovalSpec, ApprovalState } from './wait.js';

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

/** `about`: only what was asked for that counts; what was asked for nothing in particular counts always. */
export function standingOf(approvals: Record<string, ApprovalState>, name: string, about?: string): Standing {
  const counts = (a: ApprovalState) => about === undefined || (a.about ?? about) === about;
  const own = Object.entries(approvals).filter(([key, a]) => nameOfKey(key) === name && counts(a));
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

/** The facts that an approval is about, as they are now: while they are others, it is not approved. undefined: none are named. */
export function aboutOf(
  { each, boundTo }: Pick<ApprovalSpec, 'each' | 'boundTo'>,
  facts: Omit<Facts, 'case'>,
): string | undefined {
  const paths = [...(each === null ? [] : [each]), ...boundTo];
  return paths.length === 0 ? undefined : JSON.stringify(paths.map((path) => readFact(facts, path) ?? null));
}
