// Deciding a case, again and again: fetch the ticket, gather facts, decide, and commit the plan before anything is done.

import type { CaseFacts, Json, RenderedEffect, Triage } from '../core/decision.js';
import { nameKey } from '../core/match/normalize.js';
import { NEEDS_PERSON_TAG, proposalNote } from '../core/notices.js';
import { planWrites } from '../core/plan.js';
import type { RuleOccasion } from '../core/rulebook.js';
import type { Ticket } from '../core/ticket.js';
import { triage } from '../core/triage.js';
import { type PlannedWrite, slotKey } from '../core/write.js';
import type { CaseRecord, DecisionCommit, Lease } from '../ledger.js';
import type { CaseState } from '../ports.js';
import { decisionSentence } from './decision-sentence.js';
import type { FlowDeps, Knowledge } from './deps.js';
import { planGrace } from './grace.js';
import { isNews, type LastMessage, lastRequesterMessage } from './last-message.js';
import { isMarked } from './notices.js';
import { isUnsent } from './perform.js';
import { answersDue, newCommands, type Steering, steeringFacts, steerOnly, withAnswers } from './steer.js';

/** Reads the ticket anew and commits a decision. Answers milliseconds to wait when the ticket changed too recently, else null. */
export async function decideCase(deps: FlowDeps, lease: Lease, record: CaseRecord): Promise<number | null> {
  const triggerIds = record.triggers.map((t) => t.id);
  // Taken before the reading: what happens later in the second of the last change cannot be in it.
  const began = deps.clock.now();
  const ticket = await deps.reader.fetchTicket(record.ticketId);
  await deps.checkpoint('ticket-read', record.id);
  if (!ticket || ticket.status === 'deleted') {
    await deps.ledger.abandon(lease, 'The ticket was deleted or merged.', triggerIds);
    return null;
  }
  if (deps.actSince && new Date(ticket.createdAt) < deps.actSince) {
    await deps.ledger.abandon(
      lease,
      `The ticket was created before ${deps.actSince.toISOString()}, when Usher began.`,
      triggerIds,
    );
    return null;
  }
  // Stamps count whole seconds: within the same second a later change could not be told from this one.
  const ageMs = began.getTime() - new Date(ticket.updatedAt).getTime();
  if (ageMs < deps.timing.quietMs) return Math.max(50, deps.timing.quietMs - Math.max(0, ageMs));

  const message = lastRequesterMessage(ticket);
  const hasNews = isNews(message, record);
  const steering = newCommands(record, ticket, await deps.knowledge());
  const occasion = occasionOf(record, hasNews, steering.isReleased);
  if (occasion === null) {
    await steerOnly(deps, lease, record, { steering, ticket });
    await deps.ledger.spendTriggers(lease, triggerIds);
    return null;
  }
  const { opensEpisode } = occasion;
  const facts = { ...caseFacts(record, occasion, hasNews), ...steeringFacts(steering) };
  if (steering.looksAgain) facts.trigger = 'person';
  if (record.decidedMessageId === null && ticket.followUpOf) await followUp(deps, record, ticket.followUpOf, facts);
  const { result, key, knowledge } = await decideOn(deps, record, ticket, facts);
  await deps.checkpoint('decided', record.id);
  // A changed list is no reason to take a finished case up again, unless a rule says so.
  if (opensEpisode && occasion.on === 'list' && result.decision.kind !== 'act') {
    await steerOnly(deps, lease, record, { steering, ticket });
    await deps.ledger.spendTriggers(lease, triggerIds);
    return null;
  }
  const commit = toCommit(deps, record, {
    ticket,
    facts,
    result,
    key,
    knowledge,
    occasion,
    message,
    triggerIds,
    steering,
  });
  await deps.ledger.commitDecision(lease, commit);
  await deps.checkpoint('decision-committed', record.id);
  return null;
}

/** A follow-up of a finished ticket goes on where that one ended. */
async function followUp(deps: FlowDeps, record: CaseRecord, ticketId: string, facts: CaseFacts): Promise<void> {
  const before = await deps.ledger.endOf(`${record.helpdesk}-${ticketId}`);
  if (!before) return;
  facts.previousOutcome = before.outcome;
  facts.previousRule = before.rule;
}

/** What the case is decided about now, and whether that begins an episode. */
interface Occasion {
  on: RuleOccasion;
  correction: string | null;
  opensEpisode: boolean;
}

/** null when nothing is new on a finished case; one that an agent had stopped goes on where it was. */
function occasionOf(record: CaseRecord, hasNews: boolean, isReleased: boolean): Occasion | null {
  const isFinished = record.state === 'done' || record.state === 'not-for-usher';
  const corrected = record.triggers.findLast((t) => t.kind === 'correction');
  if (corrected && record.state === 'done')
    return { on: 'correction', correction: corrected.outcome, opensEpisode: true };
  if (record.state === 'done' && isReleased && !hasNews)
    return { on: record.on, correction: record.correction, opensEpisode: false };
  if (record.state === 'done' && !hasNews && !record.triggers.some((t) => t.kind === 'person'))
    return record.triggers.some((t) => t.kind === 'list') ? { on: 'list', correction: null, opensEpisode: true } : null;
  const opensEpisode = isFinished && record.decidedMessageId !== null && (hasNews || record.state === 'done');
  if (opensEpisode) return { on: 'message', correction: null, opensEpisode };
  return { on: record.on, correction: record.correction, opensEpisode };
}

