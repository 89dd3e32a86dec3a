// One card in a chat: claimed before it is posted, looked for when that ended unclearly, and changed in place from then on.
import type { ChatCard } from '../core/chat-card.js';
import type { CardRecord, CaseRecord, Lease } from '../ledger.js';
import type { Chat, Outcome } from '../ports.js';
import type { FlowDeps } from './deps.js';

/** A card is posted twice at most, the second marked. */
const SENDS_MOST = 2;
/** A channel that refuses is asked again after this. */
const REFUSED_MS = 10 * 60_000;

export interface Drawn {
  card: ChatCard;
  /** What notifications say, escaped. */
  text: string;
}

interface Context {
  deps: FlowDeps;
  lease: Lease;
  record: CaseRecord;
  chat: Chat;
  channelId: string;
  /** Which card of the case. */
  slot: string;
  /** The post that it answers to; undefined: it stands by itself. */
  threadTs: string | undefined;
  drawn: Drawn & { hash: string };
}

/** Makes the card show what was drawn. Answers when to look again; null: it does. Throws LeaseLost. */
export async function showOne(
  at: Omit<Context, 'drawn'>,
  known: CardRecord | undefined,
  drawn: Drawn,
): Promise<number | null> {
  const hash = at.deps.digest(JSON.stringify(drawn.card));
  if (known?.state === 'gone' || (known?.state === 'standing' && known.shown === hash)) return null;
  const context: Context = { ...at, drawn: { ...drawn, hash } };
  if (!known) return post(context);
  return known.state === 'claimed' ? lookFor(context, known) : change(context, known);
}

async function post(context: Context): Promise<number | null> {
  const { deps, lease, record, chat, channelId, slot, threadTs, drawn } = context;
  const mark = deps.mark(`card|${record.id}|${slot}`);
  if (!(await deps.ledger.renew(lease, deps.timing.leaseMs))) return 0;
  // Claim before posting: what died in the middle is looked for, not posted again.
  await deps.ledger.claimCard(lease, { slot, channelId, mark });
  await deps.checkpoint('card-claimed', record.id);
  const outcome = await chat.post({ channelId, text: drawn.text, card: drawn.card, mark, threadTs });
  await deps.checkpoint('card-posted', record.id);
  if (outcome.kind === 'done') {
    await deps.ledger.settleCard(lease, slot, { state: 'standing', ts: outcome.receipt.ts ?? null, shown: drawn.hash });
    return null;
  }
  if (outcome.kind === 'unknown' || outcome.kind === 'conflict') return deps.timing.lookDelaysMs[0]!;
  await deps.ledger.settleCard(lease, slot, null);
  return later(deps, record, outcome);
}

/** Trouble with the chat goes to the log. Answers when to ask again. */
export function later(deps: FlowDeps, record: CaseRecord, outcome: Outcome): number {
  const code = 'code' in outcome ? outcome.code : outcome.kind;
  deps.log.warn({ case: record.id, code }, 'a card could not be shown in the chat');
  return outcome.kind === 'not-sent' ? (outcome.retryAfterMs ?? 30_000) : REFUSED_MS;
}

/** It may have been posted: found by its mark, or posted once more when it is not there. */
async function lookFor(context: Context, known: CardRecord): Promise<number | null> {
  const { deps, lease, chat, channelId, slot, threadTs } = context;
  const notBefore = new Date(Date.parse(known.claimedAt) - 5 * 60_000).toISOString();
  const found = await chat.findMark(channelId, known.mark, notBefore, threadTs);
  if (found.kind === 'found') {
    // As it was drawn then; what it is to show now, the change tells.
    const standing = { ...known, state: 'standing' as const, ts: found.receipt.ts ?? null, shown: null };
    await deps.ledger.settleCard(lease, slot, standing);
    return change(context, standing);
  }
  const [soonMs, , lastMs] = deps.timing.lookDelaysMs as [number, number, number];
  const ageMs = known.claimAgeSeconds * 1000;
  if (found.kind === 'absent' && ageMs < lastMs) return soonMs;
  if (found.kind === 'absent' && known.sends < SENDS_MOST) return post(context);
  if (found.kind === 'cannot-tell' && ageMs < deps.timing.unsureAfterMs) return lastMs;
  // Nobody can tell; another one would be noise.
  await deps.ledger.settleCard(lease, slot, { state: 'gone', ts: null, shown: null });
  return null;
}

/** A change in place is safe to repeat. */
async function change(
  { deps, lease, record, chat, channelId, slot, drawn }: Context,
  known: CardRecord,
): Promise<number | null> {
  if (known.ts === null) return null;
  const { text, card, hash } = drawn;
  const outcome = await chat.update({ channelId, ts: known.ts, text, card, mark: known.mark });
  if (outcome.kind === 'done' || outcome.kind === 'refused') {
    if (outcome.kind === 'refused') later(deps, record, outcome);
    const state = outcome.kind === 'done' ? 'standing' : 'gone';
    await deps.ledger.settleCard(lease, slot, { state, ts: known.ts, shown: hash });
    return null;
  }
  return later(deps, record, outcome);
}
