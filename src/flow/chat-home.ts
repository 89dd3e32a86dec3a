// Gathers what somebody's own page in the chat shows: approvals that they may answer now, and what needs a person.
import type { ChatCard } from '../core/chat-card.js';
import { homeCard } from '../core/home-card.js';
import { approverOf } from './answer-approval.js';
import type { DeskDeps } from './chat-desk.js';

/** Together within what a page in the chat holds. */
const ASKED_MOST = 10;
const LISTED_MOST = 15;

/** `slack`: whose page it is, somebody of the directory. */
export async function homeOf(
  { views, sending, ledger, knowledge, caseUrl }: DeskDeps,
  slack: string,
): Promise<ChatCard> {
  const { directory } = (await knowledge()).rulebook;
  const [named, held, counts, { stops }] = await Promise.all([
    ledger.openApprovals(slack, ASKED_MOST + 1),
    views.list({ state: 'held', limit: LISTED_MOST, offset: 0 }),
    views.counts(),
    sending.state(),
  ]);
  const asked = named.filter((approval) => approverOf(approval, { slack }, directory));
  return homeCard({
    asked: asked.slice(0, ASKED_MOST).map((approval) => ({ ...approval, caseUrl: caseUrl(approval.caseId) })),
    hasMore: asked.length > ASKED_MOST,
    held: held.map((c) => ({ ...c, caseUrl: caseUrl(c.id) })),
    heldCount: counts.held,
    underWay: counts.new + counts.acting + counts.waiting,
    stops,
  });
}
