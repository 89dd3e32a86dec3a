// The page that somebody has for themselves in the chat: what they may answer, and which tickets need a person.
import { type ApprovalCardInput, answerButtons, consequenceLines } from './approval-card.js';
import type { CardPart, ChatCard } from './chat-card.js';
import { oneLine } from './escape.js';
import { opening } from './hold-card.js';

type Asked = Pick<ApprovalCardInput, 'id' | 'ticketId' | 'subject' | 'name' | 'contents' | 'state' | 'caseUrl'> & {
  /** When the wait for it ends, ISO; null while it has not begun. */
  until: string | null;
};

export interface HomeCardInput {
  /** Approvals that its owner may answer. */
  asked: Asked[];
  /** There are more of these. */
  hasMore: boolean;
  held: { ticketId: string; subject: string; reason: string | null; caseUrl: string | null }[];
  /** How many tickets need a person in all, and how many are under way. */
  heldCount: number;
  underWay: number;
  stops: { programme: string | null; by: string }[];
}

export function homeCard({ asked, hasMore, held, heldCount, underWay, stops }: HomeCardInput): ChatCard {
  const more = heldCount - held.length;
  return {
    heading: asked.length === 0 ? 'Nothing waits for you' : 'Waits for you',
    parts: [
      ...stops.map((s) => ({
        label: 'Sending is stopped',
        text: `${s.programme ?? 'everything'}, by ${oneLine(s.by, 80)}`,
      })),
      ...asked.map(askedPart),
      ...(hasMore ? [{ label: null, text: 'and more, once these are answered' }] : []),
      {
        label: heldCount === 0 ? 'Nothing needs a person' : `Needs a person: ${heldCount}`,
        text: heldCount === 0 ? 'No ticket is held.' : 'Usher could not decide on these, the latest first:',
      },
      ...held.map(heldPart),
      ...(more > 0 ? [{ label: null, text: `and ${more} more` }] : []),
    ],
    buttons: [],
    footer: `Under way: ${underWay}`,
  };
}

const titleOf = ({ ticketId, subject }: { ticketId: string; subject: string }): string =>
  `#${oneLine(ticketId, 40)}: ${oneLine(subject || '(no subject)', 120)}`;

function askedPart({ until, ...approval }: Asked): CardPart {
  const { asks } = approval.contents;
  const lines = [
    `Asked by ${oneLine(asks.requester, 200) || 'somebody not known'}, for ${oneLine(asks.organization, 200) || 'no organization'}`,
    `Once approved: ${consequenceLines(approval.contents).join('; ')}`,
    ...(until ? [`Until ${until.slice(0, 16).replace('T', ' ')} UTC`] : []),
    ...(approval.state === 'changing' ? ['The ticket has changed, and is looked at again first.'] : []),
  ];
  return {
    label: `${titleOf(approval)} (${oneLine(approval.name, 80)})`,
    text: lines.join('\n'),
    buttons: [...answerButtons(approval), ...opening({ ticketUrl: null, caseUrl: approval.caseUrl })],
  };
}

function heldPart({ reason, caseUrl, ...ticket }: HomeCardInput['held'][number]): CardPart {
  const [button] = opening({ ticketUrl: null, caseUrl });
  return { label: titleOf(ticket), text: oneLine(reason ?? 'no reason known', 300), ...(button ? { button } : {}) };
}
