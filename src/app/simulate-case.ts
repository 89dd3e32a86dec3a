// Plays a stored case on from what is known of it, with the rules and lists of now.
import { type SimulatedMoment, simulate } from '../core/simulate.js';
import { firstSight } from '../core/triage.js';
import { progressAt } from '../core/wait.js';
import type { CaseViews } from '../ports.js';
import { ProblemError, problem } from '../problem.js';
import type { KnowledgeBase } from './knowledge.js';

/** What would be sent until then; nothing for a case that is at rest. Throws ProblemError when there is no such case. */
export async function simulateCase(
  { views, knowledge }: { views: CaseViews; knowledge: KnowledgeBase },
  caseId: string,
  until: Date,
): Promise<SimulatedMoment[]> {
  const detail = await views.detail(caseId);
  if (!detail)
    throw new ProblemError(problem('no-such-case', `There is no case ${caseId}`, 'See all cases with: usher cases'));
  const latest = await views.latest(caseId);
  if (!latest || detail.state === 'done' || detail.state === 'not-for-usher') return [];
  const now = new Date();
  const { stage, firedRules: rules, wait, episode } = detail;
  const isAssigned = detail.stepDetails.some((s) => s.episode === episode && s.type === 'assign' && s.state === 'done');
  const { rulebook, lists, indexes } = await knowledge.current();
  // What an older release kept knows fewer facts.
  const known = { ...firstSight, ...latest.caseFacts };
  const asked = wait?.approval ? { [wait.approval]: { state: 'open' as const, by: '', at: wait.began } } : {};
  const approvals = { ...asked, ...known.progress.approvals };
  const progress = progressAt({ stage, rules, wait, isAssigned, approvals }, now, { isAnswered: false, events: [] });
  const caseFacts = { ...known, trigger: 'timer' as const, progress };
  return simulate({ ticket: latest.ticket, caseFacts, rulebook, lists, indexes, now }, until);
}
