// The page that somebody has for themselves in the chat: what they may answer, and what needs a person.
import { consequenceLines } from '../core/approval-card.js';
import type { CardPart, ChatCard } from '../core/chat-card.js';
import { oneLine } from '../core/escape.js';
import type { OpenApproval } from '../ledger.js';
import { approverOf } from './answer-approval.js';
import type { DeskDeps } from './chat-desk.js';

/** Together within what a page in the chat holds. */
const ASKED_MOST = 10;
const LISTED_MOST = 15;

/** `slack`: whose page it is, somebody of the directory. */
export async function homeOf(deps: DeskDeps, slack: string): Promise<ChatCard> {
  const { views, sending, ledger, knowledge } = deps;
  const { directory } = (await knowledge()).rulebook;
  const [named, held, counts, { stops }] = await Promise.all([
    ledger.openApprovals(slack, ASKED_MOST + 1),
    views.list({ state: 'held', limit: LISTED_MOST, offset: 0 }),
    views.counts(),
    sending.state(),
  ]);
  const asked = named.filter((approval) => approverOf(approval, { slack }, directory));
  const shown = asked.slice(0, ASKED_MOST);
  const more = counts.held - held.length;
  return {
    heading: asked.length === 0 ? 'Nothing waits for you' : 'Waits for you',
    parts: [
      ...stops.map((s) => ({
        label: 'Sending is stopped',
        text: `${s.programme ?? 'everything'}, by ${oneLine(s.by, 80)}`,
      })),
      ...shown.map((approval) => askedPart(deps, approval)),
      ...(asked.length > shown.length ? [{ label: null, text: 'and more, once these are answered' }] : []),
      {
        label: counts.held === 0 ? 'Nothing needs a person' : `Needs a person: ${counts.held}`,
        text: counts.held === 0 ? 'No ticket is held.' : 'Tickets that Usher could not decide on, the latest first:',
      },
      ...held.map((c) => heldPart(deps, c)),
      ...(more > 0 ? [{ label: null, text: `and ${more} more` }] : []),
    ],
    buttons: [],
    footer: `Under way: ${counts.new + counts.acting + counts.waiting}`,
  };
}

function askedPart({ caseUrl }: DeskDeps, approval: OpenApproval): CardPart {
  const { id, caseId, ticketId, name, subject, contents, state, until } = approval;
  const url = caseUrl(caseId);
  const lines = [
    `Asked by ${oneLine(contents.asks.requester, 200) || 'somebody not known'}, for ${oneLine(contents.asks.organization, 200) || 'no organization'}`,
    `Once approved: ${consequenceLines(contents).join('; ')}`,
    ...(until ? [`Until ${until.slice(0, 16).replace('T', ' ')} UTC`] : []),
    ...(state === 'changing' ? ['The ticket has changed; it is looked at again first.'] : []),
  ];
  return {
    label: `#${oneLine(ticketId, 40)}: ${oneLine(subject || '(no subject)', 120)} (${oneLine(name, 80)})`,
    text: lines.join('\n'),
    buttons: [
      ...(state === 'open'
        ? [
            { action: 'approve' as const, label: 'Approve', value: id, isPrimary: true },
            { action: 'refuse' as const, label: 'Refuse', value: id },
          ]
        : []),
      ...(url ? [{ action: 'open' as const, label: 'Why', url }] : []),
    ],
  };
}

function heldPart(
  { caseUrl }: DeskDeps,
  held: { id: string; ticketId: string; subject: string; reason: string | null },
): CardPart {
  const url = caseUrl(held.id);
  return {
    label: `#${oneLine(held.ticketId, 40)}: ${oneLine(held.subject || '(no subject)', 120)}`,
    text: oneLine(held.reason ?? 'no reason known', 300),
    ...(url ? { button: { action: 'open', label: 'Open', url } } : {}),
  };
}
