// Cards about a case: for a ticket that needs a person and for each approval, in a channel and to those who are asked; changed in place until all is done.
import { approvalCard } from '../core/approval-card.js';
import { holdCard } from '../core/hold-card.js';
import type { Directory, Programme, Rulebook } from '../core/rulebook.js';
import { answerLine, endLine } from '../core/thread-line.js';
import type { CardRecord, CaseRecord, Lease, ShownApproval } from '../ledger.js';
import type { Chat } from '../ports.js';
import {
  approvalIn,
  approvalSlot,
  endOf,
  headFor,
  headsOf,
  holdSlot,
  isDirect,
  isLine,
  lineSlot,
} from './card-slots.js';
import { type Drawn, later, showOne } from './cards.js';
import type { FlowDeps } from './deps.js';

/** What proves that a click is about what stands: case, episode and decision under the key of our marks. */
export function clickProof(
  mark: (text: string) => string,
  of: { caseId: string; episode: number; decisionId: string | null },
): string {
  return mark(`click|${of.caseId}|${of.episode}|${of.decisionId ?? ''}`);
}

/** A card that is to be there. */
interface Wanted {
  slot: string;
  /** Where it goes; for a direct message to whom, until it is known where that is. */
  to: { channelId: string } | { user: string; isOnlyWay: boolean };
}

/** Direct messages about one case: what is asked again and again then stands in the channel and on the own page alone. */
const DIRECT_MOST = 40;

interface Visit {
  deps: FlowDeps;
  lease: Lease;
  chat: Chat;
  /** Read once a visit each. */
  approvals: Map<string, ShownApproval | null>;
}

const hasCards = ({ holds, rules }: Programme): boolean =>
  holds.channel !== undefined || rules.some(({ wait }) => wait?.approval);

/**
 * Posts or changes the cards of a case at the end of a visit, then the lines in their threads. Answers when to look again; null: all is
 * shown. Trouble with the chat is told in the log and holds nothing up. Throws LeaseLost.
 */
export async function showCards(deps: FlowDeps, lease: Lease): Promise<number | null> {
  const chat = deps.hands?.chat;
  if (!chat || deps.mode !== 'live') return null;
  const { rulebook } = await deps.knowledge();
  if (!rulebook.programmes.some(hasCards)) return null;
  const visit: Visit = { deps, lease, chat, approvals: new Map() };
  let record = await deps.ledger.read(lease);
  let soonestMs: number | null = null;
  const showAll = async (all: Wanted[]): Promise<void> => {
    for (const wanted of all) {
      const known = record.cards.find((c) => c.slot === wanted.slot);
      const ms = await show(visit, record, wanted, known);
      if (ms !== null) soonestMs = Math.min(ms, soonestMs ?? ms);
      // The next one may answer to it.
      if (known?.state !== 'standing') record = await deps.ledger.read(lease);
    }
  };
  await showAll(await cardsOf(visit, record, rulebook));
  await showAll(linesOf(record));
  return soonestMs;
}

/** What has a card, and what is to have one. */
async function cardsOf(visit: Visit, record: CaseRecord, { programmes, directory }: Rulebook): Promise<Wanted[]> {
  const usual = channelOf(directory, programmes.find((p) => p.name === record.programme)?.holds.channel);
  const wanted: Wanted[] = record.cards
    .filter(({ slot, state }) => !isLine(slot) && state !== 'gone')
    .map(({ slot, channelId }) => ({ slot, to: { channelId } }));
  if (record.state === 'held' && usual) wanted.push({ slot: holdSlot(record.episode), to: usual });
  for (const { id } of record.approvals.filter((a) => a.state === 'open')) {
    const { channel, via = [], approvers = [] } = (await approvalOf(visit, id))?.contents ?? {};
    const place = channelOf(directory, channel) ?? usual;
    if (place) wanted.push({ slot: approvalSlot(id), to: place });
    const isOnlyWay = !via.includes('email');
    const isFlood = record.cards.filter((c) => isDirect(c.slot)).length >= DIRECT_MOST;
    for (const { slack } of via.includes('slack') && !isFlood ? approvers : [])
      if (slack !== null) wanted.push({ slot: approvalSlot(id, slack), to: { user: slack, isOnlyWay } });
  }
  const taken = new Set(record.cards.filter((c) => c.state === 'gone').map((c) => c.slot));
  return wanted.filter(({ slot }) => !taken.has(slot) && taken.add(slot));
}

