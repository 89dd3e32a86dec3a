// Lists changed: an organization that was turned away in the last 90 days and stands on a list now is looked at again.
import { firstSight, triage } from '../core/triage.js';
import type { FlowDeps } from './deps.js';

/** How long a turned-away organization is remembered. */
export const RELISTING_DAYS = 90;

/**
 * Decides, with the stored tickets and the lists of now, which finished cases a rule `on: list` wants to act on, and wakes
 * those; the ticket itself is read again before anything is done. `key` names the state of the lists. Answers how many.
 */
export async function wakeRelisted(deps: FlowDeps, key: string): Promise<number> {
  const { rulebook, lists, indexes } = await deps.knowledge();
  const programmes = rulebook.programmes.filter((p) => p.rules.some((rule) => rule.on === 'list')).map((p) => p.name);
  if (programmes.length === 0) return 0;
  let woken = 0;
  for (const past of await deps.ledger.finishedByOrganization(RELISTING_DAYS, programmes)) {
    // Thousands of cases are gone through without keeping the others waiting.
    await new Promise((resolve) => setImmediate(resolve));
    if (deps.stopping?.aborted) break;
    const { decision } = triage({
      ticket: past.ticket,
      caseFacts: {
        ...firstSight,
        episode: 2,
        trigger: 'list',
        on: 'list',
        previousProgramme: past.programme,
        previousOutcome: past.outcome,
        previousRule: past.rule,
      },
      lists,
      indexes,
      rulebook,
      now: deps.clock.now().toISOString(),
    });
    if (decision.kind !== 'act') continue;
    await deps.ledger.wake(past.caseId, { key: `relisted:${key}`, kind: 'list' });
    deps.enqueue(past.caseId);
    woken += 1;
  }
  return woken;
}