function caseFacts(record: CaseRecord, { opensEpisode, on, correction }: Occasion, hasNews: boolean): CaseFacts {
  const isFollowUp = hasNews && record.decidedMessageId !== null;
  const kind = on === 'message' ? (record.triggers.at(-1)?.kind ?? 'timer') : on;
  // What was only proposed or recorded reached nobody: the customer knows of no outcome.
  const outcome = record.mode === 'live' ? record.outcome : null;
  return {
    episode: record.episode + (opensEpisode ? 1 : 0),
    trigger: isFollowUp ? 'reply' : record.decidedMessageId === null ? 'ticket' : kind,
    on,
    correction,
    previousProgramme: record.programme,
    // An episode that ended without an outcome (an out-of-office mail, say) does not make the one before it forgotten.
    previousOutcome: opensEpisode ? (outcome ?? record.previousOutcome) : record.previousOutcome,
    previousRule: opensEpisode && outcome ? record.rule : record.previousRule,
    graceElapsed: !opensEpisode && record.graceOver === true,
    handoffDaysAgo: null,
  };
}

/** Decides; once the organization is known, a second pass may see that it was handed to sales before. */
async function decideOn(deps: FlowDeps, record: CaseRecord, ticket: Ticket, facts: CaseFacts) {
  const knowledge = await deps.knowledge();
  const input = {
    ticket,
    lists: knowledge.lists,
    index: knowledge.index,
    rulebook: knowledge.rulebook,
    now: deps.clock.now().toISOString(),
  };
  let result = triage({ ...input, caseFacts: facts });
  const name = result.match.name ? nameKey(result.match.name).parts[0] : undefined;
  // With the legal form: Acme GmbH and Acme Inc. may be two companies.
  const key = name ? `${name.key}|${name.form ?? ''}` : null;
  if (key) {
    const days = await deps.ledger.handoffDaysAgo(key, record.id);
    if (days !== null) {
      facts.handoffDaysAgo = days;
      result = triage({ ...input, caseFacts: facts });
    }
  }
  return { result, key, knowledge: knowledgeUsed(knowledge) };
}

/** What the lists were when it was decided: with the snapshots of these hashes the match can be traced. */
function knowledgeUsed({ lists }: Knowledge): Json {
  return lists.map((l) => ({
    list: l.name,
    hash: l.snapshot?.hash ?? null,
    problem: l.problem,
    gone: l.gone.map((g) => `${g.hash}:${g.listing.sheet}:${g.listing.row}`),
  }));
}

interface Decided {
  ticket: Ticket;
  facts: CaseFacts;
  result: Triage;
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
  const wanted = grace.announcement ? [grace.announcement] : wantedEffects(deps, record, d.result);
  const writes = deps.hands && decision.kind === 'act' ? unfilled(record, d.facts.episode, wanted) : [];
  const sentence = decisionSentence(deps.mode, d.result);
  const commands = withAnswers(deps, d.steering, { triage: d.result, decided: sentence });
  const isSame =
    !opensEpisode && record.state === 'held' && decision.kind === 'hold' && record.reason === decision.reason;
  return {
    triage: d.result,
    ticket: d.ticket,
    caseFacts: d.facts,
    episode: d.facts.episode,
    previous: { outcome: d.facts.previousOutcome, rule: d.facts.previousRule },
    state: stateAfter(d.result, grace.announcement !== null, record, writes.length > 0),
    writes,
    graceMs: grace.graceMs,
    triggerIds: d.triggerIds,
    messageId: d.message.id,
    // A correction is one more answer to a message that was answered wrongly.
    answers: on === 'message' ? d.message.id : `${on}:${d.facts.episode}`,
    on,
    correction,
    mode: deps.mode,
    messageAt: d.message.at,
    knowledge: d.knowledge,
    organizationKey: d.key,
    timeline: isSame ? [] : [{ kind: decision.kind, text: sentence }],
    steered: { commands, answers: answersDue(deps, record, commands, true) },
    retriesRefused,
  };
}

/** What is written in this mode: the rule's effects, or one note that says them. A ticket that needed a person no longer says so. */
function wantedEffects(deps: FlowDeps, record: CaseRecord, result: Triage): RenderedEffect[] {
  if (deps.mode === 'propose') return result.effects.length > 0 ? [proposalNote(result, 'proposal')] : [];
  if (!isMarked(record)) return result.effects;
  return [...result.effects, { type: 'tag', add: [], remove: [NEEDS_PERSON_TAG] }];
}

/** Writes for the effects whose slots are still free in this episode: done and unsure ones are facts, never planned again. */
function unfilled(record: CaseRecord, episode: number, effects: RenderedEffect[]): PlannedWrite[] {
  const filled = new Set(record.writes.filter((w) => !isUnsent(w)).flatMap((w) => w.steps.map((s) => s.slot)));
  const open = planWrites(effects)
    .flatMap((w) => w.steps)
    .filter((s) => !filled.has(slotKey(record.id, episode, s.slot)));
  return planWrites(open.map((s) => s.effect));
}

function stateAfter(result: Triage, startsGrace: boolean, record: CaseRecord, hasWrites: boolean): CaseState {
  const isOpen = record.writes.some(
    (w) => (w.state === 'claimed' && !isUnsent(w)) || w.state === 'unsure' || w.state === 'refused',
  );
  if (result.decision.kind === 'hold') return 'held';
  if (startsGrace) return 'waiting';
  if (hasWrites || isOpen) return 'acting';
  if (result.decision.kind === 'ignore' && !record.writes.some((w) => w.state === 'done')) return 'not-for-usher';
  return 'done';
}
