// Cards in the programme's channel: one for a ticket that needs a person, one for each approval; changed in place until all is done.
import { approvalCard } from '../core/approval-card.js';
import { holdCard } from '../core/hold-card.js';
import type { CardRecord, CaseRecord, Lease } from '../ledger.js';
import { type Drawn, showOne } from './cards.js';
import type { FlowDeps } from './deps.js';

const HOLD = 'hold';
const APPROVAL = 'approval-';

/** What proves that a click is about what stands: case, episode and decision under the key of our marks. */
export function clickProof(
  mark: (text: string) => string,
  of: { caseId: string; episode: number; decisionId: string | null },
): string {
  return mark(`click|${of.caseId}|${of.episode}|${of.decisionId ?? ''}`);
}

/**
 * Posts or changes the cards of a case at the end of a visit. Answers when to look again; null: all is shown. Trouble with the chat
 * is told in the log and holds nothing up. Throws LeaseLost. `seen`: the case as the visit last read it, null where the visit failed.
 */
export async function showCards(deps: FlowDeps, lease: Lease, seen: CaseRecord | null): Promise<number | null> {
  const chat = deps.hands?.chat;
  if (!chat || deps.mode !== 'live') return null;
  // A visit reads the case after whatever gives it a card; what became of the case since then does not give it one.
  if (seen && slotsOf(seen).length === 0) return null;
  const { rulebook } = await deps.knowledge();
  if (!rulebook.programmes.some((p) => p.holds.channel)) return null;
  const record = await deps.ledger.read(lease);
  const role = rulebook.programmes.find((p) => p.name === record.programme)?.holds.channel;
  const usual = role ? rulebook.directory.channels[role]?.id : undefined;
  let soonestMs: number | null = null;
  for (const slot of slotsOf(record)) {
    const known = record.cards.find((c) => c.slot === slot);
    const channelId = known?.channelId ?? usual;
    if (!channelId || known?.state === 'gone') continue;
    const drawn = await draw(deps, record, slot, known);
    if (!drawn) continue;
    const ms = await showOne({ deps, lease, record, chat, channelId, slot }, known, drawn);
    if (ms !== null) soonestMs = Math.min(ms, soonestMs ?? ms);
  }
  return soonestMs;
}

/** What has a card, and what is to have one. */
function slotsOf(record: CaseRecord): string[] {
  const asked = record.approvals.filter((a) => a.state === 'open').map((a) => APPROVAL + a.id);
  const needed = record.state === 'held' ? [HOLD] : [];
  return [...new Set([...record.cards.map((c) => c.slot), ...needed, ...asked])];
}

async function draw(deps: FlowDeps, record: CaseRecord, slot: string, known?: CardRecord): Promise<Drawn | null> {
  const isRepeat = known?.state === 'claimed';
  if (slot === HOLD) return drawHold(deps, record, isRepeat);
  const approval = await deps.ledger.approval(slot.slice(APPROVAL.length));
  const places = { ticketUrl: record.ticketUrl || null, caseUrl: deps.caseUrl(record.id) };
  return approval && approvalCard({ ...approval, ...places, ticketId: record.ticketId, isRepeat });
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