function channelOf({ channels }: Directory, role: string | undefined): { channelId: string } | null {
  const channel = role !== undefined && Object.hasOwn(channels, role) ? channels[role] : undefined;
  return channel ? { channelId: channel.id } : null;
}

/** What has come of the case since its thread began, each said once: answers to approvals, and how it ended. */
function linesOf(record: CaseRecord): Wanted[] {
  const ended = record.state === 'done' || record.state === 'not-for-usher' ? [endOf(record.episode)] : [];
  const lines = [...headsOf(record).keys()].flatMap((channelId) => {
    const answered = record.approvals
      .filter((a) => a.state !== 'open')
      .map((a) => approvalSlot(a.id))
      .filter((slot) => record.cards.some((c) => c.slot === slot && c.channelId === channelId));
    return [...answered, ...ended].map((of) => ({ slot: lineSlot(of, channelId), to: { channelId } }));
  });
  return lines.filter(({ slot }) => record.cards.every((c) => c.slot !== slot || c.state === 'claimed'));
}

async function show(
  visit: Visit,
  record: CaseRecord,
  { slot, to }: Wanted,
  known: CardRecord | undefined,
): Promise<number | null> {
  const { deps, lease, chat } = visit;
  const drawn = await draw(visit, record, slot, known?.state === 'claimed');
  if (!drawn) return null;
  const place = 'user' in to ? await openDirect(visit, record, slot, to) : to;
  if (typeof place === 'number' || place === null) return place;
  const threadTs = headFor(record, slot, place.channelId);
  if (threadTs === 'wait') return deps.timing.lookDelaysMs[0]!;
  return showOne({ deps, lease, record, chat, ...place, slot, threadTs }, known, drawn);
}

/** Where direct messages to somebody go; else when to ask again. Whoever has the mail is not asked here for ever. */
async function openDirect(
  { deps, lease, chat }: Visit,
  record: CaseRecord,
  slot: string,
  { user, isOnlyWay }: { user: string; isOnlyWay: boolean },
): Promise<{ channelId: string } | number | null> {
  const outcome = await chat.direct(user);
  if (outcome.kind === 'done') return { channelId: outcome.receipt.channel! };
  const wakeInMs = later(deps, record, outcome);
  if (outcome.kind !== 'refused' || isOnlyWay) return wakeInMs;
  await deps.ledger.claimCard(lease, { slot, channelId: user, mark: deps.mark(`card|${record.id}|${slot}`) });
  await deps.ledger.settleCard(lease, slot, { state: 'gone', ts: null, shown: null });
  return null;
}

async function approvalOf({ deps, approvals }: Visit, id: string): Promise<ShownApproval | null> {
  const known = approvals.get(id);
  if (known !== undefined) return known;
  const found = await deps.ledger.approval(id);
  approvals.set(id, found);
  return found;
}

async function draw(visit: Visit, record: CaseRecord, slot: string, isRepeat: boolean): Promise<Drawn | null> {
  if (isLine(slot)) return drawLine(record, slot, isRepeat);
  const id = approvalIn(slot);
  if (id === null) return drawHold(visit.deps, record, isRepeat);
  const approval = await approvalOf(visit, id);
  const places = { ticketUrl: record.ticketUrl || null, caseUrl: visit.deps.caseUrl(record.id) };
  return approval && approvalCard({ ...approval, ...places, ticketId: record.ticketId, isRepeat });
}

function drawLine(record: CaseRecord, slot: string, isRepeat: boolean): Drawn {
  const answered = record.approvals.find((a) => slot.startsWith(lineSlot(approvalSlot(a.id), '')));
  return answered ? answerLine(answered, isRepeat) : endLine(record, isRepeat);
}

async function drawHold(deps: FlowDeps, record: CaseRecord, isRepeat: boolean): Promise<Drawn | null> {
  const triage = await deps.ledger.latestTriage(record.id);
  if (!triage) return null;
  const caseId = record.id;
  return holdCard({
    caseId,
    state: record.state,
    reason: record.reason ?? triage.decision.reason,
    outcome: record.outcome,
    triage,
    ticketUrl: record.ticketUrl || null,
    caseUrl: deps.caseUrl(caseId),
    lookAgain: record.state === 'held' ? `${caseId} ${clickProof(deps.mark, { ...record, caseId })}` : null,
    isRepeat,
  });
}
