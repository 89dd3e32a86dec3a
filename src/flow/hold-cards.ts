// A card in the programme's channel for each ticket that needs a person, one a case, changed in place until the case is finished.
import type { ChatCard } from '../core/chat-card.js';
import { holdCard } from '../core/hold-card.js';
import type { CardRecord, CaseRecord, Lease } from '../ledger.js';
import type { Chat, Outcome } from '../ports.js';
import type { FlowDeps } from './deps.js';

const SLOT = 'hold';
/** A card is posted twice at most, the second marked. */
const SENDS_MOST = 2;
/** A channel that refuses is asked again after this. */
const REFUSED_MS = 10 * 60_000;

/** What proves that a click is about what stands: case, episode and decision under the key of our marks. */
export function clickProof(
  mark: (text: string) => string,
  of: { caseId: string; episode: number; decisionId: string | null },
): string {
  return mark(`click|${of.caseId}|${of.episode}|${of.decisionId ?? ''}`);
}

/**
 * Posts or changes the card of a case at the end of a visit. Answers when to look again; null: all is shown. Trouble with the chat
 * is told in the log and holds nothing up. Throws LeaseLost.
 */
export async function showCard(deps: FlowDeps, lease: Lease): Promise<number | null> {
  const chat = deps.hands?.chat;
  if (!chat || deps.mode !== 'live') return null;
  const { rulebook } = await deps.knowledge();
  if (!rulebook.programmes.some((p) => p.holds.channel)) return null;
  const record = await deps.ledger.read(lease);
  const known = record.cards.find((c) => c.slot === SLOT);
  if (known?.state === 'gone') return null;
  const role = rulebook.programmes.find((p) => p.name === record.programme)?.holds.channel;
  const channelId = known?.channelId ?? (role ? rulebook.directory.channels[role]?.id : undefined);
  if (!channelId || (!known && record.state !== 'held')) return null;
  const drawn = await draw(deps, record, known?.state === 'claimed');
  if (!drawn || (known?.state === 'standing' && known.shown === drawn.hash)) return null;
  const context: Context = { deps, lease, record, chat, channelId, drawn };
  if (!known) return post(context);
  return known.state === 'claimed' ? lookFor(context, known) : change(context, known);
}

interface Drawn {
  card: ChatCard;
  text: string;
  hash: string;
}

interface Context {
  deps: FlowDeps;
  lease: Lease;
  record: CaseRecord;
  chat: Chat;
  channelId: string;
  drawn: Drawn;
}

async function draw(deps: FlowDeps, record: CaseRecord, isRepeat: boolean): Promise<Drawn | null> {
  const triage = await deps.ledger.latestTriage(record.id);
  if (!triage) return null;
  const caseId = record.id;
  const { card, text } = holdCard({
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
  return { card, text, hash: deps.digest(JSON.stringify(card)) };
}

async function post(context: Context): Promise<number | null> {
  const { deps, lease, record, chat, channelId, drawn } = context;
  const mark = deps.mark(`card|${record.id}|${SLOT}`);
  if (!(await deps.ledger.renew(lease, deps.timing.leaseMs))) return 0;
  // Claim before posting: what died in the middle is looked for, not posted again.
  await deps.ledger.claimCard(lease, { slot: SLOT, channelId, mark });
  await deps.checkpoint('card-claimed', record.id);
  const outcome = await chat.post({ channelId, text: drawn.text, card: drawn.card, mark });
  await deps.checkpoint('card-posted', record.id);
  if (outcome.kind === 'done') {
    await deps.ledger.settleCard(lease, SLOT, { state: 'standing', ts: outcome.receipt.ts ?? null, shown: drawn.hash });
    return null;
  }
  if (outcome.kind === 'unknown' || outcome.kind === 'conflict') return deps.timing.lookDelaysMs[0]!;
  await deps.ledger.settleCard(lease, SLOT, null);
  return later(deps, record, outcome);
}

function later(deps: FlowDeps, record: CaseRecord, outcome: Outcome): number {
  const code = 'code' in outcome ? outcome.code : outcome.kind;
  deps.log.warn({ case: record.id, code }, 'the card of a ticket that needs a person could not be shown');
  return outcome.kind === 'not-sent' ? (outcome.retryAfterMs ?? 30_000) : REFUSED_MS;
}

/** It may have been posted: found by its mark, or posted once more when it is not there. */
async function lookFor(context: Context, known: CardRecord): Promise<number | null> {
  const { deps, lease, chat, channelId } = context;
  const notBefore = new Date(Date.parse(known.claimedAt) - 5 * 60_000).toISOString();
  const found = await chat.findMark(channelId, known.mark, notBefore);
  if (found.kind === 'found') {
    // As it was drawn then; what it is to show now, the change tells.
    const standing = { ...known, state: 'standing' as const, ts: found.receipt.ts ?? null, shown: null };
    await deps.ledger.settleCard(lease, SLOT, standing);
    return change(context, standing);
  }
  const [soonMs, , lastMs] = deps.timing.lookDelaysMs as [number, number, number];
  const ageMs = known.claimAgeSeconds * 1000;
  if (found.kind === 'absent' && ageMs < lastMs) return soonMs;
  if (found.kind === 'absent' && known.sends < SENDS_MOST) return post(context);
  if (found.kind === 'cannot-tell' && ageMs < deps.timing.unsureAfterMs) return lastMs;
  // Nobody can tell; another one would be noise.
  await deps.ledger.settleCard(lease, SLOT, { state: 'gone', ts: null, shown: null });
  return null;
}

/** A change in place is safe to repeat. */
async function change(
  { deps, lease, record, chat, channelId, drawn }: Context,
  known: CardRecord,
): Promise<number | null> {
  if (known.ts === null) return null;
  const { text, card, hash } = drawn;
  const outcome = await chat.update({ channelId, ts: known.ts, text, card, mark: known.mark });
  if (outcome.kind === 'done' || outcome.kind === 'refused') {
    if (outcome.kind === 'refused') later(deps, record, outcome);
    const state = outcome.kind === 'done' ? 'standing' : 'gone';
    await deps.ledger.settleCard(lease, SLOT, { state, ts: known.ts, shown: hash });
    return null;
  }
  return later(deps, record, outcome);
}
