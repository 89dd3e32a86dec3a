// Grace: a harmful outcome is announced by a note first, and done only when the time to step in is over.
import type { RenderedEffect, Triage } from '../core/decision.js';
import { escapeHtml } from '../core/escape.js';
import type { CaseRecord } from '../ledger.js';
import type { FlowDeps } from './deps.js';

export interface GracePlan {
  /** What is planned instead of the rule's effects; null when they may be planned now. */
  announcement: RenderedEffect | null;
  /** For the commit: begin (milliseconds), end (0) or keep (null) the period. */
  graceMs: number | null;
}

/** `isOver`: the period announced for this rule in this episode has passed. */
export function planGrace(
  deps: FlowDeps,
  record: CaseRecord,
  result: Triage,
  now: { isOver: boolean; opensEpisode: boolean },
): GracePlan {
  const { decision } = result;
  // A hold in between ends the period: what comes after it is announced anew.
  if (decision.kind !== 'act' || decision.graceMs === 0 || !deps.isGraceKept || deps.mode !== 'live')
    return { announcement: null, graceMs: 0 };
  if (now.isOver && record.rule === decision.rule) return { announcement: null, graceMs: null };
  const isRunning = !now.opensEpisode && record.graceOver === false && record.rule === decision.rule;
  const told = now.opensEpisode ? 0 : announcements(record);
  const note = announce(deps, result, isRunning ? Math.max(1, told) : told + 1);
  return { announcement: note, graceMs: isRunning ? null : decision.graceMs };
}

/** How often an end of grace was announced in this episode; each announcement has a slot of its own. */
function announcements(record: CaseRecord): number {
  return record.writes
    .filter((w) => w.state !== 'planned')
    .flatMap((w) => w.steps)
    .filter((s) => s.effect.type === 'note' && s.effect.template.startsWith('grace-')).length;
}

function announce(deps: FlowDeps, result: Triage, number: number): RenderedEffect {
  const { decision } = result;
  const minutes = Math.max(1, Math.round(decision.graceMs / 60_000));
  const at = new Date(deps.clock.now().getTime() + decision.graceMs).toISOString().slice(11, 16);
  const text = `In ${minutes} minutes (not before ${at} UTC) Usher, the support bot, will act on this ticket by the rule "${decision.rule}": ${decision.reason}\n\nTo stop it, assign the ticket to yourself.`;
  const html = `<p>${escapeHtml(text).replaceAll('\n\n', '</p><p>')}</p>`;
  return { type: 'note', template: `grace-${number}`, text, html };
}
