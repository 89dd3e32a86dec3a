// Deciding a case, again and again: fetch the ticket, gather facts, decide, and commit the plan before anything is done.

import { allEffects } from '../core/approval-draft.js';
import type { CaseFacts, Json, RenderedEffect, Triage } from '../core/decision.js';
import { isEventDesk } from '../core/event.js';
import { nameKey } from '../core/match/normalize.js';
import { NEEDS_PERSON_TAG, proposalNote } from '../core/notices.js';
import { planWrites } from '../core/plan.js';
import { screenTicket } from '../core/screen.js';
import type { Ticket } from '../core/ticket.js';
import { triage } from '../core/triage.js';
import { type PlannedWrite, slotKey } from '../core/write.js';
import type { CaseRecord, DecisionCommit, Lease } from '../ledger.js';
import { isSettledBy, standingAfter } from './after-decision.js';
import { answerByNotes } from './answer-by-note.js';
import { type Answered, askedNow, askingOf, decideAnswered } from './approvals.js';
import { decisionSentence, linesOf } from './decision-sentence.js';
import { type FlowDeps, type Knowledge, knowledgeUsed } from './deps.js';
import { fetchWithEvent } from './event-desk.js';
import { planGrace } from './grace.js';
import { withImageSizes } from './image-sizes.js';
import { isMarked } from './notices.js';
import {
  caseFacts,
  isNews,
  keepReason,
  type LastMessage,
  lastRequesterMessage,
  type Occasion,
  occasionOf,
} from './occasion.js';
import { isUnsent } from './perform.js';
import { answersDue, newCommands, type Steering, steeringFacts, steerOnly, withAnswers } from './steer.js';
import { legOf, waitsAfter } from './waiting.js';

/** What a look at the ticket leaves to the visit: to come again later, to read the case anew and go on, or nothing more at all: then the case is given back. */
export type Looked = { kind: 'later'; ms: number } | { kind: 'go-on' } | { kind: 'given-back'; pending: boolean };

const goOn: Looked = { kind: 'go-on' };
const again: Looked = { kind: 'later', ms: 0 };

/**
 * Reads the ticket anew and commits a decision, unless there is nothing to decide or the ticket changed too recently. `mayGiveBack`: nothing
 * else is waited for on this case, such as the turn of another event.
 */
export async function decideCase(
  deps: FlowDeps,
  lease: Lease,
  record: CaseRecord,
  mayGiveBack: boolean,
): Promise<Looked> {
  const triggerIds = record.triggers.map((t) => t.id);
  // Taken before the reading: what happens later in the second of the last change cannot be in it.
  const began = deps.clock.now();
  const [fetched, knowledge] = await Promise.all([fetchWithEvent(deps, record), deps.knowledge()]);
  await deps.checkpoint('ticket-read', record.id);
  if (!fetched || fetched.status === 'deleted') {
    await deps.ledger.abandon(lease, 'The ticket was deleted or merged.', triggerIds);
    return goOn;
  }
  if (deps.actSince && new Date(fetched.createdAt) < deps.actSince) {
    await deps.ledger.abandon(
      lease,
      `The ticket was created before ${deps.actSince.toISOString()}, when Usher began.`,
      triggerIds,
    );
    return goOn;
  }
  // Stamps count whole seconds: within the same second a later change could not be told from this one.
  const ageMs = began.getTime() - new Date(fetched.updatedAt).getTime();
  if (ageMs < deps.timing.quietMs) return { kind: 'later', ms: Math.max(50, deps.timing.quietMs - Math.max(0, ageMs)) };

  const message = lastRequesterMessage(fetched);
  const hasNews = !isEventDesk(record.helpdesk) && isNews(message, record);
  const steering = newCommands(record, fetched, knowledge, began);
  const occasion = occasionOf(record, hasNews, steering.isReleased);
  const { directory } = knowledge.rulebook;
  const noted = (current: string[]) => answerByNotes({ deps, lease, record, ticket: fetched, directory, current });
  if (occasion === null) {
    if (await noted([])) return again;
    await steerOnly(deps, lease, record, { steering, ticket: fetched });
    await deps.ledger.spendTriggers(lease, triggerIds);
    return goOn;
  }
  const { opensEpisode } = occasion;
  const isAutomatic = screenTicket(fetched, directory).automatic;
  const known = { ...caseFacts(record, occasion, { hasNews, isAutomatic }), ...steeringFacts(steering) };
  if (steering.looksAgain) known.trigger = 'person';
  const facts = await keepReason(deps, record, known);
  if (record.decidedMessageId === null && fetched.followUpOf) await followUp(deps, record, fetched.followUpOf, facts);
  const ticket = await withImageSizes(deps, knowledge.rulebook, { ticket: fetched, facts });
  const { answered, key } = await decideOn(deps, record, { ticket, facts, knowledge });
  const { result } = answered;
  await deps.checkpoint('decided', record.id);
  if (await noted(askedNow(deps, record, answered))) return again;
  // A changed list is no reason to take a finished case up again, unless a rule says so.
  if (opensEpisode && occasion.on === 'list' && result.decision.kind !== 'act') {
    await steerOnly(deps, lease, record, { steering, ticket: fetched });
    await deps.ledger.spendTriggers(lease, triggerIds);
    return goOn;
  }
  const commit = toCommit(deps, record, {
    ticket,
    facts: answered.facts,
    result,
    answered,
    key,
    knowledge: knowledgeUsed(knowledge),
    occasion,
    message,
    triggerIds,
    steering,
  });
  const givesBack = mayGiveBack && isSettledBy(commit, record);
  const { pending } = await deps.ledger.commitDecision(lease, commit, givesBack);
  await deps.checkpoint('decision-committed', record.id);
  return givesBack ? { kind: 'given-back', pending } : goOn;
}

