// Plays a case on with nobody answering: decides again at each moment the case would wake up, and says what would be sent. Sends nothing.
import { allEffects } from './approval-draft.js';
import { approvalKeys } from './approval-items.js';
import type { CaseFacts, RenderedEffect, Triage } from './decision.js';
import type { Ticket } from './ticket.js';
import { type TriageInput, triage } from './triage.js';
import { nextMoment, noProgress, progressAt, runningWait, startWait } from './wait.js';

export interface SimulatedMoment {
  /** ISO time. */
  at: string;
  triage: Triage;
  /** What would be sent then; what an announced grace period keeps back comes at its end. */
  effects: RenderedEffect[];
  /** When the case wakes up next; null when it sleeps for good or a person is asked. */
  next: string | null;
}

/** A case that wakes up more often than this is not played on. */
const MOMENTS_MOST = 200;

/** What happens from `input.now` to `until`, every step done at once. The ticket changes only by what the rules do to it. */
export function simulate(input: TriageInput, until: Date): SimulatedMoment[] {
  const moments: SimulatedMoment[] = [];
  let { ticket, caseFacts } = input;
  let now: Date | null = new Date(input.now);
  while (now && now <= until && moments.length < MOMENTS_MOST) {
    const at: Date = now;
    const result = triage({ ...input, ticket, caseFacts, now: at });
    const { decision } = result;
    const isAnnounced = decision.graceMs > 0 && !caseFacts.graceElapsed;
    const effects: RenderedEffect[] = isAnnounced ? [] : newOnes(allEffects(result), caseFacts);
    const end = isAnnounced ? new Date(at.getTime() + decision.graceMs) : null;
    const progress: CaseFacts['progress'] = isAnnounced ? caseFacts.progress : progressAfter(result, caseFacts, at);
    const wait = runningWait(progress.wait);
    now = end ?? (decision.kind === 'act' && wait ? nextMoment(wait) : null);
    moments.push({ at: at.toISOString(), triage: result, effects, next: now?.toISOString() ?? null });
    ticket = effects.reduce(changed, ticket);
    const kept = { ...progress, isAssigned: progress.isAssigned || effects.some((e) => e.type === 'assign') };
    caseFacts = {
      ...caseFacts,
      previousProgramme: decision.programme,
      trigger: 'timer',
      graceElapsed: isAnnounced,
      progress: progressAt(kept, now ?? at, { isAnswered: false, events: [] }),
    };
  }
  return moments;
}

/** Follow-ups that were taken up before are sent already. */
function newOnes(effects: RenderedEffect[], { progress }: CaseFacts): RenderedEffect[] {
  return effects.filter((e) => !e.followUp || Number(e.followUp.split('#').at(-1)) > (progress.wait?.taken ?? 0));
}

function progressAfter({ decision, approval }: Triage, { progress }: CaseFacts, now: Date): CaseFacts['progress'] {
  const { stage, rules, wait, due } = progress;
  if (decision.isWaiting) return { ...progress, wait: wait && { ...wait, taken: due } };
  const begun = decision.wait ? startWait(decision.wait, now) : null;
  const fired = begun ? [...rules, begun.rule] : rules;
  const keys = begun?.approval && approval ? approvalKeys(approval) : [];
  const asked = keys.map((key) => [
    key,
    { state: 'open' as const, by: '', at: begun!.began, ...(approval?.about ? { about: approval.about } : {}) },
  ]);
  const approvals = { ...progress.approvals, ...Object.fromEntries(asked) };
  return {
    ...noProgress,
    approvals,
    isAssigned: progress.isAssigned,
    stage: decision.stage ?? stage,
    rules: fired,
    wait: begun,
  };
}

/** The ticket after a step, as far as rules look at it. */
function changed(ticket: Ticket, effect: RenderedEffect): Ticket {
  switch (effect.type) {
    case 'set':
      return { ...ticket, fields: { ...ticket.fields, ...effect.fields } };
    case 'tag':
      return { ...ticket, tags: [...ticket.tags.filter((t) => !effect.remove.includes(t)), ...effect.add] };
    case 'assign':
      return { ...ticket, assignee: effect.agent };
    case 'status':
      return { ...ticket, status: effect.status };
    case 'close':
      return { ...ticket, status: 'solved', fields: { ...ticket.fields, ...effect.fields } };
    default:
      return ticket;
  }
}
