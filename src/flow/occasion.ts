// What a case is decided about now: a message, a list, a correction, the next leg of an episode; and the facts of the case itself.
import type { CaseFacts } from '../core/decision.js';
import { isEventDesk } from '../core/event.js';
import type { RuleOccasion } from '../core/rulebook.js';
import type { Ticket } from '../core/ticket.js';
import { noProgress, type Progress, progressAt } from '../core/wait.js';
import type { CaseRecord } from '../ledger.js';
import { approvalsOf } from './approvals.js';
import type { FlowDeps } from './deps.js';
import { eventOccasion } from './event-desk.js';

export interface LastMessage {
  id: string;
  at: string;
}

export function lastRequesterMessage(ticket: Ticket): LastMessage {
  const own = ticket.messages.filter((m) => m.author === 'requester' && m.public).at(-1);
  if (own) return { id: own.id, at: own.at };
  // An event says one thing, and its key tells it from the others of its case.
  return { id: isEventDesk(ticket.helpdesk) ? ticket.id : 'first', at: ticket.createdAt };
}

/** Another last message that is not older: one that was taken back leaves an older one last, and that is no news. */
export function isNews(message: LastMessage, record: CaseRecord): boolean {
  if (message.id === record.decidedMessageId) return false;
  return record.decidedMessageAt === null || Date.parse(message.at) >= Date.parse(record.decidedMessageAt);
}

/** What the case is decided about now, and whether that begins an episode. */
export interface Occasion {
  on: RuleOccasion;
  correction: string | null;
  opensEpisode: boolean;
}

/** null when nothing is new on a finished case; one that an agent had stopped (`isReleased`) goes on where it was. */
export function occasionOf(record: CaseRecord, hasNews: boolean, isReleased: boolean): Occasion | null {
  const isFinished = record.state === 'done' || record.state === 'not-for-usher';
  if (isEventDesk(record.helpdesk)) return eventOccasion(record, isFinished);
  const corrected = record.triggers.findLast((t) => t.kind === 'correction');
  if (corrected && record.state === 'done')
    return { on: 'correction', correction: corrected.outcome, opensEpisode: true };
  if (record.state === 'done' && isReleased && !hasNews)
    return { on: record.on, correction: record.correction, opensEpisode: false };
  if (record.state === 'done' && !hasNews && !record.triggers.some((t) => t.kind === 'person' || t.kind === 'event'))
    return record.triggers.some((t) => t.kind === 'list') ? { on: 'list', correction: null, opensEpisode: true } : null;
  const opensEpisode = isFinished && record.decidedMessageId !== null && (hasNews || record.state === 'done');
  if (opensEpisode) return { on: 'message', correction: null, opensEpisode };
  return { on: record.on, correction: record.correction, opensEpisode };
}

/** What the ledger knows of the case as facts. `isAutomatic`: a machine wrote the newest message, which answers nothing. */
export function caseFacts(
  record: CaseRecord,
  { opensEpisode, on, correction }: Occasion,
  { hasNews, isAutomatic }: { hasNews: boolean; isAutomatic: boolean },
): CaseFacts {
  const isFollowUp = hasNews && record.decidedMessageId !== null;
  const kind = on === 'message' ? (record.triggers.at(-1)?.kind ?? 'timer') : on;
  // What was only proposed or recorded reached nobody: the customer knows of no outcome.
  const outcome = record.mode === 'live' ? record.outcome : null;
  return {
    episode: record.episode + (opensEpisode ? 1 : 0),
    trigger: isFollowUp ? 'reply' : record.decidedMessageId === null && on === 'message' ? 'ticket' : kind,
    on,
    correction,
    previousProgramme: record.programme,
    // An episode that ended without an outcome (an out-of-office mail, say) does not make the one before it forgotten.
    previousOutcome: opensEpisode ? (outcome ?? record.previousOutcome) : record.previousOutcome,
    previousRule: opensEpisode && outcome ? record.rule : record.previousRule,
    graceElapsed: !opensEpisode && record.graceOver === true,
    handoffDaysAgo: null,
    values: record.values,
    links: record.links,
    progress: progressOf(record, opensEpisode, hasNews && !isAutomatic),
  };
}

/**
 * Until its steps are done, a decision is about what woke the case for it: a ticket that changed meanwhile is no other reason, and a
 * rule that reads the reason still fits.
 */
export async function keepReason(
  { ledger }: Pick<FlowDeps, 'ledger'>,
  record: CaseRecord,
  facts: CaseFacts,
): Promise<CaseFacts> {
  const isUnfinished = record.state === 'acting' && facts.episode === record.episode && facts.on === 'message';
  const isOther = record.triggers.some((t) => t.kind !== 'changed' && t.kind !== 'timer');
  if (!isUnfinished || isOther || facts.trigger === 'reply' || facts.trigger === 'person') return facts;
  const before = (await ledger.latestTriage(record.id))?.facts.case;
  if (!before) return facts;
  const event = String(before.event ?? '');
  return { ...facts, trigger: before.trigger as CaseFacts['trigger'], progress: { ...facts.progress, event } };
}

function progressOf(record: CaseRecord, opensEpisode: boolean, isAnswered: boolean): Progress {
  const events = record.triggers.flatMap((t) => t.event ?? []);
  const { stage, firedRules: rules, wait } = record;
  const isAssigned = record.writes.some((w) => w.state === 'done' && w.steps.some((s) => s.effect.type === 'assign'));
  const kept = opensEpisode
    ? { ...noProgress, stage }
    : { stage, rules, wait, isAssigned, approvals: approvalsOf(record) };
  return progressAt(kept, new Date(record.readAt), { isAnswered, events });
}