/** A follow-up of a finished ticket goes on where that one ended. */
async function followUp(deps: FlowDeps, record: CaseRecord, ticketId: string, facts: CaseFacts): Promise<void> {
  const before = await deps.ledger.endOf(`${record.helpdesk}-${ticketId}`);
  if (!before) return;
  facts.previousOutcome = before.outcome;
  facts.previousRule = before.rule;
}

/** Decides; once the organization is known, a second pass may see that it was handed to sales before. */
async function decideOn(
  deps: FlowDeps,
  record: CaseRecord,
  { ticket, facts, knowledge }: { ticket: Ticket; facts: CaseFacts; knowledge: Knowledge },
) {
  const input = {
    ticket,
    lists: knowledge.lists,
    indexes: knowledge.indexes,
    rulebook: knowledge.rulebook,
    now: deps.clock.now().toISOString(),
  };
  const decide = (caseFacts: CaseFacts) => triage({ ...input, caseFacts });
  let answered = decideAnswered(deps, record, facts, decide);
  const { result } = answered;
  const name = result.match.name ? nameKey(result.match.name).parts[0] : undefined;
  // With the legal form: Acme GmbH and Acme Inc. may be two companies.
  const key = name ? `${name.key}|${name.form ?? ''}` : null;
  if (key) {
    const days =
      record.atLease && key === record.organizationKey
        ? record.atLease.handoffDaysAgo
        : await deps.ledger.handoffDaysAgo(key, record.id);
    if (days !== null) {
      facts.handoffDaysAgo = days;
      answered = decideAnswered(deps, record, facts, decide);
    }
  }
  return { answered, key };
}

interface Decided {
  ticket: Ticket;
  facts: CaseFacts;
  result: Triage;
  answered: Answered;
  key: string | null;
  knowledge: Json;
  occasion: Occasion;
  message: LastMessage;
  triggerIds: string[];
  steering: Steering;
}

function toCommit(deps: FlowDeps, before: CaseRecord, d: Decided): DecisionCommit {
  // A person asked to try again: what was refused is free to be planned anew.
  const { retriesRefused } = d.steering;
  const record = retriesRefused ? { ...before, writes: before.writes.filter((w) => w.state !== 'refused') } : before;
  const { decision } = d.result;
  const { opensEpisode, on, correction } = d.occasion;
  const grace = planGrace(deps, record, d.result, { isOver: d.facts.graceElapsed, opensEpisode });
  const isAnnounced = grace.announcement !== null;
  const asking = askingOf(deps, record, d.answered, isAnnounced);
  const wanted = grace.announcement
    ? [grace.announcement]
    : [...wantedEffects(deps, record, d.result), ...asking.mails];
  const writes = deps.hands && decision.kind === 'act' ? unfilled(record, d.facts, wanted) : [];
  const waits = waitsAfter(deps, record, d.result, { facts: d.facts, isAnnounced });
  const sentence = decisionSentence(deps.mode, d.result);
  const commands = withAnswers(deps, d.steering, { triage: d.result, decided: sentence });
  return {
    triage: d.result,
    ticket: d.ticket,
    caseFacts: d.facts,
    episode: d.facts.episode,
    previous: { outcome: d.facts.previousOutcome, rule: d.facts.previousRule },
    ...waits,
    ...standingAfter(decision, record, { ...waits, writes, startsGrace: isAnnounced }),
    approvals: asking.approvals,
    withdrawn: asking.withdrawn,
    writes,
    graceMs: grace.graceMs,
    triggerIds: d.triggerIds,
    messageId: d.message.id,
    // A correction is one more answer to a message that was answered wrongly.
    answers: [on === 'message' ? d.message.id : `${on}:${d.facts.episode}`, ...legOf(d.facts)].join('|'),
    on,
    correction,
    mode: deps.mode,
    messageAt: d.message.at,
    knowledge: d.knowledge,
    organizationKey: d.key,
    timeline: linesOf(record, d, { sentence, hasWrites: writes.length > 0 }),
    steered: { commands, answers: answersDue(deps, record, commands, true) },
    retriesRefused,
  };
}

/** What is written in this mode: the rule's effects, or one note that says them. A ticket that needed a person no longer says so. */
function wantedEffects(deps: FlowDeps, record: CaseRecord, result: Triage): RenderedEffect[] {
  // An event has no ticket that a note or a tag could stand on.
  if (isEventDesk(record.helpdesk)) return deps.mode === 'propose' ? [] : result.effects;
  if (deps.mode === 'propose') {
    const isEmpty = allEffects(result).length === 0 && !result.decision.wait;
    return isEmpty ? [] : [proposalNote(result, 'proposal')];
  }
  if (!isMarked(record)) return result.effects;
  return [...result.effects, { type: 'tag', add: [], remove: [NEEDS_PERSON_TAG] }];
}

/** Writes for the effects whose slots are still free in this episode: done and unsure ones are facts, never planned again. */
function unfilled(record: CaseRecord, { episode, progress }: CaseFacts, effects: RenderedEffect[]): PlannedWrite[] {
  const leg = progress.rules.length;
  const filled = new Set(record.writes.filter((w) => !isUnsent(w)).flatMap((w) => w.steps.map((s) => s.slot)));
  const open = planWrites(effects, leg)
    .flatMap((w) => w.steps)
    .filter((s) => !filled.has(slotKey(record.id, episode, s.slot)));
  return planWrites(
    open.map((s) => s.effect),
    leg,
  );
}
